"""Facts, indicators and targets: data elements, breakdowns, wide partitions, roll-ups, expressions.

Owns every figure above the single sending. Refuses to hold the truth: PostgreSQL's sendings are that,
and each figure here can be made anew from them.
"""
