from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.forms import RowsForm, UploadField, day_field
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.queries import descendant_ids, labelled, meant_by
from donghanh.papers.choices import DOCUMENT_TYPES
from donghanh.papers.merge_values import Given
from donghanh.papers.models_merge import PaperTemplate
from donghanh.papers.template_document import TEXTS
from donghanh.papers.template_language import MOST_TEXT
from donghanh.papers.template_word import MOST_BYTES

MOST_TOLD: Final = 3  # units that a sentence names


def _line(label: Any, most: int = 300, *, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, help_text=help_text)


def _text(label: Any, rows: int, *, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=False, max_length=MOST_TEXT, strip=False, help_text=help_text, widget=widget
    )  # fmt: skip


class BeginForm(RowsForm):
    """A new template: its name, whose it is, which type of document it makes."""

    name = forms.CharField(
        label=gettext_lazy("Tên mẫu"), max_length=200, error_messages={"required": gettext_lazy("Đặt tên cho mẫu.")}
    )
    type_code = forms.ChoiceField(
        label=gettext_lazy("Loại văn bản"), choices=list(DOCUMENT_TYPES.items()), initial="CV"
    )  # fmt: skip
    unit_id = forms.TypedChoiceField(label=gettext_lazy("Đơn vị"), coerce=int)
    beside: ClassVar = (("type_code", "unit_id"),)

    def __init__(self, data: Any = None, *, units: Mapping[int, str]) -> None:
        super().__init__(data)
        self.fields["unit_id"].choices = list(units.items())  # type: ignore[attr-defined]  # a field of choices
        if len(units) == 1:
            self.fields["unit_id"].initial = next(iter(units))
            self.fields["unit_id"].widget = forms.HiddenInput()


class WriteForm(RowsForm):
    """The texts of a template, and the office's own Word file."""

    superior_body = _line(gettext_lazy("Cơ quan chủ quản"), help_text=gettext_lazy("Dòng trên, ví dụ UBND tỉnh."))
    issuing_body = _line(gettext_lazy("Cơ quan ban hành"))
    symbol = _line(gettext_lazy("Ký hiệu"), 40, help_text=gettext_lazy("Phần sau số, ví dụ SGDĐT-CTTT."))
    place = _line(gettext_lazy("Địa danh"), 100)
    abstract = _line(gettext_lazy("Trích yếu"), 500, help_text=gettext_lazy("Dưới 200 ký tự khi đã điền."))
    addressees = _text(gettext_lazy("Kính gửi"), 2, help_text=gettext_lazy("Mỗi dòng một nơi."))
    bases = _text(gettext_lazy("Căn cứ"), 2, help_text=gettext_lazy("Mỗi dòng một căn cứ."))
    body = _text(
        gettext_lazy("Nội dung"), 16, help_text=gettext_lazy(
            "Mỗi dòng là một đoạn. Dòng bắt đầu bằng # là mục, ## là khoản, ### là điểm; | ngăn các ô của bảng."
        ),
    )  # fmt: skip
    recipients = _text(gettext_lazy("Nơi nhận"), 3, help_text=gettext_lazy("Mỗi dòng một nơi; “Như trên” tự có."))
    signer_authority = _line(gettext_lazy("Ký thay (nếu có)"), 100, help_text=gettext_lazy("Ví dụ KT. Giám đốc."))
    signer_position = _line(gettext_lazy("Chức vụ người ký"), 100)
    signer_name = _line(gettext_lazy("Họ tên người ký"), 100)
    word = UploadField(
        label=gettext_lazy("Tệp Word của đơn vị (nếu có)"), required=False, most_bytes=MOST_BYTES,
        widget=forms.FileInput(attrs={"accept": ".docx"}), help_text=gettext_lazy(
            "Bản Word sẽ theo tệp này, các trường viết như trên. Bản PDF vẫn theo các ô ở trên."
        ),
    )  # fmt: skip
    drop_word = forms.BooleanField(label=gettext_lazy("Bỏ tệp Word đang có"), required=False)
    beside: ClassVar = (
        ("superior_body", "issuing_body"), ("symbol", "place"), ("signer_authority", "signer_position", "signer_name"),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, texts: Mapping[str, str], has_word: bool) -> None:
        super().__init__(data, files, initial=dict(texts))
        if not has_word:
            del self.fields["drop_word"]

    @property
    def said(self) -> dict[str, Any]:
        """As `write_template` takes it; lines end as they do on every machine."""
        said = self.cleaned_data
        texts = {part: said[part].replace("\r\n", "\n") for part in TEXTS}
        return {"texts": texts, "word": said["word"], "drop_word": said.get("drop_word", False)}


