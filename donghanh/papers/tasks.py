from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from donghanh.kernel.clock import now


@app.task(queue="papers")
def carry_out_merge(merge_id: int) -> None:
    """Make the papers of one merge. Doing it twice does no harm."""
    from donghanh.papers.actions_merge import carry_out

    close_old_connections()
    carry_out(merge_id=merge_id, at=now())
