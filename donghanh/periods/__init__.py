"""Calendars: which days a school year, a semester or a year covers, and on which day its tree is read.

Owns the value type Period and the rows of each calendar. Refuses to know who reports in them.
"""
