"""Who and what stands on each axis: a look's choices, found for one reader on one day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from donghanh.explorer.choices import EVERYTHING, Dimension, UnitSet
from donghanh.explorer.look import Look
from donghanh.kernel.bilingual import in_language
from donghanh.organisations import queries as organisations
from donghanh.organisations.choices import KINDS_OF_LEVEL, SCHOOL_KINDS, UnitKind
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.periods.models import Period
from donghanh.periods.queries import BadPeriod, Span, parse, relative_periods
from donghanh.questionnaires.models import FormVersion
from donghanh.statistics import queries as statistics
from donghanh.statistics.choices import Aggregation, DatumKind, Rate, TreeMode
from donghanh.statistics.models import DataElement, Indicator
from donghanh.statistics.queries import Datum

MOST_OF_ALL = 12  # indicators that are shown where none is named
PERCENT = 100


@dataclass(frozen=True)
class Member:
    """One value of a dimension. `value`: a `Measure`, a Span, a unit's id, a kind, or what stands in brackets."""

    key: str
    label: str
    value: Any
    total: bool = False  # the whole of which the others are parts, asked of the engine as such


@dataclass(frozen=True)
class Measure:
    """A datum with what is needed to write its figures."""

    datum: Datum
    unit: str  # "%", "người", "" for a plain ratio
    decimals: int = 0
    indicator: Indicator | None = None
    parts: tuple[str, ...] = ()  # the cells of an element, by what stands in their brackets
    additive: bool = False  # sums of its figures over units that share nothing are figures again

    def part(self, selection: str) -> Datum | None:
        """One of its cells; None where it has no such."""
        if not selection:
            return self.datum
        if selection not in self.parts:
            return None
        return Datum(self.datum.kind, f"{self.datum.code}[{selection}]", aggregation=self.datum.aggregation)


@dataclass
class Members:
    """Every dimension's members in their order, and what has to be said of the choice."""

    of: dict[Dimension, list[Member]]
    base: str = ""  # name of the unit whose figures are the total
    direct: int = 0  # schools that hang directly below it and stand in no row of their own
    left_out: int = 0  # units that this reader may not see
    unknown: list[str] = field(default_factory=list)  # sentences


