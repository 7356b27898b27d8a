"""The register as pages. Whoever holds `units.read` anywhere sees all of it: which schools exist is public."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donghanh.kernel.access import requires
from donghanh.kernel.clock import today
from donghanh.kernel.lists import paged
from donghanh.kernel.parameters import parameters
from donghanh.kernel.templatetags.dh import number
from donghanh.organisations import queries
from donghanh.organisations.choices import KINDS_OF_LEVEL, UnitLevel
from donghanh.organisations.tables import UnitTable, said_of

READ_UNITS, MANAGE_UNITS = "units.read", "units.manage"  # rights of `people`, which stands above this room
ROWS_A_PAGE = 50


@requires(READ_UNITS)
def units(request: HttpRequest) -> HttpResponse:
    """Units of one day by level, with search; `?day=2025-06-30&level=school&q=hoa+son`."""
    asked = parameters(
        request,
        day=forms.DateField(required=False, initial=today()),
        level=forms.ChoiceField(required=False, choices=UnitLevel.choices, initial=""),
        q=forms.CharField(required=False, max_length=100, initial=""),
        group=forms.CharField(required=False, max_length=40, initial=""),
    )
    day, level, text, group = asked["day"], asked["level"], asked["q"], asked["group"]
    lines = UnitTable(
        queries.register(text, KINDS_OF_LEVEL.get(level, ()), group=group, on=day),
        empty_text=_("Không có đơn vị nào"),
        empty_hint=_("Thử một ngày khác, một cấp khác hoặc ít chữ hơn."),
    )
    _show(request, lines, day)
    context = {"day": day, "level": level, "text": text, "table": lines, "tabs": _levels(asked)}
    context |= {"group": group, "groups": queries.groups()}
    context["may_manage"] = MANAGE_UNITS in getattr(request, "rights", ())
    return render(request, "organisations/units.html", context)


def _show(request: HttpRequest, table: UnitTable, day: date) -> None:
    """Sort and page the table as the address asks, and say above it how many units there are."""
    paged(request, table, ROWS_A_PAGE)
    total = table.paginator.count
    words = ngettext("%(total)s đơn vị vào ngày %(day)s", "%(total)s đơn vị vào ngày %(day)s", total)
    table.caption = words % {"total": number(total), "day": f"{day:%d/%m/%Y}"}


def _levels(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """A tab for every level of the tree, with how many units it holds that day."""
    found = queries.count_by_kind(asked["q"], group=asked["group"], on=asked["day"])
    counts = {level: sum(found.get(kind, 0) for kind in kinds) for level, kinds in KINDS_OF_LEVEL.items()}
    return [
        {
            "label": label,
            "count": counts.get(level, sum(found.values())),
            "href": f"?{urlencode(asked | {'level': level})}",
            "current": level == asked["level"],
        }
        for level, label in [("", _("Tất cả")), *UnitLevel.choices]
    ]


@requires(READ_UNITS)
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit on a day: above it, below it, what the register says of it over time, and its events."""
    day: date = parameters(request, day=forms.DateField(required=False, initial=today()))["day"]
    found = queries.unit_with_rows(unit_id)
    if found is None:
        raise Http404
    names = queries.called([unit_id, *(row.parent_id for row in found.parents.all())], on=day)
    said = said_of(found, names)
    below = UnitTable(
        queries.with_parent_and_code(queries.children(unit_id, on=day), on=day),
        empty_text=_("Không có đơn vị trực thuộc"),
        exclude=("parent",),
    )
    _show(request, below, day)
    life = found.existence
    context = {
        "unit": found,
        "name": names[unit_id],
        "day": day,
        "exists": day in life,
        "nearest_day": life.lower if day < life.lower else life.upper and life.upper - timedelta(days=1),
        "ancestors": reversed(queries.ancestors(unit_id, on=day)),
        "facts": [(one.what, one.value) for one in said if one.holds(day)],
        "said": said,
        "steps": reversed(queries.timeline(unit_id)),
        "table": below,
    }
    return render(request, "organisations/unit.html", context)
