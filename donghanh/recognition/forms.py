from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.forms import UploadField, day_field
from donghanh.people.models import Account
from donghanh.recognition.choices import LONGEST_TEXT, Discipline, Form, NomineeKind, Tried
from donghanh.recognition.models import Practice, Round

MOST_BYTES: Final = 20 * 1024 * 1024  # of one file
NO_NAMES: Final = gettext_lazy("Ghi việc làm và kết quả. Không ghi tên học sinh, không nhận xét quan điểm của ai.")


def _words(label: Any, help_text: Any = "", *, required: bool = True, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}), error_messages={"required": gettext_lazy("Ô này còn trống.")},
    )  # fmt: skip


class RoundForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Tên đợt"), max_length=200)
    forms_ = forms.MultipleChoiceField(
        label=gettext_lazy("Hình thức khen"), choices=Form.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Chọn ít nhất một hình thức.")},
    )  # fmt: skip
    criteria = _words(gettext_lazy("Tiêu chí"), gettext_lazy("Mỗi dòng một tiêu chí, về việc đã làm được."))
    opens_on = day_field(gettext_lazy("Nhận đề nghị từ ngày"))
    closes_on = day_field(gettext_lazy("đến hết ngày"))
    quorum = forms.IntegerField(label=gettext_lazy("Số phiếu ít nhất"), min_value=1, max_value=30, initial=2)

    @property
    def said(self) -> dict[str, Any]:
        return {("forms" if name == "forms_" else name): value for name, value in self.cleaned_data.items()}


class NominationForm(forms.Form):
    """`people`: account → name, of staff and learners whom the nominator may put forward."""

    kind = forms.ChoiceField(label=gettext_lazy("Đề nghị khen ai"), choices=NomineeKind.choices)
    group = forms.CharField(label=gettext_lazy("Tên tổ, lớp, nhóm (nếu là tập thể)"), required=False, max_length=200)
    person = forms.ChoiceField(label=gettext_lazy("Người (nếu là cá nhân)"), required=False)
    form = forms.ChoiceField(label=gettext_lazy("Hình thức"))
    deed = _words(gettext_lazy("Việc đã làm"), NO_NAMES, required=False)
    file = UploadField(most_bytes=MOST_BYTES, label=gettext_lazy("Tệp minh chứng (nếu có)"), required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, round_: Round, people: Mapping[str, Mapping[int, str]]
    ) -> None:
        super().__init__(data, files)
        groups = [(label, [(str(pk), name) for pk, name in those.items()]) for label, those in people.items()]
        self.fields["person"].choices = [("", "–"), *groups]  # type: ignore[attr-defined]  # of choices
        self.fields["form"].choices = [(one, Form(one).label) for one in round_.forms]  # type: ignore[attr-defined]  # of choices

    @property
    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        nominee = Account.objects.filter(pk=said["person"]).first() if said["person"] else None
        kept = {name: said[name] for name in ("kind", "group", "form", "deed")}
        return kept | {"nominee": nominee, "files": [said["file"]] if said["file"] else []}


class SeatForm(forms.Form):
    person = forms.CharField(
        label=gettext_lazy("Tên đăng nhập"),
        max_length=150,
        error_messages={"required": gettext_lazy("Ghi tên đăng nhập.")},
    )
    chairs = forms.BooleanField(label=gettext_lazy("Chủ tịch hội đồng"), required=False)

    def clean_person(self) -> Account:
        found = Account.objects.filter(username=self.cleaned_data["person"].strip(), is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("Không có tài khoản nào tên như vậy."))
        return found


class DecisionForm(forms.Form):
    decision = forms.CharField(
        label=gettext_lazy("Quyết định"), required=False, max_length=200,
        help_text=gettext_lazy("Số, ký hiệu và ngày."),
    )  # fmt: skip
    decided_on = day_field(gettext_lazy("Ngày quyết định"))


class DeedForm(forms.Form):
    """Another wording of a nomination that is not with the council."""

    deed = _words(gettext_lazy("Việc đã làm"), NO_NAMES, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Lý do"), required=False, max_length=300)


class PracticeForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    file_ = UploadField(most_bytes=MOST_BYTES, label=gettext_lazy("Tệp kèm theo (nếu có)"), required=False)

    class Meta:
        model = Practice
        fields = ("title", "topic", "problem", "done", "result", "contact")
        labels = {
            "title": gettext_lazy("Tên"),
            "topic": gettext_lazy("Chủ đề"),
            "problem": gettext_lazy("Trước đó vướng gì"),
            "done": gettext_lazy("Đã làm thế nào"),
            "result": gettext_lazy("Kết quả"),
            "contact": gettext_lazy("Hỏi thêm ở đâu"),
        }
        help_texts = {
            "result": NO_NAMES,
            "contact": gettext_lazy("Tổ, chức vụ, điện thoại cơ quan; không ghi số riêng."),
        }
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("problem", "done", "result")}

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ReviewForm(forms.Form):
    remark = _words(gettext_lazy("Điều cần bổ sung"), required=False, rows=2)


class TrialForm(forms.Form):
    outcome = forms.ChoiceField(label=gettext_lazy("Làm thử thế nào"), choices=Tried.choices)
    words = _words(
        gettext_lazy("Nói thêm"), gettext_lazy("Điều gì phải đổi cho hợp với đơn vị."), required=False, rows=2
    )


class DisciplineForm(forms.Form):
    """A number a category; empty is not 0."""

    def __init__(self, data: Any = None, *, counted: Mapping[str, int]) -> None:
        super().__init__(data)
        for category in Discipline:
            self.fields[category] = forms.IntegerField(
                label=category.label, min_value=0, max_value=10_000, initial=counted.get(category),
                error_messages={
                    "required": gettext_lazy("Ghi một số; không có thì ghi 0."),
                    "invalid": gettext_lazy("Ghi một số nguyên."),
                },
            )  # fmt: skip
