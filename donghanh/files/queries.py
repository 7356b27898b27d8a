from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.http import FileResponse

from donghanh.files.models import StoredFile


def path_of(file: StoredFile) -> Path:
    """Where the bytes lie: two levels of folders from the hash, so that none holds too many."""
    return Path(settings.FILES_FOLDER) / file.sha256[:2] / file.sha256[2:4] / file.sha256


def content_of(file: StoredFile) -> BinaryIO:
    """The bytes, open for reading. Who may have them is asked by the room that keeps the row."""
    return path_of(file).open("rb")


def as_download(file: StoredFile) -> FileResponse:
    """The file for a browser to keep, never to show: nothing that was uploaded runs in a page of ours."""
    answer = FileResponse(content_of(file), as_attachment=True, filename=file.name, content_type=file.content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
