from __future__ import annotations

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from donghanh.kernel.clock import now, today

QUEUE = "figures"


@app.task(queue=QUEUE)
def lay_out_figures(collection_id: int) -> None:
    """Bring the figures of one round up to date with its accepted sendings. Doing it twice does no harm."""
    from donghanh.reporting.figures import lay_out
    from donghanh.statistics.actions import queue_checks

    close_old_connections()
    queue_checks(lay_out(collection_id=collection_id, at=now()).pk)


@app.task(queue="daily", queueing_lock="lock_reports")
def lock_reports(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Rounds whose locking day has come are locked."""
    from donghanh.reporting.actions import lock_due

    close_old_connections()
    lock_due(on=today(), at=now())


@app.task(queue=QUEUE)
def accept_in_bulk(review_id: int) -> None:
    """Accept the reports of one bulk review, one after the other. Doing it twice does no harm."""
    from donghanh.reporting.bulk import carry_out

    close_old_connections()
    carry_out(review_id=review_id, at=now())


@app.task(queue="imports")
def read_batch(batch_id: int) -> None:
    """Read what still waits of one batch. Doing it twice does no harm."""
    from donghanh.reporting.batches import read_waiting

    close_old_connections()
    read_waiting(batch_id=batch_id, at=now())


@app.task(queue="daily", queueing_lock="reroute_reports")
def reroute_reports(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Offices that ended today hand their open reports to the office above."""
    from donghanh.reporting.rerouting import reroute

    close_old_connections()
    reroute(on=now().date(), at=now())


@app.task(queue="daily", queueing_lock="open_due_rounds")
def open_due_rounds(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Rounds of standing requests open on their day."""
    from donghanh.reporting.rounds import open_due_rounds

    close_old_connections()
    open_due_rounds(on=timezone.localdate(now()), at=now())


@app.task(queue="daily", queueing_lock="remind_by_schedule")
def remind_by_schedule(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Units that have not sent are reminded before, on and after their due day."""
    from donghanh.reporting.reminders import remind_by_schedule

    close_old_connections()
    remind_by_schedule(on=timezone.localdate(now()), at=now())


@app.task(queue="daily", queueing_lock="recheck_figures")
def recheck_figures(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Some figures are counted again from the sendings, slowly, to be sure."""
    from donghanh.reporting.figures import recheck

    close_old_connections()
    recheck(on=timezone.localdate(now()), at=now())


@app.task(queue=QUEUE, queueing_lock="sweep_figures")
def sweep_figures(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Rounds whose job was lost (a killed worker, a full disk) are laid out all the same."""
    from donghanh.reporting.models import FactChange

    close_old_connections()
    for collection_id in FactChange.objects.order_by("collection").values_list("collection", flat=True).distinct():
        lay_out_figures.defer(collection_id=collection_id)  # a job each: one that fails holds up no other
