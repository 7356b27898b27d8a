"""Marks that say who may open a page; `people.middleware` reads them and refuses what carries none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseBase

type View = Callable[..., HttpResponseBase]

SIGNED_IN = "signed-in"  # any account, whatever its roles


def public(view: View) -> View:
    """Open to everyone, signed in or not."""
    view.dh_right = None  # type: ignore[attr-defined]  # functions carry their mark
    return login_not_required(view)


def requires(right: str) -> Callable[[View], View]:
    """Open to an account that holds `right` in some unit; the room's queries decide which rows it then reaches."""

    def mark(view: View) -> View:
        view.dh_right = right  # type: ignore[attr-defined]  # functions carry their mark
        return view

    return mark


def signed_in(view: View) -> View:
    """Open to every account: pages about oneself."""
    return requires(SIGNED_IN)(view)


def right_of(view: Any) -> str | None:
    """The right a view declares, None for a public one; AttributeError where it declares nothing."""
    found: str | None = view.dh_right
    return found
