"""An office brings in the workbooks of its schools: good ones stay, bad ones have a sentence, a killed job goes on."""

from __future__ import annotations

import uuid
import zipfile
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from donghanh.audit.models import Entry
from donghanh.reporting import batches
from donghanh.reporting.choices import FileVerdict, State
from donghanh.reporting.models import WorkbookBatch
from donghanh.reporting.tests.factories import AT, an_open_round, filled, report_of, sheet_of
from donghanh.reporting.tests.workbook_files import filled_in
from donghanh.reporting.workbooks import template

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def open_round(cast):
    return an_open_round(cast)


def file_of(cast, open_round, unit, reader=None, **values):
    blank = template(sheet_of(unit, open_round, reader or cast.department_officer), typed={})
    return filled_in(blank, {"briefings_held": 2, **values})


def zipped(files):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def begun(cast, open_round, content, by=None):
    return batches.begin(
        collection=open_round, content=content, name="phong.zip", client_key=uuid.uuid4(),
        by=by or cast.district_officer, at=AT,
    )  # fmt: skip


def verdicts(batch):
    return list(batch.files.order_by("number").values_list("name", "verdict"))


def test_good_files_are_kept_though_others_fail(cast, open_round):
    content = zipped({
        "../../etc/nậm trường.xlsx": file_of(cast, open_round, cast.school, collaborators=5),
        "mầm non.xlsx": file_of(cast, open_round, cast.preschool, collaborators="năm"),
        "Kim Bôi.xlsx": file_of(cast, open_round, cast.sibling),
        "hỏng.xlsx": b"PK\x03\x04 hong",
        "trong.zip": zipped({"a.xlsx": b"x"}),
        "__MACOSX/._a.xlsx": b"x",
    })  # fmt: skip
    batch = begun(cast, open_round, content)
    batches.work(batch_id=batch.pk, at=AT)
    assert verdicts(batch) == [
        ("nậm trường.xlsx", "taken"), ("mầm non.xlsx", "faulty"), ("Kim Bôi.xlsx", "refused"),
        ("hỏng.xlsx", "refused"), ("trong.zip", "refused"),
    ]  # fmt: skip
    school = report_of(cast.school, open_round)
    assert (school.state, school.draft["collaborators"]) == (State.DRAFT, "5")
    assert school.saved_by == cast.district_officer
    assert Entry.objects.filter(verb="reporting.filled_for").count() == 2
    assert report_of(cast.sibling, open_round).draft == {}
    says = dict(batch.files.values_list("name", "sentence"))
    assert "không thuộc phạm vi" in says["Kim Bôi.xlsx"]
    assert "Tệp nén nằm trong tệp nén" in says["trong.zip"]
    assert "không phải là số" in batch.files.get(name="mầm non.xlsx").faults[0]["sentence"]


def test_what_the_school_wrote_itself_stays(cast, open_round):
    content = zipped({"a.xlsx": file_of(cast, open_round, cast.school, collaborators=5)})
    report = report_of(cast.school, open_round)
    report.draft, report.revision = {"collaborators": "7"}, 1
    report.save()
    batch = begun(cast, open_round, content)
    batches.work(batch_id=batch.pk, at=AT)
    report.refresh_from_db()
    assert (report.draft["collaborators"], report.draft["briefings_held"]) == ("7", "2")
    assert "Đơn vị đã tự điền “7”" in batch.files.get().faults[0]["sentence"]


def test_a_killed_job_goes_on_where_it_was(cast, open_round, monkeypatch):
    units = [cast.school, cast.preschool]
    batch = begun(cast, open_round, zipped({f"{n}.xlsx": file_of(cast, open_round, u) for n, u in enumerate(units)}))
    real, calls = batches._take, []

    def killed(*given):
        calls.append(given[1].number)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*given)

    monkeypatch.setattr(batches, "_take", killed)
    with pytest.raises(KeyboardInterrupt):
        batches.work(batch_id=batch.pk, at=AT)
    assert [verdict for _name, verdict in verdicts(batch)] == [FileVerdict.TAKEN, FileVerdict.WAITING]
    batches.work(batch_id=batch.pk, at=AT)
    assert calls == [0, 1, 1]
    assert {verdict for _name, verdict in verdicts(batch)} == {FileVerdict.TAKEN}
    assert report_of(cast.school, open_round).revision == 1  # read once


