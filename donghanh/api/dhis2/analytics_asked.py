"""What an analytics query asks: data, periods, units and groups, each as dimension or filter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.catalogue import Catalogue
from donghanh.api.dhis2.choices import DEFAULT, Code, IdentityKind, Scheme
from donghanh.api.dhis2.faults import conflict
from donghanh.kernel.numbers import format_number
from donghanh.organisations.choices import KINDS_OF_GROUP, GroupSet
from donghanh.organisations.models import Lineage
from donghanh.organisations.queries import groups, units_in_group, units_on
from donghanh.people.choices import Right
from donghanh.periods.choices import PeriodKind
from donghanh.periods.models import Period
from donghanh.periods.queries import BadPeriod, Span, parse, relative_periods, span_of
from donghanh.statistics.choices import Aggregation, DatumKind, Rate
from donghanh.statistics.queries import MOST_CELLS, Datum, TooMany
from donghanh.statistics.queries import Question as Cells

RATES: Final = {
    "REPORTING_RATE": Rate.ACTUAL_RATE, "REPORTING_RATE_ON_TIME": Rate.ON_TIME_RATE, "ACTUAL_REPORTS": Rate.ACTUAL,
    "ACTUAL_REPORTS_ON_TIME": Rate.ON_TIME, "EXPECTED_REPORTS": Rate.EXPECTED,
}  # fmt: skip
RELATIVE: Final = re.compile(r"(THIS|LAST|TODAY|YESTERDAY|\w+_(THIS|LAST)_)[A-Z0-9_]*")
DAYS: Final = re.compile(r"(\d{4}-?\d\d-?\d\d)_(\d{4}-?\d\d-?\d\d)")
LEVEL: Final = re.compile(r"LEVEL-(\w+)")
USER_UNITS: Final = {"USER_ORGUNIT": 0, "USER_ORGUNIT_CHILDREN": 1, "USER_ORGUNIT_GRANDCHILDREN": 2}
REFUSED: Final = {
    "ignoreLimit": "true",
    "preAggregationMeasureCriteria": "",
    "enhancedCategory": "",
}  # parameter → the word that is refused; "" refuses any
MOST_ITEMS: Final = 5_000  # of one dimension, as they are written
COLUMNS: Final = {"dx": "Data", "pe": "Period", "ou": "Organisation unit", "co": "Category option combo"}


@dataclass(frozen=True)
class DataItem:
    """One thing asked, with the words that rows carry."""

    word: str  # as asked, in the output scheme
    name: str
    datum: Datum
    whole: bool = False  # counted in ones: written without decimals
    decimals: int | None = None  # of an indicator
    factor: float = 1
    annualised: bool = False
    cell: str = ""  # word of the option combo, where `co` is a dimension
    cell_name: str = ""

    @property
    def kind(self) -> str:
        return self.datum.kind


@dataclass(frozen=True)
class Dimension:
    """An axis of the question: its items as they stand in rows."""

    name: str  # "dx", "pe", "ou", "co" or the UID of a group set
    column: str
    items: tuple[Any, ...]  # DataItem, Span, unit id, kind of unit
    filter: bool = False


@dataclass
class Question:
    """The query, read."""

    dimensions: list[Dimension] = field(default_factory=list)
    parameters: Mapping[str, str] = field(default_factory=dict)

    def axis(self, name: str) -> Dimension | None:
        return next((one for one in self.dimensions if one.name == name), None)

    def truth(self, name: str) -> bool:
        return self.parameters.get(name, "").lower() == "true"


class Reader:
    """Reads a query for one caller on one day."""

    def __init__(self, said: QueryDict, catalogue: Catalogue, caller: Caller, *, on: date) -> None:
        self.said = {name: said.getlist(name) for name in said}
        self.last = {name: words[-1] for name, words in self.said.items()}
        self.catalogue, self.caller, self.ids = catalogue, caller, catalogue.ids
        self.today = on
        self.on = self._day(self.last.get("relativePeriodDate", "")) or on
        self.scheme = self._scheme("inputIdScheme")

    def _scheme(self, name: str) -> Scheme:
        from donghanh.api.dhis2.identifiers import scheme_of

        return scheme_of(self.last.get(name, "uid"), name)

    def _day(self, text: str) -> date | None:
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            raise conflict(_("“%(text)s” không phải là ngày.") % {"text": text[:20]}, Code.NOT_READABLE) from None

    def read(self) -> Question:
        for name, word in REFUSED.items():
            if name in self.last and word in ("", self.last[name].lower()):
                raise conflict(_("Dịch vụ này không nhận tham số %(name)s.") % {"name": name}, Code.NOT_READABLE)
        axes = [(text, False) for text in self.said.get("dimension", [])]
        axes += [(text, True) for text in self.said.get("filter", [])]
        if not axes:
            raise conflict(_("Cần ít nhất một dimension."), Code.NO_DIMENSION)
        named: dict[str, tuple[str, bool]] = {}
        for text, is_filter in axes:
            name, _colon, items = text.partition(":")
            if name in named:
                code = Code.DIMENSION_TWICE if named[name][1] == is_filter else Code.TWICE_ASKED
                raise conflict(_("Chiều “%(name)s” có hai lần.") % {"name": name[:30]}, code)
            named[name] = (items, is_filter)
        self._complete(named)
        self._small_enough(named)
        made = [self._dimension(name, items, is_filter=is_filter) for name, (items, is_filter) in named.items()]
        if any(one.name == "co" for one in made):
            made = self._with_cells(made)
        return Question(made, self.last)

    def _small_enough(self, named: Mapping[str, tuple[str, bool]]) -> None:
        """Refused before anything is looked up: every item that is written makes at least one cell of each other."""
        data, periods, units = (named[name][0].count(";") + 1 for name in ("dx", "pe", "ou"))
        if data * periods * units > MOST_CELLS:
            datum, span = Datum(DatumKind.ELEMENT, ""), span_of(PeriodKind.DAY, self.today)
            asked = Cells(data=(datum,) * data, spans=(span,) * periods, units=(0,) * units)
            raise conflict(str(TooMany(asked)), Code.TOO_MANY)

    def _complete(self, named: dict[str, tuple[str, bool]]) -> None:
        if "dx" not in named or not named["dx"][0]:
            raise conflict(_("Cần ít nhất một chỉ tiêu hoặc chỉ số trong dimension dx."), Code.NO_DATA_ITEM)
        days = "startDate" in self.last or "endDate" in self.last
        if "pe" in named and days:
            raise conflict(_("Chỉ dùng kỳ (pe) hoặc startDate và endDate."), Code.PERIODS_AND_DAYS)
        if "pe" not in named and not days:
            raise conflict(_("Cần kỳ (pe), hoặc startDate và endDate."), Code.NO_PERIOD)
        if days:
            named["pe"] = (f"{self.last.get('startDate', '')}_{self.last.get('endDate', '')}", True)
        if "ou" not in named or not named["ou"][0]:
            named["ou"] = ("USER_ORGUNIT", "ou" not in named or named["ou"][1])

    def _dimension(self, name: str, items: str, *, is_filter: bool) -> Dimension:
        words = [word.strip() for word in items.split(";") if word.strip()]
        if len(words) > MOST_ITEMS:
            raise self._too_many(len(words))
        readers: dict[str, Callable[[list[str]], list[Any]]] = {
            "dx": self._data, "pe": self._periods, "ou": self._units,
        }  # fmt: skip
        column, found = COLUMNS.get(name, ""), list[Any]()
        if name in readers:
            found = readers[name](words)
        elif name != "co":
            column, found = self._groups(name, words)
        if not found and name != "co":
            sentence = _("Chiều “%(name)s” không có mục nào dùng được.") % {"name": name[:30]}
            raise conflict(sentence, Code.NO_VALID_ITEM)
        return Dimension(name, column, tuple(dict.fromkeys(found)), is_filter)

    # ── data ──

    def _data(self, words: list[str]) -> list[DataItem]:
        return [item for word in words for item in self._data_of(word)]

    def _data_of(self, word: str) -> Iterable[DataItem]:
        first, _dot, second = word.partition(".")
        if second in RATES and (form := self.catalogue.form_of(first, self.scheme)):
            return [self._rate(form, second)]
        if not second and (indicator := self.catalogue.indicator_index.find(first, self.scheme)):
            return [self._indicator(indicator)]
        element = self.catalogue.element_index.find(first, self.scheme)
        if element is None or not self.catalogue.elements[element].numeric:
            raise self._no_item("dx", word)
        return self._of_element(element, second, word)

    def _of_element(self, element: str, second: str, word: str) -> Iterable[DataItem]:
        known, aggregation = self.catalogue.elements[element], self._aggregation()
        uid = self._out(IdentityKind.ELEMENT, element, known.name)
        whole = known.item.kind in ("integer", "flag") and aggregation in ("", Aggregation.SUM)
        plain = DataItem(uid, known.name, Datum(DatumKind.ELEMENT, element, aggregation=aggregation), whole=whole)
        if not second:
            return [plain]
        cell, _dot, attributes = second.partition(".")
        if attributes not in ("", "*", self.ids.uid(IdentityKind.CELL, DEFAULT)):
            raise self._no_item("dx", word)
        keys = [key for key, (combo, _selection) in self.catalogue.cells.items() if combo == known.combo]
        if cell != "*":
            keys = [key for key in keys if self.catalogue.cell_index.find(cell, self.scheme) == key]
        if not keys:
            raise self._no_item("dx", word)
        return [self._operand(plain, element, key) for key in keys]

    def _operand(self, plain: DataItem, element: str, key: str) -> DataItem:
        selection = self.catalogue.cells[key][1]
        cell = self._out(IdentityKind.CELL, key, name := self.catalogue.cell_name(key))
        code = f"{element}[{selection}]" if selection else element
        datum = replace(plain.datum, code=code)
        return replace(
            plain, word=f"{plain.word}.{cell}", name=f"{plain.name} {name}", datum=datum, cell=cell, cell_name=name
        )

    def _aggregation(self) -> str:
        asked = self.last.get("aggregationType", "").upper()
        if asked in ("", "DEFAULT"):
            return ""
        if asked not in Aggregation.values:
            raise conflict(_("Không có cách gộp “%(name)s”.") % {"name": asked[:40]}, Code.NO_AGGREGATION)
        return asked

    def _rate(self, form: str, word: str) -> DataItem:
        uid = self._out(IdentityKind.FORM, form, name := self.catalogue.form_name(form))
        rate = RATES[word]
        percent = rate in (Rate.ACTUAL_RATE, Rate.ON_TIME_RATE)
        told = f"{name} – {rate.label}"
        return DataItem(f"{uid}.{word}", told, Datum(DatumKind.RATE, form, rate), whole=not percent, factor=100)

    def _indicator(self, code: str) -> DataItem:
        row = self.catalogue.indicators[code]
        uid = self._out(IdentityKind.INDICATOR, code, row.name)
        return DataItem(
            uid, row.name, Datum(DatumKind.INDICATOR, code), decimals=row.decimals, factor=row.factor,
            annualised=row.annualised,
        )  # fmt: skip

    @cached_property
    def out(self) -> Scheme:
        """How rows name things."""
        return self._scheme("outputIdScheme")

    def _out(self, kind: IdentityKind, ours: str, name: str) -> str:
        return self.catalogue.said(kind, ours, self.out, name)

    def _with_cells(self, made: list[Dimension]) -> list[Dimension]:
        """`co` as an axis: every element cell by cell; indicators and rates have none."""
        data = next(one for one in made if one.name == "dx")
        items: list[DataItem] = []
        for item in data.items:
            if item.kind != DatumKind.ELEMENT or "[" in item.datum.code:
                sentence = _("Chiều co chỉ dùng với chỉ tiêu báo cáo, không với chỉ số hay tỷ lệ báo cáo.")
                raise conflict(sentence, Code.NO_AGGREGATION)
            cells = self._of_element(item.datum.code, "*", item.word)
            items += [replace(cell, word=item.word, name=item.name) for cell in cells]
        return [replace(one, items=tuple(items)) if one.name == "dx" else one for one in made]

    # ── periods ──

    def _periods(self, words: list[str]) -> list[Span]:
        rows = {row.code: row.span for row in Period.objects.filter(code__in=words).order_by("pk")}
        spans = [span for word in words for span in self._period_of(word, rows)]
        return sorted(dict.fromkeys(spans), key=lambda span: (span.start, span.end)) if len(spans) > 1 else spans

    def _period_of(self, word: str, rows: Mapping[str, Span]) -> list[Span]:
        if word in rows:
            return [rows[word]]
        try:
            if days := DAYS.fullmatch(word):
                return [self._between(days[1], days[2])]
            if RELATIVE.fullmatch(word):
                return relative_periods(word, on=self.on)
            return [parse(word)]
        except BadPeriod as fault:
            raise conflict(str(fault), Code.NO_VALID_ITEM) from None

    def _between(self, first: str, last: str) -> Span:
        start, end = self._day(first), self._day(last)
        if start is None or end is None:
            raise conflict(_("Cần cả startDate và endDate."), Code.NO_PERIOD)
        if end < start:
            raise conflict(_("startDate không được sau endDate."), Code.DAYS_BACKWARDS)
        return Span(PeriodKind.OWN, f"{start:%Y%m%d}_{end:%Y%m%d}", start, end, end)

    # ── units ──

    @cached_property
    def reached(self) -> set[int]:
        return self.caller.reached(Right.READ_FIGURES, on=self.today)

    @cached_property
    def own(self) -> list[int]:
        """Units of the account itself, or those that userOrgUnit puts in their place."""
        if words := [word for text in self.said.get("userOrgUnit", []) for word in text.split(";") if word]:
            return [self._unit(word) for word in words]
        return self.caller.own(Right.READ_FIGURES, on=self.today)

    def _units(self, words: list[str]) -> list[int]:
        """UIDs alone are themselves; with LEVEL-n or OU_GROUP-… they say below whom."""
        below: list[int] = []
        levels: list[int] = []
        within: list[str] = []
        for word in words:
            if word in USER_UNITS:
                below += self._at_depth(self.own, USER_UNITS[word]) if USER_UNITS[word] else self.own
            elif found := LEVEL.fullmatch(word):
                levels.append(self._level(found[1]))
            elif word.startswith("OU_GROUP-"):
                within.append(self._group(word.removeprefix("OU_GROUP-"))[1])
            else:
                below.append(self._unit(word))
        if not levels and not within:
            return list(dict.fromkeys(below))
        found_units: list[int] = []
        for level in levels:
            found_units += self._on_level(level, below)
        for group in within:
            members = units_in_group(group, on=self.today)
            inside = self._below(below) if below else None
            found_units += [
                unit.pk for unit in members if unit.pk in self.reached and (inside is None or unit.pk in inside)
            ]
        return list(dict.fromkeys(found_units))

    def _unit(self, word: str) -> int:
        unit = self.catalogue.units_meant([word], self.scheme, on=self.today).get(word)
        if unit is None:
            raise self._no_item("ou", word)
        if unit not in self.reached:
            sentence = _("Tài khoản không được xem số liệu của đơn vị “%(unit)s”.") % {"unit": word}
            raise conflict(sentence, Code.UNIT_OUT_OF_REACH)
        return unit

    def _level(self, word: str) -> int:
        if word.isascii() and word.isdecimal() and len(word) <= 2:  # noqa: PLR2004  # digits of a level
            return int(word)
        level = next((n for n in range(1, 10) if self.ids.uid(IdentityKind.LEVEL, str(n)) == word), None)
        if level is None:
            raise self._no_item("ou", f"LEVEL-{word}")
        return level

    def _on_level(self, level: int, below: list[int]) -> list[int]:
        """Units with so many above them, in order of their names."""
        from donghanh.api.dhis2.units import with_level

        rows = with_level(units_on(self.today), on=self.today).filter(level=level, pk__in=self.reached)
        if below:
            rows = rows.filter(pk__in=self._below(below))
        return list(rows.order_by("name_sort", "pk").values_list("pk", flat=True))

    def _at_depth(self, units: list[int], depth: int) -> list[int]:
        rows = Lineage.objects.filter(ancestor__in=units, depth=depth, valid__contains=self.today).order_by(
            "descendant"
        )
        there = dict.fromkeys(rows.values_list("descendant", flat=True))
        return list(units_on(self.today).filter(pk__in=list(there)).values_list("pk", flat=True))

    def _below(self, units: list[int]) -> set[int]:
        rows = Lineage.objects.filter(ancestor__in=units, valid__contains=self.today).order_by()
        return set(rows.values_list("descendant", flat=True))

    # ── groups ──

    def _group(self, word: str) -> tuple[str, str]:
        """(set, code) of a group."""
        for one in groups():
            if word in (self.ids.uid(IdentityKind.GROUP, one.code), one.code):
                return one.group_set, one.code
        raise self._no_item("ou", word)

    def _groups(self, name: str, words: list[str]) -> tuple[str, list[str]]:
        """The kinds of unit as an axis; other sets cut through what roll-ups hold."""
        known = {self.ids.uid(IdentityKind.GROUP_SET, one): one for one in GroupSet}
        if name not in known:
            raise conflict(_("Không có chiều “%(name)s”.") % {"name": name[:30]}, Code.NO_SUCH_DIMENSION)
        if known[name] != GroupSet.KIND:
            sentence = _(
                "Chỉ nhóm theo loại hình đơn vị dùng được làm chiều. Với nhóm khác, hãy chọn đơn vị bằng OU_GROUP-…."
            )
            raise conflict(sentence, Code.NO_SUCH_DIMENSION)
        codes = [self._group(word)[1] for word in words] or [c for c in KINDS_OF_GROUP if c.startswith("kind:")]
        return str(GroupSet.KIND.label), [code.removeprefix("kind:") for code in codes]

    # ── faults ──

    def _no_item(self, dimension: str, word: str) -> Exception:
        sentence = _("Chiều %(dimension)s không có mục “%(word)s”.") % {"dimension": dimension, "word": word[:40]}
        return conflict(sentence, Code.NO_VALID_ITEM)

    def _too_many(self, items: int) -> Exception:
        sizes = {"items": format_number(items), "most": format_number(MOST_CELLS)}
        return conflict(_("Yêu cầu có %(items)s mục, nhiều hơn %(most)s.") % sizes, Code.TOO_MANY)
