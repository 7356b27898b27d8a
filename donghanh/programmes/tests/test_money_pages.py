"""Money as its readers and keepers see it."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from donghanh.organisations.tests.factories import AT
from donghanh.programmes import actions_money as actions
from donghanh.programmes import queries_money as queries
from donghanh.programmes.actions_money import Said
from donghanh.programmes.choices import MoneySource
from donghanh.programmes.forms_money import AmountField
from donghanh.programmes.models import BudgetLine, MoneyEntry
from donghanh.programmes.tests.factories import a_programme, issued, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
DAY = date(2025, 3, 3)


@pytest.fixture
def programme(cast):
    made = a_programme(cast)
    issued(cast, made)
    return made


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def unit_page(unit, year=2025):
    return f"{reverse('programmes:unit_money', args=[unit.pk])}?nam={year}"


def given(unit, by, programme, amount, **more):
    return actions.give_budget(
        unit_id=unit.pk, year=2025, source=MoneySource.REGULAR, programme=programme, task=None,
        said=Said(amount, DAY), by=by, at=AT, **more,
    ).line  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12.500.000", 12_500_000), ("12500000", 12_500_000), ("12 500 000 đồng", 12_500_000),
        ("12,5 triệu", 12_500_000),
        ("1,2 tỷ đồng", 1_200_000_000), ("1.500 triệu", 1_500_000_000), ("500 nghìn", 500_000), ("750.000đ", 750_000),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(typed, amount):
    assert AmountField().clean(typed) == amount


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Ghi số tiền"), ("mười triệu", "không phải là số tiền"), ("12,5", "có phần lẻ"),
        ("-5.000", "lớn hơn 0"), ("0", "lớn hơn 0"), ("1000000000000000", "quá lớn|lớn quá"),
        ("1000 tỷ tỷ", "không phải"),
        ("500 USD", "không phải là số tiền"), ("$500", "không phải là số tiền"), ("1,0005 nghìn", "số đồng chẵn"),
        ("999999 tỷ", "lớn quá"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_told_so(typed, sentence):
    with pytest.raises(Exception, match=sentence):
        AmountField().clean(typed)


def test_a_year_kept_by_its_school(cast, programme, sign_in):
    """Given for a task, committed, paid; what does not fit is told at its box and nothing is written."""
    desk, task = sign_in(cast.principal), task_of(cast.school, programme, "2.1")
    said = {"act": "budget", "what": f"t{task.pk}", "source": "own", "amount": "12,5 triệu", "on": "2025-02-01",
            "purpose": "Mua tài liệu", "paper": "12/QĐ-THCS"}  # fmt: skip
    answer = desk.post(unit_page(cast.school), said | {"amount": "âm năm"})
    assert (answer.status_code, BudgetLine.objects.count()) == (422, 0)
    assert "“âm năm” không phải là số tiền" in text_of(answer)
    assert desk.post(unit_page(cast.school), said).status_code == 302
    line = BudgetLine.objects.get()
    assert (line.unit, line.source, line.task) == (cast.school, "own", task)
    page = reverse("programmes:budget_line", args=[line.pk])
    spoken = {"amount": "13.000.000", "on": "2025-03-03", "purpose": "", "paper": "05/HĐ"}
    answer = desk.post(page, spoken | {"act": "commit"})
    assert answer.status_code == 422
    assert "Dòng này còn 12.500.000 đồng chưa cam kết" in text_of(answer)
    assert desk.post(page, spoken | {"act": "commit", "amount": "10.000.000"}).status_code == 302
    held = MoneyEntry.objects.get(kind="commitment")
    paid = spoken | {"act": "spend", "commitment": held.pk, "paper": "PC 07"}
    assert desk.post(page, paid | {"amount": "11 triệu"}).status_code == 422
    assert desk.post(page, paid | {"amount": "4 triệu"}).status_code == 302
    shown = text_of(desk.get(page))
    assert "03/03/2025 Đã chi 4.000.000 PC 07 Lê Minh Đức" in shown
    assert "Chênh lệch dự toán và chi 8.500.000" in shown
    spent = MoneyEntry.objects.get(kind="spending")
    back = {"act": "reverse", "entry": spent.pk, "amount": "", "on": "2025-03-04", "reason": "ghi nhầm chứng từ"}
    assert desk.post(page, back | {"reason": ""}).status_code == 422
    assert desk.post(page, back).status_code == 302
    assert queries.sums_of(line).spent == 0
    assert "Ghi giảm: Đã chi" in text_of(desk.get(page))


def test_an_office_hands_down_and_sees_its_subtree_once(cast, programme, sign_in):
    line = given(cast.lac_son, cast.district_officer, programme, 100_000_000)
    desk = sign_in(cast.district_officer)
    said = {
        "act": "hand_down",
        "unit": cast.school.pk,
        "amount": "30 triệu",
        "on": "2025-03-03",
        "purpose": "",
        "paper": "",
    }
    assert desk.post(reverse("programmes:budget_line", args=[line.pk]), said).status_code == 302
    shown = text_of(desk.get(reverse("programmes:money")))
    assert "Phòng GD&amp;ĐT huyện Lạc Sơn (phần của chính đơn vị) 70.000.000" in shown
    assert "Xã Ân Nghĩa 30.000.000" in shown
    assert "Tổng 100.000.000" in shown
    found = text_of(desk.get(reverse("programmes:money"), {"q": "th&thcs an nghia"}))
    assert "Trường TH&amp;THCS Ân Nghĩa 30.000.000" in found
    assert "Kinh phí năm 2025" in text_of(sign_in(cast.principal).get(reverse("programmes:money")))


def test_the_file_holds_the_same_rows(cast, programme, sign_in):
    given(cast.lac_son, cast.district_officer, programme, 100_000_000)
    file = sign_in(cast.district_officer).get(reverse("programmes:money"), {"nam": 2025, "xuat": "xlsx"})
    rows = [row for row in load_workbook(BytesIO(file.content)).active.iter_rows(values_only=True) if row[0]]
    assert rows[-1][:4] == ("Phòng GD&ĐT huyện Lạc Sơn", 100_000_000, 0, 0)


def test_who_reads_and_who_writes(cast, programme, sign_in):
    line = given(cast.school, cast.principal, programme, 5_000_000)
    page = reverse("programmes:budget_line", args=[line.pk])
    assert [sign_in(who).get(page).status_code for who in (cast.principal, cast.district_officer, cast.leader)] == [
        200
    ] * 3
    assert [sign_in(who).get(page).status_code for who in (cast.other_district_officer, cast.teacher, cast.clerk)] == [
        404, 403, 403,
    ]  # fmt: skip
    said = {"act": "commit", "amount": "1", "on": "2025-03-03", "purpose": "", "paper": ""}
    answer = sign_in(cast.district_officer).post(page, said)
    assert (answer.status_code, "thầy cô chỉ xem" in text_of(answer)) == (422, True)
    assert sign_in(cast.other_district_officer).get(unit_page(cast.school)).status_code == 404


def test_a_closed_year_says_so(cast, programme, sign_in):
    desk = sign_in(cast.principal)
    assert desk.post(unit_page(cast.school, 2024), {"act": "close"}).status_code == 302
    assert "Từ đó chỉ ghi điều chỉnh có lý do" in text_of(desk.get(unit_page(cast.school, 2024)))
    answer = desk.post(unit_page(cast.school, 2025), {"act": "close"}, follow=True)
    assert "Năm 2025 chưa hết nên chưa khóa sổ được" in text_of(answer)


def test_as_many_queries_for_many_units(cast, programme, sign_in):
    desk = sign_in(cast.department_officer)
    line = given(cast.department, cast.department_officer, programme, 100)

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            desk.get(reverse("programmes:money"))
        return len(seen)

    one = asked()
    for unit in (cast.lac_son, cast.kim_boi, cast.direct):
        actions.hand_down(line=line, to_unit=unit.pk, said=Said(10, DAY), by=cast.department_officer, at=AT)
    assert asked() <= one + 1  # which of them have units below
    assert one < 30
