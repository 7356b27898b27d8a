"""Groups of units: which there are, who was in one on a day, and who goes in or out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import MOST_ROWS_IN_A_FILE, paged
from donghanh.kernel.parameters import parameters
from donghanh.kernel.spreadsheet import download
from donghanh.kernel.verdict import Refused
from donghanh.organisations import groups, queries
from donghanh.organisations.choices import KINDS_OF_GROUP, GroupSet
from donghanh.organisations.group_forms import GroupForm, MembersForm
from donghanh.organisations.import_views import reach_of, reader_id
from donghanh.organisations.queries import NamedGroup
from donghanh.organisations.tables import UnitTable
from donghanh.organisations.views import MANAGE_UNITS, READ_UNITS

ROWS_A_PAGE = 50


def _group(code: str) -> NamedGroup:
    found = queries.group_named(code)
    if found is None:
        raise Http404
    return found


@requires(READ_UNITS)
def group_list(request: HttpRequest) -> HttpResponse:
    """“Nhóm đơn vị”: every group with how many units it held on the day."""
    day = parameters(request, day=forms.DateField(required=False, initial=today()))["day"]
    return _list_page(request, GroupForm(), day=day)


def _list_page(request: HttpRequest, form: GroupForm, **context: Any) -> HttpResponse:
    counts = queries.count_in_groups(on=context["day"])
    sets: dict[str, list[tuple[NamedGroup, int]]] = {}
    for group in queries.groups():
        if group.code in counts or group.code not in KINDS_OF_GROUP:
            sets.setdefault(str(GroupSet(group.group_set).label), []).append((group, counts.get(group.code, 0)))
    context |= {"sets": sets.items(), "form": form, "crumbs": [(_("Đơn vị"), reverse("organisations:units"))]}
    context["may_change"] = MANAGE_UNITS in getattr(request, "rights", ())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "organisations/groups.html", context, status=status)


@require_POST
@requires(MANAGE_UNITS)
def group_new(request: HttpRequest) -> HttpResponse:
    """A group of the office's own."""
    form = GroupForm(request.POST)
    if form.is_valid():
        try:
            made = groups.make_group(**form.cleaned_data, by=reader_id(request), at=now())
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            return redirect("organisations:group", code=made.code)
    return _list_page(request, form, day=today())


@requires(READ_UNITS)
def group(request: HttpRequest, code: str) -> HttpResponse:
    """Units of one group on a day, and, for who may, those that could come in: `?day=2025-06-30&q=hoa+son`."""
    return _group_page(request, _group(code), MembersForm(initial={"on": today()}))


def _asked(request: HttpRequest) -> dict[str, Any]:
    return parameters(
        request,
        day=forms.DateField(required=False, initial=today()),
        q=forms.CharField(required=False, max_length=100, initial=""),
        tim=forms.CharField(required=False, max_length=100, initial=""),
        xuat=forms.CharField(required=False),
    )


def _group_page(request: HttpRequest, found: NamedGroup, form: MembersForm) -> HttpResponse:
    asked = _asked(request)
    day, text = asked["day"], asked["q"]
    units = queries.register(text, group=found.code, on=day)
    table = UnitTable(units, empty_text=_("Không có đơn vị nào"), empty_hint=_("Thử một ngày khác hoặc ít chữ hơn."))
    if asked["xuat"] == "xlsx":
        rows = [[unit.name, unit.kind_label, unit.parent_name, unit.code] for unit in units[:MOST_ROWS_IN_A_FILE]]
        heads = [_("Tên đơn vị"), _("Loại hình"), _("Trực thuộc"), _("Mã")]
        return download([heads, *rows], name="nhom-don-vi", title=found.name)
    table.export_url = f"?day={day:%Y-%m-%d}&xuat=xlsx"
    paged(request, table, ROWS_A_PAGE)
    may_change = MANAGE_UNITS in getattr(request, "rights", ()) and found.code not in KINDS_OF_GROUP
    context = {
        "group": found, "set_label": GroupSet(found.group_set).label, "day": day, "q": text, "table": table,
        "form": form, "may_change": may_change, "tim": asked["tim"],
        "others": _others(found, asked["tim"], day) if may_change and asked["tim"] else [],
        "crumbs": [
            (_("Đơn vị"), reverse("organisations:units")), (_("Nhóm đơn vị"), reverse("organisations:groups")),
        ],
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "organisations/group.html", context, status=status)


def _others(found: NamedGroup, text: str, day: Any) -> QuerySet[Any]:
    """Units that are not in the group and could come in, the first of those that the words find."""
    inside = queries.units_in_group(found.code, on=day).order_by().values("pk")
    return queries.with_parent_and_code(queries.search(text, on=day).exclude(pk__in=inside), on=day)[:ROWS_A_PAGE]


@require_POST
@requires(MANAGE_UNITS)
def group_change(request: HttpRequest, code: str) -> HttpResponse:
    """Units go into the group or leave it."""
    found = _group(code)
    form = MembersForm(request.POST)
    if not form.is_valid():
        return _group_page(request, found, form)
    said = dict(form.cleaned_data)
    move, units = said.pop("move"), said["units"]
    try:
        groups.may_reach(units, reach_of(request)).enforce()
        change = groups.put_in if move == "in" else groups.take_out
        count = change(group=code, **said, by=reader_id(request), at=now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return _group_page(request, found, form)
    words = _("Đã đưa %(count)s đơn vị vào nhóm.") if move == "in" else _("Đã đưa %(count)s đơn vị ra khỏi nhóm.")
    messages.success(request, words % {"count": count})
    return redirect(f"{reverse('organisations:group', args=[code])}?day={said['on']:%Y-%m-%d}")
