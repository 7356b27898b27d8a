"""Bytes with a name: content-addressed, measured, typed, with one owner unit.

Owns storage and download. Refuses to know what a file means to the room that keeps it.
"""
