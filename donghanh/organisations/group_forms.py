from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.organisations.choices import GroupSet
from donghanh.organisations.groups import NAME_LENGTH, STATED_SETS
from donghanh.organisations.rules import DECISION_LENGTH

MOST_UNITS = 500  # that one form puts in or takes out


class GroupForm(forms.Form):
    """A new group of the office's own."""

    name = forms.CharField(
        label=_("Tên nhóm"), max_length=NAME_LENGTH, error_messages={"required": _("Hãy ghi tên nhóm.")}
    )
    group_set = forms.ChoiceField(
        label=_("Thuộc bộ nhóm"), choices=[(one, one.label) for one in STATED_SETS], initial=GroupSet.OWN
    )


class UnitIds(forms.TypedMultipleChoiceField):
    """Ids of units, as ticked; whether they may come in or leave is asked by the action."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, **options)

    def valid_value(self, value: str) -> bool:
        return value.isascii() and value.isdigit() and len(value) <= 18  # noqa: PLR2004  # a bigint

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > MOST_UNITS:
            raise forms.ValidationError(_("Mỗi lần chọn nhiều nhất %(most)s đơn vị.") % {"most": MOST_UNITS})


class MembersForm(forms.Form):
    """Units that go into or leave a group, from which day and by which decision."""

    move = forms.ChoiceField(choices=[("in", _("Đưa vào nhóm")), ("out", _("Đưa ra khỏi nhóm"))])
    units = UnitIds(
        error_messages={
            "required": _("Chưa chọn đơn vị nào."),
            "invalid_choice": _("Không có đơn vị số “%(value)s”."),
        }
    )
    on = forms.DateField(label=_("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    decision = forms.CharField(
        label=_("Quyết định hoặc văn bản làm căn cứ"),
        max_length=DECISION_LENGTH,
        error_messages={"required": _("Hãy ghi số quyết định hoặc nghị quyết của biến động này.")},
    )
