"""The dated tree of units: identity apart from name, kind, parent and codes, which are dated rows.

Owns units, events with the decision that ordered them, and the closure that answers 'below X on day D'.
Refuses to know who works there or what they report.
"""
