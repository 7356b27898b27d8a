"""The pages by which units go in and out, as their reader sees them."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from donghanh.kernel.sheets_in import read_table
from donghanh.organisations import import_views, queries
from donghanh.organisations.choices import CodeScheme, ImportState
from donghanh.organisations.models import Unit, UnitImport
from donghanh.organisations.tests.factories import a_commune, a_department, a_school

pytestmark = pytest.mark.django_db
GOOD = "Tên đơn vị;Loại hình;Trực thuộc;Mã trường\nTrường A;MN;04849;1\nTrường B;Trường mầm non;04849;2\n"
BAD = GOOD + "Trường C;MN;Xã nào;3\n"
LEGACY = "Tên đơn vị;Loại hình;Trực thuộc\nTr\u00ad\u00eang MÇm non;MN;04849\n"


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.FILES_FOLDER = tmp_path
    department = a_department()
    commune = a_commune(below=department, codes={CodeScheme.AREA: "04849"})
    return department, commune, a_school(below=commune)


@pytest.fixture
def ask(rf):
    """A request of account 7, who reaches every unit but those in `beyond`."""

    def asked(view, address: str, *arguments, data=None, beyond=(), account=7):
        request = rf.get(address) if data is None else rf.post(address, data)
        request.user = SimpleNamespace(pk=account, is_authenticated=False)
        request.reached = lambda right, units: {unit for unit in units if unit not in beyond}
        request._messages = CookieStorage(request)
        answer = view(request, *arguments)
        request.close()  # a large file lies in a temporary one
        answer.words = " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode("utf-8", "replace"))).split())
        return answer

    return asked


@pytest.fixture
def uploaded(ask):
    def upload(text: str, **more) -> tuple[object, UnitImport | None]:
        data = {
            "file": SimpleUploadedFile("don-vi.csv", text.encode()), "on": "2025-06-01",
            "decision": "Quyết định 12/QĐ-SGDĐT", "scheme": "ministry", "kind": "",
        }  # fmt: skip
        answer = ask(import_views.upload, "/don-vi/nhap/", data=data | more.pop("data", {}), **more)
        return answer, UnitImport.objects.order_by("pk").last()

    return upload


def test_a_good_file_is_shown_and_then_written(ask, uploaded):
    answer, found = uploaded(GOOD)
    assert (answer.status_code, answer.url) == (302, f"/don-vi/nhap/{found.pk}/")
    page = ask(import_views.import_result, answer.url, found.pk)
    assert "Không có lỗi. Chưa có gì thay đổi" in page.words
    assert "Ghi 2 thay đổi" in page.words
    assert "Tất cả 2 Mới 2 Thay đổi 0 Không đổi 0 Có lỗi 0" in page.words
    assert Unit.objects.count() == 3
    ask(import_views.import_apply, answer.url, found.pk, data={"move": "apply"})
    found.refresh_from_db()
    assert found.state == ImportState.APPLIED
    assert queries.units_on(found.on).filter(name__in=["Trường A", "Trường B"]).count() == 2
    assert "Đã ghi lúc" in ask(import_views.import_result, answer.url, found.pk).words
    again = ask(import_views.import_apply, answer.url, found.pk, data={"move": "apply"})
    assert again.status_code == 409


def test_a_bad_line_is_shown_at_its_place_and_nothing_can_be_written(ask, uploaded):
    _answer, found = uploaded(BAD)
    page = ask(import_views.import_result, "/?ket_qua=bad", found.pk)
    assert "Trực thuộc: Không có đơn vị nào có mã hoặc tên “Xã nào” vào ngày 01/06/2025." in page.words
    assert "Trường A" not in page.words
    assert "Ghi 2 thay đổi" not in page.words
    assert "Trường C" in ask(import_views.import_result, "/?q=truong+c", found.pk).words
    refused = ask(import_views.import_apply, "/", found.pk, data={"move": "apply"})
    assert (refused.status_code, Unit.objects.count()) == (409, 3)
    assert "Còn 1 dòng có lỗi nên chưa ghi dòng nào." in refused.words


def test_the_result_as_excel_marks_the_wrong_cells(ask, uploaded):
    _answer, found = uploaded(BAD)
    answer = ask(import_views.import_workbook, "/", found.pk)
    rows = read_table(BytesIO(answer.content), max_rows=10, max_bytes=10**6).rows
    assert rows[0].cells[:2] == ("Dòng", "Kết quả")
    assert rows[3].cells[:6] == ("4", "Có lỗi", "Trường C", "MN", "Xã nào", "3")
    assert rows[3].cells[6] == "Trực thuộc: Không có đơn vị nào có mã hoặc tên “Xã nào” vào ngày 01/06/2025."
    import zipfile

    with zipfile.ZipFile(BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert "FFF7C6C5" in styles
    assert re.findall(r'<c r="(\w+)" s="2"', sheet) == ["E4"]


def test_legacy_text_is_read_after_the_reader_says_so(ask, uploaded):
    _answer, found = uploaded(LEGACY)
    page = ask(import_views.import_result, "/", found.pk)
    assert "có lẽ là “Trường Mầm non”" in page.words
    assert 'value="convert"' in page.content.decode()
    ask(import_views.import_apply, "/", found.pk, data={"move": "convert"})
    again = UnitImport.objects.order_by("pk").last()
    page = ask(import_views.import_result, "/", again.pk)
    assert "đọc thành “Trường Mầm non”" in page.words
    assert "Ghi 1 thay đổi" in page.words


@pytest.mark.parametrize(
    ("text", "data", "sentence"),
    [
        ("a;b\n1;2\n", {}, "Không thấy cột “Tên đơn vị”."),
        ("", {}, "Tệp không có dòng nào."),
        (GOOD, {"decision": " "}, "Hãy ghi số quyết định hoặc nghị quyết"),
        ("x" * 11_000_000, {}, "Tệp lớn quá 10 MB."),
    ],
)
def test_what_cannot_be_looked_at_has_its_sentence_on_the_form(uploaded, text, data, sentence):
    answer, found = uploaded(text, data=data)
    assert (answer.status_code, found) == (422, None)
    assert sentence in answer.words


def test_units_of_others_are_refused(uploaded, house):
    _answer, found = uploaded(GOOD, beyond={house[1].pk})
    assert {line.faults["parent"] for line in found.lines.all()} == {"Ngoài phạm vi quản lý của thầy cô."}


def test_files_of_others_are_not_there(ask, uploaded):
    _answer, found = uploaded(GOOD)
    for view in (import_views.import_result, import_views.import_workbook):
        with pytest.raises(Http404):
            ask(view, "/", found.pk, account=8)
    with pytest.raises(Http404):
        ask(import_views.import_apply, "/", found.pk, data={"move": "apply"}, account=8)
    assert "don-vi.csv" in ask(import_views.upload, "/don-vi/nhap/").words
    assert "don-vi.csv" not in ask(import_views.upload, "/don-vi/nhap/", account=8).words


def test_a_running_import_shows_how_far_it_is(ask, uploaded):
    _answer, found = uploaded(GOOD)
    UnitImport.objects.filter(pk=found.pk).update(state=ImportState.APPLYING, done=1)
    page = ask(import_views.import_result, "/", found.pk)
    assert "1/2 thay đổi" in page.words
    assert '<meta http-equiv="refresh" content="3">' in page.content.decode()


def test_the_register_is_handed_out_as_on_the_day(ask):
    answer = ask(import_views.export, "/?day=2025-06-01", "csv")
    assert answer["Content-Disposition"] == 'attachment; filename="don-vi-2025-06-01.csv"'
    assert answer.content.decode("utf-8-sig").splitlines()[1].startswith("Sở GD&ĐT Hòa Bình,")
    assert len(ask(import_views.export, "/?day=2014-06-01", "csv").content.decode().splitlines()) == 1
    with pytest.raises(Http404):
        ask(import_views.export, "/", "exe")
    assert "Danh sách ngày 01/06/2025" in ask(import_views.files, "/?day=2025-06-01").words
