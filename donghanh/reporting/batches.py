"""Filled workbooks into drafts: one of the own unit, or an office's table or archive, file by file.

A file is stored whole or not at all: one cell that is not understood leaves the draft as it was.
"""

from __future__ import annotations

import logging
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from io import BytesIO
from itertools import batched
from pathlib import PurePosixPath
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.audit.actions import record
from donghanh.files.actions import store
from donghanh.files.queries import content_of
from donghanh.kernel.books_in import Book, Reader
from donghanh.kernel.sheets_in import Unreadable
from donghanh.kernel.spreadsheet import XLSX
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds, own_units
from donghanh.questionnaires.models import Definition
from donghanh.reporting import actions, queries
from donghanh.reporting.choices import BatchKind, FileVerdict, Move
from donghanh.reporting.models import Collection, Submission, WorkbookBatch, WorkbookBatchFile
from donghanh.reporting.queries import Sheet
from donghanh.reporting.rules import may_fill, may_move
from donghanh.reporting.tasks import read_batch
from donghanh.reporting.workbook_reading import MOST_BYTES, CellFault, Filled, check, key_in, read_filled, reader, suits
from donghanh.reporting.workbook_tables import read_rows

ZIP: Final = "application/zip"
BROKEN = gettext_lazy("Tệp này trong tệp nén bị hỏng. Hãy nén lại rồi gửi lại.")
log = logging.getLogger(__name__)
MOST_FILES: Final = 500
MOST_UNITS: Final = 2_500  # rows of a table
FILES_AT_ONCE: Final = 25  # read before their reports are fetched together
MOST_ENTRIES: Final = 2_000  # folders and what systems add, included
MOST_ARCHIVE: Final = 100 * 1024 * 1024  # bytes
MOST_UNPACKED: Final = 500 * 1024 * 1024
MOST_RATIO: Final = 200
BIG: Final = 1024 * 1024
NESTED: Final = (".zip", ".rar", ".7z")


@transaction.atomic
def bring_in_one(*, sheet: Sheet, content: bytes, name: str, by: Account, at: datetime) -> WorkbookBatch:
    """The filled workbook of one report, read at once; what became of it stands in its only file."""
    may_fill(sheet.submission, by, on=timezone.localdate(at)).enforce()
    batch = _batch(sheet.collection, sheet.expected.unit_id, BatchKind.ONE, content, name, by=by, at=at)
    WorkbookBatchFile.objects.create(batch=batch, number=1, name=_shown(name), submission=sheet.submission)
    read_waiting(batch_id=batch.pk, at=at)
    return batch


@transaction.atomic
def bring_in_many(
    *, collection: Collection, office: int, content: bytes, name: str, by: Account, at: datetime
) -> WorkbookBatch:
    """An office's table (.xlsx) or archive (.zip): its files are listed now and read by the worker.

    Raises Refused or Unreadable with a sentence where the file as a whole cannot be taken; nothing is kept then.
    """
    if office not in own_units(by, Right.FILL_FOR_UNITS, on=timezone.localdate(at)):
        raise Refused(_("Chỉ người được giao của cơ quan mới nộp thay các đơn vị."))
    archive = _is_archive(content)
    if archive:
        files = [WorkbookBatchFile(number=number, name=_shown(name)) for number, name in _entries(content)]
    else:
        files = _rows(collection, office, content, by=by, on=timezone.localdate(at))
    kind = BatchKind.ARCHIVE if archive else BatchKind.TABLE
    batch = _batch(collection, office, kind, content, name, by=by, at=at)
    for file in files:
        file.batch = batch
    WorkbookBatchFile.objects.bulk_create(files)
    record(verb="reporting.batch_brought_in", on=batch, by=by.pk, at=at, unit=office, files=len(files))
    transaction.on_commit(lambda: read_batch.defer(batch_id=batch.pk))
    return batch


def read_waiting(*, batch_id: int, at: datetime) -> None:
    """Read every file of a batch that still waits, each in a transaction of its own: a killed worker's successor goes
    on where it was, and a file that was done is not done again.
    """
    batch = WorkbookBatch.objects.select_related("collection__form_version", "file", "by").get(pk=batch_id)
    waiting = batch.files.filter(verdict=FileVerdict.WAITING).order_by("number")
    with _contents(batch) as contents, reader() as reading:
        reads = _Reading(batch, contents, reading, at)
        for files in batched(list(waiting), FILES_AT_ONCE, strict=False):
            reads.prepare(files)
            for file in files:
                reads.one(file.pk)


