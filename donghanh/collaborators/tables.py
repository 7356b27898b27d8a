from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.collaborators.models import Collaborator, GroupMember, Meeting, WorkingGroup
from donghanh.kernel.tables import NumberColumn
from donghanh.organisations.models import Unit

DAY = "d/m/Y"


class TermColumns(tables.Table):
    """From and to, of rows with a term."""

    first_day = tables.DateColumn(verbose_name=_("Từ ngày"), format=DAY, order_by="valid")
    last_day = tables.DateColumn(verbose_name=_("Đến hết ngày"), format=DAY, orderable=False, default="")


class CollaboratorTable(TermColumns):
    name = tables.Column(verbose_name=_("Họ tên"), order_by="name_sort")
    unit_name = tables.Column(
        verbose_name=_("Đơn vị"), order_by="unit_sort", linkify=("collaborators:unit", {"unit_id": tables.A("unit_id")})
    )
    category = tables.Column(verbose_name=_("Nhóm"))
    agency_name = tables.Column(verbose_name=_("Cơ quan"), default="", orderable=False)
    duties = tables.Column(verbose_name=_("Nhiệm vụ"), accessor="duty_labels", orderable=False)
    end = tables.TemplateColumn(
        template_name="collaborators/end_link.html", verbose_name=_("Việc"), orderable=False, exclude_from_export=True
    )

    class Meta:
        model = Collaborator
        fields: tuple[str, ...] = ("name", "unit_name", "category", "agency_name", "duties", "first_day", "last_day")

    def render_duties(self, value: list[str]) -> str:
        return "; ".join(value)

    value_duties = render_duties


class UnitRosterTable(CollaboratorTable):
    unit_name = None

    class Meta(CollaboratorTable.Meta):
        fields = ("name", "category", "agency_name", "duties", "first_day", "last_day")


class GroupTable(TermColumns):
    name = tables.Column(
        verbose_name=_("Tổ công tác"), order_by="name_sort", linkify=("collaborators:group", {"pk": tables.A("pk")})
    )
    unit_name = tables.Column(verbose_name=_("Đơn vị"), order_by="unit_sort")
    decision = tables.Column(verbose_name=_("Quyết định"), orderable=False)
    chair = tables.Column(verbose_name=_("Tổ trưởng"), default="", orderable=False)
    meetings_held = NumberColumn(verbose_name=_("Số cuộc họp"))

    class Meta:
        model = WorkingGroup
        fields = ("name", "unit_name", "decision", "chair", "meetings_held", "first_day", "last_day")


class MemberTable(TermColumns):
    name = tables.Column(verbose_name=_("Họ tên"), order_by="name_sort")
    role = tables.Column(verbose_name=_("Vai trò"))
    agency = tables.Column(verbose_name=_("Ngành"))
    agency_name = tables.Column(verbose_name=_("Cơ quan"), default="", orderable=False)
    end = tables.TemplateColumn(
        template_name="collaborators/leave_link.html", verbose_name=_("Việc"), orderable=False, exclude_from_export=True
    )

    prefix = "thanh-vien-"

    class Meta:
        model = GroupMember
        fields = ("name", "role", "agency", "agency_name", "first_day", "last_day")


class MeetingTable(tables.Table):
    day = tables.DateColumn(
        verbose_name=_("Ngày họp"), format=DAY, linkify=("collaborators:meeting", {"pk": tables.A("pk")})
    )
    place = tables.Column(verbose_name=_("Nơi họp"), orderable=False)
    agenda = tables.Column(verbose_name=_("Nội dung"), orderable=False)
    present = NumberColumn(verbose_name=_("Người dự"))

    prefix = "hop-"

    class Meta:
        model = Meeting
        fields = ("day", "place", "agenda", "present")


class UnitTable(tables.Table):
    name = tables.Column(
        verbose_name=_("Đơn vị"), order_by="name_sort", linkify=("collaborators:unit", {"unit_id": tables.A("pk")})
    )
    kind = tables.Column(accessor="kind_label", verbose_name=_("Loại hình"), order_by=("kind", "name_sort"))
    serving = NumberColumn(verbose_name=_("Cộng tác viên"))
    grouped = NumberColumn(verbose_name=_("Tổ công tác"))

    class Meta:
        model = Unit
        fields: tuple[str, ...] = ()


def meeting_facts(meeting: Meeting, names: list[str]) -> list[tuple[Any, str]]:
    """Term and value of a meeting's head."""
    return [
        (_("Ngày họp"), f"{meeting.day:%d/%m/%Y}"),
        (_("Nơi họp"), meeting.place),
        (_("Người dự"), ", ".join(names)),
        (_("Người ghi"), meeting.recorded_by.full_name),
    ]
