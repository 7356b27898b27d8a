from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from donghanh.kernel.clock import now, today


@app.task(queue="daily", queueing_lock="reroute_plans")
def reroute_plans(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Offices that ended hand the plans they were to decide to the office above. Doing it twice does no harm."""
    from donghanh.programmes import actions

    close_old_connections()
    actions.reroute_plans(on=today(), at=now())
