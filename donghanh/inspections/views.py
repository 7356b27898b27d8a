"""Visits: the plan, one visit with its checklist and its record, the units' yearly feedback."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from donghanh.agenda.queries import crowding
from donghanh.agenda.rules import warnings
from donghanh.files.queries import as_download
from donghanh.inspections import actions, actions_findings, queries, rules
from donghanh.inspections.choices import CHECKLIST, Mark
from donghanh.inspections.forms import FeedbackForm, FindingForm, PlanForm, VisitForm, WordsForm
from donghanh.inspections.models import Visit, VisitPicture
from donghanh.inspections.tables import FeedbackTable, FindingTable, VisitTable
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.lists import list_page, paged
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import descendant_ids
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.periods.queries import school_years
from donghanh.questionnaires.models import FormVersion

ROWS_A_PAGE = 25


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


@requires(Right.INSPECT)
def visits(request: HttpRequest) -> HttpResponse:
    """Visits of the reader's office; planned here, several units at once."""
    account, day = reader(request), today()
    office = queries.offices_of(account, on=day)[0]
    versions = FormVersion.objects.filter(form__code=CHECKLIST).select_related("form").order_by("-number")[:1]
    form = PlanForm(
        request.POST if request.method == "POST" else None, below=descendant_ids(office, on=day), on=day,
        versions=FormVersion.objects.filter(pk__in=versions.values("pk")).select_related("form").order_by("pk"),
    )  # fmt: skip
    told: list[str] = []
    if form.is_valid():
        said = form.cleaned_data
        told = [*rules.plan_warnings(said["units"], said["on"]), *warnings(crowding(said["units"], said["on"]))]
        if not told or "despite" in request.POST:
            try:
                made = actions.plan_visits(
                    office_id=office, day=said.pop("on"), **said, by=account, at=now(),
                )  # fmt: skip
            except Refused as refused:
                form.add_error(refused.about if refused.about in form.fields else None, str(refused))
            else:
                messages.success(request, _("Đã lên lịch %(count)s cuộc kiểm tra.") % {"count": len(made)})
                return redirect("inspections:visits")
    answer = list_page(
        request, queries.visits_visible_to(account, on=day), VisitTable, "inspections/visits.html",
        searched="unit_folded", name="kiem-tra-co-so", form=form, told=told,
    )  # fmt: skip
    if form.errors or told:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


@requires(Right.READ_PLANS)
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit. Its team fills the checklist, also without network; the unit reads it and says its own words."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.visits_visible_to(account, on=day), pk=pk)
    act = pressed(request)
    data = request.POST if act else None
    definition = found.checklist.definition
    each: dict[str, Form] = {
        "record": VisitForm(
            data if act == "record" else None, request.FILES if act == "record" else None,
            definition=definition, typed=found.typed, revision=found.revision,
        ),
        "finding": FindingForm(data if act == "finding" else None, definition=definition),
        "remark": WordsForm(data if act == "remark" else None),
    }  # fmt: skip
    sentence = ""
    if act:
        try:
            if _visit_done(request, found, act, each.get(act)):
                by_script = "application/json" in request.headers.get("Accept", "")
                return JsonResponse({"sent": True}) if by_script else redirect("inspections:visit", pk=pk)
        except Refused as refused:
            sentence = str(refused)
            if place := each.get(act):
                place.add_error(refused.about if refused.about in place.fields else None, sentence)
    if act and "application/json" in request.headers.get("Accept", ""):
        told = sentence or _first_fault(each["record"])
        return JsonResponse({"sentence": told}, status=HTTPStatus.CONFLICT)
    return _visit_page(request, found, each)


def _first_fault(form: Form) -> str:
    """The first sentence of a form, with the box it speaks of."""
    for name, sentences in form.errors.items():
        return f"{form.fields[name].label}: {sentences[0]}" if name in form.fields else str(sentences[0])
    return ""


