"""The answer to an analytics query: figures asked through `statistics.queries.ask`, laid out as DHIS2's grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise, product
from typing import Any, Final

from django.utils.translation import gettext as _

from donghanh.api.dhis2.analytics_asked import DataItem, Dimension, Question, Reader
from donghanh.api.dhis2.choices import Code, IdentityKind, Scheme
from donghanh.api.dhis2.faults import conflict
from donghanh.kernel.numbers import format_number
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.queries import called, lineage_pairs
from donghanh.periods.choices import PeriodKind
from donghanh.periods.queries import Span
from donghanh.statistics.choices import Aggregation, DatumKind, Rate
from donghanh.statistics.queries import Answer, Cell, FactsNotReady, FactsTooSlow, TooMany, ask
from donghanh.statistics.queries import Question as Asked

YEAR: Final = 365
ROUNDED: Final = 2  # decimals, unless an indicator says other
UNROUNDED: Final = 10
EXTRA: Final = ("numerator", "denominator", "factor", "multiplier", "divisor")
CRITERIA: Final[dict[str, Callable[[float, float], bool]]] = {
    "EQ": lambda a, b: a == b, "GT": lambda a, b: a > b, "GE": lambda a, b: a >= b, "LT": lambda a, b: a < b,
    "LE": lambda a, b: a <= b,
}  # fmt: skip


@dataclass
class Grid:
    """DHIS2's table: headers, rows of text, and what the identifiers mean."""

    headers: list[dict[str, Any]]
    rows: list[list[str]] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        return {
            "headers": self.headers, "metaData": self.meta, "rows": self.rows, "width": len(self.headers),
            "height": len(self.rows), "headerWidth": len(self.headers),
        }  # fmt: skip


def grid_of(reader: Reader) -> Grid:
    """The whole answer; Fault with a sentence where it cannot be given."""
    question = reader.read()
    return _Answering(question, reader).grid()


