"""What a unit owes by its plans, for its calendar."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from donghanh.agenda.choices import Kind
from donghanh.agenda.queries import Entry, offer
from donghanh.people.choices import Right
from donghanh.programmes.choices import WRITABLE_PLANS
from donghanh.programmes.models import PlanTask, UnitPlan

TITLE_LENGTH = 100


def register() -> None:
    """Plans stand on the calendar on the day on which they go up, tasks on their deadline."""
    offer(Kind.PLAN, _plans, right=Right.READ_PLANS)
    offer(Kind.TASK, _tasks, right=Right.READ_PLANS)


def _plans(units: Collection[int], first: date, last: date) -> Iterable[Entry]:
    rows = UnitPlan.objects.filter(unit__in=units, due_on__range=(first, last), office__isnull=False)
    for row in rows.select_related("programme").order_by("due_on", "pk"):
        if row.due_on:
            yield Entry(
                on=row.due_on, title=_("Gửi kế hoạch: %(name)s") % {"name": row.programme.short_name},
                kind=Kind.PLAN, unit_id=row.unit_id, href=reverse("programmes:plan", args=[row.pk]),
                done=row.state not in WRITABLE_PLANS,
            )  # fmt: skip


def _tasks(units: Collection[int], first: date, last: date) -> Iterable[Entry]:
    """What runs to the end of a programme is no deadline: the year would be one heap on its last day."""
    once, again = Q(due_on__range=(first, last)), Q(yearly=True, due_on__gt=last)
    rows = PlanTask.objects.filter(once | again, plan__unit__in=units, dropped="")
    for row in rows.select_related("plan__programme").prefetch_related("finishes").order_by("due_on", "pk"):
        if row.due_on is None or row.due_on == row.plan.programme.last_day:
            continue
        finished = {one.year for one in row.finishes.all()}
        for day in _days(row.due_on, yearly=row.yearly, first=max(first, row.plan.issued_on), last=last):
            yield Entry(
                on=day, title=Truncator(row.text).chars(TITLE_LENGTH), kind=Kind.TASK, unit_id=row.plan.unit_id,
                href=reverse("programmes:task", args=[row.pk]),
                done=day.year in finished if row.yearly else bool(finished),
            )  # fmt: skip


def _days(due: date, *, yearly: bool, first: date, last: date) -> Iterable[date]:
    """The deadline within these days; a yearly one on its day of each year up to its last."""
    years = range(first.year, due.year + 1) if yearly else [due.year]
    days = (due.replace(year=year, day=min(due.day, monthrange(year, due.month)[1])) for year in years)
    return (day for day in days if first <= day <= last)
