from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.inspections.choices import LONGEST_TEXT, Mark, Severity
from donghanh.kernel.forms import day_field
from donghanh.kernel.text import nfc
from donghanh.organisations.queries import labelled, meant_by
from donghanh.people.models import Account
from donghanh.questionnaires.models import Definition, FormVersion, Item

MOST_BYTES: Final = 12 * 1024 * 1024  # of one picture or file
MOST_LINES: Final = 200  # units named in one box
MOST_TOLD: Final = 4
YES, NO = "1", "0"


def _words(label: Any, help_text: Any = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files: their names and bytes."""

    widget: Any = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:  # noqa: ARG002  # as Django calls it
        files = data if isinstance(data, list | tuple) else [data] if data else []
        for file in files:
            if file.size > MOST_BYTES:
                raise forms.ValidationError(
                    _("“%(name)s” quá lớn; gửi tệp dưới %(most)s MB.")
                    % {"name": file.name, "most": MOST_BYTES // 2**20}
                )
        return [(file.name, file.read()) for file in files]


class PicturesField(FilesField):
    """The same, of pictures."""

    widget = ManyFiles(attrs={"accept": "image/*"})


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A checklist by its form's name."""

    def label_from_instance(self, obj: FormVersion) -> str:
        return obj.form.name_vi


class PlanForm(forms.Form):
    """Visits to be made. Units and people are typed by name, a line each."""

    units = forms.CharField(
        label=gettext_lazy("Đơn vị"), max_length=40_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Tên hoặc mã, mỗi dòng một đơn vị."),
        error_messages={"required": gettext_lazy("Ghi ít nhất một đơn vị.")},
    )  # fmt: skip
    on = day_field(gettext_lazy("Ngày kiểm tra"))
    purpose = forms.CharField(label=gettext_lazy("Nội dung"), max_length=300)
    decision = forms.CharField(
        label=gettext_lazy("Quyết định (nếu có)"), required=False, max_length=200,
        help_text=gettext_lazy("Số, ký hiệu, ngày."),
    )  # fmt: skip
    checklist = VersionField(FormVersion.objects.none(), label=gettext_lazy("Bảng kiểm"), empty_label=None)
    team = forms.CharField(
        label=gettext_lazy("Thành viên đoàn"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("Tên đăng nhập, mỗi dòng một người."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, below: Collection[int], on: Any, versions: Any) -> None:
        super().__init__(data)
        self.below, self.day = set(below), on
        self.fields["checklist"].queryset = versions  # type: ignore[attr-defined]  # a field of choices

    def clean_units(self) -> list[int]:
        lines = [line for line in map(nfc, self.cleaned_data["units"].splitlines()) if line]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("Mỗi lần ghi nhiều nhất %(most)s đơn vị.") % {"most": MOST_LINES})
        found = []
        for line in lines:
            meant = [unit for unit in meant_by(line, on=self.day) if unit.pk in self.below]
            if not meant:
                raise forms.ValidationError(
                    _("Không có đơn vị nào thuộc cơ quan thầy cô có tên hoặc mã là “%(line)s”.") % {"line": line}
                )
            if len(meant) > 1:
                told = "; ".join(labelled(meant[:MOST_TOLD], on=self.day).values())
                raise forms.ValidationError(
                    _("Có nhiều đơn vị khớp “%(line)s”: %(units)s. Hãy ghi một trong số đó.")
                    % {"line": line, "units": told}
                )
            found.append(meant[0].pk)
        return found

    def clean_team(self) -> list[Account]:
        names = [name.strip() for name in self.cleaned_data["team"].splitlines() if name.strip()]
        known = {one.username: one for one in Account.objects.filter(username__in=names, is_active=True)}
        if lost := [name for name in names if name not in known]:
            raise forms.ValidationError(_("Không có tài khoản nào tên “%(name)s”.") % {"name": lost[0]})
        return [known[name] for name in dict.fromkeys(names)]


class VisitForm(forms.Form):
    """The boxes of a checklist, pictures, and what makes a sending one sending."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    pictures = PicturesField(
        label=gettext_lazy("Ảnh chụp"), required=False,
        help_text=gettext_lazy("Vị trí, máy ảnh và giờ chụp bị gỡ khỏi ảnh trước khi lưu."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, files: Any = None, *, definition: Definition, typed: Mapping[str, str], revision: int
    ) -> None:
        super().__init__(data, files, initial={"revision": revision, "key": uuid.uuid4()})
        self.definition = definition
        for code, item in definition.items.items():
            if item.typed:
                self.fields[code] = _field_of(item, definition, typed.get(code, ""))

    @property
    def typed(self) -> dict[str, str]:
        return {code: str(self.cleaned_data.get(code) or "") for code in self.definition.items}

    @property
    def parts(self) -> list[tuple[str, list[Any]]]:
        """Each section's name with its boxes."""
        return [
            (section.name, [self[item.code] for item in section.items if item.code in self.fields])
            for section in self.definition.sections
        ]


def _field_of(item: Item, definition: Definition, typed: str) -> forms.Field:
    """A box of the checklist; what is typed is read again by the checklist's own rules when it is shown."""
    said: dict[str, Any] = {
        "label": item.name, "help_text": item.note or item.help, "required": False, "initial": typed,
    }  # fmt: skip
    match item.kind:
        case "flag":
            return forms.ChoiceField(choices=[("", "–"), (YES, _("Có")), (NO, _("Không"))], **said)
        case "choice":
            options = [(one.code, one.name) for one in definition.breakdowns[item.choices]]
            return forms.ChoiceField(choices=[("", "–"), *options], **said)
        case "integer":
            return forms.IntegerField(
                min_value=item.least, max_value=item.limit,
                error_messages={"invalid": _("Ghi một số nguyên.")}, **said,
            )  # fmt: skip
        case "text":
            return forms.CharField(max_length=item.limit, widget=forms.Textarea(attrs={"rows": 3}), **said)
        case _:
            return forms.CharField(max_length=200, **said)


class WordsForm(forms.Form):
    """One box of words, for the steps that need no more."""

    words = _words(gettext_lazy("Ý kiến"))


class FindingForm(forms.Form):
    severity = forms.ChoiceField(label=gettext_lazy("Mức độ"), choices=Severity.choices)
    item = forms.ChoiceField(label=gettext_lazy("Thuộc mục"), required=False)
    text = _words(gettext_lazy("Điều phải khắc phục"), gettext_lazy("Không ghi tên hay nhận xét về một người cụ thể."))
    due_on = day_field(gettext_lazy("Hạn (để trống: theo mức độ)"), required=False)

    def __init__(self, data: Any = None, *, definition: Definition) -> None:
        super().__init__(data)
        items = [(code, item.name) for code, item in definition.items.items()]
        self.fields["item"].choices = [("", "–"), *items]  # type: ignore[attr-defined]  # of choices


class ProofForm(forms.Form):
    words = _words(gettext_lazy("Đã khắc phục thế nào"))
    proofs = FilesField(
        label=gettext_lazy("Tệp minh chứng (nếu có)"), required=False,
        help_text=gettext_lazy("Chọn được nhiều tệp một lần."),
    )  # fmt: skip


class ExtendForm(forms.Form):
    due_on = day_field(gettext_lazy("Hạn mới"))
    words = _words(gettext_lazy("Lý do gia hạn"), rows=2)


class FeedbackForm(forms.Form):
    useful = forms.TypedChoiceField(label=gettext_lazy("Kiểm tra có giúp ích không"), choices=Mark.choices, coerce=int)
    guidance = forms.TypedChoiceField(
        label=gettext_lazy("Hướng dẫn của cơ quan cấp trên"), choices=Mark.choices, coerce=int
    )
    burden = forms.TypedChoiceField(label=gettext_lazy("Số việc, số báo cáo vừa sức"), choices=Mark.choices, coerce=int)
    words = _words(gettext_lazy("Điều nên đổi"), gettext_lazy("Về công việc; không nhận xét một người cụ thể."))
