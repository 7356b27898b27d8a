"""What this room counts for reports: visits held and findings closed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from donghanh.inspections.choices import State, VisitState
from donghanh.inspections.models import Finding, Visit
from donghanh.measures.queries import Line, Measure, offer
from donghanh.periods.queries import Span


def register() -> None:
    """Offer the measures of this room; visits are counted at the office that made them."""
    offer(
        Measure(
            code="inspections.visits", name=gettext_lazy("Cuộc kiểm tra đã làm"), source=gettext_lazy("sổ kiểm tra"),
            count=lambda unit, span: {"": float(_visits(unit, span).count())}, lines=_visit_lines,
        ),
        Measure(
            code="inspections.closed", name=gettext_lazy("Kiến nghị kiểm tra đã khép"),
            source=gettext_lazy("sổ kiểm tra"), count=lambda unit, span: {"": float(_closed(unit, span).count())},
            lines=_closed_lines,
        ),
    )  # fmt: skip


def _visits(unit: int, span: Span) -> QuerySet[Any]:
    rows = Visit.objects.filter(office=unit, state=VisitState.HELD, on__range=(span.start, span.end))
    return rows.order_by("on", "pk")


def _visit_lines(unit: int, span: Span) -> Iterable[Line]:
    for row in _visits(unit, span):
        yield Line(f"{date_format(row.on, 'j/n/Y')} · {row.purpose}", reverse("inspections:visit", args=[row.pk]))


def _closed(unit: int, span: Span) -> QuerySet[Any]:
    rows = Finding.objects.filter(
        unit=unit, state=State.CLOSED, moves__move="close", moves__at__date__range=(span.start, span.end)
    )
    return rows.distinct().order_by("pk")


def _closed_lines(unit: int, span: Span) -> Iterable[Line]:
    for row in _closed(unit, span):
        yield Line(row.get_severity_display(), reverse("inspections:finding", args=[row.pk]))
