"""What is due from a unit and when, told by every room that asks something of it.

Owns the registry of sources, the page of one unit's year and a person's calendar feed. Refuses to know what is asked.
"""
