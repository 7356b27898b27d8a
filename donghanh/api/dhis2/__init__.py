"""The doors that DHIS2's clients know: its addresses, parameters and shapes over our forms, rounds and figures.

Owns the identifiers of other systems and the shapes. Refuses to decide: what is taken, sent, accepted or shown is what
the rooms below allow the same person on a page (docs/dhis2.md, docs/adr/0015).
"""
