"""Who did what, when and why.

Owns the append-only log; every action writes its row in its own transaction.
Refuses to decide anything, and to hold what a person wrote about another person.
"""
