"""Visits by a checklist, their findings, and each finding's way to its end.

Owns visits and findings. Refuses to let a finding vanish: it is closed with a proof and a re-check, or stays open.
"""
