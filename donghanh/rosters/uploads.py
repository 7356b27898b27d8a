"""The uploaded file, from the page that takes it to the job that reads it; gone once it has been read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def place_of(roster_id: int) -> Path:
    return Path(settings.FILES_FOLDER) / "rosters" / str(roster_id)


def keep(roster_id: int, chunks: Iterable[bytes]) -> None:
    """Write the file, readable by its owner alone."""
    place = place_of(roster_id)
    place.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())


def forget(roster_id: int) -> None:
    place_of(roster_id).unlink(missing_ok=True)
