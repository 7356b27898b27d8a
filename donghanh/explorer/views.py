"""“Khám phá số liệu”: choose, lay out, look, take away. The whole page stands in its address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donghanh.explorer import choosing, queries
from donghanh.explorer.charts import chart_of, short
from donghanh.explorer.choices import Dimension, Shape, Zone
from donghanh.explorer.forms import KeepForm
from donghanh.explorer.look import Look, read
from donghanh.explorer.members import Finder
from donghanh.explorer.pivot import ROWS_A_PAGE, Key, Line, Pivot, Plan, Shown
from donghanh.explorer.pivot_files import csv_text, notes_of, xlsx
from donghanh.kernel.access import requires
from donghanh.kernel.clock import today
from donghanh.kernel.parameters import parameters
from donghanh.kernel.spreadsheet import XLSX
from donghanh.organisations import queries as organisations
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.periods.queries import BadPeriod, parse
from donghanh.statistics import queries as statistics
from donghanh.statistics.choices import TreeMode

MOST_MEANT = 8
CARDS_UP_TO = 6  # columns: narrower tables become cards on a phone, wider ones are moved sideways
NOT_ASKED = ("hang", "cot", "hinh", "sap")  # parts of an address that the form hands on as they are
CSV = "text/csv; charset=utf-8"


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


def explore_url(look: Look) -> str:
    return reverse("explorer:explore") + (f"?{look.query}" if look.query else "")


def answered(plan: Plan) -> tuple[Pivot, str]:
    """The figures, or none and the sentence that says why."""
    try:
        return Pivot(plan, statistics.ask(plan.question, on=plan.on) if plan.question else None), ""
    except (statistics.TooMany, statistics.FactsNotReady, statistics.FactsTooSlow) as wait:
        return Pivot(plan, None), str(wait)


@requires(Right.READ_FIGURES)
def explore(request: HttpRequest) -> HttpResponse:
    """One look. `?xuat=xlsx` and `csv` hand it out as a file; what the form sends leads to the short address."""
    look, account = read(request.GET), reader(request)
    asked = parameters(
        request,
        gui=forms.CharField(required=False),  # the form's own button
        tim=forms.CharField(required=False, max_length=100, initial=""),
        kykhac=forms.CharField(required=False, max_length=20, initial=""),
        xuat=forms.ChoiceField(required=False, choices=[("xlsx", "xlsx"), ("csv", "csv")]),
        giu=forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1),
    )
    meant, wrong = _typed(look, asked)
    finder = Finder(account, on=today())
    if asked["gui"] and not wrong and isinstance(meant, Look):
        usual = tuple(measure.datum.key for measure, _label in finder.measures((), []))
        return redirect(explore_url(replace(meant, data=() if meant.data == usual else meant.data)))
    plan = Plan(look, finder)
    pivot, trouble = answered(plan)
    if asked["xuat"] and not trouble:
        return file_of(pivot, "kham-pha-so-lieu", asked["xuat"])
    view = queries.views_visible_to(account, on=today()).filter(pk=asked["giu"]).first() if asked["giu"] else None
    return render(request, "explorer/explore.html", {
        **seen(pivot), **offered(plan, finder),
        "trouble": trouble, "wrong": wrong, "candidates": [] if isinstance(meant, Look) else meant,
        "view": view, "mine": view and view.owner_id == account.pk,
        "keep": KeepForm(initial={"query": look.query, "name": view.name if view else ""}, prefix="luu"),
    })  # fmt: skip


def _typed(look: Look, asked: dict[str, Any]) -> tuple[Look | list[tuple[str, str]], str]:
    """The look with the unit and the period that were typed; or units to choose from; or what is wrong."""
    if asked["kykhac"]:
        try:
            look = replace(look, periods=(*look.periods, parse(asked["kykhac"].strip().upper()).code))
        except BadPeriod as fault:
            return look, str(fault)
    if not asked["tim"]:
        return look, ""
    found = organisations.meant_by(asked["tim"], on=today())
    if not found:
        return look, _("Không tìm thấy đơn vị nào tên “%(text)s”. Thử ít chữ hơn.") % {"text": asked["tim"]}
    if len(found) == 1:
        return replace(look, units=(*look.units, str(found[0].pk))), ""
    labels = organisations.labelled(found[:MOST_MEANT], on=today())
    return [(label, explore_url(replace(look, units=(*look.units, str(pk))))) for pk, label in labels.items()], ""


def file_of(pivot: Pivot, name: str, ending: str) -> HttpResponse:
    """The whole table, all its rows."""
    content, kind = (xlsx(pivot, name), XLSX) if ending == "xlsx" else (csv_text(pivot), CSV)
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    )


def seen(pivot: Pivot, *, rows_a_page: int = ROWS_A_PAGE, frozen: bool = False) -> dict[str, Any]:
    """What a page needs to draw a laid-out look; `frozen`: without the ways to other orders and shapes."""
    look = pivot.look
    paginator: Paginator[Key] = Paginator(pivot.rows, rows_a_page)
    page: Page[Key] = paginator.page(min(look.page, paginator.num_pages))
    names = [" · ".join(one.label for one in column) for column in pivot.columns]
    lines = [(line, list(zip(names, line.cells, strict=True))) for line in pivot.lines(page.object_list)]
    sorts = [{"order": ""} if frozen else _sort(look, str(place)) for place in range(len(pivot.columns))]
    *above, last = pivot.head
    return {
        "pivot": pivot,
        "look": look,
        "page": page,
        "lines": lines,
        "maps": _maps(names, [line for line, _cells in lines]) if pivot.shape == Shape.MAP else [],
        "head": above,
        "last": list(zip(last, sorts, strict=False)),
        "depth": len(pivot.head),
        "corner": " · ".join(str(Dimension(one).label) for one in look.rows),
        "frozen": frozen,
        "by_name": {"order": ""} if frozen else _sort(look, "ten"),
        "cards": len(pivot.columns) <= CARDS_UP_TO and len(look.columns) <= 1,
        "chart": chart_of(pivot) if pivot.is_chart else None,
        "notes": [*filter(None, [_besides(pivot)]), *notes_of(pivot)],
        "shapes": [] if frozen else _shapes(pivot),
        "said": _said(pivot),
    }


def _shapes(pivot: Pivot) -> list[dict[str, Any]]:
    return [
        {
            "label": one.label,
            "href": explore_url(replace(pivot.look, shape=one.value, page=1)),
            "current": one == pivot.shape,
        }
        for one in Shape
    ]


def _maps(names: list[str], lines: list[Line]) -> list[tuple[str, list[tuple[str, Shown]]]]:
    """For each column its tiles, each with a short name; wholes are no places."""
    places = [line for line in lines if not line.total] or lines
    labels = short([" · ".join(filter(None, (line.above, line.label))) for line in places])
    return [
        (name, [(label, line.cells[at]) for label, line in zip(labels, places, strict=True)])
        for at, name in enumerate(names)
    ]


def _sort(look: Look, column: str) -> dict[str, str]:
    order = {column: "ascending", f"-{column}": "descending"}.get(look.sort, "")
    return {"order": order, "query": choosing.sorted_by(look, column)}


def _said(pivot: Pivot) -> list[str]:
    """What a reader would otherwise be misled about."""
    members, said = pivot.members, list(pivot.members.unknown)
    if members.left_out:
        sentence = ngettext(
            "%(count)s đơn vị nằm ngoài phạm vi của thầy cô nên không có trong bảng.",
            "%(count)s đơn vị nằm ngoài phạm vi của thầy cô nên không có trong bảng.",
            members.left_out,
        )
        said.append(sentence % {"count": members.left_out})
    return said


def _besides(pivot: Pivot) -> str:
    """Whom the total counts besides the rows."""
    members = pivot.members
    if not (pivot.rows and members.direct and pivot.look.totals) or pivot.look.zone(Dimension.UNIT) == Zone.FILTER:
        return ""
    sentence = ngettext(
        "Dòng “%(name)s” tính cả %(count)s trường trực thuộc không có dòng riêng.",
        "Dòng “%(name)s” tính cả %(count)s trường trực thuộc không có dòng riêng.",
        members.direct,
    )
    return sentence % {"name": members.base, "count": members.direct}


def offered(plan: Plan, finder: Finder) -> dict[str, Any]:
    """What may be chosen, and where each choice leads."""
    look = plan.look
    data, periods, units = (
        choosing.data_groups(plan, finder),
        choosing.period_groups(plan, finder),
        choosing.unit_groups(plan),
    )
    return {
        "choosers": [
            {"name": "so", "label": _("Số liệu"), "groups": data,
             "told": choosing.told(data, _("Chưa chọn"), _("%(count)s số liệu"))},
            {"name": "ky", "label": _("Kỳ"), "groups": periods,
             "told": choosing.told(periods, _("Chưa chọn"), _("%(count)s lựa chọn kỳ"))},
            {"name": "dv", "label": _("Đơn vị"), "groups": units,
             "told": choosing.told(units, _("Chưa chọn"), _("%(count)s lựa chọn đơn vị"))},
        ],
        "more": [
            {"name": "loai", "label": _("Tách theo loại hình trường"), "groups": choosing.kind_groups(look)},
            *({"name": "phan", "label": _("Tách theo phân tổ"), "groups": found}
              for found in [choosing.part_groups(plan, finder)] if found),
        ],
        "kept": [(name, value) for name, values in look.pairs() if name in NOT_ASKED for value in values],
        "summary": choosing.summary(plan) if plan.question else "",
        "areas": choosing.areas(plan),
        "filters": choosing.filters(plan),
        "trees": TreeMode.choices,
        "here": look.query,
    }  # fmt: skip
