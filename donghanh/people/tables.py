from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.people.choices import ROLES
from donghanh.people.models import Account


class StaffTable(tables.Table):
    """Rows of `queries.staff_of`."""

    full_name = tables.Column(
        verbose_name=_("Họ và tên"), order_by="full_name_sort", linkify=("people:person", {"pk": tables.A("pk")})
    )
    username = tables.Column(verbose_name=_("Tên đăng nhập"))
    roles_there = tables.Column(verbose_name=_("Vai trò"), orderable=False)
    is_active = tables.Column(verbose_name=_("Tài khoản"))

    class Meta:
        model = Account
        fields = ("full_name", "username", "roles_there", "is_active")

    def render_roles_there(self, record: Account) -> str:
        """The roles whose days are not over, in words; the page of the person shows the others."""
        roles = record.roles_there  # type: ignore[attr-defined]  # the query's prefetch
        held = [f"{ROLES[row.role].name} · {row.unit_name}" for row in roles if row.valid.upper is None]
        ending = [f"{ROLES[row.role].name} · {row.unit_name}" for row in roles if row.valid.upper is not None]
        return "; ".join(held or ending[-1:])

    def render_is_active(self, value: bool) -> str:  # noqa: FBT001  # the table hands the cell over
        return str(_("đang mở") if value else _("đã khóa"))
