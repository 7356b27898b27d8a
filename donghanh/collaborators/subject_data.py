"""What this room holds on a person, told to `privacy`."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.collaborators.models import Collaborator, GroupMember, Meeting
from donghanh.privacy.queries import Holding, Line, hold


def services_of(account_id: int) -> Iterable[list[Line]]:
    for row in Collaborator.objects.filter(account=account_id).order_by("valid"):
        yield [
            (_("Nhóm"), row.get_category_display()),
            (_("Từ ngày"), row.valid.lower or ""),
            (_("Đến hết ngày"), row.last_day or ""),
        ]


def memberships_of(account_id: int) -> Iterable[list[Line]]:
    for row in GroupMember.objects.filter(account=account_id).select_related("group").order_by("valid"):
        yield [
            (_("Tổ công tác"), row.group.name),
            (_("Từ ngày"), row.valid.lower or ""),
            (_("Đến hết ngày"), row.last_day or ""),
        ]


def minutes_by(account_id: int) -> Iterable[list[Line]]:
    written = Meeting.objects.filter(recorded_by=account_id).count()
    if written:
        yield [(_("Số cuộc họp đã ghi biên bản"), written)]


def register() -> None:
    kept = gettext_lazy("Được giữ lại không kèm tên: ai làm việc gì theo quyết định nào phải kiểm tra lại được.")
    hold(
        Holding(
            title=gettext_lazy("Làm cộng tác viên"),
            models=("collaborators.Collaborator",), collect=services_of, kept_because=kept,
        ),
        Holding(
            title=gettext_lazy("Thành viên tổ công tác"),
            models=("collaborators.GroupMember",), collect=memberships_of, kept_because=kept,
        ),
        Holding(
            title=gettext_lazy("Biên bản đã ghi"),
            models=("collaborators.Meeting",), collect=minutes_by, kept_because=kept,
        ),
    )  # fmt: skip
