"""Commendations from the nomination to the publication, and the library of good practice.

Owns nominations, councils and practices. Refuses a child's name or picture in public without the child's and the
guardian's consent, and any record of discipline of a person: it is counted by category and year.
"""
