"""The page of figures: what stands in it by default and by choice, for whom, and as a file."""

from __future__ import annotations

import io

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from donghanh.explorer.look import read_kept
from donghanh.organisations.tests.factories import a_district
from donghanh.statistics.models import DataElement

PAGE = "/kham-pha/"
TRAINED = "indicator:staff_trained_rate"


def table(page) -> dict[str, list[str]]:
    """Row → its cells, as written."""
    return {
        " · ".join(filter(None, [line.above, line.label])): [shown.text or "–" for _name, shown in cells]
        for line, cells in page.context["lines"]
    }


def get(client, query: str = ""):
    page = client.get(f"{PAGE}?{query}" if query else PAGE)
    assert page.status_code == 200
    return page


def test_the_empty_address_shows_the_plans_indicators_by_area_this_year(cast, figures, sign_in):
    page = get(sign_in(cast.department_officer))
    assert page.context["summary"] == "3 số liệu · 2 đơn vị · Năm học 2024–2025"
    assert table(page) == {
        "Phòng GD&ĐT huyện Kim Bôi": ["–", "–", "–"],  # nothing was sent: no figure, not 0
        "Phòng GD&ĐT huyện Lạc Sơn": ["50,0\u202f%", "50,0\u202f%", "94,4\u202f%"],
        "Sở GD&ĐT Hòa Bình": ["25,0\u202f%", "25,0\u202f%", "94,4\u202f%"],
    }


def test_a_total_row_tells_whom_it_counts_besides(cast, figures, sign_in):
    page = get(sign_in(cast.department_officer))
    assert page.context["notes"][0] == "Dòng “Sở GD&ĐT Hòa Bình” tính cả 1 trường trực thuộc không có dòng riêng."
    assert table(get(sign_in(cast.department_officer), "tong=0")).keys() == {
        "Phòng GD&ĐT huyện Kim Bôi",
        "Phòng GD&ĐT huyện Lạc Sơn",
    }


def test_each_sees_their_own_units(cast, figures, sign_in):
    assert table(get(sign_in(cast.district_officer))).keys() == {"Xã Ân Nghĩa", "Phòng GD&ĐT huyện Lạc Sơn"}
    assert table(get(sign_in(cast.principal))) == {
        "Trường TH&THCS Ân Nghĩa": ["100,0\u202f%", "100,0\u202f%", "94,4\u202f%"]
    }


def test_units_out_of_reach_are_left_out_and_said(cast, figures, sign_in):
    query = f"dv={cast.kim_boi.pk}&dv={cast.lac_son.pk}&dv={cast.department.pk}"
    page = get(sign_in(cast.district_officer), query)
    assert table(page).keys() == {"Phòng GD&ĐT huyện Lạc Sơn"}
    assert page.context["said"] == ["2 đơn vị nằm ngoài phạm vi của thầy cô nên không có trong bảng."]
    assert "Kim Bôi" not in page.content.decode()


def test_parts_and_kinds_stand_apart_with_their_wholes(cast, figures, sign_in):
    query = "so=element:staff_trained&phan=*&loai=*&hang=loai&cot=phan&dv=toi"
    page = get(sign_in(cast.department_officer), query)
    labels = [" · ".join(one.label for one in column) for column in page.context["pivot"].columns]
    assert labels == ["Tiểu học", "THCS", "Tất cả"]  # what nobody filled has no column
    found = table(page)
    columns = [column[0].key for column in page.context["pivot"].columns]
    both = dict(zip(columns, found["Trường TH&THCS"], strict=True))
    assert (both["TH"], both["THCS"], both[""]) == ("9", "8", "17")
    assert dict(zip(columns, found["Mọi loại hình"], strict=True))[""] == "17"


def test_a_share_is_never_added_up(cast, figures, sign_in):
    query = f"so={TRAINED}&so=element:staff_trained&dv=nhom:level:THCS"
    found = table(get(sign_in(cast.department_officer), query))
    assert found["Trường TH&THCS Ân Nghĩa"] == ["94,4\u202f%", "17"]
    assert found["Cộng"] == ["–", "17"]


