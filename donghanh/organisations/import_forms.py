from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.organisations.choices import CodeScheme, LineVerdict, UnitKind
from donghanh.organisations.import_checks import Options
from donghanh.organisations.rules import DECISION_LENGTH


class ImportForm(forms.Form):
    """A file of units, from which day it holds and what ordered it."""

    file = forms.FileField(
        label=_("Tệp"),
        help_text=_("Excel (.xlsx), CSV, hoặc organisationUnits của DHIS2 (JSON, CSV); nhiều nhất 5.000 dòng, 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.json,.txt"}),
        error_messages={"required": _("Chọn tệp cần nhập."), "empty": _("Tệp không có dòng nào.")},
    )
    on = forms.DateField(
        label=_("Thay đổi có hiệu lực từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    decision = forms.CharField(
        label=_("Quyết định, nghị quyết hoặc văn bản làm căn cứ"),
        max_length=DECISION_LENGTH,
        error_messages={"required": _("Hãy ghi số quyết định hoặc nghị quyết của biến động này.")},
    )
    scheme = forms.ChoiceField(
        label=_("Cột chỉ ghi “Mã” là"), choices=CodeScheme, initial=CodeScheme.MINISTRY, required=False
    )
    kind = forms.ChoiceField(
        label=_("Loại hình của đơn vị mới khi tệp không ghi"),
        choices=[("", _("Không đặt sẵn: dòng thiếu loại hình là lỗi")), *UnitKind.choices],
        required=False,
    )
    convert = forms.BooleanField(
        label=_("Đọc chữ TCVN3, VNI"),
        help_text=_("Tệp cũ viết bằng phông .VnTime hoặc VNI-Times: kết quả ghi rõ chữ trước và chữ sau."),
        required=False,
    )

    @property
    def options(self) -> Options:
        said = self.cleaned_data
        return Options(scheme=said["scheme"] or CodeScheme.MINISTRY, kind=said["kind"], convert=said["convert"])


class ResultForm(forms.Form):
    """What to do with a file that was looked at."""

    move = forms.ChoiceField(choices=[("apply", _("Ghi")), ("convert", _("Đọc chữ TCVN3, VNI"))])


VERDICTS = [("", _("Tất cả")), *LineVerdict.choices]
