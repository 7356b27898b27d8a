from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.forms import UploadField, day_field
from donghanh.people.models import Account
from donghanh.recognition.choices import LONGEST_TEXT, Discipline, Form, NomineeKind, Tried
from donghanh.recognition.decision_papers import Masthead
from donghanh.recognition.models import CouncilMember, Criterion, Practice, Round

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
    criteria = _words(
        gettext_lazy("Tiêu chí"),
        gettext_lazy("Mỗi dòng một tiêu chí, về việc đã làm được. Muốn chấm điểm thì ghi cuối dòng, ví dụ: (30 điểm)."),
    )
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


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """Somebody by name."""

    def label_from_instance(self, obj: Account) -> str:
        return obj.full_name


class SeatForm(forms.Form):
    """`offered`: accounts that the office may seat."""

    person = PersonField(
        Account.objects.none(), label=gettext_lazy("Người được mời"), empty_label="–",
        error_messages={
            "required": gettext_lazy("Chọn một người."),
            "invalid_choice": gettext_lazy("Người này không thuộc diện được mời vào hội đồng."),
        },
        help_text=gettext_lazy(
            "Người có quyền xét khen thưởng ở cơ quan, cộng tác viên và thành viên tổ công tác của cơ quan."
        ),
    )  # fmt: skip
    chairs = forms.BooleanField(label=gettext_lazy("Chủ tịch hội đồng"), required=False)

    def __init__(self, data: Any = None, *, offered: QuerySet[Account]) -> None:
        super().__init__(data)
        self.fields["person"].queryset = offered  # type: ignore[attr-defined]  # of choices


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A member of a council by name."""

    def label_from_instance(self, obj: CouncilMember) -> str:
        return obj.account.full_name


class UnseatForm(forms.Form):
    """`members`: who sits there and has not voted."""

    member = MemberField(
        CouncilMember.objects.none(), label=gettext_lazy("Thành viên"), empty_label="–",
        error_messages={
            "required": gettext_lazy("Chọn một người."),
            "invalid_choice": gettext_lazy("Chọn một thành viên chưa bỏ phiếu."),
        },
    )  # fmt: skip
    why = forms.CharField(label=gettext_lazy("Lý do"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, members: QuerySet[CouncilMember]) -> None:
        super().__init__(data)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]  # of choices


class PostponeForm(forms.Form):
    cause = forms.CharField(label=gettext_lazy("Lý do hoãn"), required=False, max_length=300)


class ScoreForm(forms.Form):
    """A box a criterion that has points; `given`: the member's own of before."""

    def __init__(self, data: Any = None, *, criteria: Iterable[Criterion], given: Mapping[int, int]) -> None:
        super().__init__(data)
        self.asked = {f"c{one.pk}": one.pk for one in criteria if one.most}
        for one in criteria:
            if one.most:
                self.fields[f"c{one.pk}"] = forms.IntegerField(
                    label=one.text, min_value=0, max_value=one.most, initial=given.get(one.pk),
                    help_text=_("0 đến %(most)s điểm") % {"most": one.most},
                    error_messages={
                        "required": gettext_lazy("Chấm tiêu chí này."),
                        "invalid": gettext_lazy("Ghi một số nguyên."),
                    },
                )  # fmt: skip

    @property
    def points(self) -> dict[int, int]:
        return {criterion: self.cleaned_data[name] for name, criterion in self.asked.items()}


class PaperForm(forms.Form):
    """What the official paper of a decision says beside its list."""

    superior_body = forms.CharField(label=gettext_lazy("Cơ quan chủ quản"), max_length=200, required=False)
    issuing_body = forms.CharField(label=gettext_lazy("Cơ quan ban hành"), max_length=200)
    number = forms.CharField(
        label=gettext_lazy("Số"), max_length=20, required=False,
        help_text=gettext_lazy("Để trống nếu văn thư chưa cấp."),
    )  # fmt: skip
    symbol = forms.CharField(label=gettext_lazy("Ký hiệu"), max_length=40, help_text=gettext_lazy("Ví dụ: QĐ-SGDĐT."))
    place = forms.CharField(label=gettext_lazy("Địa danh"), max_length=80)
    enacted_by = forms.CharField(
        label=gettext_lazy("Thẩm quyền ban hành"), max_length=200,
        help_text=gettext_lazy("Ví dụ: Giám đốc Sở Giáo dục và Đào tạo."),
    )  # fmt: skip
    bases = forms.CharField(
        label=gettext_lazy("Căn cứ"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Mỗi dòng một căn cứ."), error_messages={"required": gettext_lazy("Ghi căn cứ.")},
    )  # fmt: skip
    signer_authority = forms.CharField(
        label=gettext_lazy("Quyền hạn người ký"), max_length=80, required=False,
        help_text=gettext_lazy("Ví dụ: KT. GIÁM ĐỐC. Để trống: người đứng đầu ký."),
    )  # fmt: skip
    signer_position = forms.CharField(
        label=gettext_lazy("Chức vụ người ký"), max_length=80,
        error_messages={"required": gettext_lazy("Ghi chức vụ người ký.")},
    )  # fmt: skip
    signer_name = forms.CharField(
        label=gettext_lazy("Họ tên người ký"), max_length=120,
        error_messages={"required": gettext_lazy("Ghi họ tên người ký.")},
    )  # fmt: skip
    recipients = forms.CharField(
        label=gettext_lazy("Nơi nhận"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Mỗi dòng một nơi."),
    )  # fmt: skip

    @property
    def masthead(self) -> Masthead:
        said = dict(self.cleaned_data)
        for name in ("bases", "recipients"):
            said[name] = tuple(line.strip() for line in said[name].splitlines() if line.strip())
        return Masthead(**said)


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
