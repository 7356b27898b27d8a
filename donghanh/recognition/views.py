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
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units
from donghanh.recognition import actions, council, queries, rules
from donghanh.recognition.choices import Move
from donghanh.recognition.forms import DeedForm, ReasonForm, RoundForm, ScoreForm
from donghanh.recognition.models import CouncilMember, Nomination, NominationFile
from donghanh.recognition.tables import RoundTable

MOST_OFFERED = 2000  # people in the list of a form
ROWS_A_PAGE = 25
REWRITE, SCORE = "rewrite", "score"


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
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
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
def nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """One nomination: what was done, the council's votes, its moves."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.nominations_visible_to(account, on=day), pk=pk)
    member = found.round.council.filter(account=account, unseated_at=None).select_related("account").first()
    act = pressed(request)
    form = ReasonForm(request.POST if act else None)
    deed = DeedForm(request.POST if act == REWRITE else None, initial={"deed": found.deed})
    criteria = [one for one in found.round.criteria.order_by("position") if one.most]
    given = dict(found.scores.filter(member=member).order_by("pk").values_list("criterion", "points")) if member else {}
    scores = ScoreForm(request.POST if act == SCORE else None, criteria=criteria, given=given)
    places: dict[str, Form] = {REWRITE: deed, SCORE: scores}
    place = places.get(act, form)
    if act and place.is_valid():
        try:
            if act == SCORE:
                actions.score(nomination=found, member=member, points=scores.points, by=account, at=now())
                messages.success(request, _("Đã ghi điểm."))
            else:
                _nomination_done(request, found, member, act, place.cleaned_data)
        except Refused as refused:
            place.add_error(refused.about if refused.about in place.fields else None, str(refused))
        else:
            return redirect("recognition:nomination", pk=pk)
    standing = council.standings([found], on=day)[found.pk]
    points = council.points_of([found.pk]).get(found.pk, council.Points())
    context = {
        "nomination": found,
        "name": queries.names_for(account, [found], on=day)[found.pk],
        "files": found.files.select_related("file").order_by("pk"),
        "history": found.moves.select_related("by").order_by("-at", "-pk"),
        "tally": standing.tally,
        "council": [(one, standing.why.get(one.pk, "")) for one in council.seated(found.round)],
        "points": points,
        "criteria": [(one, points.each.get(one.pk)) for one in criteria],
        "most": sum(one.most or 0 for one in criteria),
        "scores": scores,
        "my_vote": found.votes.filter(member=member).first() if member else None,
        "may_vote": rules.may_vote(member, found, on=day) if member else None,
        "may_write": rules.may_write(account, found, on=day),
        "may_withdraw": rules.may_withdraw(account, found, on=day),
        "may_return": rules.may_return(account, found, on=day),
        "form": form,
        "deed": deed,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or deed.errors or scores.errors else HTTPStatus.OK
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
