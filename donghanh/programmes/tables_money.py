from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.tables import NumberColumn, PercentColumn
from donghanh.programmes.queries_money import Sums

FIGURES = ("budget", "committed", "spent", "left", "variance", "share")


def figures(sums: Sums) -> dict[str, Any]:
    """Of a row of these tables."""
    return {name: getattr(sums, name) for name in FIGURES}


def share_of_all(bound_column: Any, table: Any) -> str:
    """Of all rows together: no mean of their shares."""
    budget = sum(row["budget"] for row in table.data)
    shown: str = bound_column.column.render(100 * sum(row["spent"] for row in table.data) / budget) if budget else ""
    return shown


class TotalColumn(NumberColumn):
    """Đồng; at the foot the sum of every row, of other pages too."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, footer=self._total, **options)

    @staticmethod
    def _total(bound_column: Any, table: Any) -> str:
        return bound_column.column.render(sum(row[bound_column.name] for row in table.data))  # type: ignore[no-any-return]  # untyped library


class MoneyTable(tables.Table):
    """Rows are dicts of `figures` and what names them."""

    budget = TotalColumn(verbose_name=_("Dự toán"))
    committed = TotalColumn(verbose_name=_("Cam kết"))
    spent = TotalColumn(verbose_name=_("Đã chi"))
    left = TotalColumn(verbose_name=_("Chưa cam kết"))
    variance = TotalColumn(verbose_name=_("Chênh lệch"))
    share = PercentColumn(verbose_name=_("Đã chi, %"), default="", footer=share_of_all)


class SourceTable(MoneyTable):
    name = tables.Column(verbose_name=_("Nguồn"), footer=_("Tổng"), orderable=False)

    class Meta:
        sequence = ("name", "...")
        orderable = False


class YearTable(MoneyTable):
    name = tables.Column(verbose_name=_("Năm"), linkify=lambda record: record["href"])

    class Meta:
        sequence = ("name", "...")
        orderable = False


class UnitMoneyTable(MoneyTable):
    name = tables.Column(
        verbose_name=_("Đơn vị"), footer=_("Tổng"), order_by="name_sort", linkify=lambda record: record["href"]
    )

    class Meta:
        sequence = ("name", "...")


class LineTable(MoneyTable):
    source = tables.Column(verbose_name=_("Nguồn"))
    name = tables.Column(
        verbose_name=_("Nhiệm vụ"), footer=_("Tổng"), orderable=False, linkify=lambda record: record["href"]
    )

    class Meta:
        sequence = ("name", "source", "...")


class MoneyEntryTable(tables.Table):
    """What stands on one line, newest first."""

    on = tables.DateColumn(verbose_name=_("Ngày"), format="d/m/Y")
    kind = tables.Column(verbose_name=_("Khoản"))
    amount = NumberColumn(verbose_name=_("Số tiền (đồng)"))
    purpose = tables.Column(verbose_name=_("Nội dung"), default="", orderable=False)
    paper = tables.Column(verbose_name=_("Căn cứ"), default="", orderable=False)
    reason = tables.Column(verbose_name=_("Lý do điều chỉnh"), default="", orderable=False)
    by = tables.Column(verbose_name=_("Người ghi"), orderable=False)
    at = tables.DateTimeColumn(verbose_name=_("Ghi lúc"), format="H:i d/m/Y")