def test_rows_columns_and_filters_change_places(cast, figures, sign_in):
    officer = sign_in(cast.department_officer)
    found = table(get(officer, f"so={TRAINED}&hang=so&cot=dv&tong=0"))
    assert list(found.values()) == [["–", "94,4\u202f%"]]
    page = get(officer, f"hang=so&cot=ky&chon=dv:{cast.lac_son.pk}")
    assert [cells[0] for cells in table(page).values()] == ["50,0\u202f%", "50,0\u202f%", "94,4\u202f%"]
    assert [one.dimension for one in page.context["filters"]] == ["dv"]


def test_sorted_by_a_column_totals_stay_and_what_is_missing_is_last(cast, figures, sign_in):
    officer = sign_in(cast.department_officer)
    assert [*table(get(officer, "sap=-0"))] == [
        "Phòng GD&ĐT huyện Lạc Sơn",
        "Phòng GD&ĐT huyện Kim Bôi",
        "Sở GD&ĐT Hòa Bình",
    ]
    assert [*table(get(officer, "sap=0"))][:2] == ["Phòng GD&ĐT huyện Lạc Sơn", "Phòng GD&ĐT huyện Kim Bôi"]
    assert next(iter(table(get(officer, "sap=ten")))) == "Phòng GD&ĐT huyện Kim Bôi"
    assert next(iter(table(get(officer, "sap=-ten")))) == "Phòng GD&ĐT huyện Lạc Sơn"


def test_rows_are_searched_without_tone_marks(cast, figures, sign_in):
    assert [*table(get(sign_in(cast.department_officer), "q=lac+son"))] == ["Phòng GD&ĐT huyện Lạc Sơn"]


def test_the_form_leads_to_a_short_address(cast, figures, sign_in):
    officer = sign_in(cast.department_officer)
    answer = officer.get(
        f"{PAGE}?hang=dv&cot=so&tong=1&cay=as_was&so={TRAINED}&ky=THIS_SCHOOL_YEAR&dv=diaban&tim=&kykhac=&gui=1"
    )
    assert answer.url == f"{PAGE}?so={TRAINED}"
    usual = "&".join(f"so={member.key}" for member in get(officer).context["pivot"].members.of["so"])
    assert officer.get(f"{PAGE}?{usual}&gui=1").url == PAGE
    added = officer.get(f"{PAGE}?tim=thpt+lac+son&gui=1&kykhac=2025q1")
    assert added.url == f"{PAGE}?ky=THIS_SCHOOL_YEAR&ky=2025Q1&dv=diaban&dv={cast.direct.pk}"
    many = officer.get(f"{PAGE}?tim=an+nghia&gui=1")
    assert many.status_code == 200
    assert sorted(label.partition(" (")[0] for label, _href in many.context["candidates"]) == [
        "Trường Mầm non Ân Nghĩa", "Trường TH&THCS Ân Nghĩa", "Xã Ân Nghĩa",
    ]  # fmt: skip
    wrong = officer.get(f"{PAGE}?tim=khong+co+noi+nay&gui=1")
    assert "Không tìm thấy đơn vị nào tên “khong co noi nay”." in wrong.content.decode()
    assert "2025Z9" in officer.get(f"{PAGE}?kykhac=2025Z9&gui=1").context["wrong"]


def test_nonsense_in_the_address_is_as_usual_or_said(cast, figures, sign_in):
    officer = sign_in(cast.department_officer)
    usual = table(get(officer))
    assert table(get(officer, "sap=x&page=99&hinh=khong&cay=1&hang=dv&chon=zz&loai=khong&phan=khong")) == usual
    page = get(officer, "so=element:khong_co&ky=2025Z9&so=indicator:<script>")
    assert ["2025Z9" in page.context["said"][0], *page.context["said"][1:]] == [
        True, "Không có số liệu nào mang mã “element:khong_co”.",
    ]  # fmt: skip
    assert "Chưa có gì để xem" in page.content.decode()


