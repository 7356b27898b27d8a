"""What this room counts for reports: plans in force, tasks finished; lines name tasks, nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from donghanh.measures.queries import Line, Measure, offer
from donghanh.periods.queries import Span
from donghanh.programmes.choices import PlanState
from donghanh.programmes.models import TaskFinish, UnitPlan

TITLE_LENGTH = 100


def register() -> None:
    """Offer the measures of this room."""
    offer(
        Measure(
            code="programmes.plans", name=gettext_lazy("Kế hoạch đã được duyệt"),
            source=gettext_lazy("kế hoạch của đơn vị"), count=_plans, lines=_plan_lines,
        ),
        Measure(
            code="programmes.tasks", name=gettext_lazy("Nhiệm vụ đã hoàn thành"),
            source=gettext_lazy("kế hoạch của đơn vị"), count=_tasks, lines=_task_lines,
        ),
    )  # fmt: skip


def _accepted(unit: int, span: Span) -> list[UnitPlan]:
    """Of programmes that ran on the period's last day, accepted by then."""
    rows = UnitPlan.objects.filter(
        unit=unit, state=PlanState.ACCEPTED, accepted_at__isnull=False, programme__valid__contains=span.end
    )
    found = rows.select_related("programme").order_by("programme__code")
    return [row for row in found if row.accepted_at and timezone.localdate(row.accepted_at) <= span.end]


def _plans(unit: int, span: Span) -> dict[str, float]:
    return {"": float(len(_accepted(unit, span)))}


def _plan_lines(unit: int, span: Span) -> Iterable[Line]:
    for row in _accepted(unit, span):
        yield Line(row.programme.short_name, reverse("programmes:plan", args=[row.pk]))


def _finished(unit: int, span: Span) -> QuerySet[TaskFinish]:
    """On a day of the period; a yearly task each time."""
    rows = TaskFinish.objects.filter(task__plan__unit=unit, on__range=(span.start, span.end))
    return rows.select_related("task").order_by("on", "pk")


def _tasks(unit: int, span: Span) -> dict[str, float]:
    return {"": float(_finished(unit, span).count())}


def _task_lines(unit: int, span: Span) -> Iterable[Line]:
    for row in _finished(unit, span):
        yield Line(Truncator(row.task.text).chars(TITLE_LENGTH), reverse("programmes:task", args=[row.task_id]))
