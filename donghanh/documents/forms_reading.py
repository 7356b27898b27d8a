from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from donghanh.documents.rules_reading import Wanted
from donghanh.kernel.forms import RowsForm, day_field
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.people.choices import CLASS_TEACHER, PARTNER, PRINCIPAL, ROLES, TEACHER_IN_CHARGE

USUAL = (PRINCIPAL.code, TEACHER_IN_CHARGE.code, CLASS_TEACHER.code)
USUAL_DAYS = 7


class PublishForm(RowsForm):
    """To whom a document goes, and until when it is to be read; `wanted` once it is right."""

    beside: ClassVar[tuple[tuple[str, ...], ...]] = (("branch", "due_on"), ("kinds", "roles"))

    branch = forms.TypedChoiceField(label=gettext_lazy("Trong phạm vi"), coerce=int)
    due_on = day_field(gettext_lazy("Đọc trước hết ngày"))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Loại đơn vị"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chọn ít nhất một loại đơn vị.")},
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Ai ở đó cần đọc"), widget=forms.CheckboxSelectMultiple,
        choices=[(role.code, role.name) for role in ROLES.values() if role != PARTNER],
        error_messages={"required": gettext_lazy("Chọn ít nhất một vai trò.")},
        help_text=gettext_lazy("Người đến sau, trước khi lần phổ biến được khép, cũng thấy văn bản dưới “Cần đọc”."),
    )  # fmt: skip

    def __init__(self, branches: Sequence[Unit], kinds: Mapping[str, int], today: date, data: Any = None) -> None:
        """`branches`: the office, then units below it; `kinds`: how many units of each kind the office has."""
        shown = [kind for kind in UnitKind if kind in kinds]
        first = {
            "branch": branches[0].pk, "due_on": today + timedelta(days=USUAL_DAYS), "kinds": list(map(str, shown)),
            "roles": list(USUAL),
        }  # fmt: skip
        super().__init__(data, initial=first)
        self.office = branches[0]
        fields: dict[str, Any] = self.fields
        fields["branch"].choices = [(unit.pk, unit.name) for unit in branches]
        fields["kinds"].choices = [(str(kind), f"{kind.label} ({kinds[kind]})") for kind in shown]

    @property
    def wanted(self) -> Wanted:
        said = self.cleaned_data
        return Wanted(branch_id=said["branch"], kinds=said["kinds"], roles=said["roles"], due_on=said["due_on"])


class CloseForm(RowsForm):
    remark = forms.CharField(
        label=gettext_lazy("Lý do khép"), max_length=300,
        error_messages={"required": gettext_lazy("Ghi lý do khép.")},
    )  # fmt: skip
