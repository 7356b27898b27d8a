"""Pages about one's own data, and about that of a child one speaks for."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from donghanh.kernel.access import signed_in
from donghanh.kernel.clock import now, today
from donghanh.kernel.parameters import parameters
from donghanh.kernel.rows import walled
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account
from donghanh.privacy import actions, queries
from donghanh.privacy.choices import Deed
from donghanh.privacy.exports import as_json, as_workbook
from donghanh.privacy.forms import AskForm, DeedForm
from donghanh.privacy.models import Consent, DataRequest
from donghanh.privacy.rules import may_act_for
from donghanh.privacy.tables import RetentionTable, shown_state


def reader(request: HttpRequest) -> Account:
    """Who asks; the page is closed to strangers, so it is an account."""
    assert isinstance(request.user, Account)  # noqa: S101  # narrows the type; the middleware has asked
    return request.user


@signed_in
@require_GET
@never_cache
@walled
def mine(request: HttpRequest) -> HttpResponse:
    """“Dữ liệu của tôi”."""
    return _shown(request, reader(request).pk)


@signed_in
@require_GET
@never_cache
@walled
def of_person(request: HttpRequest, subject_id: int) -> HttpResponse:
    """The same page of a child one speaks for; of anybody else there is none."""
    return _shown(request, _spoken_for(request, subject_id))


def _shown(request: HttpRequest, subject_id: int) -> HttpResponse:
    own = subject_id == reader(request).pk
    context = {
        "subject_id": subject_id,
        "own": own,
        "sections": [one for one in queries.held_on(subject_id) if one.room != "privacy"],  # has cards of its own
        "standings": queries.standings(subject_id, on=today()),
        "capacity": "self" if own else "representative",
        "requests": [(row, shown_state(row)) for row in queries.requests_of(subject_id)[:20]],
        "ask": AskForm(),
    }
    return render(request, "privacy/person.html", context)


@signed_in
@require_GET
@never_cache
@walled
def file(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Everything held on the person as a file: ?dang=json, or a spreadsheet."""
    sections = queries.held_on(_spoken_for(request, subject_id))
    kind = parameters(request, dang=forms.ChoiceField(choices=[("json", ""), ("xlsx", "")], initial="xlsx"))["dang"]
    return as_json(sections, at=now()) if kind == "json" else as_workbook(sections)


@signed_in
@require_POST
@walled
def deed(request: HttpRequest) -> HttpResponse:
    """One press on that page; the rule's sentence stands above it if it says no."""
    form = DeedForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("privacy:mine")
    typed = form.cleaned_data
    subject_id = _spoken_for(request, typed["subject"])
    try:
        said = _do(typed, subject_id, by=reader(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    own = subject_id == reader(request).pk
    return redirect("privacy:mine") if own else redirect("privacy:of_person", subject_id=subject_id)


def _do(typed: dict[str, object], subject_id: int, *, by: Account) -> str:
    """Call the action and say what now holds."""
    if typed["deed"] == Deed.CONSENT:
        actions.give_consent(subject_id=subject_id, purpose=str(typed["purpose"]), by=by, at=now())
        return _("Đã ghi sự đồng ý. Thầy cô, anh chị rút lại được bất cứ lúc nào.")
    if typed["deed"] == Deed.WITHDRAW:
        consent = get_object_or_404(Consent, pk=typed["row"], subject=subject_id)
        actions.withdraw_consent(consent=consent, by=by, at=now())
        return _("Đã rút sự đồng ý, có hiệu lực ngay.")
    if typed["deed"] == Deed.TAKE_BACK:
        actions.take_back(request=get_object_or_404(DataRequest, pk=typed["row"], subject=subject_id), by=by, at=now())
        return _("Đã rút yêu cầu.")
    asked = actions.ask(subject_id=subject_id, kind=str(typed["kind"]), text=str(typed["text"]), by=by, at=now())
    return _("Đã gửi yêu cầu. Đơn vị trả lời chậm nhất ngày %(day)s.") % {"day": f"{asked.due_on:%d/%m/%Y}"}


@signed_in
@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """How long everything is kept, why, and when it was last tidied."""
    return render(request, "privacy/retention.html", {"table": RetentionTable(queries.retention_table())})


def _spoken_for(request: HttpRequest, subject_id: int) -> int:
    if not may_act_for(reader(request).pk, subject_id):
        raise Http404
    return subject_id
