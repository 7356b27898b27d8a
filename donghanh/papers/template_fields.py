"""What a template of an office may ask for: a closed list of fields, and figures by the code of their indicator.

Codes are Vietnamese without tone marks: the person who writes a template types them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Field:
    """`example` stands in for the value while a template is checked; it is printed, so never translated."""

    code: str
    name: str | Promise
    example: str | tuple[str, ...]


FIELDS: Final = {
    field.code: field
    for field in (
        Field("ten_don_vi", _("Tên đơn vị"), "Trường TH&THCS Ân Nghĩa"),
        Field("ma_don_vi", _("Mã đơn vị"), "17311001"),
        Field("co_quan_cap_tren", _("Cơ quan cấp trên của đơn vị"), "Phòng GD&ĐT huyện Lạc Sơn"),
        Field("hieu_truong", _("Họ tên hiệu trưởng"), "Lê Minh Đức"),
        Field("dia_danh", _("Địa danh của đơn vị"), "Ân Nghĩa"),
        Field("so", _("Số văn bản"), "15"),
        Field("ngay", _("Ngày văn bản"), "ngày 16 tháng 6 năm 2025"),
        Field("nam", _("Năm của văn bản"), "2025"),
        Field("ten_chuong_trinh", _("Tên chương trình, kế hoạch"), "Kế hoạch số 3296/KH-UBND"),
        Field("don_vi_truc_thuoc", _("Danh sách đơn vị trực thuộc, dùng trong vòng lặp"), ("Trường A", "Trường B")),
    )
}
LISTS: Final = frozenset(code for code, field in FIELDS.items() if isinstance(field.example, tuple))
GIVEN: Final = ("so", "ngay", "ten_chuong_trinh")  # the same for every unit, said by whoever merges
FIGURE: Final = "so_lieu"  # so_lieu("code")


class Figures(Protocol):
    """A room above that can tell figures of units."""

    def known(self) -> Mapping[str, str]:
        """Code of an indicator → its name."""

    def values(self, units: Collection[int], codes: Collection[str], *, on: date) -> Mapping[tuple[int, str], str]:
        """(unit, code) → the figure written out ("92,1"), of the latest period closed by `on`; a missing one left out."""


_source: list[Figures] = []


def offer_figures(figures: Figures) -> None:
    """Templates take their figures from here; the last one offered holds."""
    _source[:] = [figures]


def figures_known() -> Mapping[str, str]:
    """Code → name of every figure that a template may ask for."""
    return _source[0].known() if _source else {}


def figures_of(units: Collection[int], codes: Collection[str], *, on: date) -> Mapping[tuple[int, str], str]:
    """(unit, code) → the figure as it is printed."""
    return _source[0].values(units, codes, on=on) if _source and codes and units else {}
