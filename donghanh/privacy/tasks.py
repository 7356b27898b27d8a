from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from donghanh.kernel.clock import now


@app.task(queue="daily", queueing_lock="apply_retention")
def apply_retention(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Forget what its time has come for. Killed half-way, the next night goes on from there."""
    from donghanh.privacy.actions import run_retention

    close_old_connections()
    run_retention(at=now())
