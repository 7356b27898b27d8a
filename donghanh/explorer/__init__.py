"""Looking at figures: pivots and charts anybody may put together, kept, shared, laid on dashboards, sent by schedule.

Owns views, dashboards and subscriptions. Refuses to reckon: every figure is asked of `statistics` and has passed its
gate; and to know reports: the way from a figure to a sending is `home`'s.
"""
