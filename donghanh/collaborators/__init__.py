"""Who works with the schools on this programme: collaborators by unit, category and term; working groups and meetings.

Owns the roster of collaborators, the groups with their decisions and members, and the minutes of what was settled.
Refuses to keep what anyone thinks or how anyone is judged (docs/adr/0005): a person has a name, an agency, a category,
duties from a closed list and a term, and no other field. Minors are not entered by name.
"""
