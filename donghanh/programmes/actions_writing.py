"""A programme written by its office: what it is called and stands on, its objectives, its tasks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.documents.models import Document
from donghanh.kernel.text import fold, nfc
from donghanh.kernel.verdict import Refused, verdict_of
from donghanh.people.models import Account
from donghanh.programmes import rules
from donghanh.programmes.models import Objective, Programme, ProgrammeTask
from donghanh.statistics.models import Indicator

LONGEST_CODE = 40


@dataclass(frozen=True)
class Head:
    """What is said of a programme as a whole; `document`: the decision, where the register has it."""

    name: str
    short_name: str
    basis: str
    document: Document | None
    first_day: date
    last_day: date
    plans_due_on: date | None


@dataclass(frozen=True)
class Stated:
    """A task as the decision states it; columns of `ProgrammeTask`."""

    clause: str
    heading: str
    text: str
    owners: list[str]
    due_on: date | None = None
    within: int | None = None
    yearly: bool = False
    evidence: str = ""
    document: Document | None = None


@transaction.atomic
def begin_programme(*, owner_id: int, head: Head, by: Account, at: datetime) -> Programme:
    """A new programme of an office. Its code, which addresses carry, is made of its short name."""
    rules.may_begin(by, owner_id, on=timezone.localdate(at)).enforce()
    verdict_of(rules.head_fits(head.first_day, head.last_day, head.plans_due_on)).enforce()
    programme = Programme.objects.create(code=_code(head.short_name), owner_id=owner_id, **_columns(head))
    record(verb="programmes.begun", on=programme, by=by.pk, at=at, unit=owner_id)
    return programme


@transaction.atomic
def describe_programme(*, programme: Programme, head: Head, by: Account, at: datetime) -> None:
    """What is said of it as a whole. Plans that were issued keep the day by which they go up."""
    _writing(by, programme, at)
    verdict_of(rules.head_fits(head.first_day, head.last_day, head.plans_due_on)).enforce()
    outside = programme.tasks.exclude(due_on=None).exclude(due_on__range=(head.first_day, head.last_day))
    if clause := outside.order_by("position").values_list("clause", flat=True).first():
        raise Refused(
            _("Hạn của nhiệm vụ tại mục %(clause)s nằm ngoài thời gian này.") % {"clause": clause}, "last_day"
        )
    Programme.objects.filter(pk=programme.pk).update(**_columns(head))
    record(verb="programmes.described", on=programme, by=by.pk, at=at, unit=programme.owner_id)


@transaction.atomic
def state_objective(
    *, programme: Programme, clause: str, text: str, indicators: Collection[Indicator], by: Account, at: datetime
) -> Objective:
    """The objective at a clause, new or in other words. Its targets are those of its indicators."""
    _writing(by, programme, at)
    objective, _made = programme.objectives.update_or_create(clause=nfc(clause), defaults={"text": nfc(text)})
    objective.indicators.set(indicators)
    record(verb="programmes.objective_stated", on=programme, by=by.pk, at=at, unit=programme.owner_id)
    return objective


@transaction.atomic
def state_task(
    *,
    programme: Programme,
    task: ProgrammeTask | None,
    stated: Stated,
    objectives: Collection[Objective],
    by: Account,
    at: datetime,
) -> ProgrammeTask:
    """A task, new at the end or in other words. The next issue hands new ones down; plans keep the words they have."""
    _writing(by, programme, at)
    verdict_of(rules.stated_fits(programme, stated.owners, stated.due_on, stated.within)).enforce()
    said = {name: nfc(value) if isinstance(value, str) else value for name, value in vars(stated).items()}
    if task is None:
        last = programme.tasks.aggregate(last=Max("position"))["last"] or 0
        task = ProgrammeTask(programme=programme, position=last + 1, key=_key(programme, stated.clause))
    for name, value in said.items():
        setattr(task, name, value)
    task.withdrawn_on = None
    task.save()
    task.objectives.set(objectives)
    record(verb="programmes.task_stated", on=programme, by=by.pk, at=at, unit=programme.owner_id, task=task.key)
    return task


@transaction.atomic
def withdraw_task(*, task: ProgrammeTask, by: Account, at: datetime) -> None:
    """The decision no longer states it. Plans that have it keep it; no further plan gets it."""
    _writing(by, task.programme, at)
    ProgrammeTask.objects.filter(pk=task.pk).update(withdrawn_on=timezone.localdate(at))
    record(
        verb="programmes.task_withdrawn",
        on=task.programme,
        by=by.pk,
        at=at,
        unit=task.programme.owner_id,
        task=task.key,
    )


def _writing(by: Account, programme: Programme, at: datetime) -> None:
    Programme.objects.select_for_update().get(pk=programme.pk)  # two who add a task at once take two places
    rules.may_manage(by, programme, on=timezone.localdate(at)).enforce()


def _columns(head: Head) -> dict[str, Any]:
    """The English names are the Vietnamese ones until somebody translates them."""
    said: dict[str, Any] = dict(vars(head))
    name, short = nfc(said.pop("name")), nfc(said.pop("short_name"))
    days = DateRange(said.pop("first_day"), said.pop("last_day") + timedelta(days=1))
    return {
        **said, "basis": nfc(head.basis), "name_vi": name, "name_en": name, "short_name_vi": short,
        "short_name_en": short, "valid": days,
    }  # fmt: skip


def _code(short_name: str) -> str:
    wanted = slugify(fold(short_name))[: LONGEST_CODE - 3].strip("-") or "chuong-trinh"
    taken = set(Programme.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    return next(code for code in (wanted, *(f"{wanted}-{n}" for n in range(2, 100))) if code not in taken)


def _key(programme: Programme, clause: str) -> str:
    taken = set(programme.tasks.values_list("key", flat=True))
    place = 1
    while (key := f"{nfc(clause)}-{place}") in taken:
        place += 1
    return key