class _Reading:
    def __init__(self, batch: WorkbookBatch, contents: _Contents, reading: Reader, at: datetime) -> None:
        self.batch, self.contents, self.reading, self.at = batch, contents, reading, at
        self.definition: Definition = batch.collection.form_version.definition
        self.on = timezone.localdate(at)
        self.books: dict[int, Book | Unreadable] = {}  # by the file's key: what was read, or why it was not
        self.sheets: dict[int, Sheet] = {}

    def prepare(self, files: Iterable[WorkbookBatchFile]) -> None:
        """Read some files, and fetch the reports that they are for in one query."""
        self.books, reports = {}, set()
        for file in files:
            if file.submission_id:
                reports.add(file.submission_id)
            if self.batch.kind == BatchKind.TABLE:
                continue
            try:
                book = self.books[file.pk] = self.reading.read(self.contents(file.number))
                reports.add(key_in(book).report)
            except Unreadable as refused:
                self.books[file.pk] = refused
        self.sheets = queries.sheets(self.batch.by, reports, on=self.on)

    @transaction.atomic
    def one(self, pk: int) -> None:
        file = WorkbookBatchFile.objects.select_for_update().get(pk=pk)
        if file.verdict != FileVerdict.WAITING:
            return
        try:
            with transaction.atomic():
                self.take(file)
        except (Unreadable, Refused) as refused:
            file.verdict, file.sentence = FileVerdict.REFUSED, str(refused)
        except Exception:  # one file holds up no other
            log.exception("File %s of a batch could not be taken", pk)
            file.verdict, file.sentence = FileVerdict.REFUSED, str(BROKEN)
        file.save()

    def take(self, file: WorkbookBatchFile) -> None:
        if self.batch.kind == BatchKind.TABLE:
            sheet = self.sheet(file.submission_id)
            filled = Filled(dict(file.typed), dict(file.places))
            check(filled, sheet)
        else:
            book = self.books[file.pk]
            if isinstance(book, Unreadable):
                raise book
            key = key_in(book)
            sheet = self.sheet(file.submission_id or key.report)
            suits(key, sheet)
            filled = read_filled(book, sheet)
        file.submission, file.typed, file.places = sheet.submission, filled.typed, filled.places
        file.faults = [asdict(fault) for fault in filled.faults]
        file.verdict = FileVerdict.STORED if filled.understood else FileVerdict.FAULTY
        if filled.understood:
            keep(sheet=sheet, typed=filled.typed, batch=self.batch, at=self.at)

    def sheet(self, report: int | None) -> Sheet:
        sheet = self.sheets.get(report or 0)
        if sheet is None:
            raise Refused(_("Tệp này của một đơn vị không thuộc cơ quan của thầy cô. Chưa có gì được ghi."))
        if sheet.collection.pk != self.batch.collection_id:
            raise Refused(_("Tệp này là của đợt báo cáo khác. Chưa có gì được ghi."))
        sheet.collection.form_version.__dict__["definition"] = self.definition  # read once for all files
        return sheet


def keep(*, sheet: Sheet, typed: Mapping[str, str], batch: WorkbookBatch, at: datetime) -> None:
    """The one place where a workbook's answers become the draft; boxes that are empty in the file stay as they were."""
    submission, by = sheet.submission, batch.by
    rule = may_fill if batch.kind == BatchKind.ONE else partial(may_fill_for, office=batch.office_id)
    merged = {**submission.draft, **typed}
    actions.save_draft(submission=submission, typed=merged, revision=submission.revision, by=by, at=at, rule=rule)
    submission.draft, submission.revision = merged, submission.revision + 1
    unit = sheet.expected.unit_id
    record(verb="reporting.filled_by_workbook", on=submission, by=by.pk, at=at, unit=unit, batch=batch.pk)


def may_fill_for(submission: Submission, account: Account, *, office: int, on: date) -> Verdict:
    """Bringing in a draft for a unit below: by its office, while the unit itself could still fill it."""
    unit = submission.expected.unit_id
    if unit == office or not holds(account, Right.FILL_FOR_UNITS, unit, on=on):
        return no(_("Đơn vị này không thuộc cơ quan của thầy cô nên thầy cô không nộp thay được."))
    return may_move(submission, Move.SEND, on=on)


def _batch(  # a row's fields
    collection: Collection, office: int, kind: BatchKind, content: bytes, name: str, *, by: Account, at: datetime
) -> WorkbookBatch:
    type_ = ZIP if kind == BatchKind.ARCHIVE else XLSX
    file = store(content=content, name=_shown(name), content_type=type_, unit=office, by=by.pk, at=at)
    return WorkbookBatch.objects.create(collection=collection, office_id=office, kind=kind, file=file, at=at, by=by)


