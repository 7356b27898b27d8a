"""Whole workbooks from outside, every sheet of them, read by one limited child that serves many files.

Beside `sheets_in` (one table, one child a file): a batch of a thousand workbooks cannot pay for a thousand starts.
"""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from donghanh.kernel import sheets_in
from donghanh.kernel.sheets_in import MEMORY, PROCESSOR_SECONDS, WALL_SECONDS, XLSX_MARK, Unreadable

CHILD = Path(__file__).with_name("books_child.py")
FILES_A_CHILD = 200  # then a new one, so that what a reader leaks stays small
CHUNK = 1 << 20
MOST_ROWS = 2_000
SENTENCES: dict[str, str | Promise] = {
    **sheets_in.SENTENCES,
    "macro": _("Tệp có macro nên không được nhận. Hãy lưu lại dạng .xlsx (không macro) rồi gửi lại."),
    "unread": sheets_in.NOT_READ,
    "type": _("Đây không phải tệp Excel .xlsx. Hãy gửi lại tệp mẫu đã tải về từ phần mềm."),
}


@dataclass(frozen=True)
class BookSheet:
    name: str
    state: str  # "visible", "hidden", "veryHidden"
    rows: list[list[Any]]  # text, numbers, truth; days as 2025-07-01


class BookReader:
    """`with BookReader() as books: books.read(content)`; the child starts at the first file."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.served = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        if self.child:
            self.child.kill()
            self.child.communicate()
            self.child = None

    def read(self, content: bytes, *, max_bytes: int) -> list[BookSheet]:
        """Every sheet of one .xlsx; Unreadable with the sentence for the person."""
        fault = (
            "bytes" if len(content) > max_bytes
            else "old" if content.startswith(sheets_in.OLD_EXCEL_MARK)
            else "" if content.startswith(XLSX_MARK)
            else "type"
        )  # fmt: skip
        answer: dict[str, Any] = {"fault": fault} if fault else self._asked(content)
        if "fault" in answer:
            sizes = {"rows": MOST_ROWS, "columns": sheets_in.MOST_COLUMNS, "megabytes": max_bytes // 1024**2}
            raise Unreadable(str(SENTENCES[answer["fault"]]) % sizes)
        return [BookSheet(**sheet) for sheet in answer["sheets"]]

    def _asked(self, content: bytes) -> dict[str, Any]:
        if self.served >= FILES_A_CHILD:
            self.stop()
        if self.child is None:
            words = [sys.executable, "-I", str(CHILD), str(MOST_ROWS), str(MEMORY), str(PROCESSOR_SECONDS)]
            quiet = subprocess.DEVNULL
            self.child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=quiet)
            self.served = 0
        self.served += 1
        try:
            pipe = cast("IO[bytes]", self.child.stdin)
            pipe.write(struct.pack(">I", len(content)) + content)
            pipe.flush()
            until = time.monotonic() + WALL_SECONDS
            size = struct.unpack(">I", self._bytes(4, until))[0]
            answer: dict[str, Any] = json.loads(self._bytes(size, until))
        except (OSError, ValueError, EOFError, TimeoutError):
            self.stop()
            return {"fault": "unread"}
        return answer

    def _bytes(self, size: int, until: float) -> bytes:
        found = bytearray()
        pipe = cast("IO[bytes]", cast("subprocess.Popen[bytes]", self.child).stdout).fileno()
        while len(found) < size:
            if not select.select([pipe], [], [], max(until - time.monotonic(), 0))[0]:
                raise TimeoutError
            if not (more := os.read(pipe, min(size - len(found), CHUNK))):
                raise EOFError
            found += more
        return bytes(found)
