"""What happened here, told on commit with ids only."""

from django.dispatch import Signal

plans_issued = Signal()  # plan_ids
plan_submitted = Signal()  # plan_id
plan_returned = Signal()  # plan_id
plan_accepted = Signal()  # plan_id
review_approved = Signal()  # review_id
