"""The register of documents in and out (Decree 30/2020, Appendices IV and VI), who has read them, what they propose.

Owns numbers, the graph of what replaces what, and acknowledgements. Refuses documents that are secret.
"""
