"""Money: an office's units by source and year, one unit's year, one line with its entries."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import RowsForm, pressed
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import descendant_ids, named
from donghanh.people.choices import Right
from donghanh.people.queries import own_units
from donghanh.programmes import actions_money as actions
from donghanh.programmes import queries_money as queries
from donghanh.programmes import rules_money as rules
from donghanh.programmes.choices import EntryKind, MoneySource
from donghanh.programmes.forms_money import BudgetForm, EntryForm, HandDownForm, ReverseForm, SpendForm
from donghanh.programmes.models import BudgetLine, MoneyEntry
from donghanh.programmes.tables_money import (
    LineTable,
    MoneyEntryTable,
    SourceTable,
    UnitMoneyTable,
    YearTable,
    figures,
)
from donghanh.programmes.views import reader

MOST_ID = 2**31


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Year, source, the unit whose floor is shown, and what is searched."""
    return parameters(
        request,
        nam=forms.IntegerField(required=False, min_value=2000, max_value=2100, initial=today().year),
        nguon=forms.ChoiceField(required=False, choices=MoneySource.choices, initial=""),
        don_vi=forms.IntegerField(required=False, min_value=1, max_value=MOST_ID),
        q=forms.CharField(required=False, max_length=100, initial=""),
    )


@requires(Right.READ_MONEY)
def money(request: HttpRequest) -> HttpResponse:
    """A unit with all below it: by source, by year, and floor by floor; a search looks at every unit of the subtree."""
    account, day = reader(request), today()
    asked = _asked(request)
    own = own_units(account, Right.READ_MONEY, on=day)
    unit = get_object_or_404(queries.units_visible_to(account, on=day), pk=asked["don_vi"] or own[0])
    inside = descendant_ids(unit.pk, on=day)
    year, source = asked["nam"], asked["nguon"]
    of_units = (queries.each if asked["q"] else queries.below)(unit.pk, year=year, source=source, on=day)
    sources = [{"name": one.label, **figures(sums)} for one, sums in queries.by_source(inside, year=year)]
    return list_page(
        request, _unit_rows(of_units, asked), UnitMoneyTable, "programmes/money.html", searched="called",
        name=f"kinh-phi-{year}", kept={"nam": year, "nguon": source, "don_vi": unit.pk}, unit=unit, asked=asked,
        crumbs=_way_up(unit, own, asked), sources=MoneySource.choices, years=_years(inside, unit.pk),
        by_source=SourceTable(sources),
    )  # fmt: skip


def _unit_rows(of_units: list[queries.UnitSums], asked: dict[str, Any]) -> list[dict[str, Any]]:
    deeper = queries.has_below([row.unit.pk for row in of_units if not row.alone], on=today())
    kept = {"nam": asked["nam"], "nguon": asked["nguon"]}
    rows = []
    for row in of_units:
        pk, label = row.unit.pk, row.unit.name
        if row.alone and not asked["q"] and len(of_units) > 1:
            label = _("%(unit)s (phần của chính đơn vị)") % {"unit": label}
        if pk in deeper:
            href = f"{reverse('programmes:money')}?{urlencode({**kept, 'don_vi': pk})}"
        else:
            href = f"{reverse('programmes:unit_money', args=[pk])}?{urlencode({'nam': asked['nam']})}"
        rows.append(
            {"name": label, "called": row.unit.name, "name_sort": row.unit.name_sort, "href": href, **figures(row.sums)}
        )
    return rows


def _way_up(unit: Unit, own: list[int], asked: dict[str, Any]) -> list[tuple[str, str]]:
    """Back to the programmes; from a floor below, to the reader's own."""
    crumbs = [(_("Chương trình"), reverse("programmes:programmes"))]
    if unit.pk not in own:
        crumbs.append((_("Kinh phí"), f"{reverse('programmes:money')}?{urlencode({'nam': asked['nam']})}"))
    return crumbs


