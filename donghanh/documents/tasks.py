from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from donghanh.kernel.clock import now, today


@app.task(queue="daily", queueing_lock="announce_replaced_documents")
def announce_replaced_documents(timestamp: int) -> None:  # noqa: ARG001  # procrastinate hands every periodic job its moment
    """Each morning: tell which documents another replaces from this day on. Run twice, it tells once."""
    from donghanh.documents.actions_relations import announce_replaced

    close_old_connections()
    announce_replaced(on=today(), at=now())
