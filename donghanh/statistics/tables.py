from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.numbers import format_number


class TargetTable(tables.Table):
    """Rows of `target_rows`."""

    indicator = tables.Column(verbose_name=gettext_lazy("Chỉ số"), order_by="indicator_sort")
    whose = tables.Column(verbose_name=gettext_lazy("Của ai"))
    year = tables.Column(verbose_name=gettext_lazy("Năm, kỳ"), attrs={"td": {"class": "dh-num"}})
    value = tables.Column(verbose_name=gettext_lazy("Mức"), attrs={"td": {"class": "dh-num"}}, order_by="amount")
    baseline = tables.Column(verbose_name=gettext_lazy("Từ mức gốc"), orderable=False, default="")
    rule = tables.Column(verbose_name=gettext_lazy("Các năm ở giữa"), orderable=False)
    basis = tables.Column(verbose_name=gettext_lazy("Căn cứ"), orderable=False, default="")
    state = tables.Column(verbose_name=gettext_lazy("Tình trạng"), default="")
    act = tables.TemplateColumn(
        template_name="statistics/target_act.html", verbose_name="", orderable=False, exclude_from_export=True
    )

    empty_text = gettext_lazy("Chưa có mục tiêu nào")


def target_rows(targets: Any, names: dict[str, str], own: set[int]) -> list[dict[str, Any]]:
    """Lines of TargetTable. `names`: of groups. `own`: ids of targets that the reader may change."""
    return [
        {
            "pk": one.pk,
            "indicator": one.indicator.name,
            "indicator_sort": (one.indicator.position, one.indicator.code),
            "whose": one.unit_name or names.get(one.group, one.group) or _("Mọi đơn vị"),
            "year": f"{one.year} · {one.period.code}" if one.period else str(one.year),
            "value": format_number(one.value, decimals=one.indicator.decimals),
            "amount": one.value,
            "baseline": "" if one.baseline_year is None else _("%(value)s năm %(year)s") % {
                "value": format_number(one.baseline_value, decimals=one.indicator.decimals), "year": one.baseline_year,
            },
            "rule": one.get_interpolation_display(),
            "basis": one.basis,
            "state": _("Đã kết thúc") if one.ended_at else _("Đang áp dụng"),
            "may_change": one.pk in own,
            "searched": f"{one.indicator.name} {one.unit_name or names.get(one.group, '')} {one.year}",
        }
        for one in targets
    ]  # fmt: skip


class CheckTable(tables.Table):
    """Rows of `queries_checks.check_rows`."""

    name = tables.TemplateColumn(template_name="statistics/check_name.html", verbose_name=gettext_lazy("Báo gì"))
    kind = tables.Column(verbose_name=gettext_lazy("Loại"))
    says = tables.Column(verbose_name=gettext_lazy("So thế nào"), orderable=False)
    importance = tables.Column(verbose_name=gettext_lazy("Mức quan trọng"), orderable=False)

    empty_text = gettext_lazy("Chưa có quy tắc nào")

    def value_name(self, record: dict[str, Any]) -> str:
        return str(record["name"])
