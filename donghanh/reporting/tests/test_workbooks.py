"""A report by Excel: the template out, the filled one in; every bad file has its sentence and stores nothing."""

from __future__ import annotations

import uuid
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from donghanh.questionnaires.models import read_definition
from donghanh.reporting.choices import State
from donghanh.reporting.tests.factories import FILLED, FORM, an_open_round, filled, report_of, sheet_of
from donghanh.reporting.tests.workbook_files import ANSWER, as_upload, changed, filled_in, rows_of, with_entry
from donghanh.reporting.workbook_layout import KEY_SHEET, layout_of
from donghanh.reporting.workbook_reading import as_typed, number_text
from donghanh.reporting.workbooks import template

pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def open_round(cast):
    return an_open_round(cast)


@pytest.fixture
def report(cast, open_round):
    return report_of(cast.school, open_round)


@pytest.fixture
def blank(cast, open_round):
    return template(sheet_of(cast.school, open_round, cast.teacher), typed={})


def values(**changes):
    """What a person writes into the file: numbers as numbers, Có and Không in words."""
    flags = {"schools_with_outreach", "schools_with_collaborator_team", "school_plan_issued"}
    typed = {code: ("Có" if text == "1" else "Không") if code in flags else text for code, text in filled().items()}
    return {code: int(text) if text.isdigit() else text for code, text in typed.items()} | changes


def upload(client, report, content, name="bao-cao.xlsx", **more):
    told = {"file": as_upload(content, name), "client_key": str(uuid.uuid4()), **more}
    return client.post(reverse("reporting:workbook", args=[report.pk]), told)


def untouched(report):
    report.refresh_from_db()
    return report.revision == 0 and report.draft == {} and report.state == State.DRAFT


def test_a_filled_template_becomes_the_draft(cast, report, sign_in):
    teacher = sign_in(cast.teacher)
    content = teacher.get(reverse("reporting:workbook_template", args=[report.pk])).content
    answer = upload(teacher, report, filled_in(content, values()))
    assert answer.status_code == 302
    report.refresh_from_db()
    assert report.draft == filled()
    assert report.state == State.DRAFT
    again = teacher.get(reverse("reporting:workbook_template", args=[report.pk])).content
    page = openpyxl.load_workbook(BytesIO(again)).worksheets[0]
    rows = rows_of(page)
    assert page.cell(rows["collaborators"], ANSWER).value == int(FILLED["collaborators"])
    assert page.cell(rows["school_plan_issued"], ANSWER).value == "Có"


def test_a_complete_file_is_sent_at_once_where_asked(cast, report, sign_in):
    answer = upload(sign_in(cast.teacher), report, filled_in(_template(cast, report), values()), send="on")
    assert answer.url == reverse("reporting:report", args=[report.pk])
    report.refresh_from_db()
    assert report.state == State.SUBMITTED


def test_an_incomplete_file_stays_a_draft_and_says_so(cast, report, sign_in):
    content = filled_in(_template(cast, report), values(collaborators=None))
    answer = upload(sign_in(cast.teacher), report, content, send="on")
    assert answer.status_code == 422
    assert "còn 1 ô trống" in answer.content.decode()
    report.refresh_from_db()
    assert (report.state, report.draft["briefings_held"]) == (State.DRAFT, "2")


def _template(cast, report):
    return template(sheet_of(cast.school, report.expected.collection, cast.teacher), typed={})


def test_only_the_answers_are_open_and_the_levels_are_the_units_own(blank):
    book = openpyxl.load_workbook(BytesIO(blank))
    page = book.worksheets[0]
    rows = rows_of(page)
    assert page.protection.sheet
    assert not page.cell(rows["collaborators"], ANSWER).protection.locked
    assert page.cell(rows["collaborators"], 2).protection.locked
    assert "staff_trained[TH]" in rows
    assert "staff_trained[MN]" not in rows
    total = page.cell(rows["staff_trained[THCS]"] + 1, ANSWER)
    assert (total.value[:5], total.protection.locked) == ("=SUM(", True)
    assert book[KEY_SHEET].sheet_state == "veryHidden"
    kinds = {rule.type for rule in page.data_validations.dataValidation}
    assert {"whole", "list"} <= kinds


@pytest.mark.parametrize("word", ["=1+1", "@SUM(A1)", "+84", "-x", '=HYPERLINK("http://x.vn")'])
def test_words_never_become_formulas(cast, open_round, word):
    content = template(sheet_of(cast.school, open_round, cast.teacher), typed={"team_decision": word})
    cell = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    cell = cell.cell(rows_of(cell)["team_decision"], ANSWER)
    assert (cell.value, cell.data_type) == (word, "s")


