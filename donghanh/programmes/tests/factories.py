"""Programmes and plans in sentences; other rooms' tests may use them too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from donghanh.organisations.models import Unit
from donghanh.organisations.tests.factories import AT
from donghanh.programmes import actions
from donghanh.programmes.models import PlanTask, Programme, UnitPlan

PLAN: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data/plan-hoa-binh-2020.json").read_text())
SHORT: dict[str, Any] = {
    "code": "an-toan-mang",
    "name_vi": "Bảo vệ trẻ em trên môi trường mạng",
    "name_en": "Protecting children online",
    "short_name_vi": "An toàn mạng",
    "short_name_en": "Online safety",
    "basis": "",
    "first_day": "2024-01-01",
    "last_day": "2027-12-31",
    "plans_due_on": "2025-06-30",
    "objectives": [{"clause": "1", "text": "Mọi trường dạy kỹ năng an toàn.", "indicators": []}],
    "tasks": [
        {"key": "a", "clause": "2.1", "heading": "Nhiệm vụ", "text": "Dạy kỹ năng an toàn", "objectives": ["1"],
         "owners": ["school", "office"], "due_on": "2025-06-20", "evidence": "Giáo án"},
        {"key": "b", "clause": "2.2", "heading": "Nhiệm vụ", "text": "Họp phụ huynh", "objectives": ["1"],
         "owners": ["school"], "within": 5},
        {"key": "c", "clause": "2.3", "heading": "Nhiệm vụ", "text": "Hướng dẫn các trường", "objectives": ["1"],
         "owners": ["office"], "due_on": "2027-12-31", "yearly": True},
        {"key": "d", "clause": "2.4", "heading": "Nhiệm vụ", "text": "Tổng kết", "objectives": ["1"],
         "owners": ["department"], "due_on": "2027-12-31"},
    ],
}  # fmt: skip


def a_programme(cast: Any, document: dict[str, Any] = SHORT, **changes: Any) -> Programme:
    return actions.load_programme(document | changes, owner_id=cast.department.pk, at=AT)


def issued(cast: Any, programme: Programme) -> None:
    """By the Department, and by Lạc Sơn's office once its own plan is accepted."""
    actions.issue_plans(programme=programme, office_id=cast.department.pk, by=cast.department_officer, at=AT)
    own = plan_of(cast.lac_son, programme)
    actions.submit_plan(plan=own, by=cast.district_officer, at=AT)
    actions.accept_plan(plan=own, by=cast.department_officer, at=AT)
    actions.issue_plans(programme=programme, office_id=cast.lac_son.pk, by=cast.district_officer, at=AT)


def plan_of(unit: Unit, programme: Programme) -> UnitPlan:
    return UnitPlan.objects.select_related("programme").get(programme=programme, unit=unit)


def task_of(unit: Unit, programme: Programme, clause: str) -> PlanTask:
    rows = PlanTask.objects.select_related("plan__programme")
    return rows.get(plan__programme=programme, plan__unit=unit, clause=clause)
