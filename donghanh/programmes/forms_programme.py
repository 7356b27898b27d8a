from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.documents.models import Document
from donghanh.documents.queries import called_by_code
from donghanh.kernel.forms import RowsForm, day_field
from donghanh.programmes import rules
from donghanh.programmes.actions_writing import Head, Stated
from donghanh.programmes.choices import OwnerKind
from donghanh.programmes.models import Objective, Programme, ProgrammeTask
from donghanh.statistics.models import Indicator

LONGEST = 2000
DAYS = gettext_lazy("Ghi từ 1 đến 250 ngày.")
EXAMPLE = gettext_lazy("Số và ký hiệu trong sổ văn bản, ví dụ 15/QĐ-SGDĐT. Để trống nếu chưa vào sổ.")


class DocumentField(forms.CharField):
    """A registered document of those given, called by number and symbol; None where nothing is written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=50, required=False, **options)
        self.documents: QuerySet[Document] = Document.objects.none()

    def clean(self, value: Any) -> Document | None:
        written = super().clean(value)
        if not written:
            return None
        found = called_by_code(self.documents, written)
        if not found:
            raise forms.ValidationError(_("Không thấy văn bản này trong các sổ thầy cô đọc được."))
        return found[0]  # the newest of this number and symbol


class HeadForm(RowsForm):
    """What a programme is called, what it stands on, how long it runs."""

    beside = (("short_name", "document"), ("first_day", "last_day", "plans_due_on"))

    name = forms.CharField(
        label=gettext_lazy("Tên chương trình"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Ghi tên chương trình.")},
    )  # fmt: skip
    short_name = forms.CharField(
        label=gettext_lazy("Tên gọi ngắn"), max_length=80, help_text=gettext_lazy("Dùng trong danh sách và thực đơn."),
        error_messages={"required": gettext_lazy("Ghi tên gọi ngắn.")},
    )  # fmt: skip
    document = DocumentField(label=gettext_lazy("Quyết định ban hành"), help_text=EXAMPLE)
    basis = forms.CharField(
        label=gettext_lazy("Căn cứ"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Mỗi dòng một văn bản."),
    )  # fmt: skip
    first_day = day_field(gettext_lazy("Từ ngày"))
    last_day = day_field(gettext_lazy("Đến hết ngày"))
    plans_due_on = day_field(gettext_lazy("Đơn vị gửi kế hoạch trước ngày"), required=False)

    def __init__(self, data: Any = None, *, documents: QuerySet[Document], programme: Programme | None = None) -> None:
        super().__init__(data, initial=_head(programme) if programme else None)
        self.fields["document"].documents = documents  # type: ignore[attr-defined]  # it is a DocumentField

    def clean(self) -> None:
        if not self.errors:
            said = self.cleaned_data
            self.blame(rules.head_fits(said["first_day"], said["last_day"], said["plans_due_on"]))

    @property
    def head(self) -> Head:
        return Head(**self.cleaned_data)


def _head(programme: Programme) -> dict[str, Any]:
    return {
        "name": programme.name_vi, "short_name": programme.short_name_vi, "basis": programme.basis,
        "document": programme.document.code if programme.document else "", "first_day": programme.valid.lower,
        "last_day": programme.last_day, "plans_due_on": programme.plans_due_on,
    }  # fmt: skip


class IndicatorsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Indicators by their short names."""

    def label_from_instance(self, obj: Indicator) -> str:
        return obj.short_name


class ObjectiveForm(RowsForm):
    """An objective; at a clause that has one already, its new wording."""

    clause = forms.CharField(
        label=gettext_lazy("Điều, mục"), max_length=20,
        help_text=gettext_lazy("Ví dụ: I.1. Ghi lại đúng mục đã có để sửa mục tiêu ấy."),
        error_messages={"required": gettext_lazy("Ghi điều, mục.")},
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Mục tiêu"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Ghi nội dung mục tiêu.")},
    )  # fmt: skip
    indicators = IndicatorsField(
        Indicator.objects.order_by("position", "code"), label=gettext_lazy("Đo bằng chỉ tiêu"), required=False,
        help_text=gettext_lazy("Mục tiêu từng năm của chỉ tiêu đặt ở trang Mục tiêu."),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class ObjectivesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Objectives by their clauses."""

    def label_from_instance(self, obj: Objective) -> str:
        return f"{obj.clause}. {obj.text}"[:120]


class StatedTaskForm(RowsForm):
    """A task as the decision states it."""

    beside = (("clause", "heading"), ("due_on", "within"), ("evidence", "document"))

    clause = forms.CharField(
        label=gettext_lazy("Điều, mục"), max_length=20, help_text=gettext_lazy("Ví dụ: III.1.2."),
        error_messages={"required": gettext_lazy("Ghi điều, mục.")},
    )  # fmt: skip
    heading = forms.CharField(
        label=gettext_lazy("Tên của mục"), max_length=300, error_messages={"required": gettext_lazy("Ghi tên của mục.")}
    )
    text = forms.CharField(
        label=gettext_lazy("Nội dung"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Ghi nội dung nhiệm vụ.")},
    )  # fmt: skip
    owners = forms.MultipleChoiceField(
        label=gettext_lazy("Giao cho"), choices=OwnerKind, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chọn ít nhất một cấp.")},
    )  # fmt: skip
    due_on = day_field(gettext_lazy("Hạn"), required=False)
    within = forms.IntegerField(
        label=gettext_lazy("Hoặc trong số ngày làm việc"), required=False, min_value=1, max_value=250,
        help_text=gettext_lazy("Tính từ ngày giao kế hoạch."),
        error_messages={"min_value": DAYS, "max_value": DAYS, "invalid": DAYS},
    )  # fmt: skip
    yearly = forms.BooleanField(label=gettext_lazy("Làm hằng năm"), required=False)
    evidence = forms.CharField(label=gettext_lazy("Minh chứng cần có"), required=False, max_length=300)
    document = DocumentField(label=gettext_lazy("Theo văn bản"), help_text=EXAMPLE)
    objectives = ObjectivesField(
        Objective.objects.none(), label=gettext_lazy("Phục vụ mục tiêu"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        *,
        programme: Programme,
        documents: QuerySet[Document],
        task: ProgrammeTask | None = None,
    ) -> None:
        super().__init__(data, initial=_stated(task) if task else None)
        self.programme = programme
        self.fields["objectives"].queryset = programme.objectives.order_by("clause")  # type: ignore[attr-defined]  # a field of choices
        self.fields["document"].documents = documents  # type: ignore[attr-defined]  # it is a DocumentField

    def clean(self) -> None:
        said = self.cleaned_data
        if not self.errors:
            self.blame(rules.stated_fits(self.programme, said["owners"], said["due_on"], said["within"]))

    @property
    def stated(self) -> Stated:
        return Stated(**{name: value for name, value in self.cleaned_data.items() if name != "objectives"})


def _stated(task: ProgrammeTask) -> dict[str, Any]:
    names = ("clause", "heading", "text", "owners", "due_on", "within", "yearly", "evidence")
    said = {name: getattr(task, name) for name in names}
    return said | {"document": task.document.code if task.document else "", "objectives": task.objectives.all()}
