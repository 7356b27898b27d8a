"""What waits for me, the programme's dashboard, and the way from a figure to its source.

Owns composition only: every row it shows comes from a lower room's queries.
"""
