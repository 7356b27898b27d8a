from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.questionnaires.models import Definition
from donghanh.reporting.choices import Move

LONGEST_TEXT = 4000  # characters a box takes; the form's own limits are stricter and have their own sentences


class SheetForm(forms.Form):
    """The boxes as typed; `client_key` makes a retry harmless, `revision` lets a second tab notice."""

    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, definition: Definition, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.boxes = [*(cell.code for cell in definition.cells), *(item.code for item in definition.texts)]
        for box in self.boxes:
            self.fields[box] = forms.CharField(required=False, strip=False, max_length=LONGEST_TEXT)

    @property
    def typed(self) -> dict[str, str]:
        """Box → what stands in it, one that is too long included: nothing that was typed may vanish from the page."""
        return {box: self.data.get(box, "") for box in self.boxes}


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
