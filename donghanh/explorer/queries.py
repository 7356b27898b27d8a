"""What is kept and who finds it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from donghanh.explorer.choices import Rhythm
from donghanh.explorer.models import Dashboard, Letter, Receiver, SavedView, Subscription, Tile
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units


def own_office(account: Account, *, on: date) -> int | None:
    """The unit whose figures the account looks at first, and where it keeps things."""
    return next(iter(own_units(account, Right.READ_FIGURES, on=on)), None)


def _found_by(account: Account, *, on: date) -> Q:
    shared = Q(shared=True, office__in=own_units(account, Right.READ_FIGURES, on=on))
    return Q(deleted_at=None) & (Q(owner=account) | shared)


def views_visible_to(account: Account, *, on: date) -> QuerySet[SavedView]:
    """The account's own, and those shared with an office of its own; by name."""
    return SavedView.objects.filter(_found_by(account, on=on)).select_related("owner").order_by("name_sort", "pk")


def dashboards_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """The same of dashboards, each with `tile_count`."""
    found = Dashboard.objects.filter(_found_by(account, on=on)).select_related("owner")
    return found.annotate(tile_count=Count("tiles")).order_by("name_sort", "pk")


def deleted_by(account: Account, model: type[SavedView | Dashboard]) -> QuerySet[Any]:
    """What the account deleted and may take back."""
    return model.objects.filter(owner=account, deleted_at__isnull=False).order_by("pk")


def view_by_link(token: str) -> SavedView | None:
    """The view that was shared by this link; None for a link that was taken back."""
    return SavedView.objects.filter(token=token, deleted_at=None).order_by("pk").first()


def tiles_of(dashboard: Dashboard) -> list[Tile]:
    """The tiles in their order, with their views; those of deleted views are left out."""
    found = dashboard.tiles.filter(view__deleted_at=None).select_related("view").order_by("position")
    return list(found)


def subscriptions_of(account: Account) -> QuerySet[Subscription]:
    """What the account has sent out by schedule, the newest first."""
    rows = Subscription.objects.filter(owner=account, ended_at=None).select_related("view", "dashboard")
    return rows.prefetch_related("receivers__account").order_by("-pk")


def letters_to(account: Account) -> QuerySet[Letter]:
    """What the account was sent, the newest first."""
    rows = Letter.objects.filter(receiver__account=account).select_related("receiver__subscription", "file")
    return rows.order_by("-on", "-pk")


def due_receivers(day: date) -> QuerySet[Receiver]:
    """Who is to be sent something on this day and has not been."""
    due = (
        Q(subscription__rhythm=Rhythm.DAILY)
        | Q(subscription__rhythm=Rhythm.WEEKLY, subscription__day=day.isoweekday())
        | Q(subscription__rhythm=Rhythm.MONTHLY, subscription__day=day.day)
    )
    waiting = Receiver.objects.filter(due, ended_at=None, subscription__ended_at=None, account__is_active=True)
    kept = Q(subscription__view__deleted_at=None) & Q(subscription__dashboard__deleted_at=None)
    sent = Letter.objects.filter(on=day).values("receiver")
    rows = waiting.filter(kept).exclude(pk__in=sent)
    return rows.select_related("account", "subscription__view", "subscription__dashboard").order_by("pk")