class MergeForm(RowsForm):
    """What is the same in all papers, and for which units they are; one unit for a look beforehand."""

    day = day_field(gettext_lazy("Ngày văn bản"))
    number = forms.RegexField(
        r"[0-9]{0,6}", label=gettext_lazy("Số văn bản"), required=False,
        help_text=gettext_lazy("Để trống nếu văn thư cấp số sau."),
        error_messages={"invalid": gettext_lazy("Số văn bản chỉ gồm chữ số.")},
    )  # fmt: skip
    deadline = day_field(gettext_lazy("Thời hạn"), required=False)
    programme = _line(gettext_lazy("Tên chương trình, kế hoạch"))
    under = forms.TypedChoiceField(
        label=gettext_lazy("Gửi các đơn vị thuộc"), coerce=int, required=False, empty_value=None
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Loại hình"), required=False, choices=UnitKind.choices,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Không chọn là tất cả."),
    )  # fmt: skip
    unit = _line(
        gettext_lazy("Đơn vị để xem thử"), help_text=gettext_lazy("Tên hoặc mã; để trống là đơn vị đầu tiên."),
    )  # fmt: skip
    beside: ClassVar = (("day", "number", "deadline"),)

    def __init__(
        self, data: Any = None, *, template: PaperTemplate, offices: Mapping[int, str], kinds: set[str], today: date
    ) -> None:
        super().__init__(data, initial={"day": today})
        self.template = template
        self.fields["under"].choices = [(0, _("tất cả")), *offices.items()]  # type: ignore[attr-defined]  # choices
        if not offices:
            self.fields["under"].widget = forms.HiddenInput()
        shown = [(kind.value, kind.label) for kind in UnitKind if kind.value in kinds]
        self.fields["kinds"].choices = shown  # type: ignore[attr-defined]  # a field of choices
        if len(shown) < 2:  # noqa: PLR2004  # nothing to choose from
            self.fields["kinds"].widget = forms.MultipleHiddenInput()

    def clean_unit(self) -> int | None:
        """The unit below that is meant."""
        typed, day = self.cleaned_data["unit"], self.cleaned_data.get("day")
        if not typed or day is None:
            return None
        below = set(descendant_ids(self.template.unit_id, on=day))
        meant = [unit for unit in meant_by(typed, on=day) if unit.pk in below]
        if not meant:
            raise forms.ValidationError(
                _("Không có đơn vị trực thuộc nào tên hoặc mã là “%(typed)s”.") % {"typed": typed}
            )
        if len(meant) > 1:
            told = {"typed": typed, "units": "; ".join(labelled(meant[:MOST_TOLD], on=day).values())}
            raise forms.ValidationError(
                _("Có nhiều đơn vị khớp “%(typed)s”: %(units)s. Hãy ghi một trong số đó.") % told
            )
        return meant[0].pk

    @property
    def given(self) -> Given:
        said = self.cleaned_data
        return Given(**{name: said[name] for name in ("day", "number", "deadline", "programme")})

    @property
    def where(self) -> dict[str, Any]:
        """Which units are meant, as `ask_to_merge` takes it."""
        return {"kinds": self.cleaned_data["kinds"], "under": self.cleaned_data["under"] or 0}
