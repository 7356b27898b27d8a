"""Rounds and nominations: called for, put forward, judged, decided, made public."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from donghanh.files.queries import as_download
from donghanh.kernel.access import public, requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.lists import list_page, paged
from donghanh.kernel.rows import walled
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import called
from donghanh.people.choices import NOT_STAFF, Right
from donghanh.people.models import Account, Membership
from donghanh.people.queries import own_units
from donghanh.recognition import actions, queries, rules
from donghanh.recognition.choices import Move, NomineeKind
from donghanh.recognition.forms import (
    DecisionForm,
    DeedForm,
    NominationForm,
    ReasonForm,
    RoundForm,
    SeatForm,
)
from donghanh.recognition.models import CouncilMember, Nomination, NominationFile, Round
from donghanh.recognition.tables import NominationTable, RoundTable
from donghanh.rosters.queries import learners_visible_to

MOST_OFFERED = 2000  # people in the list of a form
ROWS_A_PAGE = 25
REWRITE = "rewrite"


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


@requires(Right.NOMINATE)
def rounds(request: HttpRequest) -> HttpResponse:
    """Rounds that the reader's units may answer; whoever judges opens one here."""
    account, day = reader(request), today()
    offices = own_units(account, Right.JUDGE_NOMINATIONS, on=day)
    form = RoundForm(request.POST if request.method == "POST" else None)
    if offices and form.is_valid():
        try:
            made = actions.open_round(office_id=offices[0], **form.said, by=account, at=now())
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            messages.success(request, _("Đã mở đợt khen thưởng."))
            return redirect("recognition:round", pk=made.pk)
    answer = list_page(
        request, queries.rounds_visible_to(account, on=day), RoundTable, "recognition/rounds.html",
        searched="name_folded", name="dot-khen-thuong", form=form if offices else None,
        votes=queries.waits_for(account, on=day),
    )  # fmt: skip
    if form.errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


