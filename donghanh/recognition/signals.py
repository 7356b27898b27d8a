"""What happened here, told on commit with ids only."""

from django.dispatch import Signal

commendations_published = Signal()  # round_id
practice_published = Signal()  # practice_id