def _years(inside: list[int], unit_id: int) -> YearTable:
    rows = [
        {"name": str(year), "href": f"?{urlencode({'nam': year, 'don_vi': unit_id})}", **figures(sums)}
        for year, sums in queries.by_year(inside)
    ]
    return YearTable(rows, show_footer=False, empty_text=_("Chưa ghi kinh phí năm nào"))


@requires(Right.READ_MONEY)
def unit_money(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit's year, a row for each source and task; its own people give it budget and close the year."""
    account, day = reader(request), today()
    unit = get_object_or_404(queries.units_visible_to(account, on=day), pk=unit_id)
    year = _asked(request)["nam"]
    closed, keeps = queries.closed(unit_id, year), rules.may_keep(account, unit_id, on=day)
    act = pressed(request)
    form = BudgetForm(
        request.POST if act == "budget" else None, act="budget", unit_id=unit_id, closed=bool(closed), day=_day(year)
    )
    try:
        if act == "close":
            actions.close_year(unit=unit, year=year, by=account, at=now())
            messages.success(request, _("Đã khóa sổ năm %(year)s.") % {"year": year})
        elif form.is_valid():
            signed: dict[str, Any] = {"by": account, "at": now()}
            actions.give_budget(unit_id=unit_id, year=year, said=form.said, **form.place, **signed)
            messages.success(request, _("Đã ghi dự toán."))
        if act == "close" or (act and not form.errors):
            return redirect(f"{reverse('programmes:unit_money', args=[unit_id])}?nam={year}")
    except Refused as refused:
        if act == "close":
            messages.error(request, str(refused))
        else:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
    lines = queries.lines_visible_to(account, on=day).filter(unit=unit_id, year=year)
    answer = list_page(
        request, _line_rows(lines), LineTable, "programmes/unit_money.html", searched="name",
        name=f"kinh-phi-don-vi-{year}", kept={"nam": year}, unit=unit, year=year, closed=closed, keeps=keeps,
        form=form, may_close=rules.may_close(unit_id, year, on=day), crumbs=[(_("Kinh phí"), _overview(year))],
        years=sorted({*(one for one, _sums in queries.by_year([unit_id])), year}, reverse=True),
    )  # fmt: skip
    if form.errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_CONTENT
    return answer


def _overview(year: int) -> str:
    return f"{reverse('programmes:money')}?nam={year}"


def _day(year: int) -> date:
    """Where a day is not said: today, or the last of a year that is over."""
    return min(today(), date(year, 12, 31))


def _line_rows(lines: QuerySet[Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{line.task.clause} {line.task.text}".strip()
            if line.task
            else _("Cả kế hoạch: %(programme)s") % {"programme": line.programme.short_name},
            "source": MoneySource(line.source).label,
            "href": reverse("programmes:budget_line", args=[line.pk]),
            **figures(queries.Sums(line.fresh, line.received, line.handed, line.committed, line.spent)),
        }
        for line in lines
    ]


@requires(Right.READ_MONEY)
def budget_line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: what came, what was bound, paid and handed down, by whom and on what; its unit's people write on."""
    account, day = reader(request), today()
    line = get_object_or_404(queries.lines_visible_to(account, on=day), pk=pk)
    entries = list(queries.entries_of(line))
    keeps = rules.may_keep(account, line.unit_id, on=day)
    act = pressed(request)
    each = _line_forms(request, line, entries, act) if keeps or act else {}
    form = each.get(act)
    if form is not None and form.is_valid():
        try:
            _written(request, line, act, form)
            return redirect("programmes:budget_line", pk=pk)
        except Refused as refused:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
    name = named([line.unit_id], on=day).get(line.unit_id, "")
    answer = list_page(
        request, _entry_rows(line, entries), MoneyEntryTable, "programmes/budget_line.html", searched="found_by",
        name=f"khoan-kinh-phi-{pk}", line=line, unit_name=name, keeps=keeps, forms=each,
        closed=queries.closed(line.unit_id, line.year),
        crumbs=[(_("Kinh phí"), _overview(line.year)), (name, _page_of(line))],
    )  # fmt: skip
    if form is not None and form.errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_CONTENT
    return answer


def _page_of(line: BudgetLine) -> str:
    return f"{reverse('programmes:unit_money', args=[line.unit_id])}?nam={line.year}"


def _line_forms(request: HttpRequest, line: Any, entries: list[Any], act: str) -> dict[str, RowsForm]:
    """By what is pressed; none that cannot be used, such as spending without a commitment."""
    day = _day(line.year)
    usual: dict[str, Any] = {
        "unit_id": line.unit_id, "closed": bool(queries.closed(line.unit_id, line.year)), "day": day
    }  # fmt: skip

    def data(name: str) -> Any:
        return request.POST if act == name else None

    units = queries.receivers(line.unit_id, on=today())
    mine = [one for one in entries if one.line_id == line.pk and one.reverses_id is None and one.reversed > -one.amount]
    found: dict[str, RowsForm] = {"commit": EntryForm(data("commit"), act="commit", **usual)}
    spending = SpendForm(data("spend"), line=line, act="spend", **usual)
    if spending.held:
        found["spend"] = spending
    if units:
        found["hand_down"] = HandDownForm(data("hand_down"), units=units, act="hand_down", **usual)
    found["budget"] = EntryForm(data("budget"), act="budget", **usual)
    if mine:
        found["reverse"] = ReverseForm(data("reverse"), entries=mine, day=day)
    return found


def _written(request: HttpRequest, line: BudgetLine, act: str, form: RowsForm) -> None:
    """Carry out what was pressed."""
    signed: dict[str, Any] = {"by": reader(request), "at": now()}
    given = form.cleaned_data
    if isinstance(form, ReverseForm):
        actions.reverse(
            entry=form.known[given["entry"]], amount=given["amount"], on=given["on"], reason=given["reason"], **signed
        )
    elif isinstance(form, SpendForm):
        actions.spend(line=line, commitment=form.held[given["commitment"]], said=form.said, **signed)
    elif isinstance(form, HandDownForm):
        actions.hand_down(line=line, to_unit=given["unit"], said=form.said, **signed)
    elif isinstance(form, EntryForm) and act == "commit":
        actions.commit(line=line, said=form.said, **signed)
    elif isinstance(form, EntryForm):
        actions.give_budget(
            unit_id=line.unit_id, year=line.year, source=line.source, programme=line.programme, task=line.task,
            said=form.said, **signed,
        )  # fmt: skip
    messages.success(request, _("Đã ghi."))


def _entry_rows(line: BudgetLine, entries: list[MoneyEntry]) -> list[dict[str, Any]]:
    ends = {end.unit_id for one in entries for end in (one.line, one.to) if end}
    names = named(ends, on=today())
    return [_entry_row(line, one, names) for one in entries]


def _entry_row(line: BudgetLine, one: MoneyEntry, names: dict[int, str]) -> dict[str, Any]:
    kind = str(EntryKind(one.kind).label)
    if one.to and one.to_id == line.pk:
        kind = _("Nhận từ %(unit)s") % {"unit": names.get(one.line.unit_id, "")}
    elif one.to:
        kind = _("Giao xuống %(unit)s") % {"unit": names.get(one.to.unit_id, "")}
    if one.reverses_id:
        kind = _("Ghi giảm: %(kind)s") % {"kind": kind}
    paper = " · ".join(filter(None, [one.paper, one.document.abstract if one.document else ""]))
    return {
        "on": one.on, "kind": kind, "amount": one.amount, "purpose": one.purpose, "paper": paper, "reason": one.reason,
        "by": one.by.full_name, "at": one.at, "found_by": f"{kind} {one.purpose} {paper} {one.by.full_name}",
    }  # fmt: skip
