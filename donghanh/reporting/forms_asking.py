"""What an officer states of a request, and of more time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.forms import RowsForm, day_field
from donghanh.kernel.text import nfc
from donghanh.organisations.choices import EducationLevel, GroupSet, UnitKind
from donghanh.organisations.queries import descendant_ids, groups, labelled, meant_by, units_on
from donghanh.periods.choices import PeriodKind
from donghanh.questionnaires.models import Form
from donghanh.reporting.chains import NEAREST, read_chain
from donghanh.reporting.models import ReportRequest
from donghanh.reporting.rules_asking import NAME_LENGTH, Terms, terms_faults
from donghanh.reporting.schedules import RECURRING
from donghanh.reporting.selectors import ASKABLE, Selector

MOST_LINES = 200  # units named one by one in one box
MOST_TOLD = 4
CHAINS = {
    NEAREST: gettext_lazy("Cơ quan quản lý gần nhất duyệt"),
    f"{UnitKind.DISTRICT_OFFICE} {UnitKind.DEPARTMENT}": gettext_lazy(
        "Phòng duyệt, rồi Sở duyệt; nơi không có Phòng, Sở duyệt"
    ),
    str(UnitKind.DEPARTMENT): gettext_lazy("Gửi thẳng Sở"),
}  # fmt: skip
PREVIEW, SAVE = "preview", "save"


def _boxes(label: Any, choices: Sequence[tuple[str, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Không có lựa chọn “%(value)s”.")},
    )  # fmt: skip


def _days(label: Any, help_text: Any = "", *, required: bool = True) -> forms.IntegerField:
    sentence = gettext_lazy("Ghi số ngày, bằng chữ số.")
    return forms.IntegerField(
        label=label, help_text=help_text, required=required, min_value=0, max_value=999,
        error_messages={"required": sentence, "invalid": sentence},
    )  # fmt: skip


def _units(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=40_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class FormField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A form by its name."""

    def label_from_instance(self, obj: Form) -> str:
        return obj.name_vi