WRONG = [
    ("letters", "ba mươi", "không phải là số"),
    ("negative", -5, "nhỏ hơn 0"),
    ("fraction", 12.345, "có phần lẻ"),
    ("fraction in words", "1.234,5", "có phần lẻ"),
    ("too much", 10**18, "quá lớn"),
]


@pytest.mark.parametrize(("name", "typed", "sentence"), WRONG, ids=[name for name, *_ in WRONG])
def test_a_wrong_cell_is_named_and_comes_back_marked(cast, report, sign_in, name, typed, sentence):
    teacher = sign_in(cast.teacher)
    answer = upload(teacher, report, filled_in(_template(cast, report), values(briefing_attendees=typed)), send="on")
    page = answer.content.decode()
    row = rows_of(openpyxl.load_workbook(BytesIO(_template(cast, report))).worksheets[0])["briefing_attendees"]
    assert answer.status_code == 422
    assert f"F{row}" in page
    assert sentence in page
    report.refresh_from_db()
    assert (report.state, report.draft["briefings_held"]) == (State.DRAFT, "2")  # the good ones are kept
    marked = teacher.get(reverse("reporting:workbook_template", args=[report.pk]) + "?loi=1").content
    sheet = openpyxl.load_workbook(BytesIO(marked)).worksheets[0]
    comments = {cell.coordinate: cell.comment.text for cells in sheet.iter_rows() for cell in cells if cell.comment}
    assert list(comments) == [f"F{row}"]
    assert sentence in comments[f"F{row}"]
    assert sheet[f"F{row}"].fill.start_color.rgb == "FFFECACA"


def _moved(book):
    page = book.worksheets[0]
    page.insert_cols(3)
    page.insert_rows(9, 2)


def _headings_renamed(book):
    page = book.worksheets[0]
    page.cell(7, ANSWER).value = "TRA LOI *"


def _codes_gone(book):
    page = book.worksheets[0]
    for row in page.iter_rows(max_col=1):
        row[0].value = None
    page.cell(7, ANSWER).value = "Số của trường"


def _merged(book):
    page = book.worksheets[0]
    row = rows_of(page)["team_decision"]
    page.merge_cells(start_row=row, start_column=ANSWER, end_row=row, end_column=ANSWER + 1)


@pytest.mark.parametrize("change", [_moved, _headings_renamed, _codes_gone])
def test_moved_and_renamed_columns_and_rows_are_found(cast, report, sign_in, change):
    content = changed(filled_in(_template(cast, report), values()), change)
    assert upload(sign_in(cast.teacher), report, content).status_code == 302
    report.refresh_from_db()
    assert report.draft == filled()


def test_merged_cells_keep_their_value(cast, report, sign_in):
    content = changed(filled_in(_template(cast, report), values()), _merged)
    assert upload(sign_in(cast.teacher), report, content).status_code == 302
    report.refresh_from_db()
    assert report.draft["team_decision"] == FILLED["team_decision"]


def test_an_empty_cell_erases_nothing(cast, report, sign_in):
    teacher = sign_in(cast.teacher)
    blank = _template(cast, report)
    teacher.post(reverse("reporting:save_by_hand", args=[report.pk]), {
        "revision": "0", "client_key": str(uuid.uuid4()), "collaborators": "7",
    })  # fmt: skip
    upload(teacher, report, filled_in(blank, {"briefings_held": 4}))
    report.refresh_from_db()
    assert (report.draft["collaborators"], report.draft["briefings_held"]) == ("7", "4")


def _key_changed(book):
    book[KEY_SHEET]["A1"] = book[KEY_SHEET]["A1"].value[:-3] + "abc"


def _key_gone(book):
    del book[KEY_SHEET]


