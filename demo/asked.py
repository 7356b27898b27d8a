"""What else is asked of schools on the demo's day: the counts of violence and discipline, up two levels.

Generated and seeded like the yearly reports; every sending and decision goes through the product's own actions.
"""

from __future__ import annotations

import random
import uuid
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from demo.reports import SEED, School, desks
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import children
from donghanh.people.choices import DEPARTMENT_OFFICER
from donghanh.people.models import Account, Membership
from donghanh.periods.choices import PeriodKind
from donghanh.periods.queries import period
from donghanh.questionnaires.models import Definition, FormVersion
from donghanh.reporting import actions, queries
from donghanh.reporting.models import Collection, Submission
from donghanh.reporting.rounds import make_request, open_round
from donghanh.reporting.rules_asking import Terms
from donghanh.reporting.selectors import Selector

AREAS = 2  # districts that are asked: enough to show, quick to build
SENT, ACCEPTED, INCIDENTS = 0.75, 0.6, 0.2  # shares of the schools
NEVER_LATE = ("gv.demo",)  # who plays the yearly report in the demo's journey has this one behind them


def ask_for_violence(form_version: FormVersion, *, department: Unit, today: date, at: datetime) -> Collection:
    """The round of the semester that has just ended, as far as the demo's day allows."""
    officer = Membership.objects.filter(unit=department, role=DEPARTMENT_OFFICER.code).earliest("pk").account
    areas = [unit.pk for unit in children(department.pk, on=today) if unit.kind == "district_office"][-AREAS:]
    terms = Terms(
        name="Số liệu bạo lực học đường và kỷ luật", calendar=PeriodKind.SEMESTER,
        selector=Selector(areas=tuple(areas)), chain=("district_office", "department"),
        opens_before=10, due_working_days=9, close_days=30, lock_days=10,
    )  # fmt: skip
    request = make_request(
        form=form_version.form, owner=department, terms=terms, active_from=date(2025, 5, 1), by=officer, at=at
    )
    collection = open_round(request=request, period=period("NH2024HK2"), by=officer.pk, at=at)
    for report, school, reviewer in desks(collection):
        _play(report, school, reviewer, officer, form_version.definition, today)
    return collection


def _play(
    report: Submission, school: School, reviewer: Account, officer: Account, definition: Definition, today: date
) -> None:
    dice = random.Random(f"{SEED}/violence/{school.unit_id}")
    known = school.teacher.username in NEVER_LATE
    if not known and school.keen > SENT:
        return
    sent = _moment(today - timedelta(days=dice.randint(3, 12)), dice)
    sheet = queries.sheet(school.teacher, report.pk, on=today)
    typed = _answers(definition, school, dice)
    version = actions.send(
        sheet=sheet, typed=typed, revision=0, client_key=uuid.UUID(int=dice.getrandbits(128)),
        by=school.teacher, at=sent,
    )  # fmt: skip
    if known or dice.random() < ACCEPTED:
        sheet = queries.sheet(reviewer, report.pk, on=today)
        decided = sent + timedelta(hours=dice.randint(2, 40))
        actions.accept(submission=sheet.submission, version_number=version.number, by=reviewer, at=decided)
        if dice.random() < ACCEPTED:
            sheet = queries.sheet(officer, report.pk, on=today)
            actions.accept(
                submission=sheet.submission, version_number=version.number, by=officer,
                at=decided + timedelta(hours=dice.randint(1, 9)),
            )  # fmt: skip


def _answers(definition: Definition, school: School, dice: random.Random) -> dict[str, str]:
    """Most schools none; the others one incident inside the school with two boys, one of whom was told off."""
    typed = {cell.code: "0" for cell in definition.cells if cell.option and cell.option.code in school.levels}
    if dice.random() < INCIDENTS:
        level = school.levels[-1]
        typed |= {f"violence_incidents[inside,{level}]": "1", f"violence_students[male,{level}]": "2"}
        typed[f"discipline_measures[reminder,{level}]"] = "1"
    return typed


def _moment(day: date, dice: random.Random) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(dice.randint(8, 16), dice.randint(0, 59))))
