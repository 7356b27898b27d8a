"""Reports as documents: who must send what by when, filling in, sending, returning, accepting.

Owns the sending (immutable) and its state machine. Refuses to compute figures: statistics does, from facts.
"""