def _rows(collection: Collection, office: int, content: bytes, *, by: Account, on: date) -> list[WorkbookBatchFile]:
    """The rows of a table that hold answers, as files."""
    with reader() as reading:
        book = reading.read(content)
    key = key_in(book)
    wanted = (collection.form_version.definition.code, collection.period.code, office)
    if (key.form, key.period, key.unit) != wanted:
        raise Unreadable(
            _("Bảng này không phải của đợt báo cáo này, hoặc của cơ quan khác. Hãy tải bảng mẫu ở trang này.")
        )
    reports = {
        row.unit_id: row for row in queries.reports_visible_to(by, on=on).filter(expected__collection=collection)
    }
    files = []
    for row in read_rows(book, collection.form_version.definition):
        report = reports.get(row.unit)
        file = WorkbookBatchFile(
            number=row.number, name=_shown(row.name), submission=report, typed=row.typed, places=row.places
        )
        if report is None:
            file.verdict = FileVerdict.REFUSED
            file.sentence = _("Dòng này của một đơn vị không thuộc cơ quan của thầy cô. Chưa có gì được ghi.")
        elif report.revision != row.revision:
            file.verdict = FileVerdict.REFUSED
            file.sentence = _("Đơn vị đã sửa bản nháp sau khi thầy cô tải bảng này. Hãy tải bảng mới để không ghi đè.")
        files.append(file)
    if not files:
        raise Unreadable(_("Bảng chưa có dòng nào được điền."))
    return files


def _is_archive(content: bytes) -> bool:
    """Whether it is a ZIP of files, and not a workbook, which is a ZIP too."""
    if len(content) > MOST_ARCHIVE:  # no workbook; `_entries` says so before anything is unpacked
        return True
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _entries(content: bytes) -> list[tuple[int, str]]:
    """(place in the archive, name) of each file in it. Names are only shown: nothing is unpacked to a folder."""
    if len(content) > MOST_ARCHIVE:
        raise Unreadable(_("Tệp nén lớn quá %(megabytes)s MB. Hãy chia thành nhiều tệp.") % {"megabytes": 100})
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = archive.infolist()
    too_much = sum(part.file_size for part in parts) > MOST_UNPACKED or any(
        part.file_size > BIG and part.file_size > MOST_RATIO * max(part.compress_size, 1) for part in parts
    )
    if len(parts) > MOST_ENTRIES or too_much:
        raise Unreadable(_("Tệp nén khi mở ra sẽ lớn gấp nhiều lần nên không được nhận. Hãy nén lại từ các tệp gốc."))
    named = [(number, entry_name(part)) for number, part in enumerate(parts) if not part.is_dir()]
    files = [(number, name) for number, name in named if not name.startswith((".", "~$")) and name]
    if not files:
        raise Unreadable(_("Tệp nén không có tệp nào."))
    if len(files) > MOST_FILES:
        raise Unreadable(_("Tệp nén có quá %(most)s tệp. Hãy chia thành nhiều lần.") % {"most": MOST_FILES})
    return files


def entry_name(part: zipfile.ZipInfo) -> str:
    """The bare name, in Vietnamese where an old packer wrote UTF-8 without saying so; "" for a system's own files."""
    name = part.filename
    if not part.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = part.filename
    path = PurePosixPath(name.replace("\\", "/"))
    return "" if "__MACOSX" in path.parts else nfc(path.name)


class _Contents:
    """The bytes of each file of a batch, by its number; Unreadable where there is something else."""

    def __init__(self, batch: WorkbookBatch, content: bytes) -> None:
        self.content = content
        self.archive = zipfile.ZipFile(BytesIO(content)) if batch.kind == BatchKind.ARCHIVE else None

    def __call__(self, number: int) -> bytes:
        if self.archive is None:
            return self.content
        part = self.archive.infolist()[number]
        if entry_name(part).lower().endswith(NESTED):
            raise Unreadable(_("Đây là tệp nén nằm trong tệp nén. Hãy đặt thẳng các tệp Excel vào một tệp nén."))
        if part.flag_bits & 1:
            raise Unreadable(_("Tệp nén có mật khẩu. Hãy nén lại không đặt mật khẩu."))
        try:
            with self.archive.open(part) as file:
                return file.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, EOFError, zlib.error, lzma.LZMAError):
            raise Unreadable(str(BROKEN)) from None


@contextmanager
def _contents(batch: WorkbookBatch) -> Iterator[_Contents]:
    with content_of(batch.file) as file:
        yield _Contents(batch, b"" if batch.kind == BatchKind.TABLE else file.read())


def _shown(name: str) -> str:
    return nfc(name)[:200]


def faults_of(file: WorkbookBatchFile) -> list[CellFault]:
    """What was wrong in one file, as it was found."""
    return [CellFault(**fault) for fault in file.faults]