class Finder:
    """Finds the members of many looks for one reader; what two looks share is asked once."""

    def __init__(self, account: Account, *, on: date) -> None:
        self.account, self.on = account, on
        self._units: dict[tuple[tuple[str, ...], date], tuple[list[Member], str, int, int]] = {}
        self._spans: dict[str, list[Span]] = {}

    def members(self, look: Look) -> Members:
        found = Members(of={})
        spans = self.spans(look.periods, found.unknown)
        measures = self.measures(look.data, found.unknown)
        units, found.base, found.direct, found.left_out = self.units(look.units, self.day(look, spans))
        whole = [Member("", _("Mọi loại hình"), "", total=True)]
        found.of = {
            Dimension.DATA: [Member(one.datum.key, label, one) for one, label in measures],
            Dimension.PERIOD: [Member(span.code, span.short_label, span) for span in spans],
            Dimension.UNIT: units,
            Dimension.KIND: [*_kinds(look.kinds), *whole],
            Dimension.PART: [*self._parts(look.parts, measures), Member("", _("Tất cả"), "", total=True)],
        }
        return found

    def day(self, look: Look, spans: Sequence[Span]) -> date:
        """The day whose tree the units are taken from: that of the last period, or today for the tree as it is."""
        if look.tree == TreeMode.AS_IS or not spans:
            return self.on
        return min(self.on, max(span.reference_day for span in spans))

    # ── periods ──

    def spans(self, names: Iterable[str], unknown: list[str]) -> list[Span]:
        """What the names mean, each once, oldest first."""
        found: dict[str, Span] = {}
        for name in names:
            if name not in self._spans:
                try:
                    self._spans[name] = self._meant(name)
                except BadPeriod as fault:
                    unknown.append(str(fault))
                    continue
            found |= {span.code: span for span in self._spans[name]}
        return sorted(found.values(), key=lambda span: (span.start, span.end))

    def _meant(self, name: str) -> list[Span]:
        if "_" in name or name.isalpha():
            return relative_periods(name, on=self.on)
        row = next((one for one in self.calendar if one.code == name), None)
        return [row.span if row else parse(name)]

    @cached_property
    def calendar(self) -> list[Period]:
        """Periods that a decision sets, newest first: years and semesters, and those of offices."""
        return list(Period.objects.filter(place="").order_by("-days", "code"))

    # ── data ──

    def measures(self, keys: Sequence[str], unknown: list[str]) -> list[tuple[Measure, str]]:
        """Each datum with its name; without keys the plan's indicators."""
        if not keys:
            return [_of_indicator(one) for one in self.indicators[:MOST_OF_ALL]]
        indicators, found = {one.code: one for one in self.indicators}, []
        for key in keys:
            kind, _colon, rest = key.partition(":")
            code, _colon, more = rest.partition(":")
            if kind == DatumKind.INDICATOR and code in indicators:
                found.append(_of_indicator(indicators[code]))
            elif kind == DatumKind.ELEMENT and code.partition("[")[0] in self.elements:
                found.append(self._of_element(code, more))
            elif kind == DatumKind.RATE and code in self.forms and more in Rate.values:
                found.append(self._of_rate(code, Rate(more)))
            else:
                unknown.append(_("Không có số liệu nào mang mã “%(key)s”.") % {"key": key})
        return found

    @cached_property
    def indicators(self) -> list[Indicator]:
        return statistics.indicators()

    @cached_property
    def elements(self) -> dict[str, DataElement]:
        return {one.code: one for one in statistics.elements()}

    @cached_property
    def forms(self) -> dict[str, FormVersion]:
        """The newest wording of each form, by the form's code."""
        newest = FormVersion.objects.select_related("form").order_by("form", "-number").distinct("form")
        return {one.form.code: one for one in newest}

    @cached_property
    def selections(self) -> dict[str, dict[str, str]]:
        """Element → what stands in the brackets of its cells → what that is called."""
        found: dict[str, dict[str, str]] = {}
        for version in self.forms.values():
            for cell in version.definition.cells:
                if cell.selection:
                    named = " · ".join(part.name for part in (cell.row, cell.option) if part)
                    found.setdefault(cell.item.code, {})[cell.selection] = named
        return found

    def _of_element(self, code: str, aggregation: str) -> tuple[Measure, str]:
        name, _bracket, selection = code.rstrip("]").partition("[")
        element, known = self.elements[name], self.selections.get(name, {})
        way = aggregation if aggregation in Aggregation.values else ""
        measure = Measure(
            Datum(DatumKind.ELEMENT, code, aggregation=way),
            in_language(element, "unit_of_measure"),
            parts=() if selection else tuple(known),
            additive=(way or element.aggregation) == Aggregation.SUM,
        )
        return measure, f"{element.name} – {known.get(selection, selection)}" if selection else element.name

    def _of_rate(self, form: str, rate: Rate) -> tuple[Measure, str]:
        shared = rate in (Rate.ACTUAL_RATE, Rate.ON_TIME_RATE)
        measure = Measure(
            Datum(DatumKind.RATE, form, rate), "%" if shared else _("đơn vị"), decimals=int(shared), additive=not shared
        )
        return measure, f"{rate.label} – {in_language(self.forms[form].form, 'name')}"

    def _parts(self, keys: Sequence[str], measures: Sequence[tuple[Measure, str]]) -> Iterator[Member]:
        known: dict[str, str] = {}
        if keys:
            for measure, _label in measures:
                known |= self.selections.get(measure.datum.code, {}) if measure.parts else {}
        for key in known if EVERYTHING in keys else keys:
            if key in known:
                yield Member(key, known[key], key)

    # ── units ──

    @cached_property
    def offices(self) -> list[int]:
        return list(dict.fromkeys(own_units(self.account, Right.READ_FIGURES, on=self.on)))

    def units(self, choices: tuple[str, ...], day: date) -> tuple[list[Member], str, int, int]:
        """Units of that day; the name of their whole; schools below it without a row; how many units were left out."""
        if (choices, day) not in self._units:
            self._units[choices, day] = self._found_units(choices, day)
        return self._units[choices, day]

    def _found_units(self, choices: tuple[str, ...], day: date) -> tuple[list[Member], str, int, int]:
        wanted: dict[int, Any] = {}
        wholes: set[int] = set()
        for choice in choices:
            units, whole = self._choice(choice, day)
            wanted |= {unit.pk: unit for unit in units}
            wholes.add(whole)
        allowed = self._readable([*wanted, *wholes], day)
        rows = [Member(str(unit.pk), _named(unit), unit.pk) for unit in wanted.values() if unit.pk in allowed]
        whole = next(iter(wholes), 0) if len(wholes) == 1 else 0
        if not whole or whole not in allowed or whole in wanted:
            left_out = len(wanted) - len(rows)
            if len(rows) > 1 and all(unit.kind in SCHOOL_KINDS for unit in wanted.values()):  # schools share nothing
                rows.append(Member("cong", _("Cộng"), tuple(one.value for one in rows), total=True))
            return rows, "", 0, left_out
        direct = 0
        if choices == (UnitSet.AREAS.value,):
            direct = sum(one.kind in SCHOOL_KINDS for one in self._below[whole, day])
        base = organisations.called([whole], on=day)[whole]
        rows.append(Member(str(whole), base, whole, total=True))
        return rows, base, direct, len(wanted) - len(rows) + 1

    def _choice(self, choice: str, day: date) -> tuple[list[Any], int]:
        """The units that one choice means, and the unit that is their whole (0: there is none)."""
        kind, _colon, rest = choice.partition(":")
        office = self.offices[0] if self.offices else 0
        if choice in UnitSet.values:
            return self._own(UnitSet(choice), day), office if choice != UnitSet.OWN else 0
        if kind == "con" and rest.isascii() and rest.isdigit():
            return self._children(int(rest), day), int(rest)
        if kind == "cap" and rest in KINDS_OF_LEVEL:
            below: list[QuerySet[Any]] = [organisations.descendants(one, on=day) for one in self.offices]
            return [unit for units in below for unit in units.filter(kind__in=KINDS_OF_LEVEL[rest])], office
        if kind == "nhom":
            reached = units_reached(self.account, Right.READ_FIGURES, on=self.on)
            return list(organisations.units_in_group(rest, on=day).filter(pk__in=reached)), 0
        if choice.isascii() and choice.isdigit():
            return list(organisations.units_on(day).filter(pk=min(int(choice), organisations.MOST_UNITS))), 0
        return [], 0

    def _own(self, which: UnitSet, day: date) -> list[Any]:
        own: list[Any] = list(organisations.units_on(day).filter(pk__in=self.offices))
        if which == UnitSet.OWN:
            return own
        children = [unit for office in self.offices for unit in self._children(office, day)]
        areas = [unit for unit in children if unit.kind not in SCHOOL_KINDS]
        return (areas if which == UnitSet.AREAS else []) or children or own

    def _children(self, unit_id: int, day: date) -> list[Any]:
        if (unit_id, day) not in self._below:
            self._below[unit_id, day] = list(organisations.children(unit_id, on=day))
        return self._below[unit_id, day]

    @cached_property
    def _below(self) -> dict[tuple[int, date], list[Any]]:
        return {}

    def _readable(self, ids: Collection[int], day: date) -> set[int]:
        """Those the reader reaches today, and those of `day` that are gone since and were below the reader's offices.

        A school that moved away is its new office's to show.
        """
        reached = units_reached(self.account, Right.READ_FIGURES, on=self.on).filter(descendant__in=ids)
        found = set(reached.values_list("descendant", flat=True))
        rest = set(ids) - found
        if rest and day != self.on:
            rest -= set(organisations.units_on(self.on).filter(pk__in=rest).values_list("pk", flat=True))
            found |= {below for above, below in organisations.lineage_pairs(rest, on=day) if above in self.offices}
        return found


def _named(unit: Any) -> str:
    return str(unit.name)


def _kinds(keys: Sequence[str]) -> list[Member]:
    chosen = SCHOOL_KINDS if EVERYTHING in keys else [UnitKind(key) for key in keys if key in UnitKind.values]
    return [Member(kind.value, str(kind.label), kind.value) for kind in chosen]


def _of_indicator(indicator: Indicator) -> tuple[Measure, str]:
    unit = "%" if indicator.factor == PERCENT else ""
    datum = Datum(DatumKind.INDICATOR, indicator.code)
    return Measure(datum, unit, indicator.decimals, indicator), indicator.short_name