def _visit_done(request: HttpRequest, found: Visit, act: str, form: Form | None) -> bool:
    """Carry out what was pressed; False where a form is not right."""
    signed: dict[str, Any] = {"visit": found, "by": reader(request), "at": now()}
    if act == "cancel":
        actions.cancel_visit(**signed)
    elif form is None or not form.is_valid():
        return False
    elif isinstance(form, VisitForm):
        said = form.cleaned_data
        actions.record_visit(
            typed=form.typed, revision=said["revision"], key=said["key"], pictures=said["pictures"], **signed
        )
    elif isinstance(form, FindingForm):
        actions_findings.open_finding(**form.cleaned_data, **signed)
    else:
        actions.remark_on(words=form.cleaned_data["words"], **signed)
    messages.success(request, _("Đã ghi."))
    return True


def _visit_page(request: HttpRequest, found: Visit, each: dict[str, Form]) -> HttpResponse:
    account, day = reader(request), today()
    definition = found.checklist.definition
    answers = queries.answers_of(definition, found.typed)
    table = FindingTable(
        queries.findings_visible_to(account, on=day).filter(visit=found), exclude=("unit_name",),
        empty_text=_("Chưa ghi kiến nghị nào"),
    )  # fmt: skip
    paged(request, table, ROWS_A_PAGE)
    visits, scores = queries.scores_over_years(account, found, on=day)
    context = {
        "visit": found,
        "scored": visits if found.typed and scores[""][-1].items else [],
        "scores": [(line[-1].name or _("Chung"), line[-1], line) for line in scores.values()],
        "team": found.team.select_related("account").order_by("pk"),
        "table": table,
        "pictures": found.pictures.select_related("file").order_by("pk"),
        "may_record": rules.may_record(account, found, on=day),
        "may_remark": rules.may_remark(account, found, on=day),
        "may_cancel": rules.may_cancel(account, found, on=day),
        "said": [
            (section.name, [(item.name, _shown(definition, item.code, found.typed)) for item in section.items])
            for section in definition.sections
        ],
        "wrong": queries.wrong_in(definition, answers) if found.typed else [],
        **{f"{name}_form": form for name, form in each.items()},
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if any(form.errors for form in each.values()) else HTTPStatus.OK
    answer = render(request, "inspections/visit.html", context, status=status)
    answer["X-Kept-For"] = str(account.pk)  # the device keeps the page for when there is no network
    return answer


def _shown(definition: Any, code: str, typed: dict[str, str]) -> str:
    """What stands in a box, in words."""
    item, text = definition.items[code], typed.get(code, "")
    if item.kind == "choice":
        return next((one.name for one in definition.breakdowns[item.choices] if one.code == text), "–")
    if item.kind == "flag":
        return {"1": _("Có"), "0": _("Không")}.get(text, "–")
    return text or "–"


@requires(Right.READ_PLANS)
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """A picture of a visit, always as a download."""
    seen = queries.visits_visible_to(reader(request), on=today()).values("pk")
    kept = get_object_or_404(VisitPicture.objects.select_related("file").filter(visit__in=seen), pk=pk).file
    return as_download(kept)


@requires(Right.READ_PLANS)
def feedback(request: HttpRequest) -> HttpResponse:
    """A unit says how the year's inspections and guidance served it; an office reads how many said what."""
    account, day = reader(request), today()
    years = [year for year in school_years() if year.days.lower <= day]
    if not years:
        return redirect("periods:calendar")
    units, offices = own_units(account, Right.ANSWER_INSPECTIONS, on=day), queries.offices_of(account, on=day)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if units and form.is_valid():
        try:
            actions.give_feedback(unit_id=units[0], period=years[-1], **form.cleaned_data, by=account, at=now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Đã gửi phản hồi của đơn vị."))
            return redirect("inspections:feedback")
    counts, rows = queries.feedback_of(offices, years[-1], on=day)
    labels = {name: field.label for name, field in FeedbackForm.base_fields.items()}
    answer = list_page(
        request, rows, FeedbackTable, "inspections/feedback.html", searched="unit_folded", name="phan-hoi",
        form=form if units else None, year=years[-1], offices=offices,
        counts=[(labels[name], list(zip(Mark.labels, many, strict=True))) for name, many in counts],
    )  # fmt: skip
    if form.errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer
