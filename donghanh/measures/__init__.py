"""Measures: what the programme can count by itself from work already done, offered by the rooms that do the work.

Owns the registry. Refuses to count: each room counts its own rows; and to know who asks.
"""
