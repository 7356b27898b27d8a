"""Dashboards: saved views side by side, loaded a few at a time."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.explorer import actions, queries, rules
from donghanh.explorer.choosing import summary
from donghanh.explorer.forms import ChangeForm, DashboardForm, OrderForm, PutForm
from donghanh.explorer.look import read_kept
from donghanh.explorer.members import Finder
from donghanh.explorer.models import Dashboard, Tile
from donghanh.explorer.pivot import Pivot, Plan, all_laid_out
from donghanh.explorer.tables import DashboardTable
from donghanh.explorer.views import answered, explore_url, reader, seen
from donghanh.explorer.views_kept import deleted_row, office_here, tabs, visible_view
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.people.choices import Right
from donghanh.statistics import queries as statistics

ROWS_IN_A_TILE = 12
TILES_AT_ONCE = 20


def visible_dashboard(request: HttpRequest, dashboard_id: int) -> Dashboard:
    found: Dashboard = get_object_or_404(queries.dashboards_visible_to(reader(request), on=today()), pk=dashboard_id)
    return found


def own_tile(request: HttpRequest, dashboard_id: int, tile_id: int) -> Tile:
    dashboard = visible_dashboard(request, dashboard_id)
    found: Tile = get_object_or_404(dashboard.tiles.select_related("dashboard").order_by("pk"), pk=tile_id)
    return found


@requires(Right.READ_FIGURES)
def boards(request: HttpRequest) -> HttpResponse:
    """Dashboards of one's own and those shared with the office; a new one begins here."""
    form = DashboardForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = actions.make_dashboard(**form.cleaned_data, office=office_here(request), by=reader(request), at=now())
        return redirect("explorer:dashboard", dashboard_id=made.pk)
    gone = queries.deleted_by(reader(request), Dashboard).filter(pk=deleted_row(request)).first()
    page = list_page(
        request, queries.dashboards_visible_to(reader(request), on=today()), DashboardTable, "explorer/boards.html",
        searched="name_folded", name="bang-theo-doi", tabs=tabs("explorer:boards"), gone=gone, form=form,
    )  # fmt: skip
    page.status_code = HTTPStatus.UNPROCESSABLE_CONTENT if form.is_bound else page.status_code
    return page


@requires(Right.READ_FIGURES)
def dashboard(request: HttpRequest, dashboard_id: int) -> HttpResponse:
    """The frame with a link a tile; a script fills it, some tiles at a time, as they come into sight."""
    found = visible_dashboard(request, dashboard_id)
    mine = found.owner_id == reader(request).pk
    shown = queries.tiles_of(found)
    ids = [tile.pk for tile in shown]
    sets = [
        {"tile": tile, "href": _opens(request, tile), "up": _swapped(ids, place - 1), "down": _swapped(ids, place)}
        for place, tile in enumerate(shown)
    ]
    return render(request, "explorer/dashboard.html", {
        "dashboard": found, "mine": mine, "tiles": sets, "at_once": TILES_AT_ONCE,
        "crumbs": [(_("Bảng theo dõi"), reverse("explorer:boards"))],
    })  # fmt: skip


def _opens(request: HttpRequest, tile: Tile) -> str:
    """One's own view by its name; what a colleague put there as a look."""
    if tile.view.owner_id == reader(request).pk:
        return reverse("explorer:open", args=[tile.view_id])
    return explore_url(read_kept(tile.view.query))


def _swapped(ids: list[int], place: int) -> str:
    """The ids with those at `place` and after it in each other's place; "" where one of them is not there."""
    if place < 0 or place + 1 >= len(ids):
        return ""
    order = [*ids[:place], ids[place + 1], ids[place], *ids[place + 2 :]]
    return ",".join(map(str, order))


@requires(Right.READ_FIGURES)
def tiles(request: HttpRequest, dashboard_id: int) -> HttpResponse:
    """`?o=3,1`: these tiles as parts of a page."""
    found = visible_dashboard(request, dashboard_id)
    asked = parameters(
        request, o=forms.RegexField(r"^\d{1,9}(,\d{1,9})*$", required=False, max_length=200, initial="0")
    )
    ids = {int(one) for one in asked["o"].split(",")[:TILES_AT_ONCE]}
    chosen = [tile for tile in queries.tiles_of(found) if tile.pk in ids]
    pivots = _filled(request, chosen)
    drawn = [
        {"tile": tile, "href": _opens(request, tile), "trouble": trouble,
         "id": f"o-{tile.pk}", "summary": summary(pivot.plan),
         **seen(pivot, rows_a_page=ROWS_IN_A_TILE, frozen=True)}
        for tile, (pivot, trouble) in zip(chosen, pivots, strict=True)
    ]  # fmt: skip
    return render(request, "explorer/tiles.html", {"tiles": drawn})


