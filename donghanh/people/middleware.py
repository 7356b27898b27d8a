"""Refuses every page whose view declares no right, and every reader who holds the right nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from donghanh.kernel.access import SIGNED_IN, right_of
from donghanh.kernel.clock import today
from donghanh.people.queries import rights_of


class MembershipMiddleware:
    """Runs after LoginRequiredMiddleware: who comes here is signed in, or the view is public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_: Any) -> HttpResponse | None:
        right = right_of(view)
        if right is None or not request.user.is_authenticated:
            return None
        request.rights = rights_of(request.user, on=today())  # type: ignore[attr-defined]  # read by templates and views
        if right != SIGNED_IN and right not in request.rights:  # type: ignore[attr-defined]
            return render(request, "403.html", {"right": right}, status=403)
        return None
