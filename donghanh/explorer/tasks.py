from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from donghanh.kernel.clock import now


@app.task(queue="daily", queueing_lock="send_letters")
def send_letters(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Figures that are sent by schedule go out."""
    from donghanh.explorer.letters import send_due

    close_old_connections()
    send_due(on=timezone.localdate(now()), at=now())
