from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.forms import RowsForm
from donghanh.organisations.queries import meant_by
from donghanh.periods.models import Period
from donghanh.statistics.choices import Interpolation
from donghanh.statistics.models import Indicator
from donghanh.statistics.queries_targets import group_choices
from donghanh.statistics.rules import TargetTerms


class TargetForm(RowsForm):
    """One target; the unit is found by name or code."""

    beside = (("unit", "group"), ("year", "period", "value"), ("baseline_year", "baseline_value", "interpolation"))
    field_order = ("indicator", *(name for row in beside for name in row), "basis")

    indicator = forms.ModelChoiceField(Indicator.objects.order_by("position", "code"), label=gettext_lazy("Chỉ số"))
    unit = forms.CharField(
        label=gettext_lazy("Đơn vị"), max_length=200, required=False,
        help_text=gettext_lazy("Tên hoặc mã. Để trống: mục tiêu chung, hoặc của nhóm chọn bên cạnh."),
    )  # fmt: skip
    group = forms.ChoiceField(label=gettext_lazy("Nhóm đơn vị"), required=False)
    year = forms.IntegerField(label=gettext_lazy("Năm"))
    period = forms.CharField(
        label=gettext_lazy("Chỉ của kỳ"), max_length=20, required=False,
        help_text=gettext_lazy("Mã kỳ, ví dụ NH2024HK1. Để trống: cả năm."),
    )  # fmt: skip
    value = forms.FloatField(label=gettext_lazy("Mức cần đạt"))
    baseline_year = forms.IntegerField(label=gettext_lazy("Năm gốc"), required=False)
    baseline_value = forms.FloatField(label=gettext_lazy("Giá trị năm gốc"), required=False)
    interpolation = forms.ChoiceField(
        label=gettext_lazy("Các năm ở giữa"), choices=Interpolation.choices, initial=Interpolation.LINE
    )
    basis = forms.CharField(label=gettext_lazy("Căn cứ"), max_length=300, required=False)

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        self.fields["group"].choices = [("", _("Mọi đơn vị")), *group_choices()]  # type: ignore[attr-defined]  # a field of choices
        self.fields["indicator"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]  # a field of choices

    def clean_unit(self) -> int | None:
        text = self.cleaned_data["unit"].strip()
        if not text:
            return None
        found = meant_by(text, on=self.on)
        if len(found) != 1:
            words = _("Có %(count)s đơn vị tên như vậy; hãy ghi mã hoặc tên đầy đủ.") if found else _(
                "Không có đơn vị nào tên như vậy."
            )  # fmt: skip
            raise forms.ValidationError(words % {"count": len(found)} if found else words)
        return int(found[0].pk)

    def clean_period(self) -> int | None:
        code = self.cleaned_data["period"].strip()
        found = Period.objects.filter(code=code).order_by("pk").first() if code else None
        if code and found is None:
            raise forms.ValidationError(_("Lịch không có kỳ “%(code)s”.") % {"code": code})
        return found.pk if found else None

    @property
    def terms(self) -> TargetTerms:
        said = dict(self.cleaned_data)
        return TargetTerms(unit_id=said.pop("unit"), period_id=said.pop("period"), **said)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Lý do"), max_length=200,
        error_messages={"required": gettext_lazy("Hãy ghi lý do; nhật ký sẽ giữ lại.")},
    )  # fmt: skip
