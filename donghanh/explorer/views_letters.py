"""What is sent by schedule: setting it up, what was sent, and how to stop it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.explorer import actions, queries
from donghanh.explorer.forms import AddressForm, SubscribeForm
from donghanh.explorer.letters import receiver_of
from donghanh.explorer.models import Dashboard, MailAddress, SavedView
from donghanh.explorer.tables import LetterTable
from donghanh.explorer.views import reader
from donghanh.explorer.views_boards import visible_dashboard
from donghanh.explorer.views_kept import tabs, visible_view
from donghanh.files.queries import content_of
from donghanh.kernel.access import public, requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.spreadsheet import XLSX
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right


@requires(Right.READ_FIGURES)
def letters(request: HttpRequest) -> HttpResponse:
    """What this person was sent, what they have sent out, and where their letters go."""
    account = reader(request)
    kept = MailAddress.objects.filter(account=account).order_by("pk").first()
    form = AddressForm(request.POST if request.method == "POST" else None, initial={"address": kept and kept.address})
    if form.is_valid():
        actions.set_address(account=account, address=form.cleaned_data["address"], at=now())
        messages.success(request, _("Đã ghi địa chỉ."))
        return redirect("explorer:letters")
    page = list_page(
        request, queries.letters_to(account), LetterTable, "explorer/letters.html", searched="title_folded",
        name="thu-so-lieu", tabs=tabs("explorer:letters"), form=form, subscriptions=queries.subscriptions_of(account),
    )  # fmt: skip
    page.status_code = HTTPStatus.UNPROCESSABLE_CONTENT if form.is_bound else page.status_code
    return page


@requires(Right.READ_FIGURES)
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """One letter as it was written."""
    found = get_object_or_404(queries.letters_to(reader(request)), pk=letter_id)
    crumbs = [(_("Đã gửi"), reverse("explorer:letters"))]
    return render(request, "explorer/letter.html", {"letter": found, "crumbs": crumbs})


@requires(Right.READ_FIGURES)
def letter_file(request: HttpRequest, letter_id: int) -> FileResponse:
    """The workbook of a letter."""
    found = get_object_or_404(queries.letters_to(reader(request)), pk=letter_id)
    if found.file is None:
        raise Http404
    return FileResponse(content_of(found.file), as_attachment=True, filename=found.file.name, content_type=XLSX)


@requires(Right.READ_FIGURES)
def send_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """A view by schedule."""
    found = visible_view(request, view_id)
    return _subscribe(request, found, reverse("explorer:view", args=[view_id]))


@requires(Right.READ_FIGURES)
def send_dashboard(request: HttpRequest, dashboard_id: int) -> HttpResponse:
    """A dashboard by schedule."""
    found = visible_dashboard(request, dashboard_id)
    return _subscribe(request, found, reverse("explorer:dashboard", args=[dashboard_id]))


def _subscribe(request: HttpRequest, to: SavedView | Dashboard, back: str) -> HttpResponse:
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.subscribe(to=to, **form.cleaned_data, by=reader(request), at=now())
        except Refused as refused:
            form.blame({refused.about or "day": str(refused)})
        else:
            messages.success(request, _("Từ nay “%(name)s” được gửi theo lịch.") % {"name": to.name})
            return redirect("explorer:letters")
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form.is_bound else HTTPStatus.OK
    context = {"form": form, "what": to, "crumbs": [(to.name, back)]}
    return render(request, "explorer/subscribe.html", context, status=status)


@requires(Right.READ_FIGURES)
@require_POST
def end_subscription(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """Nothing is sent by this schedule any more."""
    found = get_object_or_404(queries.subscriptions_of(reader(request)), pk=subscription_id)
    actions.end_subscription(subscription=found, by=reader(request), at=now())
    messages.success(request, _("Đã dừng lịch gửi."))
    return redirect("explorer:letters")


@public
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """From a letter, without signing in: asks once, then nothing more is sent to this receiver by this schedule."""
    found = receiver_of(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        actions.stop_receiving(receiver=found, at=now())
    what = found.subscription.view or found.subscription.dashboard
    return render(request, "explorer/unsubscribe.html", {"receiver": found, "what": what, "today": today()})
