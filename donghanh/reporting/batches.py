"""An office brings in filled workbooks for the units below it: file by file into their drafts, never sent for them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from io import BytesIO
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.files.actions import store
from donghanh.files.queries import content_of
from donghanh.kernel.books_in import BookReader
from donghanh.kernel.sheets_in import XLSX_MARK, Unreadable
from donghanh.kernel.verdict import Refused, Verdict, no
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import units_reached
from donghanh.reporting import queries
from donghanh.reporting.actions import save_draft
from donghanh.reporting.choices import EDITABLE, FileVerdict, Move
from donghanh.reporting.models import Collection, Submission, WorkbookBatch, WorkbookBatchFile
from donghanh.reporting.queries import Sheet
from donghanh.reporting.rules import may_move
from donghanh.reporting.tasks import read_batch
from donghanh.reporting.workbook_filing import CellFault, filed, merged
from donghanh.reporting.workbook_many import rows_of
from donghanh.reporting.workbook_reading import MOST_BYTES, Reading, belongs, open_book, read_filled

MOST_FILES = 500
MOST_ARCHIVE = 50 * 1024 * 1024  # bytes
MOST_RATIO, BIG = 200, 1024 * 1024
UTF8_NAME = 0x800  # flag of a ZIP entry whose name is UTF-8


def may_fill_for(submission: Submission, account: Account, *, on: date) -> Verdict:
    """Files of a unit may be brought in by an office above it, while the report lies with the unit."""
    reached = units_reached(account, Right.FILL_FOR_UNITS, on=on)
    if not reached.filter(descendant=submission.expected.unit_id).exists():
        return no(_("Đơn vị này không thuộc phạm vi của thầy cô."))
    return may_move(submission, Move.SEND, on=on)


def reports_below(account: Account, collection: Collection, *, on: date) -> QuerySet[Any]:
    """Reports of the round that the account may bring files in for, by name of the unit."""
    rows = queries.reports_visible_to(account, on=on, right=Right.FILL_FOR_UNITS)
    return rows.filter(expected__collection=collection, state__in=EDITABLE).order_by("unit_sort", "pk")


def sheets_below(account: Account, collection: Collection, *, on: date) -> list[Sheet]:
    pks = reports_below(account, collection, on=on).values_list("pk", flat=True)[:MOST_FILES]
    return [queries.sheet(account, pk, on=on) for pk in pks]


def batches_visible_to(account: Account) -> QuerySet[WorkbookBatch]:
    """One's own batches, newest first."""
    return WorkbookBatch.objects.filter(by=account).select_related("file", "collection__period").order_by("-pk")


def begin(
    *, collection: Collection, content: bytes, name: str, client_key: UUID, by: Account, at: datetime
) -> WorkbookBatch:
    """Keep the file and have the worker read it. The same `client_key` is the same batch. Or Unreadable."""
    if earlier := WorkbookBatch.objects.filter(client_key=client_key, by=by).first():
        return earlier
    files = list(_files_of(collection, content))
    if not 0 < len(files) <= MOST_FILES:
        raise Unreadable(_("Cần từ 1 đến %(most)s tệp hoặc dòng; tệp này có %(count)s.") % {
            "most": MOST_FILES, "count": len(files),
        })  # fmt: skip
    with transaction.atomic():
        file = store(content=content, name=name[:200], content_type="", unit=None, by=by.pk, at=at)
        batch = WorkbookBatch.objects.create(collection=collection, file=file, client_key=client_key, at=at, by=by)
        WorkbookBatchFile.objects.bulk_create(
            WorkbookBatchFile(batch=batch, number=number, name=called[:200], held=held)
            for number, called, held in files
        )
        record(verb="reporting.batch_begun", on=batch, by=by.pk, at=at, files=len(files))
        read_batch.defer(batch_id=batch.pk)
    return batch


def _files_of(collection: Collection, content: bytes) -> Iterable[tuple[int, str, Any]]:
    if len(content) > MOST_ARCHIVE:
        raise Unreadable(_("Tệp lớn quá %(megabytes)s MB. Hãy chia thành nhiều lần.") % {"megabytes": 50})
    archive = _archive(content)
    if archive and "[Content_Types].xml" not in archive.namelist():
        return [(n, entry_name(entry), {}) for n, entry in enumerate(archive.infolist()) if _counts(entry)]
    with BookReader() as books:
        key, page = open_book(books, content)
    if key.get("round") != collection.pk:
        raise Unreadable(_("Tệp này không phải mẫu chung của đợt báo cáo này. Tệp của một đơn vị thì cho vào ZIP."))
    return rows_of(page, collection.form_version.definition)


