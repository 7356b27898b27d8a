"""What this room counts for reports: classes and learners. Counts alone; a line is a class, never a child."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.rows import everything
from donghanh.measures.queries import Line, Measure, offer
from donghanh.organisations.choices import LEVELS_TAUGHT, EducationLevel
from donghanh.organisations.models import UnitType
from donghanh.periods.queries import Span
from donghanh.rosters.models import SchoolClass

LAST_GRADE = ((5, EducationLevel.PRIMARY), (9, EducationLevel.LOWER_SECONDARY), (12, EducationLevel.UPPER_SECONDARY))


def register() -> None:
    """Offer the measures of this room."""
    source = gettext_lazy("danh sách lớp và học sinh")
    offer(
        Measure(code="rosters.classes", name=gettext_lazy("Lớp"), source=source, count=_classes, lines=_lines),
        Measure(code="rosters.learners", name=gettext_lazy("Học sinh"), source=source, count=_learners, lines=_lines),
    )


def _of(unit: int, span: Span) -> QuerySet[Any]:
    """Classes of the last school year begun in the period or before, with `size` on its last day and `kind` of unit."""
    kind = UnitType.objects.filter(unit=OuterRef("unit"), valid__contains=span.end).values("kind")
    rows = SchoolClass.objects.filter(unit=unit)
    begun = rows.filter(school_year__days__startswith__lte=span.end, school_year__days__endswith__gt=span.start)
    rows = rows.filter(school_year=Subquery(begun.order_by("-school_year__days").values("school_year")[:1]))
    here = Q(enrolments__valid__contains=span.end)
    sized: QuerySet[Any] = rows.annotate(size=Count("enrolments", filter=here), kind=Subquery(kind))
    return sized.order_by(F("grade").asc(nulls_first=True), "name_sort", "pk")


def _counted(unit: int, span: Span) -> list[Any]:
    with everything():  # numbers leave the wall, rows do not
        return list(_of(unit, span))


def _level(row: Any) -> str:
    """The school level of a class: by its grade, else by what the unit teaches; "" where neither says."""
    if row.grade is not None:
        return next((str(level) for last, level in LAST_GRADE if row.grade <= last), "")
    taught = [str(level) for level in LEVELS_TAUGHT.get(row.kind, ())]
    return taught[0] if len(taught) == 1 else ""


def _summed(rows: Iterable[tuple[str, int]]) -> dict[str, float]:
    sums: Counter[str] = Counter()
    for level, number in rows:
        sums[level] += number
    return {**{level: float(sums[level]) for level in sums if level}, "": float(sums.total())}


def _classes(unit: int, span: Span) -> dict[str, float]:
    rows = _counted(unit, span)
    return _summed((_level(row), 1) for row in rows) if rows else {}


def _learners(unit: int, span: Span) -> dict[str, float]:
    rows = _counted(unit, span)
    return _summed((_level(row), row.size) for row in rows) if rows else {}


def _lines(unit: int, span: Span) -> Iterable[Line]:
    for row in _counted(unit, span):
        words = {"class": row.name, "size": row.size}
        yield Line(_("Lớp %(class)s: %(size)s học sinh") % words, reverse("rosters:school_class", args=[row.pk]))
