from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.papers.models import Certificate
from donghanh.papers.queries_signing import source_with_code
from donghanh.papers.sourcing import as_code

MOST_BYTES: Final = 20 * 1024 * 1024


class BytesField(forms.FileField):
    """The bytes of a file, None without one."""

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("Tệp quá lớn; gửi tệp dưới %(most)s MB.") % {"most": MOST_BYTES // 2**20})
        content: bytes = file.read()
        return content


def _passphrase() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Mật khẩu của chứng thư"), required=False, max_length=200, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Hỏi mỗi lần ký, không lưu ở đâu."),
    )  # fmt: skip


class CertificateForm(forms.Form):
    """A certificate of one's own, or of an office's seal: `units` are those whose seal the reader keeps."""

    unit = forms.ChoiceField(label=gettext_lazy("Chứng thư của"), required=False)
    file = BytesField(
        label=gettext_lazy("Tệp chứng thư (.p12, .pfx)"),
        error_messages={"required": gettext_lazy("Chọn tệp chứng thư.")},
    )
    picture = BytesField(
        label=gettext_lazy("Ảnh chữ ký hoặc dấu (PNG nền trong suốt, nếu có)"), required=False,
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, owners: Mapping[str, str]) -> None:
        super().__init__(data, files)
        self.fields["unit"].choices = list(owners.items())  # type: ignore[attr-defined]  # of choices
        self.fields["passphrase"] = _passphrase()

    @property
    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "content": said["file"], "passphrase": said["passphrase"], "picture": said["picture"],
            "unit_id": int(said["unit"]) if said["unit"] else None,
        }  # fmt: skip


class CertificateField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A certificate by whose it is."""

    def label_from_instance(self, obj: Certificate) -> str:
        return f"{obj.subject} ({obj.issuer})"


class SignForm(forms.Form):
    certificate = CertificateField(
        Certificate.objects.none(), label=gettext_lazy("Chứng thư"), empty_label=None,
        error_messages={"required": gettext_lazy("Chọn chứng thư.")},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, certificates: Any) -> None:
        super().__init__(data)
        self.fields["certificate"].queryset = certificates  # type: ignore[attr-defined]  # a field of choices
        self.fields["passphrase"] = _passphrase()


class CheckForm(forms.Form):
    file = BytesField(label=gettext_lazy("Tệp PDF"), error_messages={"required": gettext_lazy("Chọn tệp PDF.")})


class SourceForm(forms.Form):
    """A code typed from paper."""

    ma = forms.CharField(
        label=gettext_lazy("Mã ở lề văn bản"), max_length=20,
        error_messages={"required": gettext_lazy("Gõ mã in ở lề văn bản, ví dụ 7K3M9QXT.")},
    )  # fmt: skip

    def clean_ma(self) -> str:
        code = as_code(self.cleaned_data["ma"])
        if not source_with_code(code):
            raise forms.ValidationError(
                _("Không có số liệu nào mang mã “%(code)s”. Thầy cô xem lại từng chữ.") % {"code": code}
            )
        return code
