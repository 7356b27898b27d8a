from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from donghanh.collaborators import rules
from donghanh.collaborators.choices import Agency, Category, Duty, GroupRole
from donghanh.collaborators.choices import Term as Shown
from donghanh.collaborators.models import Collaborator, GroupMember, Meeting, WorkingGroup
from donghanh.collaborators.queries import members
from donghanh.collaborators.rules import Service, Somebody, Term
from donghanh.kernel.forms import RowsForm, day_field
from donghanh.kernel.text import nfc
from donghanh.organisations.models import Unit
from donghanh.people.models import Account

NO_CHOICE = ("", _("Chọn"))
CHOOSE = {"required": _("Chọn một mục.")}


class FaultsForm(RowsForm):
    """Shows what `rules` say, each sentence at its field; `faults` is asked once every field is right by itself."""

    def faults(self) -> rules.Faults:
        raise NotImplementedError

    def clean(self) -> None:
        if not self.errors:
            self.blame(self.faults())


class PersonForm(FaultsForm):
    """Somebody over a term: an account of the schools by its user name, or an outsider by name and agency."""

    username = forms.CharField(
        label=_("Tên đăng nhập"), max_length=60, required=False, help_text=_("Của người trong ngành có tài khoản.")
    )
    full_name = forms.CharField(
        label=_("Hoặc họ tên người ngoài"), max_length=120, required=False, help_text=_("Của người không có tài khoản.")
    )
    agency_name = forms.CharField(
        label=_("Cơ quan"), max_length=200, required=False, help_text=_("Ví dụ: Công an xã Ân Nghĩa.")
    )
    first_day = day_field(_("Từ ngày"))
    last_day = day_field(_("Đến hết ngày"), required=False, help_text=_("Để trống: đến khi có quyết định mới."))

    def clean_username(self) -> Account | None:
        """The account, found whatever the case of the letters."""
        typed = nfc(self.cleaned_data["username"])
        if not typed:
            return None
        found = Account.objects.filter(username__iexact=typed, is_active=True).order_by("pk").first()
        if found is None:
            raise forms.ValidationError(_("Không có tài khoản nào mang tên này."))
        return found

    @property
    def who(self) -> Somebody:
        said = self.cleaned_data
        return Somebody(said["username"], said["full_name"], said["agency_name"])

    @property
    def term(self) -> Term:
        return Term(self.cleaned_data["first_day"], self.cleaned_data["last_day"])