class _Answering:
    def __init__(self, question: Question, reader: Reader) -> None:
        self.question, self.reader, self.catalogue = question, reader, reader.catalogue
        self.data: list[DataItem] = list(self._axis("dx").items)
        self.spans: list[Span] = list(self._axis("pe").items)
        self.units: list[int] = list(self._axis("ou").items)
        kinds = next((one for one in question.dimensions if one.name not in ("dx", "pe", "ou", "co")), None)
        self.kinds, self.groups = kinds, list(kinds.items) if kinds else [""]
        self.criteria = self._criteria()
        self._may_filter()
        self.asked_spans = self._merged_spans()
        self.asked_units = self._merged_units()

    def _axis(self, name: str) -> Dimension:
        found = self.question.axis(name)
        assert found is not None  # noqa: S101  # the reader has put it there
        return found

    def _may_filter(self) -> None:
        if self._axis("dx").filter and len(self.data) > 1:
            raise conflict(_("Trong filter chỉ dùng một mục dx."), Code.FILTER_OF_SEVERAL)

    def _merged_spans(self) -> list[Span]:
        """Periods of a filter that follow one another are one stretch of time, and are asked as one."""
        if not self._axis("pe").filter or len(self.spans) == 1:
            return self.spans
        ordered = sorted(self.spans, key=lambda one: one.start)
        touching = all(a.end + timedelta(days=1) == b.start for a, b in pairwise(ordered))
        if not touching:
            return self.spans
        first, last = ordered[0], ordered[-1]
        code = f"{first.code}–{last.code}"
        return [Span(PeriodKind.OWN, code, first.start, last.end, last.reference_day)]

    def _merged_units(self) -> list[int]:
        """Units of a filter without those that lie below another of them."""
        if not self._axis("ou").filter:
            return self.units
        wanted = set(self.units)
        below = {
            unit for above, unit in lineage_pairs(self.units, on=self.reader.today) if above != unit and above in wanted
        }
        return [unit for unit in self.units if unit not in below]

    @property
    def sums(self) -> bool:
        """Whether several cells of the answer become one."""
        several = self._axis("pe").filter and len(self.asked_spans) > 1
        return several or (self._axis("ou").filter and len(self.asked_units) > 1) or self._sums_groups

    @property
    def _sums_groups(self) -> bool:
        return bool(self.kinds and self.kinds.filter and len(self.groups) > 1)

    def _ask(self) -> Answer:
        asked = Asked(
            data=tuple(dict.fromkeys(item.datum for item in self.data)),
            spans=tuple(self.asked_spans),
            units=tuple(self.asked_units),
            groups=tuple(self.groups),
        )
        if self.sums:
            self._must_add_up()
        try:
            return ask(asked, on=self.reader.today)
        except TooMany as refused:
            raise conflict(str(refused), Code.TOO_MANY) from None
        except (FactsNotReady, FactsTooSlow) as refused:
            raise conflict(str(refused)) from None

    def _must_add_up(self) -> None:
        ways = {item.datum.aggregation or self._own_way(item) for item in self.data if item.kind == DatumKind.ELEMENT}
        if ways - {Aggregation.SUM}:
            sentence = _("Chỉ số liệu cộng được (SUM) mới gộp qua nhiều đơn vị hoặc nhiều kỳ rời nhau trong filter.")
            raise conflict(sentence, Code.NO_AGGREGATION)

    def _own_way(self, item: DataItem) -> str:
        return self.catalogue.elements[item.datum.code.partition("[")[0]].aggregation

    def grid(self) -> Grid:
        shown = [one for one in self.question.dimensions if not one.filter]
        grid = Grid(self._headers(shown))
        grid.meta = self._meta() if not self.question.truth("skipMeta") else {}
        if self.question.truth("skipData"):
            return grid
        answer = self._ask()
        suppressed: list[str] = []
        for words, item, cell in self._cells(answer, shown):
            if cell.suppressed:
                suppressed.append(".".join(words))
            if cell.value is None or not self._meets(cell.value):
                continue
            grid.rows.append([*words, self._value(cell.value, item), *self._extra(cell, item)])
        if grid.meta and suppressed:
            grid.meta["suppressed"] = suppressed
        self._order(grid, len(shown))
        return grid

    def _cells(self, answer: Answer, shown: list[Dimension]) -> Iterator[tuple[list[str], DataItem, Cell]]:
        """The words of each row, its item and its figure; axes in the order in which they were asked."""
        free: dict[str, Sequence[Any]] = {
            one.name: self.data if one.name == "dx" else one.items for one in shown if one.name != "co"
        }
        unit_words = self.catalogue.units_said(self.units, self.reader.out, on=self.reader.today)
        for values in product(*free.values()):
            at = dict(zip(free, values, strict=True))
            item: DataItem = at.get("dx", self.data[0])
            spans = [at["pe"]] if "pe" in at else self.asked_spans
            units = [at["ou"]] if "ou" in at else self.asked_units
            kinds = [at[self.kinds.name]] if self.kinds and self.kinds.name in at else self.groups
            cells = [answer.at(item.datum, span, unit, kind) for span, unit, kind in product(spans, units, kinds)]
            told = {
                "dx": item.word, "co": item.cell, "pe": at["pe"].code if "pe" in at else "",
                "ou": unit_words.get(at["ou"], "") if "ou" in at else "",
            }  # fmt: skip
            words = [told[one.name] if one.name in told else self._kind_word(at[one.name]) for one in shown]
            yield words, item, cells[0] if len(cells) == 1 else self._added(item, cells)

    def _added(self, item: DataItem, cells: Iterable[Cell]) -> Cell:
        """Several figures as one: sums of values, for ratios of numerators and denominators. None hides another."""
        some = [cell for cell in cells if cell.value is not None or cell.suppressed]
        if any(cell.suppressed for cell in some):
            return Cell(suppressed=True)
        if not some:
            return Cell()
        if item.kind == DatumKind.ELEMENT or (item.datum.rate and item.datum.rate not in _PERCENT):
            return Cell(value=sum(cell.value or 0 for cell in some))
        numerator = sum(cell.numerator or 0 for cell in some)
        denominator = sum(cell.denominator or 0 for cell in some)
        if not denominator:
            return Cell()
        value = numerator / denominator * self._factor(item)
        return Cell(value=value, numerator=numerator, denominator=denominator)

    def _factor(self, item: DataItem) -> float:
        if not item.annualised:
            return item.factor
        return item.factor * YEAR / sum(span.days for span in self.asked_spans)

    def _kind_word(self, kind: str) -> str:
        return self.catalogue.ids.uid(IdentityKind.GROUP, f"kind:{kind}")

    # ── numbers ──

    def _value(self, value: float, item: DataItem) -> str:
        if item.whole and float(value).is_integer():
            return str(int(value))
        if self.question.truth("skipRounding"):
            return _double(round(value, UNROUNDED))
        decimals = ROUNDED if item.decimals is None else item.decimals
        rounded = _rounded(value, decimals)
        return str(int(rounded)) if item.decimals == 0 else _double(rounded)

    def _extra(self, cell: Cell, item: DataItem) -> list[str]:
        if not self.question.truth("includeNumDen"):
            return []
        if cell.numerator is None or cell.denominator is None:
            return [""] * len(EXTRA)
        days = sum(span.days for span in self.asked_spans[:1])
        multiplier, divisor = (item.factor * YEAR, days) if item.annualised else (item.factor, 1)
        factor = multiplier / divisor
        return [
            _double(round(cell.numerator, UNROUNDED)), _double(round(cell.denominator, UNROUNDED)), _double(factor),
            f"{multiplier:g}", str(divisor),
        ]  # fmt: skip

    def _criteria(self) -> list[tuple[Callable[[float, float], bool], float]]:
        found = []
        for text in filter(None, self.question.parameters.get("measureCriteria", "").split(";")):
            operator, _colon, number = text.partition(":")
            try:
                found.append((CRITERIA[operator.upper()], float(number)))
            except (KeyError, ValueError):
                sentence = _("measureCriteria “%(text)s” không đọc được; ví dụ đúng: GE:10;LT:50.") % {
                    "text": text[:30]
                }
                raise conflict(sentence, Code.NOT_READABLE) from None
        return found

    def _meets(self, value: float) -> bool:
        return all(holds(value, number) for holds, number in self.criteria)

    def _order(self, grid: Grid, place: int) -> None:
        way = self.question.parameters.get("order", "").upper()
        if way in ("ASC", "DESC"):
            grid.rows.sort(key=lambda row: float(row[place]), reverse=way == "DESC")

    # ── frame ──

    def _headers(self, shown: list[Dimension]) -> list[dict[str, Any]]:
        text = {"valueType": "TEXT", "type": "java.lang.String", "hidden": False, "meta": True}
        number = {"valueType": "NUMBER", "type": "java.lang.Double", "hidden": False, "meta": False}
        found: list[dict[str, Any]] = [{"name": one.name, "column": one.column, **text} for one in shown]
        found.append({"name": "value", "column": "Value", **number})
        if self.question.truth("includeNumDen"):
            found += [{"name": name, "column": name.title(), **number} for name in EXTRA]
        return found

    def _meta(self) -> dict[str, Any]:
        units = self.catalogue.units_said(self.units, self.reader.out, on=self.reader.today)
        names = called(self.units, on=self.reader.today)
        items: dict[str, Any] = {item.word: {"name": item.name} for item in self.data}
        items |= {item.cell: {"name": item.cell_name} for item in self.data if item.cell}
        items |= {span.code: {"name": span.label} for span in self.spans}
        items |= {units[unit]: {"name": names.get(unit, "")} for unit in self.units}
        items |= {one.name: {"name": one.column} for one in self.question.dimensions}
        dimensions: dict[str, list[str]] = {
            "dx": list(dict.fromkeys(item.word for item in self.data)),
            "pe": [span.code for span in self.spans],
            "ou": [units[unit] for unit in self.units],
            "co": list(dict.fromkeys(item.cell for item in self.data if item.cell)),
        }
        if self.kinds:
            items |= {self._kind_word(kind): {"name": str(UnitKind(kind).label)} for kind in self.groups}
            dimensions[self.kinds.name] = [self._kind_word(kind) for kind in self.groups]
        return {"items": items, "dimensions": dimensions, **self._hierarchy(units, names)}

    def _hierarchy(self, words: Mapping[int, str], names: Mapping[int, str]) -> dict[str, Any]:
        by_id, by_name = self.question.truth("hierarchyMeta"), self.question.truth("showHierarchy")
        if not (by_id or by_name):
            return {}
        above: dict[int, list[int]] = {unit: [] for unit in self.units}
        for ancestor, unit in lineage_pairs(self.units, on=self.reader.today):
            above[unit].insert(0, ancestor)
        every = {one for some in above.values() for one in some}
        uids = self.catalogue.units_said(every, Scheme.UID, on=self.reader.today)
        called_ = {**called(every, on=self.reader.today), **names}
        found: dict[str, Any] = {}
        if by_id:
            found["ouHierarchy"] = {words[u]: "/" + "/".join(uids[one] for one in above[u]) for u in self.units}
        if by_name:
            found["ouNameHierarchy"] = {
                words[u]: "/" + "/".join(called_.get(one, "") for one in above[u]) for u in self.units
            }
        return found


_PERCENT: Final = (Rate.ACTUAL_RATE, Rate.ON_TIME_RATE)


def _rounded(value: float, decimals: int) -> float:
    """Halves away from nothing, as Java's and as people's."""
    return float(format_number(value, decimals=decimals, language="en").replace(",", ""))


def _double(value: float) -> str:
    """As Java writes a Double: always with a decimal."""
    return repr(float(value))
