from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from donghanh.kernel.clock import now
from donghanh.statistics.facts import FactsNotReady, FactsTooSlow

QUEUE = "checks"


@app.task(queue=QUEUE)
def check_figures(partition_id: int) -> None:
    """Run the checks over time over one partition. Twice does no harm; a lost file waits for the next."""
    from donghanh.statistics.actions_watch import watch
    from donghanh.statistics.models import Partition

    close_old_connections()
    if Partition.objects.filter(pk=partition_id).exists():
        try:
            watch(partition_id=partition_id, at=now())
        except (FactsNotReady, FactsTooSlow):
            return


@app.task(queue="daily", queueing_lock="check_all_figures")
def check_all_figures(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Every partition again: rules may have changed since it was laid out."""
    from donghanh.statistics.actions import queue_checks
    from donghanh.statistics.models import DERIVED, Partition

    close_old_connections()
    found = Partition.objects.exclude(layout__startswith=DERIVED).order_by("pk").values_list("pk", flat=True)
    for partition_id in found:
        try:
            queue_checks(partition_id)
        except AlreadyEnqueued:
            continue
