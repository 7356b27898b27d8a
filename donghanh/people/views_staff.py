"""Pages of whoever manages people: who works in my units, opening accounts, giving and ending roles."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.people import actions, queries, rules
from donghanh.people.choices import ROLES, Right
from donghanh.people.forms_staff import ClosingForm, OpeningForm, ResettingForm, RoleEndForm, RoleForm
from donghanh.people.models import Account, Membership
from donghanh.people.tables import StaffTable


@requires(Right.MANAGE_PEOPLE)
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody who holds or held a role in the reader's units."""
    rows = queries.staff_of(_reader(request), on=today())
    return list_page(request, rows, StaffTable, "people/staff.html", searched="full_name_folded", name="nguoi-dung")


@requires(Right.MANAGE_PEOPLE)
@never_cache
def opening(request: HttpRequest) -> HttpResponse:
    """Open an account with its first role; the password is shown this once, on the answer."""
    form = OpeningForm(request.POST if request.method == "POST" else None, reader=_reader(request), on=today())
    if form.is_valid():
        try:
            account, password = actions.open_staff_account(**form.cleaned_data, by=_reader(request).pk, at=now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "people/opened.html", {"account": account, "password": password})
    return render(request, "people/opening.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Right.MANAGE_PEOPLE)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles in the reader's units with their days, and a form to give another."""
    account = _person(request, pk)
    form = RoleForm(request.POST if request.method == "POST" else None, reader=_reader(request), on=today())
    if form.is_valid():
        try:
            actions.give_role(account=account, **form.cleaned_data, by=_reader(request).pk, at=now())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Đã giao vai trò."))
            return redirect("people:person", pk=pk)
    verdict = rules.may_reset(account, by=_reader(request).pk, on=today())
    context = {"person": account, "roles": _lines(account), "form": form, "may_reset": verdict}
    return render(request, "people/person.html", context, status=422 if form.is_bound else 200)


@requires(Right.MANAGE_PEOPLE)
@require_POST
def role_ending(request: HttpRequest, pk: int) -> HttpResponse:
    """End one role after a last day; the sentence of a refusal stands on the person's page."""
    membership = get_object_or_404(Membership.objects.select_related("account", "unit"), pk=pk)
    account = _person(request, membership.account_id)
    form = RoleEndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Ghi ngày cuối cùng vai trò còn hiệu lực."))
        return redirect("people:person", pk=account.pk)
    try:
        actions.end_role(membership=membership, **form.cleaned_data, by=_reader(request).pk, at=now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Đã kết thúc vai trò."))
    return redirect("people:person", pk=account.pk)


@requires(Right.MANAGE_PEOPLE)
@require_POST
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Close or reopen an account."""
    account, form = _person(request, pk), ClosingForm(request.POST)
    if form.is_valid():
        try:
            actions.set_open(account=account, is_open=form.cleaned_data["open"], by=_reader(request).pk, at=now())
        except Refused as refused:
            messages.error(request, str(refused))
    return redirect("people:person", pk=pk)


@requires(Right.MANAGE_PEOPLE)
@never_cache
@require_POST
def resetting(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password, shown this once; or the second factors of somebody who has lost theirs taken off."""
    account, form = _person(request, pk), ResettingForm(request.POST)
    if not form.is_valid():
        return redirect("people:person", pk=pk)
    try:
        if form.cleaned_data["what"] == "password":
            password = actions.reset_password(account=account, by=_reader(request).pk, at=now())
            return render(request, "people/opened.html", {"account": account, "password": password})
        reason = form.cleaned_data["reason"]
        actions.remove_second_factors(account=account, by=_reader(request).pk, at=now(), reason=reason)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Đã bỏ lớp xác thực thứ hai."))
    return redirect("people:person", pk=pk)


def _reader(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]  # signed in: an Account


def _person(request: HttpRequest, pk: int) -> Account:
    return get_object_or_404(queries.staff_of(_reader(request), on=today()), pk=pk)


def _lines(account: Account) -> list[dict[str, object]]:
    """Roles of the person's page, with the form that ends each one that holds."""
    rows: list[Membership] = account.roles_there  # type: ignore[attr-defined]  # the query's prefetch
    return [
        {
            "row": row,
            "role": ROLES[row.role],
            "last_day": row.last_day,
            "form": RoleEndForm(auto_id=f"ket-thuc-{row.pk}-%s") if (row.last_day or today()) >= today() else None,
        }
        for row in rows
    ]
