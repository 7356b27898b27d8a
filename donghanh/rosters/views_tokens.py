"""Keys with which other programmes read a unit's people and classes: list, make, revoke."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import called, named
from donghanh.people.choices import Right
from donghanh.rosters import actions_scim, queries, queries_scim, rules
from donghanh.rosters.forms import TokenForm
from donghanh.rosters.views import reader

MOST_SHOWN = 100


@requires(Right.MANAGE_LEARNERS)
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """Keys of the reader's units; a new one, which the answer shows this once."""
    account, day = reader(request), today()
    form = TokenForm(
        request.POST if request.method == "POST" else None,
        units=named(queries.offices_of(account, on=day), on=day),
        initial={"expires_on": day + rules.LONGEST_TOKEN},
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            token, secret = actions_scim.make_token(
                name=said["name"], unit_id=said["unit"], expires_on=said["expires_on"], by=account, at=now()
            )
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            address = request.build_absolute_uri(reverse("scim:users")).removesuffix("/Users")
            return render(request, "rosters/token_made.html", {"token": token, "secret": secret, "address": address})
    found = list(queries_scim.tokens_of(account, on=day)[:MOST_SHOWN])
    units = called([one.unit_id for one in found], on=day)
    context = {
        "form": form,
        "tokens": [(one, units[one.unit_id], rules.may_use_token(one, on=day)) for one in found],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "rosters/tokens.html", context, status=status)


@requires(Right.MANAGE_LEARNERS)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The key opens nothing from now on."""
    found = get_object_or_404(queries_scim.tokens_of(reader(request), on=today()), pk=pk)
    actions_scim.revoke_token(token=found, by=reader(request), at=now())
    messages.success(request, _("Đã thu hồi mã kết nối “%(name)s”.") % {"name": found.name})
    return redirect("rosters:tokens")
