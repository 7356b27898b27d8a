"""Answers from the facts: every way in which values become one, and history carried to today's units.

One question to the engine for all kinds of school: each (unit, kind) is an ancestor of its own there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import QuerySet

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.queries import descendant_ids, kinds, mark_of_tree, units_in_group, units_on
from donghanh.periods.queries import Span
from donghanh.statistics import engine, facts
from donghanh.statistics.blocks import Values
from donghanh.statistics.choices import Aggregation, TreeMode
from donghanh.statistics.language import Expression
from donghanh.statistics.models import Partition
from donghanh.statistics.questions import Question
from donghanh.statistics.trees import as_it_is, as_it_was


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is to be read: which partitions, of each which cells, and what is reckoned from them."""

    question: Question
    wanted: Mapping[Partition, Collection[str]]
    expressions: Sequence[Expression]
    aggregations: Mapping[str, Aggregation]
    on: date  # the day of today's tree


def read_facts(reading: Reading, spans: Sequence[Span]) -> dict[Span, Values]:
    """For each span rows × expressions, a row a (unit, group) in the order of the question; NaN: no value.

    FactsNotReady, FactsTooSlow, UnknownElement as the engine has them.
    """
    question = reading.question
    trees = _trees(reading)
    rows = len(question.units) * len(question.groups)
    if not reading.wanted or not reading.expressions:
        return {span: np.full((rows, len(reading.expressions)), np.nan) for span in spans}
    answer = engine.ask(
        engine.Question(
            sources=[_source(one, cells, trees.of[one.pk]) for one, cells in reading.wanted.items()],
            trees=trees.made,
            spans=[_moment(span) for span in spans],
            units=range(-rows, 0),
            expressions=reading.expressions,
            aggregations=reading.aggregations,
            members=_members(reading),
        )
    )
    by_span = answer.values.reshape(rows, len(spans), len(reading.expressions))
    return {span: by_span[:, place] for place, span in enumerate(spans)}


def _source(partition: Partition, cells: Collection[str], tree: str) -> engine.Source:
    return engine.Source(
        path=str(facts.folder() / partition.file_name),
        columns=tuple(sorted(cells)),
        first_day=partition.period.days.lower,
        last_day=partition.period.span.end,
        tree=tree,
        form=partition.form,
    )


def _moment(span: Span) -> engine.Span:
    return engine.Span(id=span.code, first_day=span.start, last_day=span.end)


@dataclass(frozen=True)
class _Trees:
    made: dict[str, engine.Tree]
    of: dict[int, str]  # partition → its tree


def _trees(reading: Reading) -> _Trees:
    """A tree for every day on which another one held; those of days alike are one."""
    made: dict[str, engine.Tree] = {}
    of_day: dict[date, str] = {}
    of: dict[int, str] = {}
    for partition in reading.wanted:
        day = partition.period.reference_day
        if day not in of_day:
            of_day[day] = mark_of_tree(on=day)
            if reading.question.tree == TreeMode.AS_IS:
                of_day[day] = f"{day}"
        if of_day[day] not in made:
            made[of_day[day]] = _tree(reading, day)
        of[partition.pk] = of_day[day]
    return _Trees(made, of)


def _tree(reading: Reading, day: date) -> engine.Tree:
    question = reading.question
    placed = (
        as_it_was(question.units, day=day)
        if question.tree == TreeMode.AS_WAS
        else as_it_is(question.units, since=day, on=reading.on)
    )
    numbers = _numbers(question)
    kind_of = kinds({below for _unit, below, _share in placed}, on=day) if question.groups != ("",) else {}
    in_groups = [
        (numbers[unit, group], below, share)
        for unit, below, share in placed
        for group in question.groups
        if group in ("", kind_of.get(below))
    ]
    ancestors, units, shares = np.array(in_groups, np.float64).reshape(-1, 3).T
    whole = question.tree == TreeMode.AS_WAS
    return engine.Tree(ancestors.astype(np.int64), units.astype(np.int64), None if whole else shares.copy())


def _numbers(question: Question) -> dict[tuple[int, str], int]:
    """What each row is to the engine: below 0, so that it is no unit's own number, and in the order of the rows."""
    rows = [(unit, group) for unit in question.units for group in question.groups]
    return {row: place - len(rows) for place, row in enumerate(rows)}


def _members(reading: Reading) -> dict[tuple[str, str], set[int]]:
    """The sets of units that the expressions ask about: units as they report, and rows of the question."""
    spans = reading.question.spans
    day = reading.on if reading.question.tree == TreeMode.AS_IS else max(span.reference_day for span in spans)
    found: dict[tuple[str, str], set[int]] = {}
    for kind, code in {(test.kind, code) for one in reading.expressions for test in one.tests for code in test.codes}:
        units = _set_of(kind, code, reading, day)
        rows = {number for (unit, _group), number in _numbers(reading.question).items() if unit in units}
        found[kind, code] = units | rows
    return found


def _set_of(kind: str, code: str, reading: Reading, day: date) -> set[int]:
    if kind == "group":  # a kind of unit, or a group by its code
        there: QuerySet[Any] = units_on(day)
        units = there.filter(kind=code) if code in UnitKind.values else units_in_group(code, on=day)
        return set(units.values_list("pk", flat=True))
    if kind == "ancestor":  # by its number; strictly: no unit is its own
        return set(descendant_ids(int(code), on=day)) - {int(code)} if code.isdecimal() else set()
    forms = [one for one in reading.wanted if one.form == code]  # "dataSet": who was to report on the form
    return {unit for one in forms for (unit,) in facts.read_rows(one.file_name, ["unit_id"], None)}
