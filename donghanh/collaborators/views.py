"""The roster of collaborators: all that the reader keeps, by unit, and the forms that enter and end a term."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.collaborators import actions, queries
from donghanh.collaborators.choices import Category, Term
from donghanh.collaborators.forms import CollaboratorForm, EndForm, RosterFilter
from donghanh.collaborators.models import Collaborator
from donghanh.collaborators.tables import CollaboratorTable, GroupTable, UnitRosterTable, UnitTable
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import called
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units

type Crumbs = Sequence[tuple[str, str]]


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


def kept_unit(request: HttpRequest, unit_id: int) -> Unit:
    """A unit whose collaborators the reader keeps today; else 404."""
    return get_object_or_404(queries.units_managed(reader(request), on=today()), pk=unit_id)


@requires(Right.MANAGE_COLLABORATORS)
def roster(request: HttpRequest) -> HttpResponse:
    """Collaborators of every unit that the reader keeps; `?nhom=adviser&nhiem_ky=past&q=cong+an`."""
    filters = RosterFilter(request.GET)
    filters.is_valid()
    category, term = (filters.cleaned_data.get(name, "") for name in ("nhom", "nhiem_ky"))
    term = term or Term.NOW
    rows = queries.roster(reader(request), on=today(), category=category, term=term)
    own = own_units(reader(request), Right.MANAGE_COLLABORATORS, on=today())
    return list_page(
        request, rows, CollaboratorTable, "collaborators/roster.html", searched="found_by", name="cong-tac-vien",
        kept={"nhom": category, "nhiem_ky": term}, filters=filters, category=category, term=term,
        categories=Category.choices, terms=Term.choices, own_unit=own[0] if own else None,
    )  # fmt: skip


@requires(Right.MANAGE_COLLABORATORS)
def units(request: HttpRequest) -> HttpResponse:
    """How many collaborators and groups each unit has; those that have none as well."""
    rows = queries.unit_lines(reader(request), on=today())
    return list_page(
        request, rows, UnitTable, "collaborators/units.html", searched="found_by", name="cong-tac-vien-theo-don-vi"
    )


@requires(Right.MANAGE_COLLABORATORS)
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit's roster, past terms included, and its working groups."""
    found = kept_unit(request, unit_id)
    day, account = today(), reader(request)
    counts = queries.collaborator_counts([unit_id], on=day)[unit_id]
    groups = GroupTable(
        queries.groups(account, on=day, unit_id=unit_id), exclude=("unit_name",), prefix="to-",
        empty_text=_("Đơn vị chưa có tổ công tác"),
    )  # fmt: skip
    return list_page(
        request, queries.roster(account, on=day, term=Term.ALL, unit_id=unit_id), UnitRosterTable,
        "collaborators/unit.html", searched="found_by", name="cong-tac-vien", unit=found, groups=groups,
        facts=[(Category(code).label, number) for code, number in sorted(counts.items())],
        crumbs=[(_("Cộng tác viên"), reverse("collaborators:roster"))],
    )  # fmt: skip


@requires(Right.MANAGE_COLLABORATORS)
def enrol(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Enter a collaborator of a unit."""
    found = kept_unit(request, unit_id)
    form = CollaboratorForm(found, request.POST if request.method == "POST" else None)

    def act() -> str:
        actions.enrol(unit=found, service=form.service, by=reader(request), at=now())
        return _("Đã ghi cộng tác viên của %(unit)s.") % {"unit": found.name}

    return form_page(
        request, form, _("Thêm cộng tác viên"), act, reverse("collaborators:unit", args=[unit_id]), found.name
    )


@requires(Right.MANAGE_COLLABORATORS)
def end_service(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the last day of a collaborator."""
    rows = queries.roster(reader(request), on=today(), term=Term.ALL)
    row: Collaborator = get_object_or_404(rows, pk=pk)
    form = EndForm(row, request.POST if request.method == "POST" else None, initial={"last_day": today()})

    def act() -> str:
        actions.end_service(collaborator=row, last_day=form.cleaned_data["last_day"], by=reader(request), at=now())
        return _("Đã ghi ngày cuối của %(name)s.") % {"name": row.name}

    place = called([row.unit_id], on=today())[row.unit_id]
    title = _("Kết thúc nhiệm kỳ của %(name)s") % {"name": row.name}
    return form_page(request, form, title, act, reverse("collaborators:unit", args=[row.unit_id]), place)


def form_page(
    request: HttpRequest, form: Form, title: str, act: Callable[[], str], back: str, back_name: str, note: str = ""
) -> HttpResponse:
    """Show a form; when it is right, do it, say so, and go `back`."""
    if form.is_valid():
        messages.success(request, act())
        return redirect(back)
    context: dict[str, Any] = {"form": form, "title": title, "note": note, "crumbs": [(back_name, back)]}
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form.is_bound else HTTPStatus.OK
    return render(request, "collaborators/form.html", context, status=status)