class CollaboratorForm(PersonForm):
    beside = (("username", "full_name", "agency_name"), ("first_day", "last_day", "decision"))
    field_order = ("username", "full_name", "agency_name", "category", "adult", "duties", "first_day")

    category = forms.ChoiceField(label=_("Nhóm"), choices=[NO_CHOICE, *Category.choices], error_messages=CHOOSE)
    adult = forms.BooleanField(
        label=_("Người này đã đủ 18 tuổi"), required=False, help_text=_("Đánh dấu khi ghi sinh viên, học viên.")
    )
    duties = forms.MultipleChoiceField(
        label=_("Nhiệm vụ"), choices=Duty.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    decision = forms.CharField(label=_("Quyết định"), max_length=200, required=False)

    def __init__(self, unit: Unit, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.unit = unit

    @property
    def service(self) -> Service:
        said = self.cleaned_data
        return Service(self.who, said["category"], self.term, said["duties"], said["decision"], said["adult"])

    def faults(self) -> rules.Faults:
        return rules.collaborator_faults(self.unit, self.service)


class GroupForm(FaultsForm):
    beside = (("decision", "decided_on"), ("first_day", "last_day"))

    name = forms.CharField(
        label=_("Tên tổ công tác"), max_length=200, error_messages={"required": _("Ghi tên tổ công tác.")}
    )
    decision = forms.CharField(
        label=_("Quyết định thành lập"), max_length=200, help_text=_("Ví dụ: 12/QĐ-THCS."),
        error_messages={"required": _("Ghi số quyết định thành lập.")},
    )  # fmt: skip
    decided_on = day_field(_("Ngày ký quyết định"))
    first_day = day_field(_("Nhiệm kỳ từ ngày"))
    last_day = day_field(_("Đến hết ngày"), required=False, help_text=_("Để trống: đến khi có quyết định mới."))

    def __init__(self, unit: Unit, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.unit = unit

    def clean_name(self) -> str:
        return nfc(self.cleaned_data["name"])

    @property
    def term(self) -> Term:
        return Term(self.cleaned_data["first_day"], self.cleaned_data["last_day"])

    def faults(self) -> rules.Faults:
        said = self.cleaned_data
        return rules.group_faults(self.unit, said["name"], said["decision"], said["decided_on"], self.term)


class MemberForm(PersonForm):
    beside = (("username", "full_name", "agency_name"), ("agency", "role"), ("first_day", "last_day"))
    field_order = ("username", "agency", "first_day")

    agency = forms.ChoiceField(label=_("Ngành"), choices=[NO_CHOICE, *Agency.choices], error_messages=CHOOSE)
    role = forms.ChoiceField(
        label=_("Vai trò trong tổ"), choices=[NO_CHOICE, *GroupRole.choices], error_messages=CHOOSE
    )

    def __init__(self, group: WorkingGroup, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.group = group

    def faults(self) -> rules.Faults:
        term = Term(self.term.first_day, self.term.last_day or self.group.last_day)
        return rules.member_faults(self.group, self.who, self.cleaned_data["role"], term)


class EndForm(FaultsForm):
    """The last day of a term."""

    last_day = day_field(_("Ngày cuối"))

    def __init__(self, row: Collaborator | GroupMember | WorkingGroup, data: Any = None, **rest: Any) -> None:
        super().__init__(data, **rest)
        self.row = row

    def faults(self) -> rules.Faults:
        return rules.end_faults(self.row, self.cleaned_data["last_day"])


class MeetingForm(FaultsForm):
    beside = (("day", "place"),)

    day = day_field(_("Ngày họp"))
    place = forms.CharField(label=_("Nơi họp"), max_length=200, error_messages={"required": _("Ghi nơi họp.")})
    agenda = forms.CharField(
        label=_("Nội dung họp"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Ghi nội dung họp.")},
    )
    conclusions = forms.CharField(
        label=_("Kết luận"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Ghi việc đã bàn và kết luận: ai làm gì, khi nào xong. "
            "Không ghi quan điểm của ai và không nhận xét về một người."
        ),
    )
    attended = forms.ModelMultipleChoiceField(
        label=_("Người dự"), queryset=GroupMember.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, group: WorkingGroup, data: Any = None, *, meeting: Meeting | None = None, **rest: Any) -> None:
        initial = {
            "day": meeting.day, "place": meeting.place, "agenda": meeting.agenda, "conclusions": meeting.conclusions,
            "attended": list(meeting.attended.order_by("pk").values_list("pk", flat=True)),
        } if meeting else {}  # fmt: skip
        super().__init__(data, initial=initial, **rest)
        self.group, self.meeting = group, meeting
        choice = self.fields["attended"]
        choice.queryset = members(group)  # type: ignore[attr-defined]  # a field of choices
        choice.label_from_instance = lambda row: f"{row.name} – {row.get_role_display()}"  # type: ignore[attr-defined]  # a field of choices

    def faults(self) -> rules.Faults:
        came = list(self.cleaned_data["attended"])
        return rules.meeting_faults(self.group, self.cleaned_data["day"], came, self.meeting)


class RosterFilter(forms.Form):
    """What a roster shows; shown above it."""

    q = forms.CharField(label=_("Tìm theo tên, đơn vị, cơ quan"), required=False, max_length=100)
    nhom = forms.ChoiceField(label=_("Nhóm"), required=False, choices=[("", _("Mọi nhóm")), *Category.choices])
    nhiem_ky = forms.ChoiceField(label=_("Nhiệm kỳ"), required=False, choices=Shown.choices)
