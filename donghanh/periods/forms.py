from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.forms import RowsForm, day_field
from donghanh.kernel.text import nfc
from donghanh.periods import rules
from donghanh.periods.rules import SemesterDates

SEMESTERS = (1, 2)


class PlaceForm(RowsForm):
    """What every decision on the calendar carries."""

    decision = forms.CharField(
        label=_("Văn bản quy định"), max_length=200, required=False, help_text=_("Ví dụ: 2269/QĐ-BGDĐT ngày 7/8/2025.")
    )
    place = forms.CharField(
        label=_("Mã tỉnh"),
        max_length=6,
        required=False,
        help_text=_("Chỉ ghi khi ngày này là của riêng một tỉnh. Để trống: áp dụng chung."),
    )

    def clean_place(self) -> str:
        return nfc(self.cleaned_data["place"]).upper()


class SchoolYearForm(PlaceForm):
    beside = (
        ("first_day", "last_day"),
        ("first_day_1", "last_day_1", "weeks_1"),
        ("first_day_2", "last_day_2", "weeks_2"),
        ("decision", "place"),
    )
    field_order = tuple(name for row in beside for name in row)

    first_day = day_field(_("Năm học bắt đầu"))
    last_day = day_field(_("Năm học kết thúc"))
    first_day_1 = day_field(_("Học kỳ I bắt đầu"))
    last_day_1 = day_field(_("Học kỳ I kết thúc"))
    weeks_1 = forms.IntegerField(label=_("Số tuần học kỳ I"), required=False, min_value=1)
    first_day_2 = day_field(_("Học kỳ II bắt đầu"))
    last_day_2 = day_field(_("Học kỳ II kết thúc"))
    weeks_2 = forms.IntegerField(label=_("Số tuần học kỳ II"), required=False, min_value=1)

    @property
    def semesters(self) -> list[SemesterDates]:
        said = self.cleaned_data
        return [
            SemesterDates(said[f"first_day_{number}"], said[f"last_day_{number}"], said.get(f"weeks_{number}"))
            for number in SEMESTERS
        ]

    def clean(self) -> None:
        said = self.cleaned_data
        if not self.errors:
            self.blame(
                rules.school_year_faults(said["first_day"], said["last_day"], self.semesters, place=said["place"])
            )


class OwnPeriodForm(PlaceForm):
    beside = (("first_day", "last_day", "reference_day"), ("decision", "place"))
    field_order = ("name", "first_day")

    name = forms.CharField(
        label=_("Tên kỳ"), max_length=120, error_messages={"required": _("Đặt tên cho kỳ này.")},
        help_text=_("Ví dụ: Tháng an toàn mạng 10/2025."),
    )  # fmt: skip
    first_day = day_field(_("Ngày đầu"))
    last_day = day_field(_("Ngày cuối"))
    reference_day = day_field(
        _("Ngày xác định đơn vị"),
        required=False,
        help_text=_("Đơn vị nào có vào ngày này thì báo cáo. Để trống: ngày cuối."),
    )

    def clean_name(self) -> str:
        return nfc(self.cleaned_data["name"])

    def clean(self) -> None:
        said = self.cleaned_data
        if not self.errors:
            day: date = said["reference_day"] or said["last_day"]
            self.blame(
                rules.own_period_faults(said["name"], said["first_day"], said["last_day"], day, place=said["place"])
            )


class SpecialDayForm(PlaceForm):
    beside = (("decision", "place"),)
    field_order = ("day", "works", "name")

    day = day_field(_("Ngày"))
    works = forms.TypedChoiceField(
        label=_("Ngày này"),
        choices=[("0", _("Nghỉ")), ("1", _("Làm bù"))],
        coerce=lambda typed: typed == "1",
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn nghỉ hay làm bù.")},
    )
    name = forms.CharField(label=_("Lý do"), max_length=120, error_messages={"required": _("Ghi lý do.")})

    def clean(self) -> None:
        if not self.errors:
            self.blame(rules.special_day_faults(self.cleaned_data["day"], place=self.cleaned_data["place"]))
