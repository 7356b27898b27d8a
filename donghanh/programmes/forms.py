from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from donghanh.kernel.forms import UploadField, day_field
from donghanh.programmes.forms_reviews import ProgrammeField
from donghanh.programmes.models import PlanTask, Programme

MOST_BYTES: Final = 20 * 1024 * 1024  # of a file put down as evidence


class TaskForm(forms.Form):
    """A task of a plan, copied or the unit's own."""

    text = forms.CharField(
        label=gettext_lazy("Nội dung"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Ghi nội dung nhiệm vụ.")},
    )  # fmt: skip
    responsible = forms.CharField(
        label=gettext_lazy("Ai phụ trách"), required=False, max_length=200,
        help_text=gettext_lazy("Chức vụ, tổ hoặc nhóm. Ví dụ: Tổng phụ trách Đội."),
    )  # fmt: skip
    due_on = day_field(gettext_lazy("Hạn"), required=False)
    for_below = forms.BooleanField(label=gettext_lazy("Giao cả cho các đơn vị trực thuộc"), required=False)

    def __init__(self, data: Any = None, *, task: PlanTask | None = None, hands_down: bool) -> None:
        names = ("text", "responsible", "due_on", "for_below")
        super().__init__(data, initial={name: getattr(task, name) for name in names} if task else None)
        if not hands_down:
            del self.fields["for_below"]

    @property
    def said(self) -> dict[str, Any]:
        return {"for_below": False, **self.cleaned_data}


class DropForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Lý do không thực hiện"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class EvidenceForm(forms.Form):
    """What was done for a task."""

    words = forms.CharField(
        label=gettext_lazy("Đã làm gì"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Việc, số lượng, nơi xem. Không ghi tên hay nhận xét về một người cụ thể."),
    )  # fmt: skip
    on = day_field(gettext_lazy("Ngày làm"))
    file = UploadField(most_bytes=MOST_BYTES, label=gettext_lazy("Tệp kèm theo (nếu có)"), required=False)
    done = forms.BooleanField(label=gettext_lazy("Nhiệm vụ đã xong"), required=False)


class ServesForm(forms.Form):
    """Further programmes that a task serves."""

    programme = ProgrammeField(Programme.objects.none(), label=gettext_lazy("Chương trình"), empty_label=None)

    def __init__(self, data: Any = None, *, task: PlanTask) -> None:
        super().__init__(data)
        others = Programme.objects.exclude(pk=task.plan.programme_id).order_by("code")
        self.fields["programme"].queryset = others  # type: ignore[attr-defined]  # a field of choices


class DecisionForm(forms.Form):
    """Why a plan goes back: for the whole, and at its tasks (`remark_<id>`)."""

    reason = forms.CharField(
        label=gettext_lazy("Điều cần sửa cho cả kế hoạch"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, tasks: list[PlanTask]) -> None:
        super().__init__(data)
        for task in tasks:
            self.fields[f"remark_{task.pk}"] = forms.CharField(
                label=gettext_lazy("Ý kiến tại nhiệm vụ này"), required=False, max_length=1000,
            )  # fmt: skip

    @property
    def remarks(self) -> dict[int, str]:
        prefix = "remark_"
        return {
            int(name.removeprefix(prefix)): text for name, text in self.cleaned_data.items() if name.startswith(prefix)
        }
