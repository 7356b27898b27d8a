"""A guardian's pages: claiming by the code on the paper, one's children."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from donghanh.guardians import actions, queries
from donghanh.guardians.actions import NewAccount
from donghanh.guardians.choices import LinkState, Why
from donghanh.guardians.forms import ClaimForm, NewGuardianForm, RowForm
from donghanh.guardians.models import Guardianship
from donghanh.guardians.rules import may_try
from donghanh.kernel.access import public, signed_in
from donghanh.kernel.address import address_of
from donghanh.kernel.clock import now, today
from donghanh.kernel.rows import walled
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account


def reader(request: HttpRequest) -> Account:
    """Who asks; the page is closed to strangers, so it is an account."""
    assert isinstance(request.user, Account)  # noqa: S101  # narrows the type; the middleware has asked
    return request.user


@public
@never_cache
@sensitive_post_parameters("password", "code")
def claim(request: HttpRequest) -> HttpResponse:
    """Link with a child by a code; who has no account yet opens one in the same breath."""
    account = reader(request) if request.user.is_authenticated else None
    kind = ClaimForm if account else NewGuardianForm
    form = kind(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid():
        try:
            link = _claimed(form, account, request)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = (
                HTTPStatus.CONFLICT if may_try(account, address_of(request), at=now()) else HTTPStatus.TOO_MANY_REQUESTS
            )
        else:
            return _welcome(request, link, account)
    elif form.is_bound:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "guardians/claim.html", {"form": form}, status=status)


def _claimed(form: ClaimForm, account: Account | None, request: HttpRequest) -> Guardianship:
    typed = form.cleaned_data
    new = None if account else NewAccount(typed["username"], typed["full_name"], typed["password"])
    return actions.claim(
        typed=typed["code"], relation=typed["relation"], account=account, new=new, address=address_of(request), at=now()
    )


def _welcome(request: HttpRequest, link: Guardianship, account: Account | None) -> HttpResponse:
    if link.state == LinkState.VERIFIED:
        messages.success(request, _("Đã liên kết với con."))
    else:
        messages.success(request, _("Đã nhận mã. Trường xác minh xong thì con hiện ra ở trang “Con của tôi”."))
    if account:
        return redirect("guardians:children")
    messages.success(request, _("Đã mở tài khoản. Mời đăng nhập bằng tên và mật khẩu vừa đặt."))
    return redirect("people:sign_in")


@signed_in
@never_cache
@walled
def children(request: HttpRequest) -> HttpResponse:
    """“Con của tôi”: each child with school, class and consents; links that wait or have ended, without a name."""
    account = reader(request)
    form = RowForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        link = get_object_or_404(queries.links_of_guardian(account), pk=form.cleaned_data["row"])
        actions.revoke(link=link, by=account, at=now())
        messages.success(request, _("Đã dừng liên kết."))
        return redirect("guardians:children")
    links = list(queries.links_of_guardian(account))
    context = {
        "children": queries.children_of(account, on=today()),
        "waiting": [link for link in links if link.state == LinkState.CLAIMED],
        "blocked": any(link.why == Why.BLOCKED for link in links),
    }
    return render(request, "guardians/children.html", context)
