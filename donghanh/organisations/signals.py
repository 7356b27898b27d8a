"""Facts that this room states; `flows` listens."""

from django.dispatch import Signal

units_reformed = Signal()  # event_ids: list[int] of UnitEvent; sent on commit
