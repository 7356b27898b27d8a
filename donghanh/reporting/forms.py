from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from donghanh.kernel.forms import RowsForm
from donghanh.questionnaires.models import Definition
from donghanh.questionnaires.rules import is_note
from donghanh.reporting.choices import Move

LONGEST_TEXT = 4000  # characters a box takes; the form's own limits are stricter and have their own sentences
LONGEST_NAME = 200  # of a box
MOST_BOXES = 5000  # of one sheet, remarks included
UNREADABLE = _("Trang này đã cũ hoặc dữ liệu gửi lên không đọc được. Tải lại trang rồi làm lại.")


def belongs(box: str, boxes: Collection[str]) -> bool:
    """Is this the name of an answer's box, or of a word that the writer adds at a cell or a warning?"""
    return box in boxes or (is_note(box) and len(box) <= LONGEST_NAME)


class SheetForm(forms.Form):
    """The boxes as typed; `client_key` makes a retry harmless, `revision` lets a second tab notice."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, definition: Definition, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.boxes = [*definition.boxes, *(box for box in self.data if belongs(box, ()))][:MOST_BOXES]
        for box in self.boxes:
            self.fields[box] = forms.CharField(required=False, strip=False, max_length=LONGEST_TEXT)

    @property
    def typed(self) -> dict[str, str]:
        """Box → what stands in it, one that is too long included: nothing that was typed may vanish from the page."""
        return {box: str(self.data.get(box, "")) for box in self.boxes}


class ChangesForm(forms.Form):
    """Autosave: the boxes that changed, each with what stood there before and what stands there now."""

    revision = forms.IntegerField(min_value=0)
    changes = forms.JSONField()

    def __init__(self, definition: Definition, data: Any = None) -> None:
        super().__init__(data)
        self.known = set(definition.boxes)

    def clean_changes(self) -> dict[str, tuple[str, str]]:
        changes = self.cleaned_data["changes"]
        if not isinstance(changes, dict) or len(changes) > MOST_BOXES:
            raise forms.ValidationError(UNREADABLE)
        taken: dict[str, tuple[str, str]] = {}
        for box, pair in changes.items():
            if not _is_pair(pair):
                raise forms.ValidationError(UNREADABLE)
            if len(pair[1]) > LONGEST_TEXT:
                raise forms.ValidationError(_("Có ô quá dài nên chưa lưu. Hãy viết ngắn lại."))
            if belongs(box, self.known):
                taken[box] = (pair[0], pair[1])
        return taken


def _is_pair(pair: object) -> bool:
    """[what stood there, what stands there]"""
    return isinstance(pair, list) and len(pair) == len(("was", "now")) and all(isinstance(text, str) for text in pair)


class SendingForm(forms.Form):
    """A sending from a device that was offline: the whole sheet at once."""

    client_key = forms.UUIDField()
    revision = forms.IntegerField(min_value=0)
    typed = forms.JSONField()

    def __init__(self, definition: Definition, data: Any = None) -> None:
        super().__init__(data)
        self.known = set(definition.boxes)

    def clean_typed(self) -> dict[str, str]:
        typed = self.cleaned_data["typed"]
        if not isinstance(typed, dict) or len(typed) > MOST_BOXES:
            raise forms.ValidationError(UNREADABLE)
        boxes = {box: text for box, text in typed.items() if belongs(box, self.known)}
        if not all(isinstance(text, str) for text in boxes.values()):
            raise forms.ValidationError(UNREADABLE)
        if any(len(text) > LONGEST_TEXT for text in boxes.values()):
            raise forms.ValidationError(_("Có ô quá dài nên chưa gửi. Hãy viết ngắn lại."))
        return boxes


class EvidenceForm(forms.Form):
    """A file put beside an item; every item of the page has its own place for one (`file-<item>`)."""

    def __init__(self, definition: Definition, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["item"] = forms.ChoiceField(choices=[(code, code) for code in definition.items])
        for code in definition.items:
            self.fields[f"file-{code}"] = forms.FileField(required=False, max_length=500, allow_empty_file=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "item" in cleaned and not cleaned.get(f"file-{cleaned['item']}"):
            raise forms.ValidationError(_("Chọn một tệp rồi bấm “Thêm tệp”."))
        return cleaned

    @property
    def file(self) -> UploadedFile[Any]:
        return cast("UploadedFile[Any]", self.cleaned_data[f"file-{self.cleaned_data['item']}"])


class ReceiptForm(RowsForm):
    """The number on a receipt, as whoever holds it reads it."""

    so = forms.CharField(
        label=_("Số biên nhận"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("Ghi trên biên nhận, ví dụ 000123-0a1b2c3d4e5f."),
        error_messages={"required": _("Nhập số biên nhận.")},
    )


class ReviewForm(forms.Form):
    """The reviewer's word: accept, or return with remarks at items (`remark-<item code>`)."""

    move = forms.ChoiceField(choices=[(Move.ACCEPT.value, _("Duyệt")), (Move.RETURN.value, _("Trả lại"))])
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=2000, label=_("Lời nhắn chung"), widget=forms.Textarea)

    def __init__(self, definition: Definition, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.items = list(definition.items)
        for item in self.items:
            self.fields[f"remark-{item}"] = forms.CharField(required=False, max_length=1000)

    @property
    def remarks(self) -> dict[str, str]:
        """Item code → remark, those that were written, one that is too long included."""
        said = {item: self.data.get(f"remark-{item}", "") for item in self.items}
        return {item: text for item, text in said.items() if text}
