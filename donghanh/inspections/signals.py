"""What happened here, told on commit with ids only."""

from django.dispatch import Signal

visits_planned = Signal()  # visit_ids
finding_opened = Signal()  # finding_id
finding_proved = Signal()  # finding_id
finding_closed = Signal()  # finding_id