def test_names_of_old_packers_are_read():
    content = zipped({"truong.xlsx": b"x"})
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entry = archive.infolist()[0]
    entry.filename, entry.flag_bits = "Trường Ân.xlsx".encode().decode("cp437"), 0
    assert batches.entry_name(entry) == "Trường Ân.xlsx"


def test_one_workbook_with_all_schools_from_download_to_marked_files(cast, open_round, sign_in):
    officer = sign_in(cast.district_officer)
    here = [open_round.pk]
    book = openpyxl.load_workbook(BytesIO(officer.get(reverse("reporting:batch_one_for_all", args=here)).content))
    page = book.worksheets[0]
    columns = {page.cell(3, c).value: c for c in range(3, page.max_column + 1)}
    rows = {page.cell(r, 1).value: r for r in range(5, page.max_row + 1)}
    assert f"u{cast.sibling.pk}" not in rows
    for code, text in filled().items():
        page.cell(rows[f"u{cast.school.pk}"], columns[code], int(text) if text.isdigit() else text)
    page.cell(rows[f"u{cast.preschool.pk}"], columns["collaborators"], "ba")
    out = BytesIO()
    book.save(out)
    key = str(uuid.uuid4())
    told = {"client_key": key, "file": SimpleUploadedFile("chung.xlsx", out.getvalue())}
    answer = officer.post(reverse("reporting:batches", args=here), told)
    assert answer.status_code == 302
    told["file"] = SimpleUploadedFile("chung.xlsx", out.getvalue())
    assert officer.post(reverse("reporting:batches", args=here), told).url == answer.url
    batch = WorkbookBatch.objects.get()
    assert officer.get(reverse("reporting:batch_progress", args=[batch.pk])).json()["waiting"] == 2
    batches.work(batch_id=batch.pk, at=AT)
    assert report_of(cast.school, open_round).draft == filled()
    shown = officer.get(answer.url).content.decode()
    assert "Đã đọc xong: 1 tệp vào bản nháp, 1 tệp có ô cần xem lại, 0 tệp không nhận." in shown
    marked = officer.get(reverse("reporting:batch_marked", args=[batch.pk]))
    with zipfile.ZipFile(BytesIO(marked.content)) as archive:
        [name] = archive.namelist()
        sheet = openpyxl.load_workbook(BytesIO(archive.read(name))).worksheets[0]
    assert [cell.value for cells in sheet.iter_rows() for cell in cells if cell.comment] == ["ba"]
    assert sign_in(cast.department_officer).get(answer.url).status_code == 404  # whose batch it is


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"%PDF", "không phải tệp Excel"), (b"PK\x03\x04broken", "ZIP bị hỏng"), (zipped({}), "không phải tệp Excel"),
     (zipped({f"{n}.xlsx": b"" for n in range(501)}), "Cần từ 1 đến 500")],
)  # fmt: skip
def test_a_wrong_archive_is_refused_whole(cast, open_round, sign_in, content, sentence):
    told = {"client_key": str(uuid.uuid4()), "file": SimpleUploadedFile("x.zip", content)}
    answer = sign_in(cast.district_officer).post(reverse("reporting:batches", args=[open_round.pk]), told)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not WorkbookBatch.objects.exists()


def test_a_teacher_brings_in_nothing_for_others(cast, open_round, sign_in):
    assert sign_in(cast.teacher).get(reverse("reporting:batches", args=[open_round.pk])).status_code == 403