@requires(Right.NOMINATE)
@walled
def round_(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: criteria, nominations, council, decision."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.rounds_visible_to(account, on=day), pk=pk)
    act = pressed(request)
    units = own_units(account, Right.NOMINATE, on=day)
    each: dict[str, Form] = {
        "nominate": NominationForm(
            request.POST if act == "nominate" else None, request.FILES or None, round_=found, people=_people(account)
        ),
        "seat": SeatForm(request.POST if act == "seat" else None),
        "decide": DecisionForm(request.POST if act == "decide" else None, initial={"decided_on": day}),
    }
    if act:
        try:
            to = _round_done(request, found, act, each.get(act), units)
        except Refused as refused:
            _blame(request, each.get(act), refused)
        else:
            if to is not None:
                return redirect(*to[:1], pk=to[1])
    return _round_page(request, found, each, units)


def _round_page(request: HttpRequest, found: Round, each: dict[str, Form], units: list[int]) -> HttpResponse:
    account, day = reader(request), today()
    rows = queries.nominations_visible_to(account, on=day).filter(round=found)
    table = NominationTable(rows, names=queries.names_for(account, rows, on=day))
    paged(request, table, ROWS_A_PAGE)
    context = {
        "round": found,
        "table": table,
        "criteria": found.criteria.splitlines(),
        "council": found.council.select_related("account").order_by("-chairs", "pk"),
        "may_nominate": rules.may_nominate(account, found, units[0], on=day) if units else None,
        "may_run": rules.may_run(account, found, on=day),
        "may_decide": rules.may_decide(account, found, on=day),
        "may_publish": rules.may_publish(account, found, on=day),
        **{f"{name}_form": form for name, form in each.items()},
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if any(form.errors for form in each.values()) else HTTPStatus.OK
    return render(request, "recognition/round.html", context, status=status)


def _round_done(
    request: HttpRequest, found: Round, act: str, form: Form | None, units: list[int]
) -> tuple[str, int] | None:
    """Carry out what was pressed; where to go on, None where a form is not right."""
    signed: dict[str, Any] = {"round_": found, "by": reader(request), "at": now()}
    if act == "publish":
        actions.publish(**signed)
        messages.success(request, _("Đã công bố. Tên học sinh chỉ hiện khi có đủ sự đồng ý."))
    elif form is None or not form.is_valid():
        return None
    elif isinstance(form, NominationForm):
        made = actions.nominate(unit_id=units[0], **form.said, **signed)
        messages.success(request, _("Đã ghi bản nháp. Xem lại rồi gửi hội đồng."))
        return "recognition:nomination", made.pk
    elif isinstance(form, SeatForm):
        actions.seat(account=form.cleaned_data["person"], chairs=form.cleaned_data["chairs"], **signed)
        messages.success(request, _("Đã ghi thành viên hội đồng."))
    else:
        actions.decide(**form.cleaned_data, **signed)
        messages.success(request, _("Đã ghi quyết định."))
    return "recognition:round", found.pk


def _blame(request: HttpRequest, form: Form | None, refused: Refused) -> None:
    if form is None:
        messages.error(request, str(refused))
    else:
        form.add_error(refused.about if refused.about in form.fields else None, str(refused))


def _people(account: Account) -> dict[str, dict[int, str]]:
    """Staff of the reader's own units, and learners whom they may see."""
    day = today()
    units = own_units(account, Right.NOMINATE, on=day)
    staff = Membership.objects.filter(unit__in=units, valid__contains=day).exclude(role__in=NOT_STAFF)
    rows = staff.select_related("account").order_by("account__full_name_sort", "pk")
    learners = learners_visible_to(account, on=day).filter(unit__in=units).order_by("full_name_sort", "pk")
    return {
        str(NomineeKind.STAFF.label): {row.account_id: row.account.full_name for row in rows[:MOST_OFFERED]},
        str(NomineeKind.LEARNER.label): {
            row.pk: f"{row.full_name} ({row.class_name or ''})" for row in learners[:MOST_OFFERED]
        },
    }


@requires(Right.NOMINATE)
@walled
def nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """One nomination: what was done, the council's votes, its moves."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.nominations_visible_to(account, on=day), pk=pk)
    member = found.round.council.filter(account=account).select_related("account").first()
    act = pressed(request)
    form = ReasonForm(request.POST if act else None)
    deed = DeedForm(request.POST if act == REWRITE else None, initial={"deed": found.deed})
    place: Form = deed if act == REWRITE else form
    if act and place.is_valid():
        try:
            _nomination_done(request, found, member, act, place.cleaned_data)
        except Refused as refused:
            place.add_error(refused.about if refused.about in place.fields else None, str(refused))
        else:
            return redirect("recognition:nomination", pk=pk)
    context = {
        "nomination": found,
        "name": queries.names_for(account, [found], on=day)[found.pk],
        "files": found.files.select_related("file").order_by("pk"),
        "history": found.moves.select_related("by").order_by("-at", "-pk"),
        "tally": queries.tally(found, on=day),
        "council": [
            (one, queries.recusal_of(one, found, on=day))
            for one in found.round.council.select_related("account").order_by("-chairs", "pk")
        ],
        "my_vote": found.votes.filter(member=member).first() if member else None,
        "may_vote": rules.may_vote(member, found, on=day) if member else None,
        "may_write": rules.may_write(account, found, on=day),
        "may_withdraw": rules.may_withdraw(account, found, on=day),
        "may_return": rules.may_return(account, found, on=day),
        "form": form,
        "deed": deed,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or deed.errors else HTTPStatus.OK
    return render(request, "recognition/nomination.html", context, status=status)


def _nomination_done(
    request: HttpRequest, found: Nomination, member: CouncilMember | None, act: str, said: dict[str, Any]
) -> None:
    signed: dict[str, Any] = {"nomination": found, "by": reader(request), "at": now()}
    if act == Move.SUBMIT:
        actions.submit(**signed)
    elif act == Move.WITHDRAW:
        actions.withdraw(**signed)
    elif act == Move.RETURN:
        actions.return_(reason=said["reason"], **signed)
    elif act in ("yes", "no"):
        actions.vote(member=member, yes=act == "yes", **signed)
    elif act == "stand_back":
        actions.stand_back(member=member, reason=said["reason"], **signed)
    elif act == REWRITE:
        actions.rewrite(deed=said["deed"], **signed)
    messages.success(request, _("Đã ghi."))


@requires(Right.NOMINATE)
def file(request: HttpRequest, pk: int) -> FileResponse:
    """A file put forward with a nomination, always as a download."""
    seen = queries.nominations_visible_to(reader(request), on=today())
    kept: Any = get_object_or_404(NominationFile.objects.filter(nomination__in=seen.values("pk")), pk=pk).file
    return as_download(kept)


@public
def published(request: HttpRequest) -> HttpResponse:
    """Commendations that offices made public."""
    table = RoundTable(
        queries.published(on=today()), exclude=("sent", "opens_on", "closes_on"), empty_text=_("Chưa công bố đợt nào")
    )
    paged(request, table, ROWS_A_PAGE)
    return render(request, "recognition/published.html", {"rows": table.page.object_list, "table": table})


@public
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """One round as everybody reads it; a child's name only while child and guardian consent."""
    found = get_object_or_404(queries.published(on=today()), pk=pk)
    names = queries.public_names(found, on=today())
    office = called([found.office_id], on=today()).get(found.office_id, "")
    return render(request, "recognition/outcome.html", {"round": found, "names": names, "office": office})
