"""JSON documents that rooms ship."""

from __future__ import annotations

import json
from pathlib import Path

from django.apps import apps


def data_file(room: str, name: str) -> dict[str, object]:
    """A JSON document that a room ships."""
    found: dict[str, object] = json.loads((Path(apps.get_app_config(room).path) / "data" / name).read_text())
    return found
