from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.forms import RowsForm
from donghanh.statistics import checks
from donghanh.statistics.choices import OutlierMethod
from donghanh.statistics.language import ExpressionFault
from donghanh.statistics.models import DataElement, OutlierRule, Predictor, ValidationRule

NAMES = {
    "code": gettext_lazy("Mã (chữ thường, không dấu)"), "name_vi": gettext_lazy("Câu báo, tiếng Việt"),
    "name_en": gettext_lazy("Câu báo, tiếng Anh"), "left": gettext_lazy("Vế trái"),
    "left_missing": gettext_lazy("Ô trống ở vế trái"), "comparison": gettext_lazy("phải"),
    "right": gettext_lazy("Vế phải"), "right_missing": gettext_lazy("Ô trống ở vế phải"),
    "period_kind": gettext_lazy("Loại kỳ"), "unit_kind": gettext_lazy("Loại hình đơn vị"),
    "importance": gettext_lazy("Mức quan trọng"), "element": gettext_lazy("Chỉ tiêu"),
    "method": gettext_lazy("Cách so"), "threshold": gettext_lazy("Số lần độ lệch"), "low": gettext_lazy("Nhỏ nhất"),
    "high": gettext_lazy("Lớn nhất"), "periods": gettext_lazy("Số kỳ trước"),
    "fewest": gettext_lazy("Ít nhất có số của"), "sample": gettext_lazy("Biểu thức ở mỗi kỳ trước"),
    "combined": gettext_lazy("Gộp các kỳ bằng"), "skip_when": gettext_lazy("Bỏ kỳ mà biểu thức này khác 0"),
    "told_beyond": gettext_lazy("Báo khi lệch quá (phần của mức dự tính)"),
}  # fmt: skip


class CheckForm[C: ValidationRule | OutlierRule | Predictor](forms.ModelForm, RowsForm):  # type: ignore[type-arg]  # not generic when it runs
    """A check; expressions are read as they are typed, a fault stands at its field with the character's place."""

    expressions: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.label = NAMES[name]
            if name in self.expressions:
                field.widget = forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"})

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        known = set(DataElement.objects.order_by("pk").values_list("code", flat=True))
        for name in self.expressions:
            if not said.get(name):
                continue
            try:
                for item in checks.read(said[name]).items:
                    if item.element not in known:
                        raise item.unknown()
            except ExpressionFault as fault:
                self.add_error(name, str(fault))
        return said

    @property
    def made(self) -> C:
        """The row, not yet written."""
        made: C = self.instance
        return made


class RuleForm(CheckForm[ValidationRule]):
    beside = (
        ("name_vi", "name_en"), ("left", "left_missing"), ("right", "right_missing"),
        ("period_kind", "unit_kind", "importance"),
    )  # fmt: skip
    expressions = ("left", "right")

    class Meta:
        model = ValidationRule
        fields = (
            "code", "name_vi", "name_en", "left", "left_missing", "comparison", "right", "right_missing",
            "period_kind", "unit_kind", "importance",
        )  # fmt: skip


class OutlierForm(CheckForm[OutlierRule]):
    beside = (("method", "threshold"), ("low", "high"), ("periods", "fewest", "importance"))
    expressions = ("element",)

    class Meta:
        model = OutlierRule
        fields = ("element", "method", "threshold", "low", "high", "periods", "fewest", "importance")

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("method") == OutlierMethod.MIN_MAX and said.get("low") is None and said.get("high") is None:
            self.add_error("low", _("Ghi ít nhất một trong hai giới hạn."))
        return said


class PredictorForm(CheckForm[Predictor]):
    beside = (("name_vi", "name_en"), ("combined", "periods", "told_beyond"))
    expressions = ("sample", "skip_when")

    class Meta:
        model = Predictor
        fields = (
            "code", "name_vi", "name_en", "element", "sample", "combined", "periods", "skip_when", "told_beyond",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["element"].label_from_instance = lambda one: one.name  # type: ignore[attr-defined]  # a field of choices
