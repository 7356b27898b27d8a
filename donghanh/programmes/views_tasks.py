"""One plan with its tasks, written by its unit and decided by the office above; one task with what shows it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from donghanh.files.queries import as_download
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.verdict import Refused
from donghanh.organisations.choices import OFFICE_KINDS
from donghanh.organisations.queries import kinds, named
from donghanh.people.choices import Right
from donghanh.programmes import actions, actions_tasks, queries, queries_tasks, rules
from donghanh.programmes.choices import PlanMove, PlanState
from donghanh.programmes.forms import DecisionForm, DropForm, EvidenceForm, ServesForm, TaskForm
from donghanh.programmes.models import PlanTask, UnitPlan
from donghanh.programmes.views import reader


@requires(Right.READ_PLANS)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's plan: its writers change it and send it, the office above returns it at tasks or accepts it."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.plans_visible_to(account, on=day), pk=pk)
    tasks = queries_tasks.with_states(found, on=day)
    act = pressed(request)
    data = request.POST if act else None
    adding = TaskForm(data if act == "add" else None, hands_down=_hands_down(found))
    decision = DecisionForm(data if act != "add" else None, tasks=[task for task, _state in tasks])
    if act:
        place: Form = adding if act == "add" else decision
        try:
            if _plan_done(request, found, act, adding, decision):
                return redirect("programmes:plan", pk=pk)
        except Refused as refused:
            place.add_error(refused.about if refused.about in place.fields else None, str(refused))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if adding.errors or decision.errors else HTTPStatus.OK
    context = {
        "plan": found,
        "office": named([found.office_id], on=day).get(found.office_id) if found.office_id else "",
        "tasks": [(task, state, decision[f"remark_{task.pk}"]) for task, state in tasks],
        "counts": queries_tasks.task_counts(tasks),
        "adding": adding,
        "decision": decision,
        "may_write": rules.may_write(account, found, on=day),
        "may_accept": rules.may_decide(account, found, PlanMove.ACCEPT, on=day),
        "may_reopen": rules.may_decide(account, found, PlanMove.REOPEN, on=day),
        "late": found.state in (PlanState.DRAFT, PlanState.RETURNED) and bool(found.due_on and found.due_on < day),
        "history": found.transitions.select_related("by").order_by("-at", "-pk"),
    }
    return render(request, "programmes/plan.html", context, status=status)


def _hands_down(found: UnitPlan) -> bool:
    """An office has units below to which its own tasks may go."""
    return kinds([found.unit_id], on=today()).get(found.unit_id) in OFFICE_KINDS


def _plan_done(request: HttpRequest, found: UnitPlan, act: str, adding: TaskForm, decision: DecisionForm) -> bool:
    """Carry out what was pressed; False where a form is not right."""
    signed: dict[str, Any] = {"plan": found, "by": reader(request), "at": now()}
    if act == "add":
        if not adding.is_valid():
            return False
        actions_tasks.add_task(**adding.said, **signed)
        messages.success(request, _("Đã thêm nhiệm vụ."))
    elif act == PlanMove.SUBMIT:
        actions.submit_plan(**signed)
        messages.success(request, _("Đã gửi kế hoạch."))
    elif act == PlanMove.ACCEPT:
        actions.accept_plan(**signed)
        messages.success(request, _("Đã duyệt kế hoạch."))
    elif act in (PlanMove.RETURN, PlanMove.REOPEN) and decision.is_valid():
        reason = decision.cleaned_data["reason"]
        if act == PlanMove.RETURN:
            actions.return_plan(remarks=decision.remarks, reason=reason, **signed)
        else:
            actions.reopen_plan(reason=reason, **signed)
        messages.success(request, _("Đã chuyển lại cho đơn vị."))
    else:
        return False
    return True


@requires(Right.READ_PLANS)
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: its wording, what shows that it was done, which programmes it serves."""
    account, day = reader(request), today()
    found = get_object_or_404(queries_tasks.plan_tasks_visible_to(account, on=day), pk=pk)
    act = pressed(request)
    data = request.POST if act else None
    each: dict[str, Form] = {
        "adapt": TaskForm(data if act == "adapt" else None, task=found, hands_down=_hands_down(found.plan)),
        "drop": DropForm(data if act == "drop" else None),
        "put_down": EvidenceForm(data if act == "put_down" else None, request.FILES or None, initial={"on": day}),
        "serve": ServesForm(data if act in ("serve", "no_longer") else None, task=found),
    }
    if act:
        place = each.get("serve" if act == "no_longer" else act)
        try:
            if _task_done(request, found, act, place):
                return redirect("programmes:task", pk=pk)
        except Refused as refused:
            if place is None:
                messages.error(request, str(refused))
            else:
                place.add_error(refused.about if refused.about in place.fields else None, str(refused))
    shown = queries_tasks.evidence_visible_to(account, on=day).filter(task=found).order_by("-on", "-pk")
    context = {
        "task": found,
        "plan": found.plan,
        "unit_name": named([found.plan.unit_id], on=day).get(found.plan.unit_id, ""),
        "state": queries_tasks.task_state(found, on=day, risky_until=queries_tasks.risk_day(day)),
        "evidence": shown,
        "finishes": found.finishes.order_by("year"),
        "may_write": rules.may_write(account, found.plan, on=day),
        "may_record": rules.may_record(account, found, on=day),
        **{f"{name}_form": form for name, form in each.items()},
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if any(form.errors for form in each.values()) else HTTPStatus.OK
    return render(request, "programmes/task.html", context, status=status)


def _task_done(request: HttpRequest, found: PlanTask, act: str, form: Form | None) -> bool:
    """Carry out what was pressed; False where a form is not right, or nothing known was pressed."""
    signed: dict[str, Any] = {"task": found, "by": reader(request), "at": now()}
    if act in ("restore", "take_up"):
        (actions_tasks.restore_task if act == "restore" else actions_tasks.take_up_again)(**signed)
    elif form is None or not form.is_valid():
        return False
    elif isinstance(form, TaskForm):
        actions_tasks.adapt_task(**form.said, **signed)
    elif isinstance(form, EvidenceForm):
        said = form.cleaned_data
        actions_tasks.put_down(words=said["words"], on_day=said["on"], file=said["file"], done=said["done"], **signed)
    elif isinstance(form, ServesForm):
        actions_tasks.let_serve(programme=form.cleaned_data["programme"], serves=act == "serve", **signed)
    else:
        actions_tasks.drop_task(why=form.cleaned_data["why"], **signed)
    messages.success(request, _("Đã ghi."))
    return True


@requires(Right.READ_PLANS)
def evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file put down for a task, always as a download: nothing that was uploaded runs in a page of ours."""
    shown = queries_tasks.evidence_visible_to(reader(request), on=today()).filter(file__isnull=False)
    file: Any = get_object_or_404(shown, pk=pk).file
    return as_download(file)
