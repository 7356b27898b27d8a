"""One round: criteria, nominations, council, decision and its paper."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.lists import paged
from donghanh.kernel.rows import walled
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import ancestors, name_of
from donghanh.people.choices import NOT_STAFF, Right
from donghanh.people.models import Account, Membership
from donghanh.people.queries import own_units, rights_of
from donghanh.recognition import actions, council, queries, rules
from donghanh.recognition.choices import NomineeKind
from donghanh.recognition.decision_papers import issue_decision, numbered
from donghanh.recognition.forms import DecisionForm, NominationForm, PaperForm, PostponeForm, SeatForm, UnseatForm
from donghanh.recognition.models import Round
from donghanh.recognition.tables import NominationTable
from donghanh.recognition.views import MOST_OFFERED, ROWS_A_PAGE, reader
from donghanh.rosters.queries import learners_visible_to

MOST_TOLD = 10  # nominations that are named in a warning


@requires(Right.NOMINATE)
@walled
def round_(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: criteria, nominations, council, decision."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.rounds_visible_to(account, on=day), pk=pk)
    act = pressed(request)
    each = _forms(request, found, act)
    if act:
        try:
            to = _round_done(request, found, act, each.get(act))
        except Refused as refused:
            _blame(request, each.get(act), refused)
        else:
            if to is not None:
                return redirect(*to[:1], pk=to[1])
    return _round_page(request, found, each)


def _forms(request: HttpRequest, found: Round, act: str) -> dict[str, Form]:
    """Every form of the page by the name of its button, the pressed one with what was typed."""
    account, day = reader(request), today()

    def typed(name: str) -> Any:
        return request.POST if act == name else None

    return {
        "nominate": NominationForm(typed("nominate"), request.FILES or None, round_=found, people=_people(account)),
        "seat": SeatForm(typed("seat"), offered=council.may_be_seated(found.office_id, on=day)),
        "unseat": UnseatForm(typed("unseat"), members=council.seated(found).filter(votes=None, scores=None)),
        "postpone": PostponeForm(typed("postpone")),
        "decide": DecisionForm(typed("decide"), initial={"decided_on": day}),
        "paper": PaperForm(typed("paper"), initial=_masthead(found)),
    }


def _masthead(found: Round) -> dict[str, str]:
    """What is usual: the office's own names of today, and the number that was written with the decision."""
    above = ancestors(found.office_id, on=today())
    number, symbol = numbered(found.decision)
    return {
        "superior_body": name_of(above[-1].pk, on=today()) if above else "",
        "issuing_body": name_of(found.office_id, on=today()),
        "number": number,
        "symbol": symbol,
    }


def _round_page(request: HttpRequest, found: Round, each: dict[str, Form]) -> HttpResponse:
    account, day = reader(request), today()
    rows = queries.nominations_visible_to(account, on=day).filter(round=found)
    units = own_units(account, Right.NOMINATE, on=day)
    criteria = list(found.criteria.order_by("position"))
    scored = any(one.most for one in criteria)
    table = NominationTable(rows, exclude=() if scored else ("points",))
    paged(request, table, ROWS_A_PAGE)
    shown = [row.record for row in table.page.object_list]
    may_run = rules.may_run(account, found, on=day)
    stuck = council.stuck(found, on=day) if may_run else []
    told = stuck[:MOST_TOLD]
    names = queries.names_for(account, [*shown, *(row for row, _tally in told)], on=day)
    table.names, table.scores = names, council.points_of([row.pk for row in shown])
    context = {
        "round": found,
        "table": table,
        "criteria": criteria,
        "most": sum(one.most or 0 for one in criteria),
        "council": council.seated(found),
        "stuck": [(row, names[row.pk], tally) for row, tally in told],
        "stuck_many": len(stuck),
        "stuck_more": len(stuck) - len(told),
        "may_nominate": rules.may_nominate(account, found, units[0], on=day) if units else None,
        "may_run": may_run,
        "may_decide": rules.may_decide(account, found, on=day),
        "may_publish": rules.may_publish(account, found, on=day),
        "may_issue": rules.may_issue(account, found, on=day),
        "may_open_paper": Right.READ_DOCUMENTS in rights_of(account, on=day),
        **{f"{name}_form": form for name, form in each.items()},
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if any(form.errors for form in each.values()) else HTTPStatus.OK
    return render(request, "recognition/round.html", context, status=status)


def _round_done(request: HttpRequest, found: Round, act: str, form: Form | None) -> tuple[str, int] | None:
    """Carry out what was pressed; where to go on, None where a form is not right."""
    signed: dict[str, Any] = {"by": reader(request), "at": now()}
    if act == "publish":
        actions.publish(round_=found, **signed)
        messages.success(request, _("Đã công bố. Tên học sinh chỉ hiện khi có đủ sự đồng ý."))
    elif form is None or not form.is_valid():
        return None
    elif isinstance(form, NominationForm):
        units = own_units(reader(request), Right.NOMINATE, on=today())
        made = actions.nominate(round_=found, unit_id=units[0], **form.said, **signed)
        messages.success(request, _("Đã ghi bản nháp. Xem lại rồi gửi hội đồng."))
        return "recognition:nomination", made.pk
    elif isinstance(form, PaperForm):
        issue_decision(round_=found, masthead=form.masthead, generated=bool(settings.DEMO_DAY), **signed)
        messages.success(request, _("Đã lập văn bản trình ký."))
    else:
        messages.success(request, _of_the_council(found, form, form.cleaned_data, signed))
    return "recognition:round", found.pk


def _of_the_council(found: Round, form: Form, said: dict[str, Any], signed: dict[str, Any]) -> str:
    """Seated, unseated, postponed or decided; what to say of it."""
    if isinstance(form, SeatForm):
        actions.seat(round_=found, account=said["person"], chairs=said["chairs"], **signed)
        return _("Đã ghi thành viên hội đồng.")
    if isinstance(form, UnseatForm):
        actions.unseat(member=said["member"], reason=said["why"], **signed)
        return _("Đã rút một thành viên khỏi hội đồng.")
    if isinstance(form, PostponeForm):
        many = actions.postpone(round_=found, reason=said["cause"], **signed)
        return ngettext(
            "Đã hoãn %(count)s đề nghị sang đợt sau.", "Đã hoãn %(count)s đề nghị sang đợt sau.", many
        ) % {"count": many}  # fmt: skip
    actions.decide(round_=found, **said, **signed)
    return _("Đã ghi quyết định.")


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
