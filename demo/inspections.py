"""Visits of Lạc Sơn's office: findings in every state, and what units said of the year."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from demo.data import data_file
from donghanh.inspections.actions import give_feedback, plan_visits, record_visit, remark_on
from donghanh.inspections.actions_findings import extend, open_finding, prove, recheck
from donghanh.inspections.choices import Severity
from donghanh.inspections.models import Visit
from donghanh.organisations.queries import descendants
from donghanh.people.choices import PRINCIPAL
from donghanh.people.models import Account, Membership
from donghanh.periods.models import Period
from donghanh.questionnaires.actions import load_form

VISITED: Final = 8  # schools beside the demo's own
DEGREES: Final = ("i_plan", "i_briefing", "i_team", "i_channels", "i_questions", "i_partners")  # items of the checklist
FINDINGS: Final = (
    ("i_team", Severity.SERIOUS, "Bổ sung quyết định thành lập tổ công tác."),
    ("i_channels", Severity.URGENT, "Nhóm mạng xã hội của trường chưa ghi người quản trị."),
    ("i_briefing", Severity.MINOR, "Biên bản quán triệt thiếu số cha mẹ học sinh dự."),
)


def build_inspections(*, at: datetime) -> None:
    """Last term's visits with their findings, one visit today, feedback of the year."""
    checklist = load_form(data_file("questionnaires", "inspection.json"), at=at)
    officer = Account.objects.get(username="phong.lacson")
    office = Membership.objects.get(account=officer).unit_id
    own = Membership.objects.get(account__username="ht.demo").unit_id
    below = {unit.pk for unit in descendants(office, on=at.date())}
    posts = Membership.objects.filter(role=PRINCIPAL.code, unit__in=below).select_related("account")
    principals = {post.unit_id: post.account for post in posts.order_by("unit", "pk")}
    visited = [own, *sorted(set(principals) - {own})[:VISITED]]
    then, draw = at - timedelta(days=60), random.Random(142)
    said: dict[str, Any] = {
        "office_id": office, "purpose": "Kiểm tra việc giáo dục học sinh trên môi trường mạng",
        "decision": "27/QĐ-PGDĐT (giả lập)", "checklist": checklist, "team": [officer], "by": officer,
    }  # fmt: skip
    before = at - timedelta(days=440)
    plan_visits(units=visited[:3], day=before.date(), at=before, **said)
    for visit in Visit.objects.filter(on=before.date()).select_related("checklist").order_by("pk"):
        typed = {code: draw.choice(("none", "none", "partly", "full")) for code in DEGREES}
        key = UUID(int=draw.getrandbits(128))
        record_visit(visit=visit, typed=typed, revision=0, key=key, pictures=[], by=officer, at=before)
    plan_visits(units=visited, day=then.date(), at=then, **said)
    for number, visit in enumerate(Visit.objects.filter(on=then.date()).select_related("checklist").order_by("pk")):
        typed = {code: draw.choice(("none", "partly", "full")) for code in DEGREES}
        typed |= {"i_in_scope": "20", "i_trained": str(draw.randint(4, 20)), "i_lessons": str(draw.randint(3, 25))}
        record_visit(
            visit=visit, typed=typed, revision=0, key=UUID(int=draw.getrandbits(128)), pictures=[], by=officer, at=then
        )
        _findings(visit, number, officer, principals[visit.unit_id], at=then)
    plan_visits(units=[own, visited[-1]], day=at.date(), at=at, **said | {"purpose": "Kiểm tra lại sau kiến nghị"})
    year = Period.objects.get(code="NH2024")
    for unit, principal in list(principals.items())[:25]:
        give_feedback(
            unit_id=unit, period=year, useful=draw.randint(2, 3), guidance=draw.randint(2, 3),
            burden=draw.randint(1, 3), words="Gửi yêu cầu sớm hơn một tuần.", by=principal, at=at,
        )  # fmt: skip


def _findings(visit: Visit, number: int, officer: Account, principal: Account, *, at: datetime) -> None:
    """Open, proved, reopened, closed: each state stands somewhere."""
    held = Visit.objects.select_related("checklist").get(pk=visit.pk)
    for place, (item, severity, text) in enumerate(FINDINGS[: 1 + number % 3]):
        finding = open_finding(visit=held, severity=severity, item=item, text=text, due_on=None, by=officer, at=at)
        if place == 1:
            extend(
                finding=finding, due_on=(at + timedelta(days=90)).date(), words="Chờ đổi máy chủ.", by=officer, at=at
            )
        if (number + place) % 4:
            later = at + timedelta(days=12)
            files = [(f"minh-chung-{one}.pdf", b"%PDF-1.7 demo") for one in range(1, 1 + (number + place) % 3)]
            prove(finding=finding, words="Đã bổ sung, lưu tại trường.", files=files, by=principal, at=later)
            if (number + place) % 4 > 1:
                mended = (number + place) % 4 == 2
                recheck(finding=finding, mended=mended, words="Đã xem hồ sơ.", by=officer, at=later)
    if number % 2 == 0:
        remark_on(visit=held, words="Nhất trí với biên bản.", by=principal, at=at)
