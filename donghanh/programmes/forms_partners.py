from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.collaborators.choices import Agency
from donghanh.kernel.forms import RowsForm, day_field
from donghanh.kernel.text import nfc
from donghanh.people.models import Account
from donghanh.programmes.actions_partners import Agreement
from donghanh.programmes.choices import JOINT_MOVES, JointState, Topic
from donghanh.programmes.models import Partner, PartnerTask, Programme

CHOOSE = {"required": gettext_lazy("Chọn một mục."), "invalid_choice": gettext_lazy("Chọn một mục.")}
OTHERS = [choice for choice in Agency.choices if choice[0] != Agency.EDUCATION]
NO_VIEWS = gettext_lazy(
    "Ghi việc đã bàn và kết luận: ai làm gì, khi nào xong. Không ghi quan điểm của ai và không nhận xét về một người."
)
MOST_TOPICS, LONGEST_TOPIC = 10, 200


class ProgrammeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A programme by its short name."""

    def label_from_instance(self, obj: Programme) -> str:
        return obj.short_name


class AgreementForm(RowsForm):
    """A plan as it was signed."""

    beside = (("name", "programme"), ("agreed", "first_day", "last_day"))

    name = forms.CharField(
        label=gettext_lazy("Tên kế hoạch phối hợp"), max_length=300,
        error_messages={"required": gettext_lazy("Ghi tên kế hoạch phối hợp.")},
    )  # fmt: skip
    programme = ProgrammeField(
        Programme.objects.order_by("-valid", "code"), label=gettext_lazy("Chương trình"), empty_label=None,
        error_messages=CHOOSE,
    )  # fmt: skip
    agreed = forms.CharField(
        label=gettext_lazy("Văn bản đã ký"), max_length=200, help_text=gettext_lazy("Ví dụ: 15/KHPH-SGDĐT-CAT."),
        error_messages={"required": gettext_lazy("Ghi số, ký hiệu văn bản.")},
    )  # fmt: skip
    first_day = day_field(gettext_lazy("Từ ngày"))
    last_day = day_field(gettext_lazy("Đến hết ngày"))
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Nội dung phối hợp"), choices=Topic.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    own_topics = forms.CharField(
        label=gettext_lazy("Nội dung khác"), required=False, max_length=MOST_TOPICS * LONGEST_TOPIC,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("Mỗi dòng một nội dung."),
    )  # fmt: skip

    def clean_own_topics(self) -> list[str]:
        said = [line.strip() for line in self.cleaned_data["own_topics"].splitlines() if line.strip()]
        if len(said) > MOST_TOPICS or any(len(line) > LONGEST_TOPIC for line in said):
            sentence = _("Nhiều nhất %(most)s nội dung, mỗi nội dung không quá %(longest)s chữ.")
            raise forms.ValidationError(sentence % {"most": MOST_TOPICS, "longest": LONGEST_TOPIC})
        return said

    @property
    def agreement(self) -> Agreement:
        return Agreement(**{name: given for name, given in self.cleaned_data.items() if name != "programme"})


class GuestForm(RowsForm):
    """The account that sees the plan for an agency."""

    username = forms.CharField(
        label=gettext_lazy("Tài khoản xem kế hoạch"), max_length=60, required=False,
        help_text=gettext_lazy("Tên đăng nhập của cơ quan phối hợp. Để trống: không ai."),
    )  # fmt: skip

    def clean_username(self) -> Account | None:
        typed = nfc(self.cleaned_data["username"])
        if not typed:
            return None
        found = Account.objects.filter(username__iexact=typed, is_active=True).order_by("pk").first()
        if found is None:
            raise forms.ValidationError(_("Không có tài khoản nào mang tên này."))
        return found


class PartnerForm(GuestForm):
    beside = (("agency", "name", "username"),)
    field_order = ("agency", "name", "username")

    agency = forms.ChoiceField(label=gettext_lazy("Ngành"), choices=OTHERS, error_messages=CHOOSE)
    name = forms.CharField(
        label=gettext_lazy("Tên cơ quan"), max_length=200, help_text=gettext_lazy("Ví dụ: Công an tỉnh."),
        error_messages={"required": gettext_lazy("Ghi tên cơ quan.")},
    )  # fmt: skip

    def clean_name(self) -> str:
        return nfc(self.cleaned_data["name"])


class JointTaskForm(RowsForm):
    beside = (("partner", "due_on"),)

    text = forms.CharField(
        label=gettext_lazy("Việc"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Ghi nội dung việc.")},
    )  # fmt: skip
    partner = forms.ChoiceField(label=gettext_lazy("Ai làm"), required=False)
    due_on = day_field(gettext_lazy("Hạn"), required=False)

    def __init__(self, data: Any, *, partners: Sequence[Partner], **options: Any) -> None:
        super().__init__(data, **options)
        self.known = {str(one.pk): one for one in partners}
        choices = [("", _("Ngành giáo dục")), *((pk, one.name) for pk, one in self.known.items())]
        self.fields["partner"].choices = choices  # type: ignore[attr-defined]  # a field of choices

    @property
    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"partner": self.known.get(self.cleaned_data["partner"])}


class ToldForm(RowsForm):
    """Where a task stands."""

    state = forms.TypedChoiceField(label=gettext_lazy("Tình trạng"), coerce=JointState, error_messages=CHOOSE)
    result = forms.CharField(
        label=gettext_lazy("Kết quả, ghi chú"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Việc và con số. Không ghi tên hay nhận xét về một người."),
    )  # fmt: skip

    def __init__(self, data: Any, *, task: PartnerTask, **options: Any) -> None:
        super().__init__(data, auto_id=f"id_task_{task.pk}_%s", initial={"state": task.state}, **options)
        allowed = JOINT_MOVES[JointState(task.state)]
        self.fields["state"].choices = [(one.value, one.label) for one in allowed]  # type: ignore[attr-defined]  # a field of choices


class JointMeetingForm(RowsForm):
    beside = (("day", "place"),)

    day = day_field(gettext_lazy("Ngày họp"))
    place = forms.CharField(
        label=gettext_lazy("Nơi họp"), max_length=200, error_messages={"required": gettext_lazy("Ghi nơi họp.")}
    )
    agenda = forms.CharField(
        label=gettext_lazy("Nội dung họp"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Ghi nội dung họp.")},
    )  # fmt: skip
    conclusions = forms.CharField(
        label=gettext_lazy("Kết luận"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=NO_VIEWS,
    )  # fmt: skip
    present = forms.MultipleChoiceField(
        label=gettext_lazy("Cơ quan dự"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any, *, partners: Sequence[Partner], **options: Any) -> None:
        super().__init__(data, **options)
        self.known = {str(one.pk): one for one in partners}
        self.fields["present"].choices = [(pk, one.name) for pk, one in self.known.items()]  # type: ignore[attr-defined]  # a field of choices
        if not self.known:
            del self.fields["present"]

    @property
    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"present": [self.known[pk] for pk in self.cleaned_data.get("present", [])]}
