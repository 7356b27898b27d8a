"""What a client sends: bytes up to a cap, unpacked where they come packed."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from typing import IO, Final

from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from donghanh.api.dhis2.faults import Fault
from donghanh.kernel.numbers import format_number

MOST_BYTES: Final = 50 * 1024 * 1024  # of a body, packed or not
MOST_VALUES: Final = 500_000  # of one request, in or out
MEGABYTE: Final = 1024 * 1024
GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"


def too_big() -> Fault:
    """413, with how to go on."""
    sentence = _(
        "Dữ liệu lớn hơn mức nhận một lần (%(megabytes)s MB, %(values)s giá trị). Xin chia theo đơn vị hoặc theo kỳ rồi"
        " gửi nhiều lần."
    )
    limits = {"megabytes": MOST_BYTES // MEGABYTE, "values": format_number(MOST_VALUES)}
    return Fault(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence % limits)


def body_of(request: HttpRequest) -> bytes:
    """The body, unpacked from gzip or zip (one file); Fault over MOST_BYTES or where it is broken."""
    try:
        content = _up_to(request.read)
    except UnreadablePostError:
        raise _broken() from None
    try:
        if content.startswith(GZIP):
            with gzip.open(BytesIO(content)) as packed:
                return _up_to(packed.read)
        if content.startswith(ZIP):
            with zipfile.ZipFile(BytesIO(content)) as archive, archive.open(_only_file(archive)) as packed:
                return _up_to(packed.read)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError):
        raise _broken() from None
    return content


def _up_to(read: Callable[[int], bytes] | IO[bytes]) -> bytes:
    """Everything, in pieces: a bomb is noticed while it unpacks."""
    pieces, size = [], 0
    while piece := read(MEGABYTE):  # type: ignore[operator]  # a bound method of a file
        size += len(piece)
        if size > MOST_BYTES:
            raise too_big()
        pieces.append(piece)
    return b"".join(pieces)


def _only_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(files) != 1:
        raise Fault(HTTPStatus.BAD_REQUEST, _("Tệp nén phải chứa đúng một tệp."))
    return files[0]


def _broken() -> Fault:
    return Fault(HTTPStatus.BAD_REQUEST, _("Tệp nén bị hỏng hoặc gửi chưa hết. Xin gửi lại."))