def _filled(request: HttpRequest, chosen: list[Tile]) -> list[tuple[Pivot, str]]:
    """Asked together; where that fails, one by one, so that each says what is wrong with it."""
    looks, finder = [read_kept(tile.view.query) for tile in chosen], Finder(reader(request), on=today())
    try:
        return [(pivot, "") for pivot in all_laid_out(looks, finder, on=today())]
    except (statistics.TooMany, statistics.FactsNotReady, statistics.FactsTooSlow):
        return [answered(Plan(look, finder)) for look in looks]


@requires(Right.READ_FIGURES)
def change_dashboard(request: HttpRequest, dashboard_id: int) -> HttpResponse:
    """Name, note, and whether the office sees it."""
    found, account = visible_dashboard(request, dashboard_id), reader(request)
    rules.may_change(account, found).enforce()
    may = bool(rules.may_share(account, found.office_id, on=today()))
    initial: dict[str, Any] = {"name": found.name, "description": found.description, "shared": found.shared}
    form = ChangeForm(request.POST if request.method == "POST" else None, initial=initial, may_share=may)
    if form.is_valid():
        actions.change_kept(kept=found, **{"shared": found.shared, **form.cleaned_data}, by=account, at=now())
        messages.success(request, _("Đã ghi."))
        return redirect("explorer:dashboard", dashboard_id=dashboard_id)
    crumbs = [
        (_("Bảng theo dõi"), reverse("explorer:boards")),
        (found.name, reverse("explorer:dashboard", args=[found.pk])),
    ]
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form.is_bound else HTTPStatus.OK
    context = {"form": form, "dashboard": found, "crumbs": crumbs}
    return render(request, "explorer/change_dashboard.html", context, status=status)


@requires(Right.READ_FIGURES)
@require_POST
def put(request: HttpRequest, view_id: int) -> HttpResponse:
    """A view goes on one of the reader's own dashboards."""
    found, account = visible_view(request, view_id), reader(request)
    form = PutForm(request.POST, dashboards=queries.dashboards_visible_to(account, on=today()).filter(owner=account))
    if not form.is_valid():
        messages.error(request, _("Chọn một bảng theo dõi."))
        return redirect("explorer:view", view_id=view_id)
    board = form.cleaned_data["dashboard"]
    actions.put_on(dashboard=board, view=found, by=account, at=now())
    messages.success(request, _("Đã đưa “%(name)s” lên bảng theo dõi.") % {"name": found.name})
    return redirect("explorer:dashboard", dashboard_id=board.pk)


@requires(Right.READ_FIGURES)
@require_POST
def arrange(request: HttpRequest, dashboard_id: int) -> HttpResponse:
    """The tiles in a new order."""
    found, form = visible_dashboard(request, dashboard_id), OrderForm(request.POST)
    if form.is_valid():
        actions.arrange(dashboard=found, order=form.ids, by=reader(request), at=now())
    return redirect("explorer:dashboard", dashboard_id=dashboard_id)


@requires(Right.READ_FIGURES)
@require_POST
def widen(request: HttpRequest, dashboard_id: int, tile_id: int) -> HttpResponse:
    """Half the width or the whole."""
    tile = own_tile(request, dashboard_id, tile_id)
    actions.widen(tile=tile, wide=not tile.wide, by=reader(request), at=now())
    return redirect(reverse("explorer:dashboard", args=[dashboard_id]) + f"#o-{tile_id}")


@requires(Right.READ_FIGURES)
@require_POST
def take_off(request: HttpRequest, dashboard_id: int, tile_id: int) -> HttpResponse:
    """The tile goes; its view stays among what is kept."""
    actions.take_off(tile=own_tile(request, dashboard_id, tile_id), by=reader(request), at=now())
    messages.success(request, _("Đã bỏ khỏi bảng theo dõi. Bảng số liệu vẫn còn ở trang “Đã lưu”."))
    return redirect("explorer:dashboard", dashboard_id=dashboard_id)


@requires(Right.READ_FIGURES)
@require_POST
def clone(request: HttpRequest, dashboard_id: int) -> HttpResponse:
    """One's own copy, to be changed at will."""
    found = visible_dashboard(request, dashboard_id)
    made = actions.clone_dashboard(dashboard=found, office=office_here(request), by=reader(request), at=now())
    messages.success(request, _("Đã chép thành “%(name)s”.") % {"name": made.name})
    return redirect("explorer:dashboard", dashboard_id=made.pk)


@requires(Right.READ_FIGURES)
@require_POST
def delete_dashboard(request: HttpRequest, dashboard_id: int) -> HttpResponse:
    actions.delete_kept(kept=visible_dashboard(request, dashboard_id), by=reader(request), at=now())
    return redirect(reverse("explorer:boards") + f"?vua={dashboard_id}")


@requires(Right.READ_FIGURES)
@require_POST
def restore_dashboard(request: HttpRequest, dashboard_id: int) -> HttpResponse:
    """Take a deletion back."""
    gone = get_object_or_404(queries.deleted_by(reader(request), Dashboard), pk=dashboard_id)
    actions.restore_kept(kept=gone, by=reader(request), at=now())
    messages.success(request, _("Đã lấy lại “%(name)s”.") % {"name": gone.name})
    return redirect("explorer:dashboard", dashboard_id=dashboard_id)
