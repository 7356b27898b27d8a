"""Every read of figures. Totals come from the roll-ups in PostgreSQL, single units from Parquet; all pass one gate."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max, QuerySet, prefetch_related_objects

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.queries import groups_of
from donghanh.periods.models import Period
from donghanh.statistics import facts
from donghanh.statistics.answers import ask, elements_named, layouts_with
from donghanh.statistics.choices import DatumKind, TreeMode
from donghanh.statistics.facts import FactsNotReady, FactsTooSlow
from donghanh.statistics.figures import Figure, Released, UnitFigure, figure_of, release
from donghanh.statistics.gate import guarded, hidden_rest, own_kept_back, sums_through
from donghanh.statistics.language import Expression, ExpressionFault, from_dhis2, parse, to_dhis2, to_sql
from donghanh.statistics.models import DataElement, Indicator, Partition
from donghanh.statistics.origins import Origin, Source, UnknownDatum, carried_to, origin, read_datum
from donghanh.statistics.queries_checks import told as finding_in_words
from donghanh.statistics.questions import MOST_CELLS, Answer, Cell, Column, Datum, Place, Question, TooMany, plain
from donghanh.statistics.sentences import aim, counts, page_of, percent, sentence
from donghanh.statistics.suppression import Minimums

__all__ = [
    "MOST_CELLS", "Answer", "Cell", "Column", "Datum", "ExpressionFault", "FactsNotReady", "FactsTooSlow", "Figure",
    "Minimums", "Origin", "Place", "Question", "Released", "Source", "TooMany", "UnitFigure", "UnknownDatum", "aim",
    "ask", "carried_to", "closed_periods", "counts", "elements", "figure", "figure_of", "figures",
    "figures_by_group", "finding_in_words", "from_dhis2", "in_words", "indicator_elements", "indicators", "origin",
    "page_of", "parse", "percent", "read_datum", "remainder", "sentence", "series", "sums_through", "to_dhis2",
    "totals", "units_of", "written_at",
]  # fmt: skip


def indicators(*codes: str) -> list[Indicator]:
    """Those with these codes, all where none is named, in their order; targets fetched along."""
    found = Indicator.objects.prefetch_related("targets").order_by("position", "code")
    return list(found.filter(code__in=codes) if codes else found)


def indicator_elements() -> set[str]:
    """Codes of the elements that some indicator is reckoned from."""
    sides = Indicator.objects.order_by("pk").values_list("numerator", "denominator")
    return {code for pair in sides for text in pair for code in parse(text).elements}


def elements() -> QuerySet[DataElement]:
    """Every data element, by code."""
    return DataElement.objects.order_by("code")


def figure(indicator: Indicator, period: Period, unit_id: int, group: str = "", *, form: str = "") -> Figure:
    """One indicator over a unit with all below it; `group` narrows to one kind of unit below, "" is all.

    A unit with nobody below but itself has no figure by group, as it would be the same.
    """
    return figures([indicator], period, [unit_id], group, form=form)[unit_id][0]


def figures(
    indicators: Sequence[Indicator],
    period: Period,
    unit_ids: Iterable[int],
    group: str = "",
    *,
    form: str = "",
    now: date | None = None,
) -> dict[int, list[Figure]]:
    """For each unit its figures in the order of `indicators`. A fixed number of queries.

    A unit that nobody reports below has figures too: without a value, 0 expected. With `now` history is carried to the
    tree of that day, else they are those of the period's own tree.
    """
    unit_ids = list(unit_ids)
    answer = _ask(indicators, [period], unit_ids, [group], form, now)
    inside = _groups_of(indicators, unit_ids, on=period.reference_day)
    return {
        unit: [_figure(answer, one, period, unit, group, inside.get(unit, ())) for one in indicators]
        for unit in unit_ids
    }


def figures_by_group(
    indicators: Sequence[Indicator], period: Period, unit_id: int, *, form: str = "", now: date | None = None
) -> dict[str, list[Figure]]:
    """The same for one unit, for each kind of unit that was to report below it, in the order of UnitKind."""
    answer = _ask(indicators, [period], [unit_id], UnitKind.values, form, now)
    found = {group: [_figure(answer, one, period, unit_id, group) for one in indicators] for group in UnitKind.values}
    return {group: row for group, row in found.items() if any(figure.expected for figure in row)}


def series(
    indicators: Sequence[Indicator],
    unit_id: int,
    periods: Sequence[Period],
    group: str = "",
    *,
    form: str = "",
    now: date | None = None,
) -> list[list[Figure]]:
    """Of one unit, for each indicator its figures over `periods`, in their order, each over the tree of its period."""
    answer = _ask(indicators, periods, [unit_id], [group], form, now)
    inside = {one: _groups_of(indicators, [unit_id], on=one.reference_day).get(unit_id, ()) for one in periods}
    return [[_figure(answer, one, period, unit_id, group, inside[period]) for period in periods] for one in indicators]


def totals(
    elements: Sequence[str], period: Period, unit_ids: Iterable[int], group: str = "", *, form: str = ""
) -> dict[int, dict[str, float | None]]:
    """Sums of elements (codes, or cells such as "staff_trained[TH]") over each unit with all below it.

    None where nobody filled it, or too few to show.
    """
    unit_ids = list(unit_ids)
    data = {code: Datum(DatumKind.ELEMENT, code) for code in elements}
    question = Question(
        data=tuple(data.values()), spans=(period.span,), units=tuple(unit_ids), groups=(group,), form=form
    )
    answer = ask(question, on=period.reference_day)
    return {
        unit: {code: answer.at(datum, period.span, unit, group).value for code, datum in data.items()}
        for unit in unit_ids
    }


def _ask(
    indicators: Sequence[Indicator],
    periods: Sequence[Period],
    unit_ids: Sequence[int],
    groups: Sequence[str],
    form: str,
    now: date | None,
) -> Answer:
    prefetch_related_objects(indicators, "targets")
    question = Question(
        data=tuple(Datum(DatumKind.INDICATOR, indicator.code) for indicator in indicators),
        spans=tuple(period.span for period in periods),
        units=tuple(unit_ids),
        groups=tuple(groups),
        form=form,
        tree=TreeMode.AS_IS if now else TreeMode.AS_WAS,
    )
    return ask(question, on=now or max(period.reference_day for period in periods))


def _groups_of(indicators: Iterable[Indicator], unit_ids: Iterable[int], *, on: date) -> dict[int, set[str]]:
    """The kind and the groups of each unit on the day, where some target is set for a group; else nothing is read."""
    if not any(target.group for one in indicators for target in one.targets.all()):
        return {}
    return groups_of(unit_ids, on=on)


def _figure(
    answer: Answer, indicator: Indicator, period: Period, unit_id: int, group: str, groups: Collection[str] = ()
) -> Figure:
    datum = Datum(DatumKind.INDICATOR, indicator.code)
    cell = answer.at(datum, period.span, unit_id, group)
    return figure_of(
        indicator,
        unit_id=unit_id,
        group=group,
        period=period,
        released=Released(
            numerator=cell.numerator, denominator=cell.denominator, value=cell.value, suppressed=cell.suppressed
        ),
        expected=cell.expected,
        reported=cell.reported,
        counted=answer.counted[datum],
        groups=groups,
    )


def remainder(whole: Sequence[Figure], parts: Iterable[Sequence[Figure]]) -> list[Figure]:
    """What is left of a unit's figures once those of units below it are taken away, indicator by indicator.

    Counts are sums, so the difference is exact: the schools that hang directly below the Department.
    """
    columns = list(zip(whole, *parts, strict=True))
    sides = {one.indicator: (parse(one.indicator.numerator), parse(one.indicator.denominator)) for one in whole}
    named = elements_named(side for both in sides.values() for side in both)
    return [
        _rest(figure, others, kept=_rest_kept_back(figure, sides[figure.indicator], named))
        for figure, *others in columns
    ]


def _rest_kept_back(whole: Figure, sides: Sequence[Expression], named: Mapping[str, DataElement]) -> bool:
    behind = guarded(named, (item for side in sides for item in side.items))
    laid_out = layouts_with(sides, whole.period) if behind else []
    return any(
        hidden_rest(item, element, one, whole.unit_id, whole.group) for item, element in behind for one in laid_out
    )


def _rest(whole: Figure, parts: Sequence[Figure], *, kept: bool) -> Figure:
    def less(amounts: Iterable[float | None], total: float | None) -> float | None:
        return None if total is None else total - sum(amount or 0 for amount in amounts)

    reported = whole.reported - sum(part.reported for part in parts)
    numerator = less((part.numerator for part in parts), whole.numerator) if reported else None
    denominator = less((part.denominator for part in parts), whole.denominator)
    hidden = kept or whole.suppressed or any(part.suppressed for part in parts)
    return figure_of(
        whole.indicator,
        unit_id=whole.unit_id,
        group=whole.group,
        period=whole.period,
        released=Released(numerator=None, denominator=None, value=None, suppressed=True)
        if hidden
        else release(numerator, denominator, factor=whole.indicator.factor),
        expected=whole.expected - sum(part.expected for part in parts),
        reported=reported,
        counted=whole.counted,
    )


def in_words(indicator: Indicator) -> tuple[str, str]:
    """Numerator and denominator as a reader understands them: each element by its name."""
    names = {element.code: f"“{element.name}”" for element in elements()}

    def told(expression: str) -> str:
        return re.sub(r"[A-Za-z_]\w*", lambda word: names.get(word[0], word[0]), expression)

    return told(indicator.numerator), told(indicator.denominator)


def written_at(period: Period) -> datetime | None:
    """When the figures of a period were last laid out; None if never."""
    found: datetime | None = Partition.objects.filter(period=period).aggregate(at=Max("written_at"))["at"]
    return found


def closed_periods(*, on: date) -> QuerySet[Period]:
    """Periods that have figures and were over before `on`, the newest first."""
    laid_out = Partition.objects.order_by().values("period")
    return Period.objects.filter(pk__in=laid_out, days__endswith__lte=on).order_by("-days__endswith", "-pk")


def units_of(indicator: Indicator, period: Period, unit_ids: Iterable[int], *, form: str = "") -> list[UnitFigure]:
    """What each of `unit_ids` that was to report gave to the indicator, lowest value first, then those without one.

    Read from Parquet: FactsNotReady while the file is being made anew, FactsTooSlow after facts.SECONDS.
    """
    sides, unit_ids = (parse(indicator.numerator), parse(indicator.denominator)), list(unit_ids)
    behind = guarded(elements_named(sides), (item for side in sides for item in side.items))
    found = []
    for partition in layouts_with(sides, period, form=form):
        rows = _rows(partition, sides, unit_ids)
        kept = own_kept_back(behind, partition, [unit_id for unit_id, *_ in rows])
        found += [
            UnitFigure(
                unit_id=unit_id,
                reported=reported,
                **release(plain(numerator), plain(denominator), factor=indicator.factor, kept=unit_id in kept),
            )
            for unit_id, reported, numerator, denominator in rows
        ]
    return sorted(found, key=lambda one: (one.value is None, one.value or 0, one.unit_id))


def _rows(partition: Partition, expressions: Iterable[Expression], unit_ids: list[int]) -> list[tuple[Any, ...]]:
    selected = ["unit_id", "reported", *(to_sql(expression, partition.columns) for expression in expressions)]
    name = partition.file_name
    while True:
        try:
            return facts.read_rows(name, selected, unit_ids)
        except FactsNotReady:  # perhaps swapped since we read its name
            read, name = name, Partition.objects.values_list("file_name", flat=True).get(pk=partition.pk)
            if name == read:
                raise
