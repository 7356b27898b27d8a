"""Refuses pages without a declared right, readers who hold it nowhere, and minors' data without a second factor."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from donghanh.kernel.access import SIGNED_IN, right_of
from donghanh.kernel.clock import today
from donghanh.kernel.rows import reader
from donghanh.people.choices import MINORS_DATA, ROLES, Right
from donghanh.people.models import Account
from donghanh.people.queries import HeldRole, ended_roles, held, own_units, rights_of, units_reached
from donghanh.people.rules import may_open_minors_data

BEFORE_A_CHOICE = (
    *("people:password", "people:sign_out", "people:language", "people:theme", "home:limits"),
    "reporting_root:worker",  # a script that every page asks for, the same for everyone
)
UNIT_WIDE = MINORS_DATA - {Right.TEACH_CLASSES, Right.LINK_GUARDIANS}  # a class teacher sees classes, not the school


class MembershipMiddleware:
    """Runs after LoginRequiredMiddleware: who comes here is signed in, or the view is public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.rights = SimpleLazyObject(lambda: _rights(request))  # type: ignore[attr-defined]  # also for a page not found
        request.offices = partial(_offices, request)  # type: ignore[attr-defined]  # for rooms below this one
        request.wall = partial(_wall, request)  # type: ignore[attr-defined]  # set by the access middleware
        request.reached = partial(_reached, request)  # type: ignore[attr-defined]  # set by the access middleware
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> HttpResponse | None:
        right = right_of(view)
        if not request.user.is_authenticated:
            return None
        if request.user.must_change_password and not _is_open_before_a_choice(request):
            return redirect("people:password")
        if right is None:
            return None
        if right != SIGNED_IN and right not in request.rights:  # type: ignore[attr-defined]  # set by the access middleware
            ended = ended_roles(request.user, on=today())
            return render(request, "403.html", {"exception": refusal(ended)}, status=403)
        if right in MINORS_DATA and not (verdict := may_open_minors_data(request.user)):
            return render(request, "people/second_factor_wanted.html", {"reason": verdict.reason}, status=403)
        return None


def _is_open_before_a_choice(request: HttpRequest) -> bool:
    """A password that another person has set opens the page to choose one's own, and what every page's frame offers."""
    return bool(request.resolver_match and request.resolver_match.view_name in BEFORE_A_CHOICE)


def _rights(request: HttpRequest) -> frozenset[str]:
    """What this reader may do anywhere today; templates and views read it as `request.rights`."""
    return rights_of(request.user, on=today()) if request.user.is_authenticated else frozenset()


def _reached(request: HttpRequest, right: str, units: Collection[int]) -> set[int]:
    """Of these units, those in which this reader holds `right` today; for rooms below, which know no accounts."""
    account = cast("Account", request.user)
    reached = units_reached(account, right, on=today()).filter(descendant__in=units)
    return set(reached.values_list("descendant", flat=True))


def _offices(request: HttpRequest, right: str) -> list[int]:
    """Units in which this reader holds `right` today by a membership of their own."""
    return own_units(request.user, right, on=today()) if request.user.is_authenticated else []


def _wall(request: HttpRequest) -> AbstractContextManager[None]:
    """A transaction in which the database shows this reader the minors' data of their own units, and no other's."""
    day = today()
    roles = held(request.user, on=day) if request.user.is_authenticated else []
    offices = {row.unit_id for row in roles if ROLES[row.role].rights & UNIT_WIDE}
    return reader(account=request.user.pk, offices=offices, day=day)


def refusal(ended: list[HeldRole]) -> str:
    """Why a page stays closed: the role that ended last, with its last day, or none at all."""
    over = sorted((role.last_day, place) for place, role in enumerate(ended) if role.last_day)
    if not over:
        return _("Tài khoản của thầy cô không có vai trò cần cho trang này.")
    last_day, place = over[-1]
    return _("Vai trò %(role)s tại %(unit)s đã hết hiệu lực; ngày cuối là %(day)s.") % {
        "role": ended[place].role.name,
        "unit": ended[place].unit,
        "day": date_format(last_day, "j/n/Y"),
    }
