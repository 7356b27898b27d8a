"""Coordination plans: the list, and one plan with its agencies, tasks and meetings; a guest sees its own plan alone."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.kernel.access import signed_in
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import RowsForm, pressed
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused, Verdict
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, rights_of
from donghanh.programmes import actions_partners as actions
from donghanh.programmes import queries_partners as queries
from donghanh.programmes import rules_partners as rules
from donghanh.programmes.choices import Topic
from donghanh.programmes.forms_partners import (
    AgreementForm,
    GuestForm,
    JointMeetingForm,
    JointTaskForm,
    PartnerForm,
    ToldForm,
)
from donghanh.programmes.models import CoordinationPlan, Partner, PartnerTask
from donghanh.programmes.tables_partners import CoordinationTable
from donghanh.programmes.views import reader


@signed_in
def coordination_plans(request: HttpRequest) -> HttpResponse:
    """Plans that the reader may see; whoever manages programmes enters one here. A guest finds those that name it."""
    account, day = reader(request), today()
    own = own_units(account, Right.MANAGE_PROGRAMMES, on=day)
    form = AgreementForm(request.POST if request.method == "POST" and own else None)
    if own and form.is_valid():
        said: dict[str, Any] = {"programme": form.cleaned_data["programme"], "agreement": form.agreement}
        try:
            made = actions.agree(unit_id=own[0], **said, by=account, at=now())
        except Refused as refused:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
        else:
            messages.success(request, _("Đã ghi kế hoạch phối hợp. Bây giờ ghi các cơ quan và việc của từng cơ quan."))
            return redirect("programmes:coordination_plan", pk=made.pk)
    answer = list_page(
        request, queries.coordination_visible_to(account, on=day), CoordinationTable,
        "programmes/coordination_plans.html", searched="found_by", name="ke-hoach-phoi-hop", form=form if own else None,
        crumbs=_way_up(request),
    )  # fmt: skip
    if form.errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_CONTENT
    return answer


def _way_up(request: HttpRequest) -> list[tuple[str, str]]:
    """To the programmes, for those who may open them."""
    if Right.READ_PLANS in rights_of(reader(request), on=today()):
        return [(_("Chương trình"), reverse("programmes:programmes"))]
    return []


@signed_in
def coordination_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan. Its unit writes everything; a guest says where its own agency's tasks stand."""
    account, day = reader(request), today()
    plan = get_object_or_404(queries.coordination_visible_to(account, on=day), pk=pk)
    partners, tasks = queries.partners_of(plan), queries.joint_tasks(plan)
    each = _forms(request, partners, tasks)
    act = pressed(request)
    form = each.get(act)
    if form is not None and form.is_valid():
        try:
            _done(request, plan, act, form, partners, tasks)
            messages.success(request, _("Đã ghi."))
            return redirect("programmes:coordination_plan", pk=pk)
        except Refused as refused:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
    keeps = rules.may_keep(account, plan.unit_id, on=day)
    context = {
        "plan": plan,
        "topics": [Topic(one).label for one in plan.topics] + plan.own_topics,
        "partners": [(one, each[f"guest-{one.pk}"], f"guest-{one.pk}") for one in partners],
        "tasks": [
            (one, each[name] if _tells(account, one, keeps) else None, _late(one), name)
            for one in tasks
            for name in [f"task-{one.pk}"]
        ],
        "meetings": queries.meetings_of(plan),
        "keeps": keeps,
        **{f"{name}_form": each[name] for name in ("partner", "joint_task", "meeting")},
        "crumbs": [*_way_up(request), (_("Kế hoạch phối hợp"), reverse("programmes:coordination_plans"))],
        "refused": form.non_field_errors() if form is not None else [],
    }
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form is not None and form.errors else HTTPStatus.OK
    return render(request, "programmes/coordination_plan.html", context, status=status)


def _tells(account: Account, task: PartnerTask, keeps: Verdict) -> bool:
    """As `rules.may_tell` will ask again, without a query for each task: this plan is open to its guests alone."""
    return bool(keeps) or (task.partner is not None and task.partner.account_id == account.pk)


def _late(task: PartnerTask) -> bool:
    return bool(task.due_on and task.due_on < today() and task.state in ("planned", "doing"))


def _forms(request: HttpRequest, partners: list[Partner], tasks: list[PartnerTask]) -> dict[str, RowsForm]:
    """By what is pressed."""
    act = pressed(request)

    def data(name: str) -> Any:
        return request.POST if act == name else None

    found: dict[str, RowsForm] = {
        "partner": PartnerForm(data("partner"), auto_id="id_partner_%s"),
        "joint_task": JointTaskForm(data("joint_task"), partners=partners, auto_id="id_joint_task_%s"),
        "meeting": JointMeetingForm(
            data("meeting"), partners=partners, auto_id="id_meeting_%s", initial={"day": today()}
        ),
    }
    for one in partners:
        name = f"guest-{one.pk}"
        initial = {"username": one.account.username if one.account else ""}
        found[name] = GuestForm(data(name), auto_id=f"id_{name}_%s", initial=initial)
    return found | {f"task-{one.pk}": ToldForm(data(f"task-{one.pk}"), task=one) for one in tasks}


def _done(
    request: HttpRequest, plan: CoordinationPlan, act: str, form: RowsForm, partners: list[Partner],
    tasks: list[PartnerTask],
) -> None:  # fmt: skip
    """Carry out what was pressed."""
    signed: dict[str, Any] = {"by": reader(request), "at": now()}
    given, number = form.cleaned_data, int(act.partition("-")[2] or 0)
    if isinstance(form, ToldForm):
        actions.tell_joint_task(task=next(one for one in tasks if one.pk == number), **given, **signed)
    elif isinstance(form, PartnerForm):
        actions.add_partner(plan=plan, agency=given["agency"], name=given["name"], account=given["username"], **signed)
    elif isinstance(form, GuestForm):
        partner = next(one for one in partners if one.pk == number)
        actions.name_guest(partner=partner, account=given["username"], **signed)
    elif isinstance(form, JointTaskForm):
        actions.add_joint_task(plan=plan, **form.said, **signed)
    elif isinstance(form, JointMeetingForm):
        actions.record_joint_meeting(plan=plan, **form.said, **signed)
