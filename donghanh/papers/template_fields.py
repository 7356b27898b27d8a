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

from donghanh.kernel.numbers import format_number
from donghanh.papers.composition import dated


class Number(int):
    """A whole number that is compared as one and printed as Vietnamese writes it: 1.234."""

    def __str__(self) -> str:
        return format_number(int(self), language="vi")


class Day(date):
    """A day that is compared as one and printed as in papers: "ngày 05 tháng 02 năm 2025"."""

    def __str__(self) -> str:
        return dated(self)

    @classmethod
    def of(cls, day: date) -> Day:
        return cls(day.year, day.month, day.day)


type Value = str | Number | Day | tuple[str, ...]
KINDS: Final = {str: _("chữ"), Number: _("số"), Day: _("ngày"), tuple: _("danh sách")}


@dataclass(frozen=True)
class Field:
    """`told` says where its value is taken from. `example` stands in for it while a template is checked, and is of its
    type; it is printed, so never translated.
    """

    code: str
    name: str | Promise
    example: Value
    told: str | Promise

    @property
    def kind(self) -> str:
        return str(KINDS[type(self.example)])

    @property
    def sign(self) -> str:
        """What is typed into a template."""
        if isinstance(self.example, tuple):
            return f'{{{{ {self.code} | join(", ") }}}}'
        return f"{{{{ {self.code} }}}}"


_of_unit = _("danh mục đơn vị, tại ngày văn bản")
_of_head = _("quy mô ghi trong danh mục đơn vị, tại ngày văn bản")
_said = _("thầy cô nhập khi trộn")
FIELDS: Final = {
    field.code: field
    for field in (
        Field("ten_don_vi", _("Tên đơn vị"), "Trường TH&THCS Ân Nghĩa", _of_unit),
        Field("ma_don_vi", _("Mã đơn vị"), "17311001", _of_unit),
        Field("loai_don_vi", _("Loại hình đơn vị"), "Trường tiểu học và trung học cơ sở", _of_unit),
        Field("co_quan_cap_tren", _("Cơ quan cấp trên của đơn vị"), "Phòng GD&ĐT huyện Lạc Sơn", _of_unit),
        Field("hieu_truong", _("Họ tên hiệu trưởng"), "Lê Minh Đức", _("người giữ vai trò hiệu trưởng ngày ấy")),
        Field("so_can_bo", _("Số cán bộ, giáo viên, nhân viên"), Number(40), _of_head),
        Field("so_hoc_sinh", _("Số học sinh"), Number(1234), _of_head),
        Field("so_don_vi_truc_thuoc", _("Số đơn vị trực thuộc"), Number(2), _of_unit),
        Field("don_vi_truc_thuoc", _("Các đơn vị trực thuộc"), ("Trường A", "Trường B"), _of_unit),
        Field("so", _("Số văn bản"), "15", _said),
        Field("ngay", _("Ngày văn bản"), Day(2025, 6, 16), _said),
        Field("nam", _("Năm của văn bản"), "2025", _("năm của ngày văn bản")),
        Field("han", _("Thời hạn"), Day(2025, 7, 15), _said),
        Field("ten_chuong_trinh", _("Tên chương trình, kế hoạch"), "Kế hoạch số 157/KH-UBND", _said),
    )
}
LISTS: Final = frozenset(code for code, field in FIELDS.items() if isinstance(field.example, tuple))
FIGURE: Final = "so_lieu"  # so_lieu("code")


@dataclass(frozen=True)
class Told:
    """A figure as it is printed ("92,1"), the page of its source, and the code that leads there, once it has one."""

    printed: str
    href: str = ""
    code: str = ""


class Figures(Protocol):
    """A room above that can tell figures of units."""

    def known(self) -> Mapping[str, str]:
        """Code of an indicator → its name."""

    def values(self, units: Collection[int], codes: Collection[str], *, on: date) -> Mapping[tuple[int, str], Told]:
        """(unit, code) → the figure of the newest period closed by `on`; without one: left out."""


_source: list[Figures] = []


def offer_figures(figures: Figures) -> None:
    """Templates take their figures from here; the last one offered holds."""
    _source[:] = [figures]


def figures_known() -> Mapping[str, str]:
    """Code → name of every figure that a template may ask for."""
    return _source[0].known() if _source else {}


def figures_of(units: Collection[int], codes: Collection[str], *, on: date) -> Mapping[tuple[int, str], Told]:
    """(unit, code of an indicator) → its figure."""
    return _source[0].values(units, codes, on=on) if _source and codes and units else {}
