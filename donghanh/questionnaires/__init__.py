"""Definitions of forms: versions, sections, items, cells, checks; parsing of what was typed.

Owns the shape of an answer and one definition of each check for browser and server.
Refuses to know who must answer, when, or what happens next.
"""
