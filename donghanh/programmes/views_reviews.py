"""Reviews (sơ kết, tổng kết): the list, one review with its writing and its decision, and the draft as a paper."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final, cast

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.papers.queries import masthead_on
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.periods.queries import school_years, semesters
from donghanh.programmes import actions_reviews as actions
from donghanh.programmes import queries_reviews as queries
from donghanh.programmes import rules_reviews as rules
from donghanh.programmes.choices import QUOTED, ReviewMove, ReviewState, Section
from donghanh.programmes.forms_reviews import BeginForm, MastheadForm, ReasonForm, WritingForm
from donghanh.programmes.models import Review, ReviewVersion
from donghanh.programmes.review_papers import issue_review
from donghanh.programmes.tables_reviews import ReviewTable

YEARS_OFFERED: Final = 3
ISSUE: Final = "issue"
WRITES: Final = ("write", "redraw", ReviewMove.SUBMIT)


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


@requires(Right.READ_PLANS)
def reviews(request: HttpRequest) -> HttpResponse:
    """Reviews of the reader's units; whoever writes plans begins one here."""
    account, day = reader(request), today()
    own = queries.writers_units(account, on=day)
    years = [year for year in reversed(school_years()) if year.days.lower <= day][:YEARS_OFFERED]
    periods = [one for year in years for one in (year, *reversed(semesters(year)))]
    form = BeginForm(request.POST if request.method == "POST" else None, periods=periods)
    if own and form.is_valid():
        try:
            made = actions.begin_review(unit_id=own[0], **form.cleaned_data, by=account, at=now())
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            messages.success(request, _("Đã lập bản đầu từ số liệu và ý kiến đã duyệt của các đơn vị."))
            return redirect("programmes:review", pk=made.pk)
    answer = list_page(
        request, queries.reviews_visible_to(account, on=day), ReviewTable, "programmes/reviews.html",
        searched="unit_folded", name="so-ket-tong-ket", form=form if own and periods else None,
    )  # fmt: skip
    if form.errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


@requires(Right.READ_PLANS)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One review: its writers write, its approver decides, everybody else in reach reads."""
    account = reader(request)
    found = get_object_or_404(queries.reviews_visible_to(account, on=today()), pk=pk)
    data = request.POST if request.method == "POST" else None
    act = pressed(request)
    writing, reason = WritingForm(data, version=found.latest), ReasonForm(data)
    masthead = MastheadForm(data if act == ISSUE else None, initial=_masthead(found))
    if data is not None:
        try:
            if _done(request, found, act, writing, reason, masthead):
                return redirect("programmes:review", pk=pk)
        except Refused as refused:
            places: dict[str, Form] = {ReviewMove.RETURN: reason, ReviewMove.REOPEN: reason, ISSUE: masthead}
            place = places.get(act, writing)
            place.add_error(refused.about if refused.about in place.fields else None, str(refused))
    wrong = act and (writing.errors if act in WRITES else reason.errors or masthead.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    context = _shown(account, found, writing, reason) | {"masthead": masthead}
    return render(request, "programmes/review.html", context, status=status)


def _masthead(found: Any) -> dict[str, str]:
    """What is usual: the names that stand over the unit's papers today."""
    head = masthead_on(found.unit_id, on=today())
    return {"superior_body": head.superior_body, "issuing_body": head.issuing_body, "place": head.place}


def _done(
    request: HttpRequest, found: Review, act: str, writing: WritingForm, reason: ReasonForm, masthead: MastheadForm
) -> bool:
    """Carry out what was pressed; False where a form is not right."""
    signed: dict[str, Any] = {"review": found, "by": reader(request), "at": now()}
    if act in WRITES:
        if not writing.is_valid():
            return False
        based_on = writing.cleaned_data["based_on"]
        actions.write_review(texts=writing.texts, based_on=based_on, redraw=act == "redraw", **signed)
        messages.success(request, _("Đã ghi."))
        if act == ReviewMove.SUBMIT:
            actions.submit_review(**signed | {"review": Review.objects.select_related("latest").get(pk=found.pk)})
            messages.success(request, _("Đã trình duyệt."))
    elif act == ISSUE:
        if not masthead.is_valid():
            return False
        issue_review(masthead=masthead.masthead, generated=bool(settings.DEMO_DAY), **signed)
        messages.success(request, _("Đã cấp số và lập văn bản trình ký."))
    elif act == ReviewMove.APPROVE:
        actions.approve_review(**signed)
        messages.success(request, _("Đã duyệt báo cáo."))
    elif act in (ReviewMove.RETURN, ReviewMove.REOPEN) and reason.is_valid():
        send_back = actions.return_review if act == ReviewMove.RETURN else actions.reopen_review
        send_back(reason=reason.cleaned_data["reason"], **signed)
        messages.success(request, _("Đã chuyển lại cho người viết."))
    else:
        return False
    return True


def _shown(account: Account, found: Review, writing: WritingForm, reason: ReasonForm) -> dict[str, Any]:
    day = today()
    latest = cast("ReviewVersion", found.latest)
    writes = bool(rules.may_write(account, found, latest.number, on=day))
    quoted = queries.quotes(found.programme, found.unit_id, found.period, on=day) if writes else []
    return {
        "review": found,
        "latest": latest,
        "writes": writes,
        "sections": [
            {
                "section": section,
                "figures": latest.content.get(section, {}).get("figures", []),
                "text": latest.content.get(section, {}).get("text", ""),
                "box": writing[section],
                "quotes": [(name, one) for name, one in quoted if one.section == section],
                "quoted": section in QUOTED,
            }
            for section in Section
        ],
        "form": writing,
        "reason": reason,
        "may_approve": rules.may_decide(account, found, ReviewMove.APPROVE, on=day),
        "may_return": rules.may_decide(account, found, ReviewMove.RETURN, on=day),
        "may_reopen": rules.may_decide(account, found, ReviewMove.REOPEN, on=day),
        "waits": found.state == ReviewState.SUBMITTED,
        "may_issue": found.state == ReviewState.APPROVED
        and not found.paper_id
        and found.unit_id in own_units(account, Right.REGISTER_DOCUMENTS, on=day),
        "asked_to_mend": rules.asked_to_mend(found),
        "history": found.transitions.select_related("by", "version").order_by("-at", "-pk"),
        "versions": queries.versions_of(found),
    }


@requires(Right.READ_PLANS)
def review_version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """An older wording, with what the next one changed marked by section."""
    found = get_object_or_404(queries.reviews_visible_to(reader(request), on=today()), pk=pk)
    version = get_object_or_404(found.versions.select_related("by"), number=number)
    after = found.versions.filter(number=number + 1).first()
    sections = [
        {
            "section": section,
            "figures": version.content.get(section, {}).get("figures", []),
            "text": version.content.get(section, {}).get("text", ""),
            "changed": after is not None and after.content.get(section) != version.content.get(section),
        }
        for section in Section
    ]
    context = {"review": found, "version": version, "after": after, "sections": sections}
    return render(request, "programmes/review_version.html", context)
