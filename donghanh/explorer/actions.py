"""Everything that is kept: views, dashboards and their tiles, subscriptions."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.explorer import rules
from donghanh.explorer.look import read_kept
from donghanh.explorer.models import Dashboard, Kept, MailAddress, Receiver, SavedView, Subscription, Tile
from donghanh.kernel.text import nfc
from donghanh.people.models import Account


@transaction.atomic
def keep_view(*, name: str, description: str = "", query: str, office: int, by: Account, at: datetime) -> SavedView:
    """Keep a look under a name; only what a look can say is kept of `query`."""
    plain = replace(read_kept(query), page=1).query
    rules.may_keep(plain).enforce()
    view = SavedView.objects.create(
        owner=by, office_id=office, name=nfc(name), description=nfc(description), query=plain, made_at=at, changed_at=at
    )
    record(verb="explorer.view_kept", on=view, by=by.pk, at=at, unit=office)
    return view


@transaction.atomic
def change_kept(*, kept: Kept, name: str, description: str, shared: bool, by: Account, at: datetime) -> None:
    """Name, description, and whether the office finds it."""
    rules.may_change(by, kept).enforce()
    if shared and not kept.shared:
        rules.may_share(by, kept.office_id, on=at.date()).enforce()
    kept.name, kept.description, kept.shared, kept.changed_at = nfc(name), nfc(description), shared, at
    kept.save(update_fields=["name", "description", "shared", "changed_at"])
    record(verb="explorer.changed", on=kept, by=by.pk, at=at, unit=kept.office_id, shared=shared)


@transaction.atomic
def change_look(*, view: SavedView, query: str, by: Account, at: datetime) -> None:
    """Another look under the same name."""
    rules.may_change(by, view).enforce()
    view.query, view.changed_at = replace(read_kept(query), page=1).query, at
    rules.may_keep(view.query).enforce()
    view.save(update_fields=["query", "changed_at"])
    record(verb="explorer.changed", on=view, by=by.pk, at=at, unit=view.office_id)


@transaction.atomic
def delete_kept(*, kept: Kept, by: Account, at: datetime) -> None:
    """It is found no more; `restore_kept` takes that back."""
    rules.may_change(by, kept).enforce()
    kept.deleted_at = at
    kept.save(update_fields=["deleted_at"])
    record(verb="explorer.deleted", on=kept, by=by.pk, at=at, unit=kept.office_id)


@transaction.atomic
def restore_kept(*, kept: Kept, by: Account, at: datetime) -> None:
    rules.may_change(by, kept).enforce()
    kept.deleted_at = None
    kept.save(update_fields=["deleted_at"])
    record(verb="explorer.restored", on=kept, by=by.pk, at=at, unit=kept.office_id)


@transaction.atomic
def share_by_link(*, view: SavedView, wanted: bool, by: Account, at: datetime) -> None:
    """A new link that nobody can guess, or none: the old one leads nowhere from then on."""
    rules.may_change(by, view).enforce()
    view.token = secrets.token_urlsafe(32) if wanted else None
    view.save(update_fields=["token"])
    record(
        verb="explorer.link_made" if wanted else "explorer.link_ended", on=view, by=by.pk, at=at, unit=view.office_id
    )


@transaction.atomic
def make_dashboard(*, name: str, description: str = "", office: int, by: Account, at: datetime) -> Dashboard:
    dashboard = Dashboard.objects.create(
        owner=by, office_id=office, name=nfc(name), description=nfc(description), made_at=at, changed_at=at
    )
    record(verb="explorer.dashboard_made", on=dashboard, by=by.pk, at=at, unit=office)
    return dashboard


@transaction.atomic
def clone_dashboard(*, dashboard: Dashboard, office: int, by: Account, at: datetime) -> Dashboard:
    """One's own dashboard with the same tiles; views of others are copied along, so that they stay."""
    name = _("Bản sao của %(name)s") % {"name": dashboard.name}
    made = make_dashboard(name=name[:120], description=dashboard.description, office=office, by=by, at=at)
    tiles = list(dashboard.tiles.filter(view__deleted_at=None).select_related("view").order_by("position"))
    for place, tile in enumerate(tiles):
        view = tile.view
        if view.owner_id != by.pk:
            view = keep_view(
                name=view.name, description=view.description, query=view.query, office=office, by=by, at=at
            )
        Tile.objects.create(dashboard=made, view=view, position=place, wide=tile.wide)
    return made


