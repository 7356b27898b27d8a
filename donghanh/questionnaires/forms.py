"""What the builder asks for: one item, one section, one list, one check, and the small things around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.forms import RowsForm, day_field
from donghanh.kernel.text import nfc
from donghanh.measures.queries import measures
from donghanh.questionnaires.definition import (
    NAME,
    OPTION_NAME,
    REGISTER,
    CheckKind,
    ItemKind,
    Severity,
)
from donghanh.questionnaires.outline import CHECK_DEFAULTS, DEFAULTS, Document, items_of
from donghanh.questionnaires.outline import FIELD_NAMES as NAMED

KINDS: dict[str, str | Promise] = {
    "integer": _("Số đếm"),
    "decimal": _("Số có phần thập phân"),
    "money": _("Số tiền (đồng)"),
    "percentage": _("Tỷ lệ phần trăm"),
    "flag": _("Có hoặc Không"),
    "choice": _("Chọn một"),
    "choices": _("Chọn nhiều"),
    "date": _("Ngày"),
    "text": _("Lời văn"),
    "file": _("Tệp minh chứng"),
    "note": _("Lời dặn, không hỏi gì"),
}
CHECK_KINDS: dict[str, str | Promise] = {
    "not_more_than": _("Vế trái không lớn hơn vế phải"),
    "needs": _("Vế trái có thì vế phải phải có"),
    "usual_range": _("So với kỳ trước không chênh quá mức"),
    "holds": _("Biểu thức phải đúng"),
    "peers": _("So với đơn vị cùng loại không chênh quá mức"),
}
SEVERITIES: dict[str, str | Promise] = {
    "error": _("Lỗi: phải sửa"),
    "warning": _("Nên xem lại: cần một lời giải thích"),
}
REGISTER_NAMES: dict[str, str | Promise] = {
    "staff": _("Sổ đăng ký: cán bộ, giáo viên"),
    "learners": _("Sổ đăng ký: học sinh, sinh viên"),
}
CALLED: dict[str, Any] = {**NAMED}
NOT_A_NAME = _("Mã gồm chữ thường không dấu, số và dấu gạch dưới, bắt đầu bằng chữ: so_lop.")
BIGGEST_FILE = 5 * 1024 * 1024


def word(code: str, words: Mapping[str, str | Promise]) -> str | Promise:
    """A word for a code; the code itself where it is newer than the words."""
    return words.get(code, code)


def plain(label: Any, *, required: bool = False, longest: int = 300, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=longest, **options)


def prose(label: Any, rows: int = 2) -> forms.CharField:
    return plain(label, longest=2000, widget=forms.Textarea({"rows": rows}))


class NameForm(RowsForm):
    """What a new form is called."""

    vi = plain(_("Tên tiếng Việt"), required=True, longest=200)
    en = plain(_("Tên tiếng Anh"), required=True, longest=200)
    code = forms.RegexField(
        rf"\A{NAME.pattern}\Z",
        label=_("Mã"),
        max_length=40,
        help_text=NOT_A_NAME,
        error_messages={"invalid": NOT_A_NAME},
    )


class RevisionForm(forms.Form):
    """Every change says which state it saw."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DeedForm(RevisionForm):
    """One change of the outline: what, on which part, to where."""

    deed = forms.ChoiceField(
        choices=[
            (deed, deed)
            for deed in (
                "undo", "item_up", "item_down", "item_drop", "item_copy", "item_remove", "section_add", "section_up",
                "section_down", "section_remove", "check_remove", "list_remove", "discard",
            )
        ]
    )  # fmt: skip
    part = forms.CharField(required=False, max_length=60)
    section = forms.CharField(required=False, max_length=60)
    before = forms.CharField(required=False, max_length=60)


class PublishForm(RevisionForm):
    applies_from = day_field(
        _("Dùng cho các kỳ bắt đầu từ ngày"),
        required=False,
        help_text=_("Các kỳ bắt đầu trước ngày này vẫn dùng bản cũ. Để trống: dùng cho mọi kỳ mở từ nay."),
    )


class SectionForm(RowsForm):
    beside = (("vi", "en"),)

    vi = plain(_("Tên mục, tiếng Việt"), required=True)
    en = plain(_("Tên mục, tiếng Anh"), required=True)
    relevant = plain(_("Chỉ hỏi cả mục khi"), longest=500)


