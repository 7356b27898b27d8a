from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from donghanh.kernel.clock import now


@app.task(queue="imports")
def apply_import(import_id: int, by: int) -> None:
    """Write the units of one file. Doing it twice does no harm."""
    from donghanh.organisations.imports import finish

    close_old_connections()
    finish(import_id=import_id, by=by, at=now())
