"""Classes, the learners in them, the teachers who look after them; how rosters come in and accounts go out.

Owns a learner's name, which stands in this room alone and behind the second wall. Refuses marks, conduct and opinions.
"""