class ItemForm(RowsForm):
    """One item as the document keeps it."""

    beside = (
        ("kind", "code"), ("unit_vi", "unit_en"), ("basis", "basis_en"), ("breakdown", "rows"),
        ("breakdown", "rows_by"), ("at_least", "at_most", "decimals"), ("help_vi", "help_en"), ("note_vi", "note_en"),
        ("constraint_vi", "constraint_en"),
    )  # fmt: skip

    vi = plain(_("Câu hỏi, tiếng Việt"), required=True, longest=500, widget=forms.Textarea({"rows": 2}))
    en = plain(_("Câu hỏi, tiếng Anh"), required=True, longest=500, widget=forms.Textarea({"rows": 2}))
    kind = forms.ChoiceField(
        label=_("Loại"), choices=[(kind, word(kind, KINDS)) for kind in get_args(ItemKind.__value__)]
    )
    code = forms.RegexField(
        rf"\A{NAME.pattern}\Z", label=_("Mã số liệu"), max_length=60, error_messages={"invalid": NOT_A_NAME}
    )
    required = forms.BooleanField(label=_("Bắt buộc trả lời"), required=False)
    unit_vi = plain(_("Đơn vị tính, tiếng Việt"), longest=60)
    unit_en = plain(_("Đơn vị tính, tiếng Anh"), longest=60)
    help_vi = prose(_("Cách ghi, tiếng Việt"))
    help_en = prose(_("Cách ghi, tiếng Anh"))
    note_vi = prose(_("Lời dặn luôn thấy, tiếng Việt"))
    note_en = prose(_("Lời dặn luôn thấy, tiếng Anh"))
    basis = plain(_("Căn cứ, tiếng Việt"))
    basis_en = plain(_("Căn cứ, tiếng Anh"))
    breakdown = forms.ChoiceField(label=CALLED["breakdown"], required=False)
    rows_by = forms.ChoiceField(label=CALLED["rows"], required=False)
    choices = forms.ChoiceField(label=CALLED["choices"], required=False)
    closed = plain(
        CALLED["closed"],
        longest=2000,
        help_text=_("Mỗi ô một cụm, cách nhau bằng dấu chấm phẩy: TH; hoặc dòng,cột khi là bảng."),
    )
    at_least = forms.IntegerField(label=CALLED["at_least"], required=False)
    at_most = forms.IntegerField(label=CALLED["at_most"], required=False, help_text=_("Với lời văn: số ký tự."))
    decimals = forms.IntegerField(label=CALLED["decimals"], required=False, min_value=0, max_value=6)
    relevant = plain(CALLED["relevant"], longest=500, help_text=_("Ví dụ: ${co_phong} = 1"))
    calculation = plain(CALLED["calculation"], longest=500, help_text=_("Ví dụ: ${nam} + ${nu}"))
    constraint = plain(CALLED["constraint"], longest=500, help_text=_("Dấu chấm là giá trị vừa ghi: . <= ${tong}"))
    constraint_vi = plain(_("Câu báo khi sai, tiếng Việt"))
    constraint_en = plain(_("Câu báo khi sai, tiếng Anh"))
    measure = forms.ChoiceField(label=CALLED["measure"], required=False)

    def __init__(self, document: Document, item: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> None:
        self.document, self.item = document, item
        shown = {**DEFAULTS, **item}
        shown |= {"rows_by": shown["rows"], "closed": "; ".join(shown["closed"])}
        super().__init__(data, initial=shown)
        nothing = ("", "—")
        lists = [(code, code) for code in document.get("breakdowns", {})]
        for name in ("breakdown", "rows_by", "choices"):
            self._field(name).choices = [nothing, *lists]
        self._field("measure").choices = [nothing, *((one.code, one.name) for one in measures())]
        for name in ("breakdown", "rows_by", "choices", "measure"):  # what stands there stays to be seen and mended
            if (here := shown[name]) and here not in dict(self._field(name).choices):
                self._field(name).choices = [*self._field(name).choices, (here, here)]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        others = [item["code"] for item in items_of(self.document) if item is not self.item]
        if code in others:
            raise forms.ValidationError(_("Mã này đã là mã của một câu khác."))
        return code

    @property
    def values(self) -> dict[str, Any]:
        """The item's fields by their names in the document."""
        given = dict(self.cleaned_data)
        given["rows"] = given.pop("rows_by")
        given["closed"] = [part for piece in given["closed"].split(";") if (part := piece.strip())]
        given["decimals"] = DEFAULTS["decimals"] if given["decimals"] is None else given["decimals"]
        given = {name: nfc(value) if isinstance(value, str) else value for name, value in given.items()}
        return {**given, "closed": given["closed"] or ()}


class NewItemForm(RevisionForm):
    """The start of an item: its kind and words; the rest is asked afterwards."""

    section = forms.CharField(max_length=60)
    kind = ItemForm.base_fields["kind"]
    vi = plain(_("Câu hỏi"), required=True, longest=500)


class ListForm(RowsForm):
    """A list of options, one a line: code | Vietnamese | English."""

    code = forms.RegexField(
        rf"\A{NAME.pattern}\Z", label=_("Mã danh mục"), max_length=60, error_messages={"invalid": NOT_A_NAME},
        help_text=_("Danh mục “level” là các cấp học: trường chỉ thấy cấp mình dạy."),
    )  # fmt: skip
    options = forms.CharField(
        label=_("Các lựa chọn, mỗi dòng một: mã | tiếng Việt | tiếng Anh"),
        widget=forms.Textarea({"rows": 10, "spellcheck": "false"}),
        max_length=20_000,
    )

    def clean_options(self) -> list[dict[str, str]]:
        options, seen = [], set()
        for number, line in enumerate(str(self.cleaned_data["options"]).splitlines(), 1):
            if not line.strip():
                continue
            code, vi, en = (*(nfc(part.strip()) for part in line.split("|")), "", "")[:3]
            if not OPTION_NAME.fullmatch(code) or not vi or not en:
                raise forms.ValidationError(
                    _("Dòng %(number)s cần đủ mã, tiếng Việt và tiếng Anh, cách nhau bằng dấu |."),
                    params={"number": number},
                )
            if code in seen:
                raise forms.ValidationError(
                    _("Dòng %(number)s: mã “%(code)s” đã có ở dòng trên."), params={"number": number, "code": code}
                )
            seen.add(code)
            options.append({"code": code, "vi": vi, "en": en})
        return options


class CheckForm(RowsForm):
    """One relation between answers, and the sentence where it does not hold."""

    beside = (("kind", "severity"), ("left", "right"), ("factor", "difference"), ("code", "basis"))

    kind = forms.ChoiceField(
        label=_("Quan hệ"), choices=[(kind, word(kind, CHECK_KINDS)) for kind in get_args(CheckKind.__value__)]
    )
    severity = forms.ChoiceField(
        label=_("Mức"), choices=[(one, word(one, SEVERITIES)) for one in get_args(Severity.__value__)]
    )
    left = forms.ChoiceField(label=CALLED["left"], required=False)
    right = forms.ChoiceField(label=CALLED["right"], required=False)
    factor = forms.FloatField(label=CALLED["factor"], required=False, help_text=_("Để trống: 1 lần."))
    holds = plain(CALLED["holds"], longest=500, help_text=_("Ví dụ: ${nam} + ${nu} = ${tong}"))
    difference = forms.FloatField(label=CALLED["difference"], required=False, help_text=_("Để trống: 0."))
    vi = plain(
        _("Câu báo, tiếng Việt"), required=True, longest=500, help_text=_("%(left)s và %(right)s là hai giá trị.")
    )
    en = plain(_("Câu báo, tiếng Anh"), required=True, longest=500)
    code = forms.RegexField(
        rf"\A{NAME.pattern}\Z", label=_("Mã"), max_length=60, error_messages={"invalid": NOT_A_NAME}
    )
    basis = plain(_("Căn cứ"))

    def __init__(self, document: Document, check: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={**CHECK_DEFAULTS, **check})
        named = [(item["code"], f"{item['vi'][:80]} ({item['code']})") for item in items_of(document)]
        register = [(f"register.{name}", word(name, REGISTER_NAMES)) for name in REGISTER]
        sides: dict[str, Any] = self.fields
        sides["left"].choices = [("", "—"), ("*", _("Mọi con số của biểu mẫu")), *named]
        sides["right"].choices = [("", "—"), *register, *named]

    @property
    def values(self) -> dict[str, Any]:
        given = {name: nfc(value) if isinstance(value, str) else value for name, value in self.cleaned_data.items()}
        for name in ("factor", "difference"):
            number = CHECK_DEFAULTS[name] if given[name] is None else given[name]
            given[name] = int(number) if number == int(number) else number
        return given


class UploadForm(RowsForm):
    file = forms.FileField(
        label=_("Tệp XLSForm (.xlsx)"),
        widget=forms.FileInput({"accept": ".xlsx"}),
        help_text=_("Trang survey, choices, settings như ODK và KoboToolbox dùng."),
    )


class CompareForm(forms.Form):
    """Which two versions are laid side by side."""

    tu = forms.IntegerField(min_value=1, required=False)
    den = forms.IntegerField(min_value=1, required=False)


def as_code(text: str) -> str:
    """A file's or form's name as a code: “Biểu mẫu 1.xlsx” → "bieu_mau_1"."""
    from donghanh.kernel.text import fold

    return re.sub(r"[^a-z0-9]+", "_", fold(text)).strip("_")[:40] or "form"