def _archive(content: bytes) -> zipfile.ZipFile | None:
    if not content.startswith(XLSX_MARK):
        return None
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Unreadable(_("Tệp ZIP bị hỏng hoặc tải lên chưa hết. Hãy nén lại rồi nộp.")) from None


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The last part of the name, as it was meant: old packers write UTF-8 or a code page and do not say so."""
    name = entry.filename
    if not entry.flag_bits & UTF8_NAME:
        raw = name.encode("cp437", errors="replace")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("cp1258", errors="replace")
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2].replace("\0", "")


def _counts(entry: zipfile.ZipInfo) -> bool:
    return not entry.is_dir() and "__MACOSX" not in entry.filename and not entry_name(entry).startswith((".", "~$"))


def work(*, batch_id: int, at: datetime) -> None:
    """Every file that still waits, each in a transaction of its own: stopped at any point, a second run goes on."""
    batch = WorkbookBatch.objects.select_related("file", "by", "collection__form_version").get(pk=batch_id)
    with content_of(batch.file) as file:
        content = file.read()
    archive = _archive(content)
    waiting = batch.files.filter(verdict=FileVerdict.WAITING).order_by("number").values_list("pk", flat=True)
    with BookReader() as books:
        for pk in list(waiting):
            with transaction.atomic():
                row = batch.files.select_for_update(skip_locked=True).filter(pk=pk, verdict=FileVerdict.WAITING).first()
                if row:
                    _take(batch, row, books, archive, at)
                    row.save()


def _take(
    batch: WorkbookBatch, row: WorkbookBatchFile, books: BookReader, archive: zipfile.ZipFile | None, at: datetime
) -> None:
    on = timezone.localdate(at)
    try:
        if row.held:
            key, page = {"unit": row.held["unit"]}, None
        else:
            key, page = open_book(books, _entry(cast("zipfile.ZipFile", archive), row.number))
        sheet = _sheet_of(batch, key.get("unit"), on=on)
        row.submission = sheet.submission
        if page:
            belongs(key, sheet).enforce()
            reading = read_filled(key, page, sheet.definition)
        else:
            reading = Reading(key, row.held["typed"], row.held["places"])
        with transaction.atomic():
            faults = _into_draft(batch, sheet, reading, at)
    except (Unreadable, Refused) as refused:
        row.verdict, row.sentence = FileVerdict.REFUSED, str(refused)
    else:
        row.verdict = FileVerdict.FAULTY if faults else FileVerdict.TAKEN
        row.faults = [asdict(fault) for fault in faults]


def _entry(archive: zipfile.ZipFile, number: int) -> bytes:
    entry = archive.infolist()[number]
    if entry.filename.lower().endswith((".zip", ".rar", ".7z")):
        raise Unreadable(_("Tệp nén nằm trong tệp nén không được nhận."))
    if entry.file_size > MOST_BYTES:
        raise Unreadable(_("Tệp lớn quá %(megabytes)s MB. Hãy chia tệp thành nhiều phần.") % {"megabytes": 5})
    if entry.file_size > BIG and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise Unreadable(_("Tệp nén quá chặt nên không được mở."))
    try:
        with archive.open(entry) as file:
            return file.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError, ValueError, EOFError):
        raise Unreadable(_("Tệp trong ZIP bị hỏng hoặc có mật khẩu.")) from None


def _sheet_of(batch: WorkbookBatch, unit: object, *, on: date) -> Sheet:
    """The report of this unit in the round; one that the person may not bring in is as if it were not."""
    rows = queries.reports_visible_to(batch.by, on=on, right=Right.FILL_FOR_UNITS)
    pk = rows.filter(expected__collection=batch.collection, expected__unit=unit).values_list("pk", flat=True).first()
    if pk is None:
        raise Refused(_("Đơn vị của tệp không thuộc đợt này hoặc không thuộc phạm vi của thầy cô."))
    return queries.sheet(batch.by, pk, on=on)


def _into_draft(batch: WorkbookBatch, sheet: Sheet, reading: Reading, at: datetime) -> list[CellFault]:
    """What the unit wrote itself stays: where the file says otherwise, that cell is named and left alone."""
    submission = sheet.submission
    differs = {
        code: text
        for code, text in reading.typed.items()
        if text.strip() and submission.draft.get(code, text) != text
    }  # fmt: skip
    taken = Reading(
        reading.key, {c: t for c, t in reading.typed.items() if c not in differs}, reading.places, reading.unknown
    )
    typed = merged(submission.draft, taken)
    saving: dict[str, Any] = {"typed": typed, "revision": submission.revision, "by": batch.by, "at": at}
    revision = save_draft(submission=submission, rule=may_fill_for, **saving)
    record(
        verb="reporting.filled_for", on=submission, by=batch.by_id, at=at, unit=sheet.expected.unit_id,
        batch=batch.pk, cells=len([text for text in taken.typed.values() if text.strip()]),
    )  # fmt: skip
    submission.draft, submission.revision = typed, revision
    items = sheet.definition.items
    kept = [
        CellFault(
            reading.places.get(code, ""), code, items[code.removeprefix("note:").partition("[")[0]].name, text,
            _("Đơn vị đã tự điền “%(own)s”; số của đơn vị được giữ.") % {"own": submission.draft[code]},
        )
        for code, text in differs.items()
    ]  # fmt: skip
    return [*kept, *filed(sheet, taken, revision).faults]
