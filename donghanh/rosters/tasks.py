from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from donghanh.kernel.clock import now

QUEUE = "rosters"


@app.task(queue=QUEUE)
def check_roster(roster_id: int) -> None:
    """Read an uploaded roster and say what it would do. Doing it twice does no harm."""
    from donghanh.rosters.actions import check

    close_old_connections()
    check(roster_id=roster_id, at=now())


@app.task(queue=QUEUE)
def write_roster(roster_id: int) -> None:
    """Write a checked roster, whole or not at all. Doing it twice does no harm."""
    from donghanh.rosters.actions import write_down

    close_old_connections()
    write_down(roster_id=roster_id, at=now())


@app.task(queue="daily", queueing_lock="forget_rosters")
def forget_rosters(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Rosters that nobody wrote are forgotten after a week, with their lines and files."""
    from donghanh.rosters.actions import forget_old

    close_old_connections()
    forget_old(at=now())