@transaction.atomic
def put_on(*, dashboard: Dashboard, view: SavedView, by: Account, at: datetime) -> Tile:
    """The view as the dashboard's last tile."""
    rules.may_change(by, dashboard).enforce()
    Dashboard.objects.select_for_update().get(pk=dashboard.pk)
    taken = list(dashboard.tiles.order_by("position").values_list("position", flat=True))
    rules.may_put(len(taken)).enforce()
    tile = Tile.objects.create(dashboard=dashboard, view=view, position=max(taken, default=-1) + 1)
    record(verb="explorer.tile_put", on=dashboard, by=by.pk, at=at, unit=dashboard.office_id, view=view.pk)
    return tile


@transaction.atomic
def arrange(*, dashboard: Dashboard, order: Sequence[int], by: Account, at: datetime) -> None:
    """The tiles in this order of their ids; those that are not named follow in the order they had."""
    rules.may_change(by, dashboard).enforce()
    Dashboard.objects.select_for_update().get(pk=dashboard.pk)
    tiles = {tile.pk: tile for tile in dashboard.tiles.order_by("position")}
    wanted = [tiles.pop(pk) for pk in order if pk in tiles]
    for place, tile in enumerate([*wanted, *tiles.values()]):
        if tile.position != place:
            tile.position = place
            tile.save(update_fields=["position"])
    record(verb="explorer.changed", on=dashboard, by=by.pk, at=at, unit=dashboard.office_id)


@transaction.atomic
def widen(*, tile: Tile, wide: bool, by: Account, at: datetime) -> None:
    rules.may_change(by, tile.dashboard).enforce()
    tile.wide = wide
    tile.save(update_fields=["wide"])
    record(verb="explorer.changed", on=tile.dashboard, by=by.pk, at=at, unit=tile.dashboard.office_id)


@transaction.atomic
def take_off(*, tile: Tile, by: Account, at: datetime) -> None:
    """The tile goes, its view stays."""
    rules.may_change(by, tile.dashboard).enforce()
    record(
        verb="explorer.tile_taken", on=tile.dashboard, by=by.pk, at=at, unit=tile.dashboard.office_id, view=tile.view_id
    )
    tile.delete()


@transaction.atomic
def subscribe(
    *, to: SavedView | Dashboard, rhythm: str, day: int, colleagues: Sequence[Account], by: Account, at: datetime
) -> Subscription:
    """Send it to oneself and to colleagues of the same office on certain days."""
    rules.day_fits(rhythm, day).enforce()
    rules.may_receive(colleagues, to.office_id, on=at.date()).enforce()
    what = {"view": to} if isinstance(to, SavedView) else {"dashboard": to}
    row = Subscription.objects.create(owner=by, rhythm=rhythm, day=day, made_at=at, **what)
    accounts = {one.pk: one for one in (by, *colleagues)}
    Receiver.objects.bulk_create(Receiver(subscription=row, account=one) for one in accounts.values())
    record(verb="explorer.subscribed", on=row, by=by.pk, at=at, unit=to.office_id, receivers=len(accounts))
    return row


@transaction.atomic
def end_subscription(*, subscription: Subscription, by: Account, at: datetime) -> None:
    """Nobody is sent anything by it any more."""
    subscription.ended_at = at
    subscription.save(update_fields=["ended_at"])
    record(verb="explorer.subscription_ended", on=subscription, by=by.pk, at=at)


@transaction.atomic
def stop_receiving(*, receiver: Receiver, at: datetime) -> None:
    """One receiver wants no more of it; the link in the letter is all it takes."""
    receiver.ended_at = receiver.ended_at or at
    receiver.save(update_fields=["ended_at"])
    record(verb="explorer.receiver_left", on=receiver, by=receiver.account_id, at=at)


@transaction.atomic
def set_address(*, account: Account, address: str, at: datetime) -> None:
    """Where the person's own letters go; "" for nowhere."""
    if address:
        MailAddress.objects.update_or_create(account=account, defaults={"address": address})
    else:
        MailAddress.objects.filter(account=account).delete()
    record(verb="explorer.address_set", on=account, by=account.pk, at=at)
