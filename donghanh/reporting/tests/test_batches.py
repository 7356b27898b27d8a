"""Filled workbooks into drafts: the unit's own, and an office's table or archive."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from donghanh.audit.models import Entry
from donghanh.kernel.sheets_in import Unreadable
from donghanh.kernel.verdict import Refused
from donghanh.reporting import batches
from donghanh.reporting.actions import save_draft
from donghanh.reporting.choices import FileVerdict
from donghanh.reporting.models import WorkbookBatch
from donghanh.reporting.tests.factories import AT, a_sent_report, an_open_round, filled, report_of, sheet_of
from donghanh.reporting.tests.test_workbooks import as_excel, cells_by_box, filled_in
from donghanh.reporting.workbooks import template

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def round_(cast: Any) -> Any:
    return an_open_round(cast)


@pytest.fixture
def sheet(cast: Any, round_: Any) -> Any:
    return sheet_of(cast.school, round_, cast.teacher)


def upload(client: Any, address: str, content: bytes, name: str = "mau.xlsx") -> Any:
    return client.post(address, {"file": SimpleUploadedFile(name, content)}, follow=True)


def zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def bring_in(cast: Any, round_: Any, content: bytes, name: str = "cac-truong.zip") -> WorkbookBatch:
    return batches.bring_in_many(
        collection=round_, office=cast.lac_son.pk, content=content, name=name, by=cast.district_officer, at=AT
    )


def verdicts(batch: WorkbookBatch) -> dict[str, str]:
    return {file.name: file.verdict for file in batch.files.order_by("number")}


def test_a_filled_template_becomes_the_draft(cast, sheet, sign_in):
    client = sign_in(cast.teacher)
    page = client.get(reverse("reporting:workbook_upload", args=[sheet.pk])).content.decode()
    assert reverse("reporting:workbook", args=[sheet.pk]) in page
    empty = client.get(reverse("reporting:workbook", args=[sheet.pk])).content
    answer = upload(
        client, reverse("reporting:workbook_upload", args=[sheet.pk]), filled_in(empty, as_excel(filled(), sheet))
    )
    assert "Đã ghi mọi ô của tệp vào bản nháp" in answer.content.decode()
    report = report_of(cast.school, sheet.collection)
    assert (report.draft, report.revision, report.saved_by) == (filled(), 1, cast.teacher)


def test_one_wrong_cell_stores_nothing_and_comes_back_marked(cast, sheet, sign_in):
    client = sign_in(cast.teacher)
    content = filled_in(template(sheet), {**as_excel(filled(), sheet), "collaborators": "năm"})
    answer = upload(client, reverse("reporting:workbook_upload", args=[sheet.pk]), content)
    page = answer.content.decode()
    place = cells_by_box(openpyxl.load_workbook(BytesIO(content)).worksheets[0])["collaborators"].coordinate
    assert "có 1 ô cần sửa" in page
    assert f">{place}<" in page
    assert report_of(cast.school, sheet.collection).draft == {}
    marked = client.get(answer.request["PATH_INFO"] + "da-danh-dau/").content
    cells = cells_by_box(openpyxl.load_workbook(BytesIO(marked)).worksheets[0])
    assert [box for box, cell in cells.items() if cell.comment] == ["collaborators"]
    assert cells["briefings_held"].value == 2


def test_a_file_that_cannot_be_read_is_answered_at_the_field(cast, sheet, sign_in):
    address = reverse("reporting:workbook_upload", args=[sheet.pk])
    answer = upload(sign_in(cast.teacher), address, b"%PDF-1.7", "anh.pdf")
    assert answer.status_code == 422
    assert "không phải tệp Excel" in answer.content.decode()
    assert report_of(cast.school, sheet.collection).revision == 0


def test_empty_cells_leave_the_draft_and_a_sent_report_is_refused(cast, round_, sheet):
    report_of(cast.school, round_)
    sheet.submission.draft = {"feedback_received": "7"}
    sheet.submission.save()
    content = filled_in(template(sheet, {}), {"collaborators": 5})
    batches.bring_in_one(sheet=sheet, content=content, name="a.xlsx", by=cast.teacher, at=AT)
    assert report_of(cast.school, round_).draft == {"feedback_received": "7", "collaborators": "5"}
    a_sent_report(cast, round_)
    with pytest.raises(Refused, match="đang chờ duyệt"):
        batches.bring_in_one(
            sheet=sheet_of(cast.school, round_, cast.teacher), content=content, name="a.xlsx", by=cast.teacher, at=AT
        )


def test_an_archive_stores_the_good_files_and_tells_of_each_other(cast, round_, sheet):
    good = filled_in(template(sheet), as_excel(filled(), sheet))
    elsewhere = template(sheet_of(cast.sibling, round_, cast.other_teacher))
    bad = filled_in(template(sheet), {"collaborators": -1})
    batch = bring_in(cast, round_, zipped({
        "../../Trường A.xlsx": good, "khác.xlsx": elsewhere, "hỏng.xlsx": good[:500], "trong.zip": zipped({"a": b"a"}),
        "sai.xlsx": bad, "__MACOSX/x": b"x", "ghi chú.txt": b"abc",
    }))  # fmt: skip
    batches.read_waiting(batch_id=batch.pk, at=AT)
    assert verdicts(batch) == {
        "Trường A.xlsx": FileVerdict.STORED, "khác.xlsx": FileVerdict.REFUSED, "hỏng.xlsx": FileVerdict.REFUSED,
        "trong.zip": FileVerdict.REFUSED, "sai.xlsx": FileVerdict.FAULTY, "ghi chú.txt": FileVerdict.REFUSED,
    }  # fmt: skip
    assert all(file.sentence for file in batch.files.filter(verdict=FileVerdict.REFUSED))
    report = report_of(cast.school, round_)
    assert (report.draft, report.state, report.saved_by) == (filled(), "draft", cast.district_officer)
    assert Entry.objects.filter(verb="reporting.filled_by_workbook").count() == 1


def test_a_killed_worker_leaves_nothing_to_be_done_twice(cast, round_, sheet, monkeypatch):
    good = filled_in(template(sheet), as_excel(filled(), sheet))
    batch = bring_in(cast, round_, zipped({"1.xlsx": good, "2.xlsx": good, "3.xlsx": good}))
    take, seen = batches._Reading.take, []

    def killed_at_the_second(self: Any, file: Any) -> None:
        if len(seen) == 1:
            raise KeyboardInterrupt
        seen.append(file.name)
        take(self, file)

    with monkeypatch.context() as patch:
        patch.setattr(batches._Reading, "take", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            batches.read_waiting(batch_id=batch.pk, at=AT)
    assert list(verdicts(batch).values()) == [FileVerdict.STORED, FileVerdict.WAITING, FileVerdict.WAITING]
    batches.read_waiting(batch_id=batch.pk, at=AT)
    batches.read_waiting(batch_id=batch.pk, at=AT)
    assert set(verdicts(batch).values()) == {FileVerdict.STORED}
    assert report_of(cast.school, round_).revision == 3


def test_a_table_with_a_row_a_school(cast, round_, sign_in):
    client = sign_in(cast.district_officer)
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("reporting:batch_table", args=[round_.pk])).content))
    page = book.worksheets[0]
    codes = {cell.value: cell.column for row in page.iter_rows() if row[0].value == "#" for cell in row if cell.value}
    rows = {row[0].value: row[0].row for row in page.iter_rows() if str(row[0].value).startswith("u")}
    assert set(rows) == {f"u{cast.school.pk}.0", f"u{cast.preschool.pk}.0"}
    page.cell(rows[f"u{cast.school.pk}.0"], codes["collaborators"]).value = 5
    page.cell(rows[f"u{cast.preschool.pk}.0"], codes["collaborators"]).value = "nhiều"
    out = BytesIO()
    book.save(out)
    batch = bring_in(cast, round_, out.getvalue(), "bang.xlsx")
    batches.read_waiting(batch_id=batch.pk, at=AT)
    assert sorted(verdicts(batch).values()) == [FileVerdict.FAULTY, FileVerdict.STORED]
    assert report_of(cast.school, round_).draft == {"collaborators": "5"}
    page = client.get(reverse("reporting:batch", args=[batch.pk])).content.decode()
    assert "Đã ghi 1/2 vào bản nháp" in page
    with zipfile.ZipFile(BytesIO(client.get(reverse("reporting:marked_all", args=[batch.pk])).content)) as archive:
        assert len(archive.namelist()) == 1


def test_a_row_of_a_school_that_wrote_meanwhile_overwrites_nothing(cast, round_, sign_in):
    client = sign_in(cast.district_officer)
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("reporting:batch_table", args=[round_.pk])).content))
    page = book.worksheets[0]
    codes = {cell.value: cell.column for row in page.iter_rows() if row[0].value == "#" for cell in row if cell.value}
    (row,) = [row[0].row for row in page.iter_rows() if row[0].value == f"u{cast.school.pk}.0"]
    page.cell(row, codes["collaborators"]).value = 5
    out = BytesIO()
    book.save(out)
    report = report_of(cast.school, round_)
    save_draft(submission=report, typed={"collaborators": "9"}, revision=0, by=cast.teacher, at=AT)
    batch = bring_in(cast, round_, out.getvalue(), "bang.xlsx")
    batches.read_waiting(batch_id=batch.pk, at=AT)
    assert report_of(cast.school, round_).draft == {"collaborators": "9"}
    assert "sửa bản nháp sau khi" in batch.files.get().sentence


def test_a_damaged_file_holds_up_no_other(cast, round_, sheet):
    good = template(sheet, {"collaborators": "5"})
    archive = bytearray(zipped({"a.xlsx": b"0123456789" * 300, "b.xlsx": good}))
    archive[40:60] = b"\xff" * 20  # within the packed bytes of the first
    batch = bring_in(cast, round_, bytes(archive))
    batches.read_waiting(batch_id=batch.pk, at=AT)
    assert verdicts(batch) == {"a.xlsx": FileVerdict.REFUSED, "b.xlsx": FileVerdict.STORED}


def test_only_an_office_brings_in_for_others(cast, round_, sheet):
    content = zipped({"a.xlsx": template(sheet)})
    with pytest.raises(Refused):
        batches.bring_in_many(
            collection=round_, office=cast.school.pk, content=content, name="a.zip", by=cast.principal, at=AT
        )


def test_archives_that_are_too_much_are_refused_whole(cast, round_):
    with pytest.raises(Unreadable, match="quá 500 tệp"):
        bring_in(cast, round_, zipped({f"{n}.xlsx": b"a" for n in range(501)}))
    with pytest.raises(Unreadable, match="gấp nhiều lần"):
        bring_in(cast, round_, zipped({"a.xlsx": b"\0" * 30_000_000}))
    assert WorkbookBatch.objects.count() == 0


def test_names_that_an_old_packer_wrote_are_read_in_vietnamese():
    part = zipfile.ZipInfo("Trường.xlsx".encode().decode("cp437"))
    assert batches.entry_name(part) == "Trường.xlsx"


def test_a_stranger_does_not_see_what_others_brought_in(cast, round_, sheet, sign_in):
    batch = batches.bring_in_one(sheet=sheet, content=template(sheet), name="a.xlsx", by=cast.teacher, at=AT)
    address = reverse("reporting:batch_file", args=[batch.files.get().pk])
    assert sign_in(cast.teacher).get(address).status_code == 200
    assert sign_in(cast.other_teacher).get(address).status_code == 404


def test_queries_do_not_grow_with_cells(cast, round_, sheet, django_assert_max_num_queries):
    content = filled_in(template(sheet), as_excel(filled(), sheet))
    with django_assert_max_num_queries(24):
        batches.bring_in_one(sheet=sheet, content=content, name="a.xlsx", by=cast.teacher, at=AT)
