"""A programme from the decision to the review: objectives, tasks, every unit's plan, partners, money and reviews.

Owns plans and what was done about each task. Refuses to count or to judge: figures come from statistics, and nobody's
name is scored.
"""
