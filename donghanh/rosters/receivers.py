from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from donghanh.kernel.clock import now
from donghanh.people.models import Account
from donghanh.rosters.actions import note_sign_in


@receiver(user_logged_in)
def slip_was_used(user: Account, **_: Any) -> None:
    """The first sign-in ends a slip. Only learners have one, whose accounts bear no name: others pay no query."""
    if not user.full_name:
        note_sign_in(account_id=user.pk, at=now())
