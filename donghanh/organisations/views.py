"""The register as pages. Whoever holds `units.read` anywhere sees all of it: which schools exist is public."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donghanh.kernel.access import requires
from donghanh.kernel.clock import today
from donghanh.kernel.lists import MOST_ROWS_IN_A_FILE, paged
from donghanh.kernel.parameters import parameters
from donghanh.kernel.spreadsheet import download
from donghanh.kernel.templatetags.dh import number
from donghanh.organisations import queries, views_events
from donghanh.organisations.choices import KINDS_OF_LEVEL, UnitLevel
from donghanh.organisations.models import Unit
from donghanh.organisations.rules import nearest_day
from donghanh.organisations.tables import UnitTable, branches, said_of

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
        xuat=forms.CharField(required=False),
    )
    day, level, text, group, file = asked["day"], asked["level"], asked["q"], asked["group"], asked.pop("xuat")
    rows = queries.register(text, KINDS_OF_LEVEL.get(level, ()), group=group, on=day)
    if file == "xlsx":
        return _as_file(rows, day)
    lines = UnitTable(
        rows,
        empty_text=_("Không có đơn vị nào"),
        empty_hint=_("Thử một ngày khác, một cấp khác hoặc ít chữ hơn."),
    )
    lines.export_url = f"?{urlencode(asked | {'xuat': 'xlsx'})}"
    tabs = _levels(asked)
    _show(request, lines, day, total=next(tab["count"] for tab in tabs if tab["current"]))
    context = {"day": day, "level": level, "text": text, "table": lines, "tabs": tabs, "group": group}
    context |= {"groups": queries.groups(), "may_manage": MANAGE_UNITS in getattr(request, "rights", ())}
    return render(request, "organisations/units.html", context)


def _as_file(rows: QuerySet[Unit], day: date) -> HttpResponse:
    """The register of the day as a spreadsheet, without pages."""
    note = _("Đơn vị vào ngày %(day)s") % {"day": f"{day:%d/%m/%Y}"}
    if settings.DEMO_DAY:
        note = f"{note}. {_('Dữ liệu giả lập')}"
    table = UnitTable(rows[:MOST_ROWS_IN_A_FILE], empty_text="")
    return download(table.as_values(), name=f"don-vi-{day:%Y-%m-%d}", title=_("Đơn vị"), note=note)


@requires(READ_UNITS)
def tree(request: HttpRequest) -> HttpResponse:
    """The tree of one day, opened where asked; `?day=2025-06-30&mo=1,7` opens units 1 and 7."""
    asked = parameters(
        request,
        day=forms.DateField(required=False, initial=today()),
        mo=forms.RegexField(r"\d{1,18}(,\d{1,18}){0,199}", required=False, initial=""),
    )
    day, opened = asked["day"], [int(one) for one in asked["mo"].split(",") if one]
    context = {"day": day, "branches": branches(opened, on=day), "tabs": _levels({"day": day, "level": "-", "q": ""})}
    return render(request, "organisations/tree.html", context)


def _show(request: HttpRequest, table: UnitTable, day: date, *, total: int | None = None) -> None:
    """Sort and page the table as the address asks, and say above it how many units there are."""
    paged(request, table, ROWS_A_PAGE, total=total)
    found = table.paginator.count
    words = ngettext("%(total)s đơn vị vào ngày %(day)s", "%(total)s đơn vị vào ngày %(day)s", found)
    table.caption = words % {"total": number(found), "day": f"{day:%d/%m/%Y}"}


def _levels(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """A tab for every level of the tree, with how many units it holds that day."""
    found = queries.count_by_kind(asked["q"], group=asked.get("group", ""), on=asked["day"])
    counts = {level: sum(found.get(kind, 0) for kind in kinds) for level, kinds in KINDS_OF_LEVEL.items()}
    register = reverse("organisations:units")
    as_tree = f"{reverse('organisations:tree')}?{urlencode({'day': asked['day']})}"
    lists = [
        {
            "label": label,
            "count": counts.get(level, sum(found.values())),
            "href": f"{register}?{urlencode(asked | {'level': level})}",
            "current": level == asked["level"],
        }
        for level, label in [("", _("Tất cả")), *UnitLevel.choices]
    ]
    return [*lists, {"label": _("Dạng cây"), "href": as_tree, "current": asked["level"] == "-"}]


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
    manages = views_events.manages(request, unit_id)
    context = {
        "unit": found,
        "unit_id": unit_id,
        "name": names[unit_id],
        "day": day,
        "exists": day in life,
        "never": life.isempty,
        "nearest_day": None if life.isempty else nearest_day(life, day),
        "manages": manages,
        "ancestors": reversed(queries.ancestors(unit_id, on=day)),
        "facts": [(one.what, one.value) for one in said if one.holds(day)],
        "said": said,
        "steps": reversed(queries.timeline(unit_id)),
        "table": below,
    }
    return render(request, "organisations/unit.html", context)
