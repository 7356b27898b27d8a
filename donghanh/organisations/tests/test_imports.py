"""Files of units: what each line would do, and that it is done whole or not at all."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from donghanh.audit.models import Entry
from donghanh.kernel.sheets_in import Unreadable
from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions, imports, queries
from donghanh.organisations.choices import CodeScheme, EventKind, ImportState, LineVerdict, UnitKind
from donghanh.organisations.import_checks import Options
from donghanh.organisations.models import Unit, UnitCode, UnitEvent, UnitImport
from donghanh.organisations.tests.factories import AT, ORDER, a_commune, a_department, a_district, a_school

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 1)
DECISION = "Quyết định 12/QĐ-SGDĐT"
HEADINGS = ["Tên đơn vị", "Loại hình", "Trực thuộc", "Mã trường", "Mã ĐVHC", "CBGVNV", "Học sinh"]


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    settings.FILES_FOLDER = tmp_path


@pytest.fixture
def house():
    department = a_department(codes={CodeScheme.AREA: "17"})
    district = a_district(below=department, codes={CodeScheme.AREA: "150"})
    commune = a_commune(below=district, codes={CodeScheme.AREA: "04849"})
    school = a_school(below=commune, codes={CodeScheme.MINISTRY: "17150501"}, headcount=(20, 310))
    return department, district, commune, school


def xlsx(*lines, headings=HEADINGS, draw=None) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate([headings, *lines]):
            sheet.write_row(number, 0, line)
        if draw:
            draw(book, sheet)
    return out.getvalue()


def look(content: bytes, *, on=DAY, reach=None, **options) -> UnitImport:
    return imports.check(
        content=content, file_name="don-vi.xlsx", decision=DECISION, on=on, options=Options(**options),
        reach=reach, by=7, at=AT,
    )  # fmt: skip


def lines_of(found: UnitImport):
    return list(found.lines.order_by("number"))


def verdicts(content: bytes, **more) -> list[str]:
    return [line.verdict for line in lines_of(look(content, **more))]


def faults(content: bytes, **more) -> list[dict[str, str]]:
    """What is wrong, line by line, good ones left out."""
    return [line.faults for line in lines_of(look(content, **more)) if line.faults]


def put_in(content: bytes, **more) -> UnitImport:
    found = look(content, **more)
    return imports.begin(unit_import=found, reach=None, by=7, at=AT)


def by_name(name: str, *, on=DAY) -> Unit:
    return queries.units_on(on).get(name=name)


def test_lines_are_new_changed_unchanged_or_bad(house):
    found = look(
        xlsx(
            ["Trường Tiểu học Tân Pheo", "Trường tiểu học", "Xã Tân Pheo", "17150501", "", 20, 310],
            ["Trường Mầm non Tân Pheo", "MN", "04849", "17150301", "", 15, 120],
            ["Xã Tân Pheo mới", "", "", "", "04849", "", ""],
            ["Trường không ai quản", "MN", "Xã không có", "", "", "", ""],
        )
    )
    assert [(line.number, line.verdict) for line in lines_of(found)] == [
        (2, LineVerdict.UNCHANGED),
        (3, LineVerdict.NEW),
        (4, LineVerdict.CHANGED),
        (5, LineVerdict.BAD),
    ]
    assert lines_of(found)[2].changes == [["name", "Xã Tân Pheo", "Xã Tân Pheo mới"]]
    assert lines_of(found)[3].faults == {
        "parent": "Không có đơn vị nào có mã hoặc tên “Xã không có” vào ngày 01/06/2025."
    }
    assert Unit.objects.count() == 4


def test_everything_goes_in_as_events_under_one_decision(house):
    department, district, commune, school = house
    kim_boi = a_district("Phòng GD&ĐT huyện Kim Bôi", below=department, codes={CodeScheme.AREA: "153"})
    before = set(UnitEvent.objects.values_list("pk", flat=True))
    found = put_in(
        xlsx(
            ["Trường PTDTBT TH&THCS Tân Pheo", "TH&THCS", "Xã Vĩnh Tiến", "17150501", "T1", 22, 330],
            ["Trường Mầm non Vĩnh Tiến", "Trường mầm non", "Xã Vĩnh Tiến", "17150302", "", 15, 120],
            ["Xã Vĩnh Tiến", "commune", "153", "", "05100", "", ""],
        )
    )
    assert found.state == ImportState.APPLIED
    vinh_tien, preschool = by_name("Xã Vĩnh Tiến"), by_name("Trường Mầm non Vĩnh Tiến")
    moved = by_name("Trường PTDTBT TH&THCS Tân Pheo")
    assert (moved.pk, moved.kind, moved.parent_id_on) == (school.pk, UnitKind.PRIMARY_LOWER_SECONDARY, vinh_tien.pk)
    assert preschool.parent_id_on == vinh_tien.pk
    assert [unit.pk for unit in queries.ancestors(school.pk, on=DAY)] == [vinh_tien.pk, kim_boi.pk, department.pk]
    assert [unit.pk for unit in queries.ancestors(school.pk, on=date(2025, 5, 31))] == [
        commune.pk, district.pk, department.pk,
    ]  # fmt: skip
    counted = queries.headcount(school.pk, on=DAY), queries.headcount(school.pk, on=date(2025, 5, 31))
    assert [(row.staff, row.learners) for row in counted] == [(22, 330), (20, 310)]
    assert queries.headcount(preschool.pk, on=DAY).learners == 120
    events = UnitEvent.objects.exclude(pk__in=before).order_by("pk")
    assert {(event.decision, event.on, event.recorded_by) for event in events} == {(DECISION, DAY, 7)}
    assert [event.kind for event in events] == [
        EventKind.OPEN, EventKind.OPEN, EventKind.TRANSFER, EventKind.RENAME, EventKind.CHANGE_KIND, EventKind.RECODE,
    ]  # fmt: skip
    entry = Entry.objects.get(verb="organisations.imported")
    assert (entry.by_id, entry.reason, entry.details) == (7, DECISION, {"new": 2, "changed": 1})


def test_what_went_in_is_unchanged_the_second_time_and_cannot_go_in_twice(house):
    content = xlsx(["Trường Mầm non Tân Pheo", "MN", "04849", "17150301", "", 15, 120])
    found = put_in(content)
    with pytest.raises(Refused, match="đã thay đổi từ lúc kiểm tra"):
        imports.begin(unit_import=found, reach=None, by=7, at=AT)
    assert verdicts(content) == [LineVerdict.UNCHANGED]
    with pytest.raises(Refused, match="không có gì để ghi"):
        put_in(content)


def test_one_bad_line_and_nothing_goes_in(house):
    content = xlsx(
        ["Trường Mầm non Tân Pheo", "MN", "04849", "17150301", "", "", ""],
        ["Trường Mầm non B", "Nhà trẻ", "04849", "", "", "", ""],
    )
    with pytest.raises(Refused, match="Còn 1 dòng có lỗi"):
        put_in(content)
    assert Unit.objects.count() == 4


def test_a_tree_that_changed_since_is_looked_at_again(house):
    found = look(xlsx(["Trường Mầm non Tân Pheo", "MN", "04849", "17150301", "", "", ""]))
    actions.rename(unit=house[2].pk, name="Xã khác", on=DAY, **ORDER)
    assert imports.begin(unit_import=found, reach=None, by=7, at=AT).state == ImportState.APPLIED
    other = look(xlsx(["Xã thứ ba", "", "", "", "04849", "", ""]))
    actions.recode(unit=house[2].pk, scheme=CodeScheme.AREA, code="1", on=DAY, **ORDER)
    with pytest.raises(Refused, match="Danh sách đơn vị đã thay đổi từ lúc kiểm tra"):
        imports.begin(unit_import=other, reach=None, by=7, at=AT)
    assert [line.verdict for line in lines_of(other)] == [LineVerdict.BAD]


def test_headings_in_any_order_language_and_dress(house):
    for headings in (
        ["TEN DON VI", "loai_hinh", "Mã trường *", "trực  thuộc"],
        ["Name", "Kind of unit", "School code", "Parent"],
    ):
        assert verdicts(xlsx(["Trường A", "Trường mầm non", "9", "04849"], headings=headings)) == [LineVerdict.NEW]
    assert verdicts("tên;loại hình;trực thuộc\r\n\r\nTrường A;MN;Xã Tân Pheo\r\n;;\r\n".encode("utf-8-sig")) == ["new"]
    assert verdicts("tên\tloại hình\ttrực thuộc\nTrường A\tMN\tXa\u0303 Tân Pheo\n".encode()) == ["new"]
    with pytest.raises(Unreadable, match="Không thấy cột “Tên đơn vị”"):
        look(xlsx(headings=["Mã", "Loại hình"]))
    with pytest.raises(Unreadable, match="Hai cột cùng nghĩa: “TÊN” lặp lại"):
        look(xlsx(headings=["Tên đơn vị", "TÊN"]))


BAD = [
    (["", "MN", "04849", "1"], {"name": "Hãy ghi tên đơn vị."}),
    (["x" * 201, "MN", "04849", "1"], {"name": "Tên đơn vị dài quá 200 ký tự."}),
    (["Trường A", "Nhà trẻ", "04849", "1"], {"kind": "Không có loại hình “Nhà trẻ”."}),
    (["Trường A", "", "04849", "1"], {"kind": "Đơn vị mới cần có loại hình."}),
    (["Trường A", "MN", "", "1"], {"parent": "Đơn vị mới cần có đơn vị quản lý."}),
    (["Trường A", "MN", "Trường A", "1"], {"parent": "Đơn vị không thể trực thuộc chính mình."}),
    (["Trường A", "MN", "04849", "1" * 21], {"ministry": f"Mã “{'1' * 21}” phải có từ 1 đến 20 ký tự."}),
    (["Trường A", "MN", "04849", "1", "", "ba", "5"],
     {"staff": "“ba” không phải là số. Chỉ nhập chữ số, ví dụ 1.234."}),
    (["Trường A", "MN", "04849", "1", "", "-1", "5"], {"staff": "“-1” nhỏ hơn 0. Ô này nhận số từ 0 trở lên."}),
    (["Trường A", "MN", "04849", "1", "", "3", ""],
     {"learners": "Hãy ghi cả hai số: cán bộ, giáo viên, nhân viên và người học."}),
    (["Trường A", "MN", "04849", "17150501", "150"],
     {"area": "Các mã của dòng này là của nhiều đơn vị: “Phòng GD&ĐT huyện Đà Bắc”, “Trường Tiểu học Tân Pheo”."}),
    (["Trường Tiểu học Tân Pheo", "TH", "150"],
     {"name": "Đã có 1 đơn vị tên “Trường Tiểu học Tân Pheo” ở nơi khác. Hãy ghi mã để phân biệt."}),
    (["Phòng GD&ĐT huyện Đà Bắc", "", "17150501", "", "150"],
     {"parent": "Đơn vị sẽ nằm dưới chính mình. Hãy xem lại cột “Trực thuộc”."}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "sentences"), BAD)
def test_a_bad_line_has_a_sentence_at_its_field(house, line, sentences):
    assert faults(xlsx(line)) == [sentences]


def test_a_unit_a_code_or_a_new_name_stands_on_one_line_only(house):
    content = xlsx(
        ["Trường Tiểu học Tân Pheo", "", "", "17150501"],
        ["Trường Tiểu học Tân Pheo", "", "Xã Tân Pheo", ""],
        ["Trường A", "MN", "04849", "9"],
        ["Trường B", "MN", "04849", "9"],
        ["Trường C", "MN", "04849", ""],
        ["Trường C", "MN", "04849", ""],
    )
    found = [(line.number, line.faults) for line in lines_of(look(content)) if line.faults]
    assert found == [
        (3, {"name": "Trùng với dòng 2 của tệp."}),
        (5, {"ministry": "Trùng với dòng 4 của tệp."}),
        (7, {"name": "Trùng với dòng 6 của tệp."}),
    ]


def test_circles_within_the_file_are_found(house):
    ring = [
        ["Trường A", "MN", "Trường B", "1"],
        ["Trường B", "MN", "Trường C", "2"],
        ["Trường C", "MN", "Trường A", "3"],
    ]
    said = "Các dòng trong tệp trực thuộc lẫn nhau thành vòng tròn, hoặc nằm dưới vòng ấy."
    assert faults(xlsx(*ring, ["Trường D", "MN", "Trường A", "4"])) == [{"parent": said}] * 4
    department, district, commune, _school = house
    crossed = [["Phòng", "", "04849", "", "150"], ["Xã", "", "17", "", "04849"]]
    assert verdicts(xlsx(*crossed)) == [LineVerdict.CHANGED] * 2
    put_in(xlsx(*crossed))  # the upper one moves first, so that no step makes a circle
    assert [unit.pk for unit in queries.ancestors(district.pk, on=DAY)] == [commune.pk, department.pk]


def test_a_very_deep_file_is_refused(house):
    lines = [["Trường 0", "MN", "04849", "C0"], *([f"Trường {n}", "MN", f"C{n - 1}", f"C{n}"] for n in range(1, 60))]
    assert {sentence for line in faults(xlsx(*lines)) for sentence in line.values()} == {
        "Cây đơn vị sẽ sâu quá 30 cấp."
    }


def test_codes_in_use_or_reserved_are_named(house):
    school = house[3]
    other = a_school("Trường khác", below=house[2], codes={CodeScheme.AREA: "T7"})
    actions.recode(unit=other.pk, scheme=CodeScheme.MINISTRY, code="77", on=date(2025, 9, 1), **ORDER)
    by_uid = [*HEADINGS, "uid"]
    line = ["Trường khác", "", "", "17150501", "", "", "", f"dh{other.pk:09}"]
    assert faults(xlsx(line, headings=by_uid)) == [{"ministry": "Mã 17150501 đang là của “Trường Tiểu học Tân Pheo”."}]
    line = ["Trường Tiểu học Tân Pheo", "", "", "77", "", "", "", f"dh{school.pk:09}"]
    assert faults(xlsx(line, headings=by_uid)) == [{"ministry": "Mã 77 đã ghi cho một đơn vị từ một ngày sau."}]


def test_what_is_recorded_for_later_days_is_not_overwritten(house):
    actions.rename(unit=house[3].pk, name="Trường sau này", on=date(2025, 9, 1), **ORDER)
    assert faults(xlsx(["Trường B", "", "", "17150501"])) == [
        {"name": "Đơn vị này đã có “Tên đơn vị” ghi từ một ngày sau. Hãy chọn ngày muộn hơn."}
    ]


def test_a_parent_that_closes_takes_nobody(house):
    department, district, _commune, _school = house
    actions.merge(sources=[district.pk], into=department.pk, on=date(2025, 7, 1), **ORDER)
    said = "“Phòng GD&ĐT huyện Đà Bắc” giải thể ngày 01/07/2025, trước các đơn vị sẽ trực thuộc nó."
    assert faults(xlsx(["Trường A", "MN", "150", "1"], ["Trường B", "", "150", "17150501"])) == [{"parent": said}] * 2


def test_formula_cells_give_their_value_and_say_so_or_are_refused(house):
    def draw(_book, sheet):
        sheet.write_formula("D2", '="1715"&"0501"', value="17150501")
        sheet.write_formula("B2", '=VLOOKUP("x",A:B,2)', value="")

    line = lines_of(look(xlsx(["Trường Tiểu học Tân Pheo"], draw=draw)))[0]
    assert line.notes == ["Ô “Mã trường của Bộ” là công thức; đã lấy giá trị “17150501”."]
    assert line.faults == {"kind": "Ô này là công thức chưa có giá trị. Hãy dán lại dạng giá trị."}
    assert faults('tên;trực thuộc;loại hình\n=HYPERLINK("x";"Trường");04849;MN\n'.encode())[0]["name"] == (
        "Ô này là công thức chưa có giá trị. Hãy dán lại dạng giá trị."
    )


def test_merged_cells_give_their_value_to_each_line(house):
    content = xlsx(
        ["Trường A", "MN"], ["Trường B", "MN"], draw=lambda _book, sheet: sheet.merge_range("C2:C3", "Xã Tân Pheo")
    )
    assert [line.cells["parent"] for line in lines_of(look(content))] == ["Xã Tân Pheo"] * 2


def test_legacy_text_is_shown_both_ways_and_read_only_when_asked(house):
    content = xlsx(["Tr\u00ad\u00eang MÇm non Hoa Sen", "MN", "04849", "1"])
    assert faults(content) == [{
        "name": "Chữ bảng mã TCVN3: “Tr\u00ad\u00eang MÇm non Hoa Sen” có lẽ là “Trường Mầm non Hoa Sen”."
        " Nếu đúng, chọn “Đọc chữ TCVN3, VNI”."
    }]  # fmt: skip
    line = lines_of(look(content, convert=True))[0]
    assert (line.verdict, line.name) == (LineVerdict.NEW, "Trường Mầm non Hoa Sen")
    assert line.notes == ["TCVN3: “Tr\u00ad\u00eang MÇm non Hoa Sen” đọc thành “Trường Mầm non Hoa Sen”."]
    csv = "Teân;tröïc thuoäc;loaïi hình\nTröôøng Tieåu hoïc Hoøa Sôn;04849;TH\n".encode("cp1252")
    assert [line.name for line in lines_of(look(csv, convert=True))] == ["Trường Tiểu học Hòa Sơn"]


def test_more_lines_than_the_cap_are_refused_before_anything_is_kept(house):
    rows = b"ten;truc thuoc;loai hinh\n" + b"Truong;04849;MN\n" * 5001
    with pytest.raises(Unreadable, match="Tệp có 5001 dòng; mỗi lần nhập nhiều nhất 5000"):
        look(rows)
    with pytest.raises(Unreadable, match="Tệp có quá 5020 dòng"):
        look(rows + b"Truong;04849;MN\n" * 1_000)
    with pytest.raises(Unreadable, match="Tệp lớn quá 10 MB"):
        look(rows + b"Truong;04849;MN\n" * 1_000_000)
    assert UnitImport.objects.count() == 0


def dhis2(*units) -> bytes:
    return json.dumps({"system": {"version": "2.42"}, "organisationUnits": list(units)}).encode()


def test_dhis2_json_goes_in(house):
    department = house[0]
    content = dhis2(
        {"id": "xSchoolTwo1", "name": "Trường A", "code": "A1", "parent": {"id": "xCommune001"}, "kind": "MN"},
        {"id": "xCommune001", "name": "Xã Mới", "shortName": "Xã Mới", "parent": {"code": "17"}, "level": 2},
    )
    assert faults(content) == [{"kind": "Đơn vị mới cần có loại hình."}]
    put_in(content, kind=UnitKind.COMMUNE)
    assert by_name("Xã Mới").parent_id_on == department.pk
    assert UnitCode.objects.get(code="A1").scheme == CodeScheme.OWN
    assert verdicts(content) == [LineVerdict.UNCHANGED] * 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"organisationUnits": [', "Tệp JSON viết sai cú pháp. Hãy xuất lại từ DHIS2."),
        (b"[" * 100_000, "Tệp JSON viết sai cú pháp. Hãy xuất lại từ DHIS2."),
        (b'{"dataElements": []}', "Tệp JSON không có danh sách “organisationUnits”."),
        (b'{"organisationUnits": {}}', "Tệp JSON không có danh sách “organisationUnits”."),
        (dhis2(*[{"name": "x"}] * 5001),
         "Tệp có 5001 dòng; mỗi lần nhập nhiều nhất 5000. Hãy chia tệp thành nhiều phần."),
    ],
)  # fmt: skip
def test_a_json_that_makes_no_sense_is_refused(content, sentence):
    with pytest.raises(Unreadable) as refused:
        look(content)
    assert str(refused.value) == sentence


def test_dhis2_json_with_wrong_values_has_sentences_at_its_fields(house):
    assert faults(dhis2(7, {"name": {"vi": "x"}, "parent": {"id": "17"}}, {"name": "x", "closedDate": "hôm qua"})) == [
        {"name": "Mục này không phải là một đơn vị.", "kind": "Đơn vị mới cần có loại hình.",
         "parent": "Đơn vị mới cần có đơn vị quản lý."},
        {"name": "Giá trị này phải là chữ.", "kind": "Đơn vị mới cần có loại hình."},
        {"closed": "“hôm qua” không phải là ngày dạng năm-tháng-ngày.", "kind": "Đơn vị mới cần có loại hình.",
         "parent": "Đơn vị mới cần có đơn vị quản lý."},
    ]  # fmt: skip
    closed = {"name": "x", "closedDate": "2025-05-01T00:00:00.000", "parent": {"id": "17"}, "kind": "MN"}
    assert list(faults(dhis2(closed))[0]) == ["closed"]


def test_a_reader_changes_units_of_their_own_area_only(house):
    _department, _district, commune, school = house
    own = {commune.pk, school.pk}
    content = xlsx(
        ["Trường B", "", "", "17150501"],
        ["Phòng khác", "", "", "", "150"],
        ["Trường A", "MN", "04849", "1"],
        ["Trường C", "MN", "150", "2"],
        ["Trường D", "MN", "Trường A", "3"],
        ["Sở GD&ĐT Hòa Bình", "", "", "", "17"],
    )
    found = [(line.number, line.faults) for line in lines_of(look(content, reach=lambda ids: own & set(ids)))]
    outside = "Ngoài phạm vi quản lý của thầy cô."
    assert [(number, fault) for number, fault in found if fault] == [(3, {"name": outside}), (5, {"parent": outside})]


def test_many_changes_become_a_job_that_may_run_twice(house, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    jobs = []
    monkeypatch.setattr(imports.apply_import, "defer", lambda **job: jobs.append(job))
    found = put_in(xlsx(["Trường A", "MN", "04849", "1"], ["Trường B", "MN", "04849", "2"]))
    assert (found.state, jobs) == (ImportState.APPLYING, [{"import_id": found.pk, "by": 7}])
    assert Unit.objects.count() == 4
    with pytest.raises(Refused, match="đã được ghi hoặc đang được ghi"):
        imports.begin(unit_import=found, reach=None, by=7, at=AT)
    for _time in range(2):
        imports.finish(**jobs[0], at=AT)
    found.refresh_from_db()
    assert (found.state, found.sentence, Unit.objects.count()) == (ImportState.APPLIED, "", 6)


def test_a_job_that_fails_leaves_nothing_and_says_why(house, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 0)
    monkeypatch.setattr(imports.apply_import, "defer", lambda **job: None)
    found = put_in(xlsx(["Trường A", "MN", "04849", "1"]))
    actions.rename(unit=house[3].pk, name="Khác", on=DAY, **ORDER)
    actions.recode(unit=house[3].pk, scheme=CodeScheme.MINISTRY, code="1", on=DAY, **ORDER)
    imports.finish(import_id=found.pk, by=7, at=AT)
    found.refresh_from_db()
    assert (found.state, Unit.objects.count()) == (ImportState.REFUSED, 4)
    assert found.sentence == "Danh sách đơn vị đã thay đổi từ lúc kiểm tra. Hãy kiểm tra lại tệp."


def test_a_look_takes_as_many_queries_for_three_lines_as_for_thirty(house):
    def asked(lines: int) -> int:
        content = xlsx(*([f"Trường {n}", "MN", "04849", str(n)] for n in range(lines)))
        with CaptureQueriesContext(
            connection,
        ) as counted:
            look(content)
        return len(counted)

    assert asked(3) == asked(30)