def test_too_many_cells_are_refused_in_words(cast, figures, sign_in, monkeypatch):
    monkeypatch.setattr("donghanh.statistics.questions.MOST_CELLS", 5)
    text = get(sign_in(cast.department_officer)).content.decode()
    assert "Yêu cầu này có 9 ô" in text


def test_files_hold_what_the_table_shows(cast, figures, sign_in):
    officer = sign_in(cast.department_officer)
    file = officer.get(f"{PAGE}?xuat=xlsx")
    assert file["Content-Disposition"] == 'attachment; filename="kham-pha-so-lieu.xlsx"'
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    note, head, *rows = [row for row in sheet if any(row)]
    assert "Dữ liệu giả lập." in note[0]
    assert "Kỳ: 2024–2025." in note[0]
    assert head[0] == "Đơn vị"
    assert rows[1] == ["Phòng GD&ĐT huyện Lạc Sơn", 50.0, 50.0, 94.4]
    assert rows[0] == ["Phòng GD&ĐT huyện Kim Bôi", "", "", ""]
    text = officer.get(f"{PAGE}?xuat=csv").content.decode()
    assert "\r\nPhòng GD&ĐT huyện Lạc Sơn,50,50,94.4\r\n" in text


def test_suppressed_cells_are_marked_everywhere(cast, figures, sign_in):
    DataElement.objects.filter(code="staff_trained").update(minimum_group=10)
    officer = sign_in(cast.department_officer)
    query = "so=element:staff_trained&phan=*&cot=phan&dv=toi"
    page = get(officer, query)
    assert "Quá ít" in page.content.decode()
    assert "Quá ít để công bố" in officer.get(f"{PAGE}?{query}&xuat=csv").content.decode()


def test_a_chart_draws_what_shares_a_unit_and_has_its_table(cast, figures, sign_in):
    officer = sign_in(cast.department_officer)
    page = get(officer, f"so={TRAINED}&so=element:staff_trained&hinh=cot")
    chart = page.context["chart"]
    assert chart.notes == ["Chỉ vẽ các số liệu cùng đơn vị đo; các số liệu còn lại có trong bảng."]
    assert chart.data["x"] == ["Kim Bôi", "Lạc Sơn"]
    assert [one["values"] for one in chart.data["series"]] == [[None, 94.4444]]
    assert "Xem bảng" in page.content.decode()
    line = get(officer, f"so={TRAINED}&hinh=duong").context["chart"]
    assert line.data is None
    assert "chuyển Kỳ sang Hàng hoặc Cột" in line.notes[0]
    over = get(officer, f"so={TRAINED}&hinh=duong&hang=dv&cot=ky&ky=THIS_SCHOOL_YEAR&ky=2025").context["chart"]
    assert over.data["kind"] == "line"
    assert [one["name"] for one in over.data["series"]] == ["Kim Bôi", "Lạc Sơn"]


def test_the_default_page_costs_the_same_for_few_and_for_many(cast, figures, sign_in):
    officer = sign_in(cast.department_officer)
    get(officer)
    with CaptureQueriesContext(connection) as few:
        get(officer)
    for number in range(4):
        a_district(f"Phòng GD&ĐT huyện Số {number}", below=cast.department)
    with CaptureQueriesContext(connection) as many:
        assert len(table(get(officer))) == 7
    assert len(many) == len(few)
    assert len(few) <= 30


def test_who_reads_no_figures_does_not_come_in(cast, figures, sign_in):
    assert sign_in(cast.teacher).get(PAGE).status_code == 403


def test_a_look_is_the_same_after_its_address():
    for query in (
        "", "so=indicator:a&ky=2025Q1&dv=con:7&loai=*&hang=dv,ky&cot=so&hinh=cot&cay=as_is&tong=0&sap=-3&q=lac+son",
        "hang=&cot=dv,so&chon=ky:NH2024", "so=element:violence[male,TH]&phan=male,TH",
    ):  # fmt: skip
        look = read_kept(query)
        assert read_kept(look.query) == look
    assert read_kept("").query == ""
    assert reverse("explorer:explore") == PAGE
