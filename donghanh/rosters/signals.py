"""Facts that this room states; `flows` listens."""

from django.dispatch import Signal

learners_moved = Signal()  # account_ids: list[int] of learners who are another school's from now on; sent on commit
