from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.documents.models import Document
from donghanh.kernel.forms import RowsForm, day_field
from donghanh.kernel.numbers import NotANumber, format_number, parse_number
from donghanh.organisations.models import Unit
from donghanh.programmes.actions_money import Said
from donghanh.programmes.choices import MOST_MONEY, EntryKind, MoneySource
from donghanh.programmes.models import BudgetLine, MoneyEntry, PlanTask, Programme
from donghanh.programmes.queries_money import open_commitments, tasks_of

CHOOSE = {"required": gettext_lazy("Chọn một mục."), "invalid_choice": gettext_lazy("Chọn một mục.")}
SCALES = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
WRITTEN = re.compile(rf"(?P<digits>.*?)\s*(?P<scale>{'|'.join(SCALES)})?\s*(?:đồng|đ|vnđ|vnd)?", re.IGNORECASE)
DOCUMENTS_OFFERED = 50
NAME_SHOWN = 90


class AmountField(forms.CharField):
    """Đồng, whole: “12.500.000”, “12,5 triệu”, “1,2 tỷ đồng”. Anything else, another currency too, is refused."""

    def __init__(self, **options: Any) -> None:
        usual: dict[str, Any] = {
            "label": gettext_lazy("Số tiền (đồng)"),
            "help_text": gettext_lazy("Ví dụ: 12.500.000 hoặc 12,5 triệu."),
            "max_length": 40,
            "error_messages": {"required": gettext_lazy("Ghi số tiền.")},
            "widget": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        super().__init__(**usual | options)

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        found = WRITTEN.fullmatch(typed)
        scale = SCALES[found["scale"].lower()] if found and found["scale"] else 1
        try:
            number = parse_number(found["digits"] if found else typed, whole=scale == 1, least=-MOST_MONEY)
        except NotANumber as wrong:
            if wrong.fault == "letters":
                sentence = _("“%(typed)s” không phải là số tiền. Ghi bằng đồng, ví dụ 12.500.000 hoặc 12,5 triệu.")
                raise forms.ValidationError(sentence % {"typed": Truncator(typed).chars(30)}) from wrong
            raise forms.ValidationError(str(wrong)) from wrong
        amount = Decimal(str(number or 0)) * scale
        if amount <= 0 or amount != amount.to_integral_value():
            raise forms.ValidationError(_("Số tiền là số đồng chẵn, lớn hơn 0."))
        if amount > MOST_MONEY:
            sentence = _("Số tiền lớn quá %(most)s đồng. Thầy cô xem lại số chữ số.")
            raise forms.ValidationError(sentence % {"most": format_number(MOST_MONEY)})
        return int(amount)


class EntryForm(RowsForm):
    """An amount, its day and what it stands on. `closed`: the year is, so that a reason is asked."""

    beside: ClassVar[Iterable[tuple[str, ...]]] = (("amount", "on"), ("paper", "document"))

    amount = AmountField()
    on = day_field(gettext_lazy("Ngày"))
    purpose = forms.CharField(label=gettext_lazy("Nội dung"), max_length=300, required=False)
    paper = forms.CharField(
        label=gettext_lazy("Căn cứ"), max_length=200, required=False,
        help_text=gettext_lazy("Số, ký hiệu quyết định, hợp đồng, chứng từ. Ví dụ: 05/HĐ-THCS."),
    )  # fmt: skip
    document = forms.ChoiceField(label=gettext_lazy("Văn bản trong sổ (nếu có)"), required=False)
    reason = forms.CharField(label=gettext_lazy("Lý do điều chỉnh sau khi khóa sổ"), max_length=500)

    def __init__(self, data: Any, *, act: str, unit_id: int, closed: bool, day: date, **options: Any) -> None:
        super().__init__(data, auto_id=f"id_{act}_%s", initial={"on": day} | options.pop("initial", {}), **options)
        self.documents = {
            str(one.pk): one for one in Document.objects.filter(unit=unit_id).order_by("-pk")[:DOCUMENTS_OFFERED]
        }
        offered = [(pk, Truncator(one.abstract).chars(NAME_SHOWN)) for pk, one in self.documents.items()]
        _offer(self, "document", [("", _("Không")), *offered])
        if not self.documents:
            del self.fields["document"]
        if not closed:
            del self.fields["reason"]

    @property
    def said(self) -> Said:
        given = self.cleaned_data
        return Said(
            given["amount"], given["on"], given["purpose"], given["paper"],
            self.documents.get(given.get("document", "")), given.get("reason", ""),
        )  # fmt: skip


class BudgetForm(EntryForm):
    """Money for a task, or for a unit's whole plan in a programme."""

    beside = (("what", "source"), ("amount", "on"), ("paper", "document"))
    field_order = ("what", "source", "amount", "on")

    what = forms.ChoiceField(label=gettext_lazy("Cho việc gì"), error_messages=CHOOSE)
    source = forms.ChoiceField(label=gettext_lazy("Nguồn"), choices=MoneySource.choices, error_messages=CHOOSE)

    def __init__(self, data: Any, *, unit_id: int, **options: Any) -> None:
        super().__init__(data, unit_id=unit_id, **options)
        self.programmes = {f"p{one.pk}": one for one in Programme.objects.order_by("-valid", "code")}
        self.tasks = {f"t{one.pk}": one for one in tasks_of(unit_id)}
        groups = [
            (
                programme.short_name,
                [
                    (key, _("Cả kế hoạch")),
                    *(
                        (pk, Truncator(f"{task.clause} {task.text}".strip()).chars(NAME_SHOWN))
                        for pk, task in self.tasks.items()
                        if task.plan.programme_id == programme.pk
                    ),
                ],
            )
            for key, programme in self.programmes.items()
        ]
        _offer(self, "what", groups)

    @property
    def place(self) -> dict[str, Any]:
        """Source, programme and task that were chosen."""
        key = self.cleaned_data["what"]
        task: PlanTask | None = self.tasks.get(key)
        programme = task.plan.programme if task else self.programmes[key]
        return {"source": self.cleaned_data["source"], "programme": programme, "task": task}


class HandDownForm(EntryForm):
    """To which unit below."""

    beside = (("unit",), ("amount", "on"), ("paper", "document"))
    field_order = ("unit", "amount", "on")

    unit = forms.TypedChoiceField(label=gettext_lazy("Giao cho"), coerce=int, error_messages=CHOOSE)

    def __init__(self, data: Any, *, units: Sequence[Unit], **options: Any) -> None:
        super().__init__(data, **options)
        _offer(self, "unit", [("", _("Chọn")), *((unit.pk, unit.name) for unit in units)])


class SpendForm(EntryForm):
    """Out of which commitment."""

    beside = (("commitment",), ("amount", "on"), ("paper", "document"))
    field_order = ("commitment", "amount", "on")

    commitment = forms.ChoiceField(label=gettext_lazy("Theo cam kết"), error_messages=CHOOSE)

    def __init__(self, data: Any, *, line: BudgetLine, **options: Any) -> None:
        super().__init__(data, **options)
        held = open_commitments(line)
        self.held = {str(entry.pk): entry for entry, _left in held}
        _offer(self, "commitment", [(str(entry.pk), self._label(entry, left)) for entry, left in held])

    @staticmethod
    def _label(entry: MoneyEntry, left: int) -> str:
        what = entry.paper or entry.purpose or f"{entry.on:%d/%m/%Y}"
        return _("%(what)s – còn %(left)s đồng") % {"what": what, "left": format_number(left)}


class ReverseForm(RowsForm):
    """Which entry is wrong, and by how much."""

    beside = (("amount", "on"),)

    entry = forms.ChoiceField(label=gettext_lazy("Khoản cần ghi giảm"), error_messages=CHOOSE)
    amount = AmountField(
        label=gettext_lazy("Giảm bao nhiêu"), required=False, help_text=gettext_lazy("Để trống: giảm hết phần còn lại.")
    )
    on = day_field(gettext_lazy("Ngày điều chỉnh"))
    reason = forms.CharField(
        label=gettext_lazy("Lý do"), max_length=500, error_messages={"required": gettext_lazy("Ghi lý do điều chỉnh.")}
    )

    def __init__(self, data: Any, *, entries: Sequence[MoneyEntry], day: date) -> None:
        super().__init__(data, auto_id="id_reverse_%s", initial={"on": day})
        self.known = {str(entry.pk): entry for entry in entries}
        offered = [
            (pk, f"{entry.on:%d/%m/%Y} · {EntryKind(entry.kind).label} · {format_number(entry.amount)}")
            for pk, entry in self.known.items()
        ]
        _offer(self, "entry", offered)


def _offer(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a field of choices
