"""What the page offers to choose from, with what is chosen marked; and the moves of the layout, each as an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from donghanh.explorer.choices import EVERYTHING, Dimension, UnitSet, Zone
from donghanh.explorer.look import Look
from donghanh.explorer.members import Finder, Measure
from donghanh.explorer.pivot import Plan
from donghanh.kernel.numbers import format_number
from donghanh.organisations.choices import SCHOOL_KINDS, GroupSet, UnitLevel
from donghanh.organisations.queries import groups
from donghanh.periods.choices import PeriodKind
from donghanh.statistics.choices import DatumKind, Rate

SHOWN_YEARS: Final = 8
RELATIVE: Final[dict[str | Promise, dict[str, str | Promise]]] = {
    gettext_lazy("Năm học"): {
        "THIS_SCHOOL_YEAR": gettext_lazy("Năm học này"),
        "LAST_SCHOOL_YEAR": gettext_lazy("Năm học trước"),
        "LAST_3_SCHOOL_YEARS": gettext_lazy("3 năm học trước"),
        "LAST_5_SCHOOL_YEARS": gettext_lazy("5 năm học trước"),
        "THIS_SEMESTER": gettext_lazy("Học kỳ này"),
        "LAST_SEMESTER": gettext_lazy("Học kỳ trước"),
        "SEMESTERS_THIS_SCHOOL_YEAR": gettext_lazy("Các học kỳ của năm học này"),
    },
    gettext_lazy("Tháng, quý, năm dương lịch"): {
        "THIS_MONTH": gettext_lazy("Tháng này"),
        "LAST_MONTH": gettext_lazy("Tháng trước"),
        "LAST_3_MONTHS": gettext_lazy("3 tháng trước"),
        "LAST_12_MONTHS": gettext_lazy("12 tháng trước"),
        "MONTHS_THIS_YEAR": gettext_lazy("Các tháng của năm nay"),
        "THIS_QUARTER": gettext_lazy("Quý này"),
        "LAST_4_QUARTERS": gettext_lazy("4 quý trước"),
        "THIS_YEAR": gettext_lazy("Năm nay"),
        "LAST_YEAR": gettext_lazy("Năm trước"),
        "LAST_5_YEARS": gettext_lazy("5 năm trước"),
    },
    gettext_lazy("Kỳ báo cáo hành chính"): {
        "THIS_ADMIN_MONTH": gettext_lazy("Tháng báo cáo này"),
        "LAST_ADMIN_MONTH": gettext_lazy("Tháng báo cáo trước"),
        "LAST_12_ADMIN_MONTHS": gettext_lazy("12 tháng báo cáo trước"),
        "THIS_ADMIN_QUARTER": gettext_lazy("Quý báo cáo này"),
        "THIS_ADMIN_HALF": gettext_lazy("6 tháng báo cáo này"),
        "THIS_ADMIN_YEAR": gettext_lazy("Năm báo cáo này"),
    },
}


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Group:
    label: str
    options: Sequence[Option]


@dataclass(frozen=True)
class Move:
    label: str
    query: str
    zone: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Chip:
    """A dimension in its zone."""

    dimension: Dimension
    members: str
    moves: Sequence[Move]


@dataclass(frozen=True)
class Area:
    zone: Zone
    chips: Sequence[Chip]


@dataclass(frozen=True)
class Filter:
    """One select over the table."""

    dimension: Dimension
    options: Sequence[Option]


def _group(label: str | Promise, options: Mapping[str, str | Promise], chosen: Iterable[str]) -> Group:
    marked = set(chosen)
    return Group(str(label), [Option(value, str(text), value in marked) for value, text in options.items()])


def _with_others(found: list[Group], chosen: Mapping[str, str]) -> list[Group]:
    """What was chosen elsewhere stands first, so that it can be taken away."""
    offered = {option.value for group in found for option in group.options}
    others = {value: label for value, label in chosen.items() if value not in offered}
    return [_group(_("Đã chọn thêm"), others, others), *found] if others else found


def data_groups(plan: Plan, finder: Finder) -> list[Group]:
    """Indicators, the elements of each form, reporting rates."""
    measures = plan.members.of[Dimension.DATA]
    chosen = {one.key: one.label for one in measures}
    names = {f"{DatumKind.INDICATOR}:{one.code}": one.short_name for one in finder.indicators}
    found = [_group(DatumKind.INDICATOR.label, names, chosen)]
    placed: set[str] = set()
    for version in finder.forms.values():
        items = [code for code in version.definition.cells_of if code in finder.elements and code not in placed]
        placed.update(items)
        elements = {f"{DatumKind.ELEMENT}:{code}": finder.elements[code].name for code in items}
        if elements:
            found.append(_group(version.form.name_vi, elements, chosen))
    rest = {f"{DatumKind.ELEMENT}:{code}": one.name for code, one in finder.elements.items() if code not in placed}
    found += [_group(_("Chỉ tiêu báo cáo khác"), rest, chosen)] if rest else []
    for code, version in finder.forms.items():
        rates = {f"{DatumKind.RATE}:{code}:{rate}": rate.label for rate in Rate}
        found.append(_group(f"{DatumKind.RATE.label}: {version.form.name_vi}", rates, chosen))
    return _with_others(found, chosen)


def period_groups(plan: Plan, finder: Finder) -> list[Group]:
    look = plan.look
    found = [_group(label, names, look.periods) for label, names in RELATIVE.items()]
    fixed: dict[PeriodKind, dict[str, str | Promise]] = {
        PeriodKind.SCHOOL_YEAR: {},
        PeriodKind.SEMESTER: {},
        PeriodKind.OWN: {},
    }
    for row in finder.calendar:
        of_kind = fixed[PeriodKind(row.kind)] if row.kind in fixed else {}
        if len(of_kind) < SHOWN_YEARS:
            of_kind[row.code] = row.label
    labels = (_("Năm học cố định"), _("Học kỳ cố định"), _("Kỳ riêng"))
    found[1:1] = [
        _group(label, names, look.periods) for label, names in zip(labels, fixed.values(), strict=True) if names
    ]
    known = {span.code: span.label for name in look.periods for span in finder.spans([name], [])}
    return _with_others(found, {name: known.get(name, name) for name in look.periods})


def unit_groups(plan: Plan) -> list[Group]:
    look, every = plan.look, groups()
    named = {one.key: one.label for one in plan.members.of[Dimension.UNIT]}
    levels = {f"nhom:{one.code}": one.name for one in every if one.group_set == GroupSet.LEVEL}
    stated = {f"nhom:{one.code}": one.name for one in every if one.group_set not in (GroupSet.KIND, GroupSet.LEVEL)}
    found = [
        _group(_("Theo đơn vị của tôi"), dict(UnitSet.choices), look.units),
        _group(_("Theo cấp quản lý"), {f"cap:{level}": str(level.label) for level in UnitLevel}, look.units),
        _group(_("Trường theo cấp học"), levels, look.units),
        _group(_("Trường theo nhóm"), stated, look.units),
    ]
    return _with_others(found, {choice: _unit_choice(choice, named) for choice in look.units})


def _unit_choice(choice: str, named: Mapping[str, str]) -> str:
    if choice.startswith("con:"):
        return _("Trực thuộc %(name)s") % {"name": named.get(choice[4:], choice[4:])}
    return named.get(choice, _("Đơn vị số %(number)s") % {"number": choice})


def kind_groups(look: Look) -> list[Group]:
    kinds = {EVERYTHING: _("Tách theo mọi loại hình"), **{kind.value: str(kind.label) for kind in SCHOOL_KINDS}}
    return [_group(Dimension.KIND.label, kinds, look.kinds)]


def part_groups(plan: Plan, finder: Finder) -> list[Group]:
    """The parts of the elements chosen; none where nothing has parts."""
    known: dict[str, str | Promise] = {}
    for one in plan.members.of[Dimension.DATA]:
        measure: Measure = one.value
        if measure.parts:
            known |= finder.selections.get(measure.datum.code, {})
    return (
        [_group(Dimension.PART.label, {EVERYTHING: _("Tách mọi phân tổ"), **known}, plan.look.parts)] if known else []
    )


def told(group_list: Iterable[Group], one: str, several: str) -> str:
    """What stands on a button: what is chosen if it is one thing, else how many things."""
    chosen = [option.label for group in group_list for option in group.options if option.chosen]
    return chosen[0] if len(chosen) == 1 else several % {"count": len(chosen)} if chosen else one


def areas(plan: Plan) -> list[Area]:
    """The three zones with their dimensions and where each may go."""
    look = plan.look
    return [Area(zone, [_chip(plan, zone, one) for one in look.within(zone)]) for zone in Zone]


def _chip(plan: Plan, zone: Zone, dimension: Dimension) -> Chip:
    look, within = plan.look, plan.look.within(zone)
    name = {"name": Dimension(dimension).label}
    words = {
        Zone.ROWS: _("Chuyển %(name)s sang hàng"),
        Zone.COLUMNS: _("Chuyển %(name)s sang cột"),
        Zone.FILTER: _("Chuyển %(name)s sang lọc"),
    }
    moves = [Move(word % name, look.moved(dimension, to).query, to.value) for to, word in words.items() if to != zone]
    place = within.index(dimension)
    if zone != Zone.FILTER and place:
        moves.append(
            Move(_("Đưa %(name)s lên trước") % name, look.moved(dimension, zone, place - 1).query, icon="chevron-up")
        )
    if zone != Zone.FILTER and place < len(within) - 1:
        moves.append(
            Move(_("Đưa %(name)s ra sau") % name, look.moved(dimension, zone, place + 1).query, icon="chevron-down")
        )
    members = [one for one in plan.members.of[dimension] if not one.total]
    text = members[0].label if len(members) == 1 else _("không tách") if not members else str(len(members))
    return Chip(dimension, text, moves)


def filters(plan: Plan) -> list[Filter]:
    """A select for each filter that has something to choose from."""
    found = []
    for dimension, shown in plan.fixed.items():
        members = plan.members.of[dimension]
        if len(members) > 1 and shown:
            options = [Option(f"{dimension}:{one.key}", one.label, one == shown) for one in members]
            found.append(Filter(dimension, options))
    return found


def summary(plan: Plan) -> str:
    """What is seen, in a line: “3 số liệu · 11 đơn vị · Năm học 2024–2025”."""
    data, spans, units = (plan.asked(one) for one in (Dimension.DATA, Dimension.PERIOD, Dimension.UNIT))
    units = [one for one in units if not one.total] or units
    said = [
        data[0].label
        if len(data) == 1
        else _counted(len(data), ngettext("%(count)s số liệu", "%(count)s số liệu", len(data))),
        units[0].label
        if len(units) == 1
        else _counted(len(units), ngettext("%(count)s đơn vị", "%(count)s đơn vị", len(units))),
        spans[0].value.label
        if len(spans) == 1
        else _counted(len(spans), ngettext("%(count)s kỳ", "%(count)s kỳ", len(spans))),
    ]
    return " · ".join(said)


def _counted(count: int, text: str) -> str:
    return text % {"count": format_number(count)}


def sorted_by(look: Look, column: str) -> str:
    """The address with the rows in the order of this column: the largest first, pressed again the smallest."""
    return replace(look, sort=column if look.sort == f"-{column}" else f"-{column}", page=1).query
