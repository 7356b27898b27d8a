"""The doors for other programmes: the own API with its OpenAPI, the doors that DHIS2's clients know, open data.

Owns tokens, identifiers of others, and the shapes of answers. Refuses to decide: rights, rules and writes are those of
the rooms below, the same as for a page.
"""
