"""Keys of one's own programmes: list, make, revoke."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from donghanh.api import actions, queries, rules
from donghanh.api.choices import Scope
from donghanh.api.forms import TokenForm
from donghanh.kernel.access import signed_in
from donghanh.kernel.clock import now, today
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import called
from donghanh.people.models import Account

MOST_SHOWN = 100


@signed_in
@never_cache
@reauthentication_required(allow_get=True)
def tokens(request: HttpRequest) -> HttpResponse:
    """One's keys; a new one, which the answer shows this once to whoever has just shown again who they are."""
    account, day = cast("Account", request.user), today()
    form = TokenForm(
        request.POST if request.method == "POST" else None,
        units=queries.places_of(account, on=day),
        scopes=queries.usable_scopes(account, on=day),
        initial={"expires_on": day + rules.LONGEST},
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            token, secret = actions.make_token(
                name=said["name"], scopes=said["scopes"], unit_id=said["unit"], expires_on=said["expires_on"],
                by=account, at=now(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            return render(request, "api/token_made.html", {"token": token, "secret": secret})
    found = list(queries.tokens_of(account)[:MOST_SHOWN])
    units = called({one.unit_id for one in found}, on=day)
    rows = [
        {"token": one, "unit": units[one.unit_id], "scopes": [Scope(scope).label for scope in one.scopes],
         "verdict": rules.may_use_token(one, on=day)}
        for one in found
    ]  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "api/tokens.html", {"form": form, "rows": rows}, status=status)


@signed_in
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The key opens nothing from now on."""
    account = cast("Account", request.user)
    found = get_object_or_404(queries.tokens_of(account), pk=pk)
    actions.revoke_token(token=found, by=account, at=now())
    messages.success(request, _("Đã thu hồi khóa “%(name)s”.") % {"name": found.name})
    return redirect("api:tokens")
