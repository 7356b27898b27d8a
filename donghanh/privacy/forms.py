from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.privacy.choices import LONGEST_TEXT, Deed, Move, RequestKind
from donghanh.privacy.registry import Correction

NAME_OF_FIELD = "value-{code}"
LONGEST_VALUE = 200  # characters of a corrected field


class DeedForm(forms.Form):
    """One press on the page of a person's data; what the rule then says stands above it."""

    deed = forms.ChoiceField(choices=Deed.choices)
    subject = forms.IntegerField(min_value=1)
    purpose = forms.CharField(required=False, max_length=30)
    row = forms.IntegerField(required=False, min_value=1)  # a consent or a request
    kind = forms.CharField(required=False, max_length=20)
    text = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        error_messages={"max_length": _("Nội dung dài quá %(limit_value)d ký tự.")},
    )


class AskForm(forms.Form):
    """What the page shows for asking; `DeedForm` reads it."""

    kind = forms.ChoiceField(
        label=_("Tôi muốn"),
        choices=[(kind.value, kind.label) for kind in (RequestKind.CORRECT, RequestKind.ERASE, RequestKind.SEE)],
    )
    text = forms.CharField(
        label=_("Nội dung"),
        help_text=_("Điều gì sai, đúng ra là gì. Chỉ viết về dữ liệu này, không viết về người khác."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    """The answer to one request; a box for every field that can be set right."""

    move = forms.ChoiceField(choices=[(move.value, move.label) for move in (Move.DO, Move.REFUSE)])
    reason = forms.CharField(
        label=_("Lý do, nếu không làm được"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, fields: Sequence[tuple[Correction, str]], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or None
        self.codes = {NAME_OF_FIELD.format(code=one.code): one.code for one, _now in fields}
        for one, current in fields:
            self.fields[NAME_OF_FIELD.format(code=one.code)] = forms.CharField(
                label=str(one.label),
                help_text=_("Đang ghi: %(current)s. Để trống nếu không sửa.") % {"current": current or "—"},
                required=False,
                max_length=LONGEST_VALUE,
            )

    @property
    def boxes(self) -> list[forms.BoundField]:
        return [self[name] for name in self.codes]

    @property
    def corrections(self) -> dict[str, str]:
        """Code of a field → what should stand there; those left empty are not among them."""
        return {code: value for name, code in self.codes.items() if (value := self.cleaned_data.get(name))}