BROKEN = [
    ("key changed", lambda content: changed(content, _key_changed), "không còn nguyên vẹn"),
    ("key gone", lambda content: changed(content, _key_gone), "không phải mẫu tải từ phần mềm"),
    ("password", lambda _content: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "có mật khẩu"),
    ("macro", lambda content: with_entry(content, "xl/vbaProject.bin", b"x"), "có macro"),
    ("zip bomb", lambda content: with_entry(content, "xl/media/x", b"\0" * 30_000_000), "nén quá chặt"),
    ("truncated", lambda content: content[: len(content) // 2], "không đọc được tệp này"),
    ("wrong type", lambda _content: b"%PDF-1.7 not a workbook", "không phải tệp Excel"),
    ("no file", lambda _content: b"", "không có gì bên trong"),
    ("too large", lambda content: content + b"\0" * 6_000_000, "lớn quá 5 MB"),
]


@pytest.mark.parametrize(("name", "broken", "sentence"), BROKEN, ids=[name for name, *_ in BROKEN])
def test_a_broken_file_has_a_sentence_and_stores_nothing(cast, report, sign_in, name, broken, sentence):
    answer = upload(sign_in(cast.teacher), report, broken(filled_in(_template(cast, report), values())))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert untouched(report)


def test_a_file_of_another_unit_or_period_is_refused(cast, open_round, report, sign_in):
    teacher = sign_in(cast.teacher)
    other = template(sheet_of(cast.sibling, open_round, cast.other_teacher), typed={})
    answer = upload(teacher, report, other)
    assert "mẫu của đơn vị khác" in answer.content.decode()
    before = an_open_round(cast, year=2023)
    answer = upload(teacher, report, template(sheet_of(cast.school, before, cast.teacher), typed={}))
    assert "mẫu của kỳ khác" in answer.content.decode()
    assert untouched(report)


def test_a_code_that_the_form_no_longer_has_is_named(cast, report, sign_in):
    def renamed(book):
        page = book.worksheets[0]
        page.cell(rows_of(page)["collaborators"], 1).value = "collaborators_of_old"

    content = changed(filled_in(_template(cast, report), values()), renamed)
    answer = upload(sign_in(cast.teacher), report, content)
    assert answer.status_code == 422
    assert "Mục này không có trong biểu mẫu" in answer.content.decode()
    report.refresh_from_db()
    assert "collaborators" not in report.draft
    assert report.draft["briefings_held"] == "2"


def test_queries_do_not_grow_with_the_cells(cast, report, sign_in):
    teacher, blank = sign_in(cast.teacher), _template(cast, report)
    counts = []
    for written in ({"collaborators": 5}, values()):
        with CaptureQueriesContext(connection) as seen:
            assert upload(teacher, report, filled_in(blank, written)).status_code == 302
        counts.append(len(seen))
    assert counts[0] == counts[1]


DATES = {
    **FORM,
    "sections": [
        {
            "code": "S", "vi": "Phần", "en": "Part",
            "items": [{"code": "held_on", "kind": "date", "vi": "Ngày", "en": "Day"}],
        }
    ],
    "checks": [],
}  # fmt: skip


@pytest.mark.parametrize("mac", [False, True])
def test_days_are_read_in_both_calendars(mac):
    from donghanh.kernel.books_in import BookReader

    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = date(2024, 10, 5)
    out = BytesIO()
    book.save(out)
    with BookReader() as books:
        cell = books.read(out.getvalue(), max_bytes=10**6)[0].rows[0][0]
    definition = read_definition(DATES)
    assert as_typed(cell, definition.items["held_on"], definition) == "2024-10-05"
    assert as_typed("5/10/2024", definition.items["held_on"], definition) == "2024-10-05"


@pytest.mark.parametrize(("number", "text"), [(12.0, "12"), (1.234, "1,2340"), (1.5, "1,5"), (10**18, "1" + "0" * 18)])
def test_a_number_keeps_its_meaning_on_the_way_to_the_box(number, text):
    assert number_text(number) == text


def test_one_reader_goes_on_after_a_broken_file(blank):
    from donghanh.kernel.books_in import BookReader
    from donghanh.kernel.sheets_in import Unreadable

    with BookReader() as books:
        with pytest.raises(Unreadable):
            books.read(blank[:2000], max_bytes=10**7)
        child = books.child
        assert child is not None
        child.kill()  # what a memory limit does
        with pytest.raises(Unreadable):
            books.read(blank, max_bytes=10**7)
        assert [sheet.state for sheet in books.read(blank, max_bytes=10**7)][:2] == ["visible", "veryHidden"]


TABLE = {
    **FORM,
    "breakdowns": {
        **FORM["breakdowns"],
        "act": [{"code": "warned", "vi": "Khiển trách", "en": "Warned"},
                {"code": "fined", "vi": "Kỷ luật", "en": "Fined"}],
    },
    "sections": [
        {
            "code": "S", "vi": "Phần", "en": "Part",
            "items": [{"code": "discipline", "kind": "integer", "vi": "Xử lý", "en": "Acts", "breakdown": "level",
                       "rows": "act", "closed": ["fined,TH"]}],
        }
    ],
    "checks": [],
}  # fmt: skip


def test_a_table_of_two_axes_is_laid_out_small():
    layout = layout_of(read_definition(TABLE), ["TH", "THCS"])
    assert [line.kind for line in layout.lines] == ["section", "head", "row", "row"]
    assert set(layout.places) == {"discipline[warned,TH]", "discipline[warned,THCS]", "discipline[fined,THCS]"}
