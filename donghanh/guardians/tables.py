from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.tables import NumberColumn


class ClassTable(tables.Table):
    name = tables.Column(
        verbose_name=_("Lớp"), order_by="name_sort", linkify=("guardians:class", {"pk": tables.A("pk")})
    )
    year = tables.Column(verbose_name=_("Năm học"), accessor="school_year__label", orderable=False)
    learners = NumberColumn(verbose_name=_("Số học sinh"))

    empty_text = _("Chưa có lớp nào của thầy cô")
    empty_hint = _("Danh sách lớp và học sinh do người quản trị trường nhập.")


class WaitingTable(tables.Table):
    child_name = tables.Column(
        verbose_name=_("Học sinh"),
        order_by="child__full_name_sort",
        linkify=("guardians:child", {"pk": tables.A("child_id")}),
    )
    guardian_name = tables.Column(verbose_name=_("Người nhận mã"))
    relation = tables.Column(verbose_name=_("Quan hệ"))
    claimed_at = tables.DateTimeColumn(verbose_name=_("Nhập mã lúc"), format="H:i j/n/Y")

    empty_text = _("Không có liên kết nào chờ xác minh")
    empty_hint = _("Khi cha mẹ nhập mã do học sinh mang về, tên của họ sẽ hiện ở đây.")
