from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from donghanh.files.models import StoredFile
from donghanh.files.queries import path_of


def store(
    *, content: bytes, name: str, content_type: str, unit: int | None, by: int | None, at: datetime
) -> StoredFile:
    """Keep `content` (written whole, then renamed into place) and return its row. Equal bytes are kept once."""
    row = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(),
        name=name, content_type=content_type, size=len(content), unit_id=unit, created_at=at, created_by=by,
    )  # fmt: skip
    place = path_of(row)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(place)
    row.save()
    return row
