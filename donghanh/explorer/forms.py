from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.explorer.choices import Rhythm
from donghanh.explorer.look import LONGEST_QUERY
from donghanh.explorer.models import Dashboard
from donghanh.kernel.forms import RowsForm
from donghanh.kernel.text import nfc
from donghanh.people.models import Account

NAMELESS = {"required": _("Đặt một cái tên để sau này tìm lại.")}


class KeepForm(RowsForm):
    """A look under a name."""

    name = forms.CharField(label=_("Tên"), max_length=120, error_messages=NAMELESS)
    description = forms.CharField(label=_("Ghi chú"), max_length=500, required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=LONGEST_QUERY, strip=False)


class ChangeForm(RowsForm):
    name = forms.CharField(label=_("Tên"), max_length=120, error_messages=NAMELESS)
    description = forms.CharField(label=_("Ghi chú"), max_length=500, required=False)
    shared = forms.BooleanField(
        label=_("Mọi người của đơn vị tôi đều xem được"),
        required=False,
        help_text=_("Mỗi người chỉ thấy số liệu trong phạm vi của mình."),
    )

    def __init__(self, *args: Any, may_share: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_share:
            del self.fields["shared"]


class DashboardForm(RowsForm):
    name = forms.CharField(label=_("Tên bảng theo dõi"), max_length=120, error_messages=NAMELESS)
    description = forms.CharField(label=_("Ghi chú"), max_length=500, required=False)


class PutForm(RowsForm):
    """Which of one's own dashboards a view goes on."""

    dashboard = forms.ModelChoiceField(
        label=_("Bảng theo dõi"), queryset=Dashboard.objects.none(), empty_label=None,
        widget=forms.Select(attrs={"class": "form-select w-auto"}),
        error_messages={"required": _("Chọn một bảng theo dõi."), "invalid_choice": _("Chọn một bảng theo dõi.")},
    )  # fmt: skip

    def __init__(self, *args: Any, dashboards: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["dashboard"]
        field.queryset = dashboards


class SubscribeForm(RowsForm):
    beside = (("rhythm", "day"),)

    rhythm = forms.ChoiceField(label=_("Gửi"), choices=Rhythm, initial=Rhythm.MONTHLY)
    day = forms.IntegerField(
        label=_("Vào ngày"), min_value=1, max_value=28, initial=1,
        help_text=_("Hằng tuần: 1 là thứ Hai, 7 là Chủ nhật. Hằng tháng: từ 1 đến 28. Hằng ngày: bỏ qua."),
    )  # fmt: skip
    colleagues = forms.CharField(
        label=_("Gửi thêm cho"), required=False, max_length=2000,
        help_text=_(
            "Tên đăng nhập của đồng nghiệp, cách nhau bằng dấu phẩy. Mỗi người nhận số liệu trong phạm vi của mình."
        ),
    )  # fmt: skip

    def clean_colleagues(self) -> list[Account]:
        names = [one for one in (nfc(part) for part in self.cleaned_data["colleagues"].split(",")) if one]
        known = {one.username.lower(): one for one in Account.objects.filter(username__in=names).order_by("pk")}
        missing = [one for one in names if one.lower() not in known]
        if missing:
            raise forms.ValidationError(
                _("Không có tài khoản nào tên “%(name)s”."), params={"name": ", ".join(missing)}
            )
        return [known[one.lower()] for one in names]


class AddressForm(RowsForm):
    address = forms.EmailField(
        label=_("Thư của tôi gửi tới"), required=False, max_length=254,
        help_text=_("Địa chỉ thư điện tử của thầy cô. Để trống: số liệu chỉ được lưu ở trang này."),
        error_messages={"invalid": _("Địa chỉ này chưa đúng. Ví dụ: ten@hoabinh.edu.vn.")},
    )  # fmt: skip


class OrderForm(forms.Form):
    """The ids of tiles in their new order: "3,1,2"."""

    order = forms.RegexField(regex=r"^\d+(,\d+)*$", max_length=1000)

    @property
    def ids(self) -> list[int]:
        return [int(one) for one in self.cleaned_data["order"].split(",")]
