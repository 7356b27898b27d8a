"""Working groups, their members and meetings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.collaborators import actions, queries
from donghanh.collaborators.forms import EndForm, GroupForm, MeetingForm, MemberForm
from donghanh.collaborators.models import GroupMember, WorkingGroup
from donghanh.collaborators.tables import GroupTable, MeetingTable, MemberTable, meeting_facts
from donghanh.collaborators.views import form_page, kept_unit, reader
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.people.choices import Right
from donghanh.people.queries import own_units


def kept_group(request: HttpRequest, pk: int) -> WorkingGroup:
    found: WorkingGroup = get_object_or_404(queries.groups(reader(request), on=today()), pk=pk)
    return found


def page_of(group: WorkingGroup) -> str:
    return reverse("collaborators:group", args=[group.pk])


@requires(Right.MANAGE_COLLABORATORS)
def groups(request: HttpRequest) -> HttpResponse:
    """Working groups of every unit that the reader keeps, past ones too."""
    rows = queries.groups(reader(request), on=today())
    own = own_units(reader(request), Right.MANAGE_COLLABORATORS, on=today())
    return list_page(
        request, rows, GroupTable, "collaborators/groups.html", searched="found_by", name="to-cong-tac",
        own_unit=own[0] if own else None,
    )  # fmt: skip


@requires(Right.MANAGE_COLLABORATORS)
def set_up(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Set up a working group at a unit."""
    unit = kept_unit(request, unit_id)
    form = GroupForm(unit, request.POST if request.method == "POST" else None)

    def act() -> str:
        said = {name: form.cleaned_data[name] for name in ("name", "decision", "decided_on")}
        row = actions.set_up_group(unit=unit, **said, term=form.term, by=reader(request), at=now())
        return _("Đã lập %(name)s. Bây giờ ghi các thành viên.") % {"name": row.name}

    return form_page(request, form, _("Lập tổ công tác"), act, reverse("collaborators:unit", args=[unit_id]), unit.name)


@requires(Right.MANAGE_COLLABORATORS)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """A group: its decision, its members over time, its meetings."""
    found = kept_group(request, pk)
    last = found.last_day
    context = {
        "group": found,
        "over": bool(last and last < today()),
        "facts": [
            (_("Đơn vị"), found.unit_name),  # type: ignore[attr-defined]  # annotated by queries.groups
            (_("Quyết định"), _("%(decision)s ngày %(day)s") % {
                "decision": found.decision, "day": f"{found.decided_on:%d/%m/%Y}",
            }),
            (_("Nhiệm kỳ từ ngày"), f"{found.first_day:%d/%m/%Y}"),
            (_("Đến hết ngày"), f"{last:%d/%m/%Y}" if last else _("khi có quyết định mới")),
        ],
        "members": MemberTable(queries.members(found), empty_text=_("Chưa ghi thành viên nào")),
        "meetings": MeetingTable(queries.meetings(found), empty_text=_("Chưa ghi cuộc họp nào")),
        "crumbs": [(_("Tổ công tác"), reverse("collaborators:groups"))],
    }  # fmt: skip
    return render(request, "collaborators/group.html", context)


@requires(Right.MANAGE_COLLABORATORS)
def end_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the last day of a group and of everybody in it."""
    found = kept_group(request, pk)
    form = EndForm(found, request.POST if request.method == "POST" else None, initial={"last_day": today()})

    def act() -> str:
        actions.end_group(group=found, last_day=form.cleaned_data["last_day"], by=reader(request), at=now())
        return _("Đã ghi ngày cuối của %(name)s.") % {"name": found.name}

    title, note = _("Kết thúc nhiệm kỳ của tổ"), _("Mọi thành viên còn trong tổ cũng thôi từ sau ngày này.")
    return form_page(request, form, title, act, page_of(found), found.name, note)


@requires(Right.MANAGE_COLLABORATORS)
def add_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody join a group."""
    found = kept_group(request, pk)
    form = MemberForm(found, request.POST if request.method == "POST" else None, initial={"first_day": found.first_day})

    def act() -> str:
        said = {name: form.cleaned_data[name] for name in ("agency", "role")}
        actions.add_member(group=found, who=form.who, term=form.term, **said, by=reader(request), at=now())
        return _("Đã ghi thành viên.")

    return form_page(request, form, _("Thêm thành viên"), act, page_of(found), found.name)


@requires(Right.MANAGE_COLLABORATORS)
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the last day of a member."""
    row: GroupMember = get_object_or_404(queries.members_visible_to(reader(request), on=today()), pk=pk)
    form = EndForm(row, request.POST if request.method == "POST" else None, initial={"last_day": today()})

    def act() -> str:
        actions.end_membership(member=row, last_day=form.cleaned_data["last_day"], by=reader(request), at=now())
        return _("Đã ghi ngày cuối của %(name)s.") % {"name": row.name}

    return form_page(
        request, form, _("%(name)s thôi tham gia tổ") % {"name": row.name}, act, page_of(row.group), row.group.name
    )


@requires(Right.MANAGE_COLLABORATORS)
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a meeting of a group."""
    found = kept_group(request, pk)
    form = MeetingForm(found, request.POST if request.method == "POST" else None)

    def act() -> str:
        actions.record_meeting(group=found, **form.cleaned_data, by=reader(request), at=now())
        return _("Đã ghi cuộc họp.")

    return form_page(request, form, _("Ghi cuộc họp"), act, page_of(found), found.name)


@requires(Right.MANAGE_COLLABORATORS)
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting with its minutes."""
    rows = queries.meetings_visible_to(reader(request), on=today()).select_related("recorded_by")
    found = get_object_or_404(rows, pk=pk)
    came = set(found.attended.order_by("pk").values_list("pk", flat=True))
    names = [row.name for row in queries.members(found.group) if row.pk in came]
    context = {
        "meeting": found,
        "facts": meeting_facts(found, names),
        "crumbs": [(found.group.name, page_of(found.group))],
    }
    return render(request, "collaborators/meeting.html", context)


@requires(Right.MANAGE_COLLABORATORS)
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a meeting anew: conclusions often come later."""
    found = get_object_or_404(queries.meetings_visible_to(reader(request), on=today()), pk=pk)
    form = MeetingForm(found.group, request.POST if request.method == "POST" else None, meeting=found)

    def act() -> str:
        actions.record_meeting(group=found.group, meeting=found, **form.cleaned_data, by=reader(request), at=now())
        return _("Đã ghi biên bản.")

    back = reverse("collaborators:meeting", args=[pk])
    return form_page(
        request, form, _("Sửa biên bản"), act, back, _("Cuộc họp %(day)s") % {"day": f"{found.day:%d/%m/%Y}"}
    )
