"""What is kept: named, changed, shared, deleted and taken back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.explorer import actions, queries, rules
from donghanh.explorer.forms import ChangeForm, KeepForm, PutForm
from donghanh.explorer.look import read_kept
from donghanh.explorer.models import SavedView
from donghanh.explorer.tables import ViewTable
from donghanh.explorer.views import explore_url, reader
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.people.choices import Right

UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_CONTENT


def office_here(request: HttpRequest) -> int:
    """The office where the reader keeps things; 404 for who reads no figures on this day."""
    office = queries.own_office(reader(request), on=today())
    if office is None:
        raise Http404
    return office


def visible_view(request: HttpRequest, view_id: int) -> SavedView:
    found: SavedView = get_object_or_404(queries.views_visible_to(reader(request), on=today()), pk=view_id)
    return found


def deleted_row(request: HttpRequest) -> int | None:
    """`?vua=7`: what was deleted a moment ago and may be taken back."""
    found: int | None = parameters(request, vua=forms.IntegerField(required=False, min_value=1))["vua"]
    return found


def tabs(current: str) -> list[dict[str, Any]]:
    pages = (
        ("explorer:kept", _("Bảng số liệu")),
        ("explorer:boards", _("Bảng theo dõi")),
        ("explorer:letters", _("Đã gửi")),
    )
    return [{"label": label, "href": reverse(route), "current": route == current} for route, label in pages]


@requires(Right.READ_FIGURES)
def kept(request: HttpRequest) -> HttpResponse:
    """Views of one's own and those shared with the office."""
    gone = queries.deleted_by(reader(request), SavedView).filter(pk=deleted_row(request)).first()
    return list_page(
        request, queries.views_visible_to(reader(request), on=today()), ViewTable, "explorer/kept.html",
        searched="name_folded", name="bang-so-lieu-da-luu", tabs=tabs("explorer:kept"), gone=gone,
    )  # fmt: skip


@requires(Right.READ_FIGURES)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what is looked at under a name."""
    form = KeepForm(request.POST, prefix="luu")
    if not form.is_valid():
        return render(request, "explorer/keep.html", {"form": form}, status=UNPROCESSABLE)
    view = actions.keep_view(**form.cleaned_data, office=office_here(request), by=reader(request), at=now())
    messages.success(request, _("Đã lưu “%(name)s”.") % {"name": view.name})
    return redirect("explorer:view", view_id=view.pk)


@requires(Right.READ_FIGURES)
def open_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Leads to what was kept, as it looks today for this reader."""
    return _led_to(visible_view(request, view_id))


@requires(Right.READ_FIGURES)
def shared(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001  # every view takes it
    """A link that someone gave: the same look, with the figures that this reader may see."""
    view = queries.view_by_link(token)
    if view is None:
        raise Http404
    return redirect(explore_url(read_kept(view.query)))


def _led_to(view: SavedView) -> HttpResponse:
    return redirect(reverse("explorer:explore") + f"?{view.query}{'&' if view.query else ''}giu={view.pk}")


@requires(Right.READ_FIGURES)
def view(request: HttpRequest, view_id: int) -> HttpResponse:
    """All that can be done with a view: its name, who sees it, where it stands, when it is sent."""
    found, account = visible_view(request, view_id), reader(request)
    mine = found.owner_id == account.pk
    form = _change_form(request, found, bound=request.method == "POST" and mine)
    if form.is_valid():
        said = {"shared": found.shared, **form.cleaned_data}
        actions.change_kept(kept=found, **said, by=account, at=now())
        messages.success(request, _("Đã ghi."))
        return redirect("explorer:view", view_id=view_id)
    own = queries.dashboards_visible_to(account, on=today()).filter(owner=account)
    return render(request, "explorer/view.html", {
        "view": found, "mine": mine, "form": form, "put": PutForm(dashboards=own), "boards": own.exists(),
        "link": request.build_absolute_uri(reverse("explorer:shared", args=[found.token])) if found.token else "",
        "subscriptions": queries.subscriptions_of(account).filter(view=found),
        "crumbs": [(_("Đã lưu"), reverse("explorer:kept"))],
    }, status=UNPROCESSABLE if form.is_bound else HTTPStatus.OK)  # fmt: skip


def _change_form(request: HttpRequest, kept: SavedView, *, bound: bool) -> ChangeForm:
    may = bool(rules.may_share(reader(request), kept.office_id, on=today()))
    initial = {"name": kept.name, "description": kept.description, "shared": kept.shared}
    return ChangeForm(request.POST if bound else None, initial=initial, may_share=may)


@requires(Right.READ_FIGURES)
@require_POST
def change_look(request: HttpRequest, view_id: int) -> HttpResponse:
    """What is looked at now takes the place of what was kept."""
    found, form = visible_view(request, view_id), KeepForm(request.POST, prefix="luu")
    if form.is_valid():
        actions.change_look(view=found, query=form.cleaned_data["query"], by=reader(request), at=now())
        messages.success(request, _("Đã ghi đè “%(name)s”.") % {"name": found.name})
    return redirect("explorer:open", view_id=view_id)


@requires(Right.READ_FIGURES)
@require_POST
def link(request: HttpRequest, view_id: int) -> HttpResponse:
    """A new link, or none where there is one."""
    found = visible_view(request, view_id)
    actions.share_by_link(view=found, wanted=found.token is None, by=reader(request), at=now())
    return redirect(reverse("explorer:view", args=[view_id]) + "#chia-se")


@requires(Right.READ_FIGURES)
@require_POST
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    actions.delete_kept(kept=visible_view(request, view_id), by=reader(request), at=now())
    return redirect(reverse("explorer:kept") + f"?vua={view_id}")


@requires(Right.READ_FIGURES)
@require_POST
def restore(request: HttpRequest, view_id: int) -> HttpResponse:
    """Take a deletion back."""
    gone = get_object_or_404(queries.deleted_by(reader(request), SavedView), pk=view_id)
    actions.restore_kept(kept=gone, by=reader(request), at=now())
    messages.success(request, _("Đã lấy lại “%(name)s”.") % {"name": gone.name})
    return redirect("explorer:kept")
