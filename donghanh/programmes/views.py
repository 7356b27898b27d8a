"""Programmes: the decision with its targets and tasks, plans of units with who is late, one task over units."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.periods.queries import school_years
from donghanh.programmes import actions, queries, queries_tasks, rules
from donghanh.programmes.choices import PlanState
from donghanh.programmes.models import Programme, UnitPlan
from donghanh.programmes.tables import PlanTable, UnitTaskTable
from donghanh.statistics import queries as statistics

LATE = "late"


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


@requires(Right.READ_PLANS)
def programmes(request: HttpRequest) -> HttpResponse:
    """Every programme, with how far the reader's units are."""
    account, day = reader(request), today()
    reached = units_reached(account, Right.READ_PLANS, on=day)
    rows = [{"programme": one, "counts": queries.counts_of_plans(one, reached, on=day)} for one in queries.programmes()]
    context = {"rows": rows, "waiting": queries.to_review(account, on=day), "mine": queries.my_plans(account, on=day)}
    return render(request, "programmes/programmes.html", context)


@requires(Right.READ_PLANS)
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: objectives with their targets, plans, tasks as counts over the reader's units."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.programmes(), code=code)
    reached = units_reached(account, Right.READ_PLANS, on=day)
    offices = own_units(account, Right.REVIEW_PLANS, on=day)
    clauses: dict[str, list[Any]] = {}
    for row in queries_tasks.board_of(found, reached, on=day):
        clauses.setdefault(f"{row.task.clause}. {row.task.heading}", []).append(row)
    context = {
        "programme": found,
        "objectives": _objectives(account, found),
        "clauses": clauses.items(),
        "counts": queries.counts_of_plans(found, reached, on=day),
        "may_issue": rules.may_issue(account, found, offices[0], on=day) if offices else None,
        "to_review": found.tasks.filter(to_review=True).order_by("position"),
        "may_manage": rules.may_manage(account, found, on=day),
        "to_issue": _without_plan(found, offices[0]) if offices else 0,
        "to_add": bool(offices) and queries.has_new_tasks(found, offices[0], on=day),
    }
    return render(request, "programmes/programme.html", context)


def _objectives(account: Account, found: Programme) -> list[dict[str, Any]]:
    """Each objective with the figures of the reader's own unit in the newest school year that has any."""
    day, own = today(), own_units(account, Right.READ_FIGURES, on=today())
    years = [year for year in school_years() if year.days.lower <= day]
    figures = {}
    if own and years:
        for figure in statistics.figures(queries.indicators_of(found), years[-1], own[:1])[own[0]]:
            figures[figure.indicator.pk] = figure
    return [
        {"objective": one, "figures": [figures[row.pk] for row in one.indicators.all() if row.pk in figures]}
        for one in found.objectives.prefetch_related("indicators").order_by("clause")
    ]


def _without_plan(found: Programme, office: int) -> int:
    """How many units would get a plan at the next issue."""
    below = queries.units_to_issue(office, on=today())
    return len(
        set(below) - set(UnitPlan.objects.filter(programme=found, unit__in=below).values_list("unit", flat=True))
    )


@requires(Right.MANAGE_PROGRAMMES)
@require_POST
def reviewed(request: HttpRequest, code: str) -> HttpResponse:
    """What cites a replaced document was looked at."""
    found = get_object_or_404(queries.programmes(), code=code)
    try:
        actions.reviewed(programme=found, by=reader(request), at=now())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("programmes:programme", code=code)


@requires(Right.REVIEW_PLANS)
@require_POST
def issue(request: HttpRequest, code: str) -> HttpResponse:
    """Plans for the units right below that have none yet."""
    account = reader(request)
    found = get_object_or_404(queries.programmes(), code=code)
    offices = own_units(account, Right.REVIEW_PLANS, on=today())
    try:
        made = actions.issue_plans(programme=found, office_id=offices[0], by=account, at=now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Đã giao kế hoạch cho %(count)s đơn vị.") % {"count": len(made)})
    return redirect("programmes:programme", code=code)


@requires(Right.READ_PLANS)
def plans(request: HttpRequest) -> HttpResponse:
    """Plans of the reader's units; `?chuong_trinh=…&tinh_trang=late` who is late."""
    account, day = reader(request), today()
    states = [(LATE, _("Quá hạn gửi")), *PlanState.choices]
    asked = parameters(
        request,
        chuong_trinh=forms.SlugField(required=False, initial=""),
        tinh_trang=forms.ChoiceField(required=False, choices=states, initial=""),
    )
    rows = queries.plans_visible_to(account, on=day)
    if asked["chuong_trinh"]:
        rows = rows.filter(programme__code=asked["chuong_trinh"])
    if asked["tinh_trang"] == LATE:
        rows = queries.late_plans(rows, on=day)
    elif asked["tinh_trang"]:
        rows = rows.filter(state=asked["tinh_trang"])
    return list_page(
        request, rows, PlanTable, "programmes/plans.html", searched="unit_folded", name="ke-hoach-don-vi", kept=asked,
        states=states, asked=asked, programmes=queries.programmes(),
    )  # fmt: skip


@requires(Right.READ_PLANS)
def over_units(request: HttpRequest, code: str, position: int) -> HttpResponse:
    """One task of the programme over the plans of the reader's units."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.programmes(), code=code)
    task = get_object_or_404(found.tasks.prefetch_related("objectives"), position=position)
    rows = queries_tasks.copies_visible_to(account, task, on=day)
    return list_page(
        request, rows, UnitTaskTable, "programmes/over_units.html", searched="unit_folded", name=f"nhiem-vu-{position}",
        programme=found, task=task,
    )  # fmt: skip
