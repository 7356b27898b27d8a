"""A question as text, for addresses, files and what is kept: codes and ids in, a `Question` out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Lineage, UnitParent
from donghanh.periods.models import Period
from donghanh.periods.queries import BadPeriod, Span, parse, relative_periods
from donghanh.questionnaires.models import Form
from donghanh.statistics.choices import DatumKind, TreeMode
from donghanh.statistics.models import DataElement, Indicator
from donghanh.statistics.queries import Datum, Question, UnknownDatum, read_datum

ELEMENT = re.compile(r"(?P<element>[A-Za-z_]\w{0,59})(\[[\w,-]{1,40}\])?")
MOST_NAMED = 5000  # of one kind, in one question


class Unclear(Exception):
    """A question that names what is not there: {place: sentence} of every fault."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


def span_named(code: str, *, on: date) -> list[Span]:
    """A period's code as one span, a relative name as all it means on the day; BadPeriod where it is neither."""
    if row := Period.objects.filter(code=code).order_by("pk").first():
        return [row.span]
    try:
        return relative_periods(code, on=on)
    except BadPeriod:
        return [parse(code)]


def spans_named(codes: Iterable[str], *, on: date) -> tuple[list[Span], list[str]]:
    """The spans of all codes, each once, and the codes that mean none."""
    found, unknown = dict[Span, None](), []
    for code in dict.fromkeys(codes):
        try:
            found |= dict.fromkeys(span_named(code, on=on))
        except (BadPeriod, KeyError, ValueError, OverflowError):
            unknown.append(code)
    return list(found), unknown


def datum_named(text: str) -> Datum | None:
    """The datum that a text names, None where it names none:

    "indicator:x", "element:x[TH]", "element:x[TH]:LAST", "rate:form:on_time_rate".
    """
    try:
        datum = read_datum(text)
    except UnknownDatum:
        return None
    fits = {
        DatumKind.INDICATOR: not datum.aggregation,
        DatumKind.RATE: not datum.aggregation,
        DatumKind.ELEMENT: bool(ELEMENT.fullmatch(datum.code)),
    }
    return datum if fits[datum.kind] else None


def question_of(said: Mapping[str, Any], *, on: date, units: Sequence[int]) -> Question:
    """A Question from texts: `data`, `periods`, `groups`, `tree`, `form`; `units` are checked by the caller.

    Unclear names every text that means nothing; three queries and one a period.
    """
    faults: dict[str, str] = {}
    named = {text: datum_named(text) for text in dict.fromkeys(said["data"])}
    data = [datum for datum in named.values() if datum]
    known = _known(data)
    strange = [text for text, datum in named.items() if datum is None or _base(datum) not in known[datum.kind]]
    if strange:
        faults["data"] = _("Không có chỉ tiêu hay chỉ số: %(codes)s.") % {"codes": _some(strange)}
    spans, unknown = spans_named(said["periods"], on=on)
    if unknown:
        faults["periods"] = _("Không có kỳ: %(codes)s.") % {"codes": _some(unknown)}
    groups = tuple(dict.fromkeys(said.get("groups") or ("",)))
    if wrong := [group for group in groups if group not in ("", *UnitKind.values)]:
        faults["groups"] = _("Không có loại đơn vị: %(codes)s.") % {"codes": _some(wrong)}
    form = said.get("form") or ""
    if form and not Form.objects.filter(code=form).exists():
        faults["form"] = _("Không có biểu mẫu: %(codes)s.") % {"codes": form}
    empty = {"data": data, "periods": spans, "units": units}
    faults |= {name: _("Chưa chọn gì.") for name, chosen in empty.items() if not chosen and name not in faults}
    if faults:
        raise Unclear(faults)
    tree = TreeMode(said.get("tree") or TreeMode.AS_WAS)
    return Question(
        data=tuple(data), spans=tuple(spans), units=tuple(dict.fromkeys(units)), groups=groups, tree=tree, form=form
    )


def _known(data: Iterable[Datum]) -> dict[DatumKind, set[str]]:
    """By kind, which of the codes there are."""
    asked: dict[DatumKind, set[str]] = {kind: set() for kind in DatumKind}
    for datum in data:
        asked[datum.kind].add(_base(datum))
    models = {DatumKind.ELEMENT: DataElement, DatumKind.INDICATOR: Indicator, DatumKind.RATE: Form}
    return {
        kind: set(model.objects.filter(code__in=asked[kind]).order_by("pk").values_list("code", flat=True))  # type: ignore[attr-defined]  # each of these models has a code
        if asked[kind]
        else set()
        for kind, model in models.items()
    }


def _base(datum: Datum) -> str:
    """The code by which it is known: of a cell its element's."""
    return datum.code.partition("[")[0] if datum.kind == DatumKind.ELEMENT else datum.code


def _some(codes: Sequence[str]) -> str:
    return ", ".join(code[:60] for code in codes[:5])


def units_asked(units: Sequence[int], *, children: bool, on: date) -> list[int]:
    """The units named, and with `children` those directly below each of them that day, in the order of ids."""
    found = list(dict.fromkeys(units))
    if children:
        below = UnitParent.objects.filter(parent__in=found, valid__contains=on).order_by("parent", "unit")
        found += [pk for pk in below.values_list("unit_id", flat=True) if pk not in set(found)]
    return found


def inside(unit_id: int, *, on: date) -> list[int]:
    """The unit and all below it that day."""
    rows = Lineage.objects.filter(ancestor=unit_id, valid__contains=on).order_by("descendant")
    return list(rows.values_list("descendant_id", flat=True))
