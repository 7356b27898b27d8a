"""What a review is drafted from, and who may see one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from donghanh.kernel.numbers import format_number
from donghanh.organisations.queries import descendant_ids, named, with_unit_names
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.periods.models import Period
from donghanh.programmes.choices import QUOTED, PlanState, ReviewState, Section
from donghanh.programmes.models import Programme, Review, ReviewVersion, UnitPlan
from donghanh.programmes.queries import (
    TEXT_SOURCES,
    Quote,
    counts_of_plans,
    indicators_of,
)
from donghanh.programmes.queries_tasks import TaskCounts, board_of
from donghanh.statistics import queries as statistics

MOST_QUOTES: Final = 300

type Content = dict[str, dict[str, Any]]  # as in ReviewVersion.content


def reviews_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Reviews of the units that the account reaches; rows carry `unit_name`, `unit_sort`, `unit_folded`."""
    rows: QuerySet[Any] = Review.objects.filter(unit__in=units_reached(account, Right.READ_PLANS, on=on))
    named = with_unit_names(rows.select_related("programme", "period", "latest"), on=on)
    return named.order_by("-period__days", "unit_sort", "pk")


def writers_units(account: Account, *, on: date) -> list[int]:
    """Units in whose name the account writes reviews."""
    return list(dict.fromkeys(own_units(account, Right.WRITE_PLANS, on=on)))


def versions_of(review: Review) -> QuerySet[ReviewVersion]:
    """The newest first."""
    return review.versions.select_related("by").order_by("-number")


def drawn(programme: Programme, unit_id: int, period: Period, *, on: date) -> dict[Section, list[tuple[str, str]]]:
    """Sentences with the address of their source, as the figures stand now; in Vietnamese, for a paper."""
    with translation.override("vi"):
        return {
            Section.CARRIED_OUT: plans_in_words(programme, unit_id, on),
            Section.TARGETS: targets_in_words(programme, unit_id, period),
            Section.TASKS: tasks_in_words(programme, unit_id, on),
        }


def plans_in_words(programme: Programme, unit_id: int, on: date) -> list[tuple[str, str]]:
    """How many plans of the units below are accepted; where the unit's own stands. One sentence."""
    below = [pk for pk in descendant_ids(unit_id, on=on) if pk != unit_id]
    counted = counts_of_plans(programme, below, on=on)
    address = f"{reverse('programmes:plans')}?chuong_trinh={programme.code}"
    if counted["all"]:
        accepted = f"{format_number(counted['accepted'])}/{format_number(counted['all'])}"
        return [(f"{accepted} đơn vị trực thuộc có kế hoạch hành động đã được duyệt.", address)]
    plan = UnitPlan.objects.filter(programme=programme, unit=unit_id).first()
    if plan is None:
        return []
    state = "đã được duyệt" if plan.state == PlanState.ACCEPTED else "chưa được duyệt"
    return [(f"Kế hoạch hành động của đơn vị {state}.", reverse("programmes:plan", args=[plan.pk]))]


def tasks_in_words(programme: Programme, unit_id: int, on: date) -> list[tuple[str, str]]:
    """One sentence a clause of the decision: how many of its tasks, over the unit with all below it, are done."""
    address = reverse("programmes:programme", args=[programme.code])
    clauses: dict[str, list[TaskCounts]] = {}
    for row in board_of(programme, descendant_ids(unit_id, on=on), on=on):
        if row.units:
            clauses.setdefault(f"Mục {row.task.clause} ({row.task.heading})", []).append(row)

    def sentence(clause: str, rows: list[TaskCounts]) -> str:
        done, owed = sum(row.done for row in rows), sum(row.units - row.dropped for row in rows)
        return f"{clause}: đã xong {format_number(done)}/{format_number(owed)} đầu việc của các đơn vị."

    return [(sentence(clause, rows), address) for clause, rows in clauses.items()]


def targets_in_words(programme: Programme, unit_id: int, period: Period) -> list[tuple[str, str]]:
    """One sentence an indicator of the programme's objectives."""
    found = indicators_of(programme)
    if not found:
        return []
    figures = statistics.figures(found, period, [unit_id])[unit_id]
    return [
        (statistics.sentence(figure), statistics.page_of(figure.indicator.code, period, unit_id)) for figure in figures
    ]


def quotes(programme: Programme, unit_id: int, period: Period, *, on: date) -> list[tuple[str, Quote]]:
    """Accepted words of the units below, by unit: (its name, the quote), at most MOST_QUOTES."""
    below = [pk for pk in descendant_ids(unit_id, on=on) if pk != unit_id]
    found = [*_of_reviews(programme, below, period), *(one for source in TEXT_SOURCES for one in source(below, period))]
    names = named({one.unit_id for one in found}, on=on)
    order = {unit: place for place, unit in enumerate(names)}
    found.sort(key=lambda one: (list(Section).index(one.section), order.get(one.unit_id, len(order))))
    return [(names.get(one.unit_id, ""), one) for one in found[:MOST_QUOTES]]


def _of_reviews(programme: Programme, below: Collection[int], period: Period) -> Iterable[Quote]:
    rows = Review.objects.filter(programme=programme, unit__in=below, period=period, state=ReviewState.APPROVED)
    for row in rows.select_related("latest").order_by("pk"):
        for section in QUOTED:
            if row.latest and (text := row.latest.content.get(section, {}).get("text", "").strip()):
                yield Quote(row.unit_id, section, text, reverse("programmes:review", args=[row.pk]))
