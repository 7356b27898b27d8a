"""Who sets which target, and what the list of them says."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse

from donghanh.audit.models import Entry
from donghanh.statistics import actions
from donghanh.statistics.models import Indicator, OutlierRule, Predictor, Target, ValidationRule
from donghanh.statistics.tests.conftest import AT, plan3296

ADDRESS = reverse("statistics:new_target")


@pytest.fixture
def trained(cast, on_demo_day) -> Indicator:
    actions.define(plan3296(), at=AT)
    return Indicator.objects.get(code="staff_trained_rate")


def said(indicator: Indicator, **changed: object) -> dict[str, object]:
    return {"indicator": indicator.pk, "unit": "", "group": "", "year": 2025, "period": "", "value": 100,
            "interpolation": "line", "basis": "Kế hoạch 1", **changed}  # fmt: skip


def standing() -> list[tuple]:
    rows = Target.objects.filter(ended_at=None, year=2025, indicator__code="staff_trained_rate").order_by("pk")
    return [(one.unit_id, one.group, one.value, one.baseline_value) for one in rows]


def test_a_department_changes_a_general_target_and_the_former_one_stays_as_ended(cast, trained, sign_in) -> None:
    desk = sign_in(cast.department_officer)
    answer = desk.post(ADDRESS, said(trained, value=98, baseline_year=2019, baseline_value=40))
    assert (answer.status_code, answer.url) == (302, reverse("statistics:targets"))
    assert standing() == [(None, "", 98, 40)]
    former = Target.objects.get(ended_at__isnull=False)
    assert (former.value, former.year) == (100, 2025)
    entry = Entry.objects.get(verb="statistics.target_set")
    assert (entry.by_id, entry.details) == (cast.department_officer.pk, {"instead_of": former.pk})


@pytest.mark.parametrize(
    ("unit", "value", "sentence"),
    [
        ("", 100, "Chỉ Sở đặt mục tiêu chung"),
        ("Phòng GD&amp;ĐT huyện Kim Bôi", 100, "Không có đơn vị nào tên như vậy"),
        ("other", 100, "ngoài phạm vi"),
        ("own", 100, "do cấp trên đặt"),
        ("school", 99, "Không thấp hơn mục tiêu chung"),
    ],
)
def test_a_district_sets_targets_of_units_below_it_and_none_that_is_easier(
    cast, trained, sign_in, unit, value, sentence
) -> None:
    from donghanh.organisations.queries import labelled, units_on

    found = {"other": cast.kim_boi, "own": cast.lac_son, "school": cast.school}.get(unit)
    rows = units_on(date(2025, 6, 16)).filter(pk=found.pk) if found else []
    name = labelled(rows, on=date(2025, 6, 16))[found.pk] if found else unit
    answer = sign_in(cast.district_officer).post(ADDRESS, said(trained, unit=name, value=value))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert standing() == [(None, "", 100, None)]


def test_a_district_may_ask_more_of_a_school_below_it(cast, trained, sign_in) -> None:
    from donghanh.organisations.queries import labelled, units_on

    day = date(2025, 6, 16)
    name = labelled(units_on(day).filter(pk=cast.school.pk), on=day)[cast.school.pk]
    assert sign_in(cast.district_officer).post(ADDRESS, said(trained, unit=name)).status_code == 302
    assert standing() == [(None, "", 100, None), (cast.school.pk, "", 100, None)]
    seen = sign_in(cast.principal).get(reverse("statistics:targets")).content.decode()
    assert "Trường" in seen
    other = sign_in(cast.other_district_officer).get(reverse("statistics:targets"), {"xuat": "xlsx"})
    assert len(list(openpyxl.load_workbook(BytesIO(other.content)).active.rows)) >= 7
    assert Target.objects.count() == 7


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"year": 1900}, "Năm phải từ"),
        ({"baseline_year": 2020}, "cả năm gốc và giá trị gốc"),
        ({"baseline_year": 2026, "baseline_value": 3}, "Năm gốc phải trước"),
        ({"period": "NH9999"}, "Lịch không có kỳ"),
        ({"value": "nan?"}, ""),
    ],
)
def test_what_cannot_be_a_target_is_said_at_its_field(cast, trained, sign_in, changed, sentence) -> None:
    answer = sign_in(cast.department_officer).post(ADDRESS, said(trained, **changed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_ending_asks_for_a_reason_and_keeps_it(cast, trained, sign_in) -> None:
    target = trained.targets.get(year=2025)
    desk, address = sign_in(cast.department_officer), reverse("statistics:end_target", args=[target.pk])
    assert desk.post(address, {"reason": ""}).status_code == 422
    assert desk.post(address, {"reason": "Kế hoạch đã thay"}).status_code == 302
    assert standing() == []
    assert Entry.objects.get(verb="statistics.target_ended").reason == "Kế hoạch đã thay"
    assert desk.post(address, {"reason": "lần nữa"}).status_code == 404


# ── checks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rule_is_tried_first_then_kept_and_a_fault_stands_at_its_field(cast, trained, sign_in) -> None:
    desk, address = sign_in(cast.department_officer), reverse("statistics:new_rule")
    rule = {
        "code": "within", "name_vi": "Nhiều hơn", "name_en": "More", "left": "staff_trained", "comparison": "<=",
        "right": "staff_in_scope", "left_missing": "SKIP_IF_ANY", "right_missing": "SKIP_IF_ANY", "period_kind": "",
        "unit_kind": "", "importance": "high",
    }  # fmt: skip
    for wrong, sentence in (("staff_trained +", "Ký tự thứ 16"), ("nobody", "không có chỉ tiêu “nobody”"),
                            ("staff_trained.periodOffset(-1)", "chỉ dùng số")):  # fmt: skip
        answer = desk.post(address, rule | {"left": wrong})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert desk.post(address, rule | {"preview": "1"}).status_code == 200
    assert not ValidationRule.objects.exists()
    assert desk.post(address, rule).status_code == 302
    kept = ValidationRule.objects.get()
    assert (kept.code, kept.left, kept.importance) == ("within", "staff_trained", "high")
    assert desk.post(reverse("statistics:change_rule", args=[kept.pk]), {"end": "1"}).status_code == 302
    kept.refresh_from_db()
    assert kept.ended_at is not None


def test_the_rules_that_ship_can_be_read_and_are_loaded_once(trained) -> None:
    document = json.loads((Path(__file__).parents[1] / "data/checks.json").read_text())
    assert actions.define(document, at=AT) == 8
    assert actions.define(document, at=AT) == 0
    assert (ValidationRule.objects.count(), OutlierRule.objects.count(), Predictor.objects.count()) == (5, 1, 1)
