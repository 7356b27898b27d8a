from __future__ import annotations

from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from donghanh.periods.models import Period, SpecialDay
from donghanh.periods.tests.test_calendar import a_year

pytestmark = pytest.mark.django_db
YEAR = {
    "first_day": "2025-09-05", "last_day": "2026-05-31", "first_day_1": "2025-09-05", "last_day_1": "2026-01-17",
    "weeks_1": "18", "first_day_2": "2026-01-19", "last_day_2": "2026-05-31", "weeks_2": "17",
    "decision": "2269/QĐ-BGDĐT", "place": "",
}  # fmt: skip


def test_without_a_school_year_the_page_says_so(cast, sign_in):
    assert "Chưa có năm học nào" in sign_in(cast.teacher).get(reverse("periods:calendar")).content.decode()


def test_the_calendar_opens_at_the_year_that_has_begun(cast, sign_in, on_demo_day):
    a_year(2024)
    a_year(2025)
    page = sign_in(cast.teacher).get(reverse("periods:calendar"), follow=True)
    assert page.redirect_chain[-1][0] == "/ky/NH2024/school/"
    assert [row["code"] for row in page.context["table"].data] == ["NH2024HK1", "NH2024HK2", "NH2024"]
    assert "18 + 17" in page.content.decode()
    assert "Mùng hai Tết Nguyên Đán" in page.content.decode()
    assert "Đặt năm học" not in page.content.decode()


def test_cut_offs_are_listed_with_their_working_days(cast, sign_in, on_demo_day):
    a_year(2024)
    page = sign_in(cast.teacher).get("/ky/NH2024/administrative/?q=quy+i/")
    assert [(row["code"], row["start"], row["end"], row["working_days"]) for row in page.context["table"].data] == [
        ("HC2025Q1", date(2024, 12, 15), date(2025, 3, 14), 59),
    ]  # fmt: skip


def test_the_list_goes_out_as_a_spreadsheet(cast, sign_in):
    a_year(2024)
    answer = sign_in(cast.teacher).get("/ky/NH2024/statistical/?xuat=xlsx")
    with ZipFile(BytesIO(answer.content)) as book:
        assert "Thống kê cuối năm học 2024–2025" in book.read("xl/sharedStrings.xml").decode()


def test_an_administrator_sets_a_year(cast, sign_in):
    answer = sign_in(cast.administrator).post(reverse("periods:school_year"), YEAR, follow=True)
    assert "Đã ghi Năm học 2025–2026." in answer.content.decode()
    assert sorted(Period.objects.values_list("code", flat=True)) == ["NH2025", "NH2025HK1", "NH2025HK2"]


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"first_day": ""}, "first_day", "Chọn một ngày."),
        ({"last_day": "2026-02-30"}, "last_day", "Ngày này không có trong lịch."),
        ({"last_day": "2025-09-01"}, "last_day", "Ngày cuối phải từ ngày đầu trở đi."),
        ({"first_day_2": "2026-01-10"}, "first_day_2", "Học kỳ này bắt đầu khi học kỳ trước chưa hết."),
        ({"weeks_1": "99"}, "weeks_1", "Số tuần thực học phải từ 1 đến 30."),
        ({"place": "tỉnh"}, "place", "Mã tỉnh gồm tối đa 6 chữ số hoặc chữ in hoa, ví dụ 25."),
        (
            {"first_day": "2025-05-20", "last_day": "2026-05-15"},
            "first_day",
            "Trùng ngày với Năm học 2024–2025 (05/09/2024–31/05/2025).",
        ),
    ],
)
def test_a_bad_date_is_told_at_its_field(cast, sign_in, change, field, sentence):
    a_year(2024)
    answer = sign_in(cast.administrator).post(reverse("periods:school_year"), YEAR | change)
    assert (answer.status_code, answer.context["form"].errors[field]) == (422, [sentence])
    assert Period.objects.count() == 3


def test_one_off_periods_and_special_days(cast, sign_in):
    client = sign_in(cast.administrator)
    a_year(2024)
    said = {"name": "Tháng an toàn mạng", "first_day": "2024-10-01", "last_day": "2024-10-31"}
    assert client.post(reverse("periods:own_period"), said).status_code == 302
    page = client.get("/ky/NH2024/own/")
    assert [row["label"] for row in page.context["table"].data] == ["Tháng an toàn mạng"]
    bad = client.post(reverse("periods:own_period"), said | {"reference_day": "2024-11-02"})
    assert bad.context["form"].errors["reference_day"] == ["Ngày xác định đơn vị phải nằm trong kỳ."]
    day = {"day": "2024-09-09", "works": "0", "name": "Phòng tránh bão số 3"}
    assert client.post(reverse("periods:special_day"), day).status_code == 302
    assert SpecialDay.objects.get().works is False
    assert "Phòng tránh bão số 3" in client.get("/ky/NH2024/own/").content.decode()
    assert client.post(reverse("periods:special_day"), day).context["form"].errors["day"] == ["Ngày này đã được ghi."]


def test_who_manages_no_units_sets_no_dates(cast, sign_in):
    for route in ("school_year", "own_period", "special_day"):
        assert sign_in(cast.principal).post(reverse(f"periods:{route}"), YEAR).status_code == 403
    assert not Period.objects.exists()


def test_a_calendar_that_is_not_there(cast, sign_in):
    a_year(2024)
    client = sign_in(cast.teacher)
    wrong = ("NH1999/school", "NH2024/lunar", "NH2024HK1/school")
    assert [client.get(f"/ky/{place}/").status_code for place in wrong] == [404, 404, 404]