class RequestForm(RowsForm):
    """A request, new or as it stands. One that comes once has its own days; a standing one a calendar."""

    beside = (
        ("kinds", "levels", "groups"),
        ("first_day", "last_day"), ("opens_on", "due_on"), ("opens_before", "due_working_days", "level_working_days"),
        ("grace_days", "close_days", "lock_days"),
    )  # fmt: skip
    once = ("first_day", "last_day", "opens_on", "due_on")
    what = ("name", "form", "calendar")
    who = ("kinds", "levels", "groups", "areas", "units")
    by_when = ("opens_before", "due_working_days", "level_working_days", "grace_days", "close_days", "lock_days")

    act = forms.ChoiceField(choices=[(PREVIEW, PREVIEW), (SAVE, SAVE)], required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Tên yêu cầu"), max_length=NAME_LENGTH,
        help_text=gettext_lazy("Ví dụ: Báo cáo tháng về an toàn trường học."),
        error_messages={"required": gettext_lazy("Đặt tên cho yêu cầu.")},
    )  # fmt: skip
    form = FormField(
        Form.objects.order_by("name_vi", "pk"), label=gettext_lazy("Biểu mẫu"), empty_label=None,
        error_messages={"required": gettext_lazy("Chọn biểu mẫu."), "invalid_choice": gettext_lazy("Chọn biểu mẫu.")},
    )  # fmt: skip
    calendar = forms.ChoiceField(
        label=gettext_lazy("Kỳ báo cáo"), required=False,
        choices=[("", gettext_lazy("một lần, kỳ riêng")), *((kind, kind.label) for kind in RECURRING)],
    )  # fmt: skip
    first_day = day_field(gettext_lazy("Số liệu từ ngày"), required=False)
    last_day = day_field(gettext_lazy("đến hết ngày"), required=False)
    opens_on = day_field(gettext_lazy("Mở từ ngày"), required=False)
    due_on = day_field(gettext_lazy("Hạn nộp"), required=False)
    kinds = _boxes(gettext_lazy("Loại đơn vị"), [(kind, kind.label) for kind in ASKABLE])
    levels = _boxes(gettext_lazy("Cấp học"), EducationLevel.choices)
    groups = _boxes(gettext_lazy("Nhóm"), [])
    areas = _units(
        gettext_lazy("Địa bàn"),
        gettext_lazy("Tên hoặc mã, mỗi dòng một đơn vị; lấy mọi đơn vị thuộc địa bàn đó. Để trống: tất cả."),
    )
    units = _units(
        gettext_lazy("Chỉ các đơn vị này"),
        gettext_lazy("Tên hoặc mã, mỗi dòng một đơn vị. Để trống: không giới hạn."),
    )
    chain = forms.ChoiceField(
        label=gettext_lazy("Cơ quan duyệt"), choices=list(CHAINS.items()), initial=NEAREST, widget=forms.RadioSelect
    )
    opens_before = _days(gettext_lazy("Mở trước ngày chốt (ngày)"), gettext_lazy("Ngày chốt là ngày cuối kỳ."))
    due_working_days = _days(gettext_lazy("Hạn nộp sau ngày chốt (ngày làm việc)"))
    level_working_days = _days(gettext_lazy("Mỗi cấp duyệt trong (ngày làm việc)"))
    grace_days = _days(
        gettext_lazy("Châm chước sau hạn (ngày)"), gettext_lazy("Nộp trong thời gian này vẫn là đúng hạn.")
    )
    close_days = _days(gettext_lazy("Ngừng nhận sau hạn (ngày)"))
    lock_days = _days(
        gettext_lazy("Khóa sau khi ngừng nhận (ngày)"), gettext_lazy("Để trống: không tự khóa."), required=False
    )  # fmt: skip

    def __init__(self, data: Any = None, *, owner: int, today: date, request: ReportRequest | None = None) -> None:
        super().__init__(data, initial=_initial(request, today) if request else _usual(today))
        self.owner, self.today, self.request = owner, today, request
        named = [(one.code, one.name) for one in groups() if one.group_set not in (GroupSet.KIND, GroupSet.LEVEL)]
        self.fields["groups"].choices = named  # type: ignore[attr-defined]  # a field of choices
        if request:
            del self.fields["form"]
            for name in (*self.once, *(() if request.calendar else ("calendar",))):
                del self.fields[name]

    def part(self, *names: str) -> list[Any]:
        """Rows of the fields named, those that stand beside each other together."""
        return [row for row in self.rows if row[0].name in names]

    @property
    def what_rows(self) -> list[Any]:
        return self.part(*self.what)

    @property
    def once_rows(self) -> list[Any]:
        return self.part(*self.once)

    @property
    def who_rows(self) -> list[Any]:
        return self.part(*self.who)

    @property
    def when_rows(self) -> list[Any]:
        return self.part("chain", *self.by_when)

    def clean_name(self) -> str:
        return nfc(self.cleaned_data["name"])

    def clean_areas(self) -> tuple[int, ...]:
        return self._found(self.cleaned_data["areas"])

    def clean_units(self) -> tuple[int, ...]:
        return self._found(self.cleaned_data["units"])

    def clean_chain(self) -> tuple[str, ...]:
        return read_chain(self.cleaned_data["chain"].split())

    def _found(self, typed: str) -> tuple[int, ...]:
        """Lines → ids of units below the owner; the sentence names the first line that means none, or several."""
        lines = [line for line in map(nfc, typed.splitlines()) if line]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("Mỗi lần ghi nhiều nhất %(most)s đơn vị.") % {"most": MOST_LINES})
        below, found = set(descendant_ids(self.owner, on=self.today)) if lines else set(), []
        for line in lines:
            meant = [unit for unit in meant_by(line, on=self.today) if unit.pk in below]
            if not meant:
                sentence = _("Không có đơn vị nào thuộc cơ quan thầy cô có tên hoặc mã là “%(line)s”.")
                raise forms.ValidationError(sentence % {"line": line})
            if len(meant) > 1:
                told = "; ".join(labelled(meant[:MOST_TOLD], on=self.today).values())
                sentence = _("Có nhiều đơn vị khớp “%(line)s”: %(units)s. Hãy ghi một trong số đó.")
                raise forms.ValidationError(sentence % {"line": line, "units": told})
            found.append(meant[0].pk)
        return tuple(dict.fromkeys(found))

    def clean(self) -> None:
        said = self.cleaned_data
        if not self.errors and not self.request and not said["calendar"]:
            self.blame({name: _("Chọn một ngày.") for name in self.once if not said[name]})
        if not self.errors:
            self.blame(terms_faults(self.terms, self.owner, on=self.today))

    @property
    def terms(self) -> Terms:
        """What was stated, once it is clean."""
        said = self.cleaned_data
        calendar = said["calendar"] if "calendar" in self.fields else ""
        return Terms(
            name=said["name"],
            calendar=calendar,
            selector=Selector(**{part: tuple(said[part]) for part in self.who}),
            chain=said["chain"],
            **{name: said[name] for name in self.by_when},
        )


def _usual(today: date) -> dict[str, Any]:
    """What a new request says until somebody says otherwise."""
    return {**Terms(name="").columns, "calendar": PeriodKind.MONTH, "opens_on": today, "chain": NEAREST}


def _initial(request: ReportRequest, today: date) -> dict[str, Any]:
    selector = Selector.read(request.selector)
    named = labelled(units_on(today).filter(pk__in=[*selector.areas, *selector.units]), on=today)
    lines = {part: "\n".join(named[pk] for pk in getattr(selector, part) if pk in named) for part in ("areas", "units")}
    plain = {name: getattr(request, name) for name in ("name", "calendar", *RequestForm.by_when)}
    return plain | selector.document | lines | {"chain": " ".join(read_chain(request.chain))}


class ExtensionForm(forms.Form):
    """More time for the reports ticked."""

    expected = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": gettext_lazy("Chưa chọn đơn vị nào.")}
    )
    due_on = day_field(gettext_lazy("Hạn mới"))
    reason = forms.CharField(
        label=gettext_lazy("Lý do gia hạn"), max_length=500,
        error_messages={"required": gettext_lazy("Ghi lý do gia hạn.")},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, offered: Sequence[int] = ()) -> None:
        super().__init__(data)
        self.fields["expected"].choices = [(pk, pk) for pk in offered]  # type: ignore[attr-defined]  # of choices
