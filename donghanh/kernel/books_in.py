"""Our own workbooks as they come back: the visible sheet with the kind of every cell, and the hidden sheet beside it.

One limited child reads many files, one after the other; after a file that it could not take, and after so many files,
the next begins with a fresh one. See `sheets_in` for single tables of any origin.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from types import TracebackType
from typing import IO, Any, Self, cast

from django.utils.translation import gettext_lazy as _

from donghanh.kernel.sheets_in import (
    CHILD,
    MEMORY,
    MOST_COLUMNS,
    OLD_EXCEL_MARK,
    PROCESSOR_SECONDS,
    SENTENCES,
    WALL_SECONDS,
    XLSX_MARK,
    Unreadable,
)

FILES_A_CHILD = 200
LENGTH = 8  # bytes that say how long the next part is
NOT_A_WORKBOOK = _("Đây không phải tệp Excel (.xlsx). Hãy tải mẫu về, điền rồi gửi lại chính tệp đó.")
BROKEN = _("Tệp bị hỏng hoặc chưa tải lên hết nên không đọc được. Hãy mở bằng Excel, lưu lại rồi gửi lại.")
EMPTY = _("Tệp rỗng. Hãy chọn lại tệp đã điền.")
DAY_0 = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
MOST_DAYS = 200_000  # of a day written as a plain number


@dataclass(frozen=True)
class Cell:
    """One cell: `kind` is "n" number, "d" day, "b" yes or no, "t" text, "" empty; `text` as the child writes it."""

    kind: str = ""
    text: str = ""


@dataclass(frozen=True)
class Book:
    """The first visible sheet and the rows of the hidden one; places are (row, column), both from 0."""

    rows: list[list[str]]  # each cell with its kind in front, see `sheets_child.marked_text`
    hidden: list[list[str]]
    formulas: frozenset[tuple[int, int]]
    starts_1904: bool

    def cell(self, row: int, column: int) -> Cell:
        cells = self.rows[row] if row < len(self.rows) else []
        marked = cells[column] if column < len(cells) else ""
        return Cell(marked[:1], marked[1:].strip())

    def day(self, serial: float) -> str:
        """A day that stands there as a plain number, as ISO; "" where the number is none."""
        if not 1 <= serial < MOST_DAYS:
            return ""
        return (DAY_0[self.starts_1904] + timedelta(days=int(serial))).isoformat()


class Reader:
    """Reads workbooks one by one: `with Reader(hidden="…", most_rows=…) as reader: reader.read(content)`."""

    def __init__(self, *, hidden: str, most_rows: int, most_bytes: int) -> None:
        self.hidden, self.most_rows, self.most_bytes = hidden, most_rows, most_bytes
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def read(self, content: bytes) -> Book:
        """One file; Unreadable with the sentence for the person. What happens to one happens to no other."""
        if not content:
            raise Unreadable(str(EMPTY))
        if len(content) > self.most_bytes:
            raise Unreadable(str(SENTENCES["bytes"]) % {"megabytes": max(self.most_bytes // 1024**2, 1)})
        if content.startswith(OLD_EXCEL_MARK):
            raise Unreadable(str(SENTENCES["old"]))
        if not content.startswith(XLSX_MARK):
            raise Unreadable(str(NOT_A_WORKBOOK))
        answer = self._ask(content)
        if "fault" in answer:
            raise Unreadable(str(SENTENCES[answer["fault"]]) % {"rows": self.most_rows, "columns": MOST_COLUMNS})
        formulas = frozenset((row, column) for row, column in answer["formulas"])
        return Book(answer["first"], answer["hidden"], formulas, answer["starts_1904"])

    def _ask(self, content: bytes) -> dict[str, Any]:
        try:
            child = self._ready()
            cast("IO[bytes]", child.stdin).write(len(content).to_bytes(LENGTH) + content)
            length = int.from_bytes(self._take(child, LENGTH))
            answer: dict[str, Any] = json.loads(self._take(child, length))
        except (OSError, ValueError):
            self._end()
            raise Unreadable(str(BROKEN)) from None  # the child's own words may quote the file: they go nowhere
        return answer

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._files >= FILES_A_CHILD:
            self._end()
        if self._child is None:
            words = [
                sys.executable,
                "-I",
                str(CHILD),
                str(self.most_rows),
                str(MEMORY),
                str(PROCESSOR_SECONDS),
                "--serve",
            ]
            self._child = subprocess.Popen(
                [*words, self.hidden], bufsize=0,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self._files += 1
        return self._child

    def _take(self, child: subprocess.Popen[bytes], length: int) -> bytes:
        """So many bytes of the answer; ValueError where they do not come in time, or at all."""
        pipe, parts = cast("IO[bytes]", child.stdout), bytearray()
        while len(parts) < length or not length:
            ready, _w, _x = select.select([pipe], [], [], WALL_SECONDS)
            part = pipe.read(length - len(parts)) if ready else b""
            if not part:
                raise ValueError
            parts += part
        return bytes(parts)

    def _end(self) -> None:
        child, self._child, self._files = self._child, None, 0
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                cast("IO[bytes]", pipe).close()
        child.wait()
