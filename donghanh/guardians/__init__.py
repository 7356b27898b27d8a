"""Who is whose parent or guardian: codes on paper, claims, the school's word, and blocks by a court or a decision.

Owns the second policy by which a verified guardian sees their own child's rows, and no other's. Refuses to judge a
family: it keeps the relation, and the number of the document that forbids, never what stands in it.
"""
