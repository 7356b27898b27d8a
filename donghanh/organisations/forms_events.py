"""What a person states of an event, one form a kind. A form looks at the reach and answers with the action to call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.numbers import NotANumber, parse_number
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions, queries
from donghanh.organisations.choices import CodeScheme, EventKind, UnitKind
from donghanh.organisations.rules import (
    CODE_LENGTH,
    DECISION_LENGTH,
    NAME_LENGTH,
    NewUnit,
    Portion,
    children_from,
    may_reach,
)

type Act = Callable[..., object]  # an action that still wants `by` and `at`

EARLIEST, YEARS_AHEAD = date(1945, 9, 2), 10
MOST_PORTIONS = 6
MOST_TOLD = 4  # units named where a text may mean several
SCHEMES = [("", gettext_lazy("Không ghi mã")), *CodeScheme.choices]


class UnitField(forms.CharField):
    """Another unit, typed as its code, its name or a suggestion; the form finds it on the event's day."""

    def __init__(self, *, label: Any, **options: Any) -> None:
        super().__init__(label=label, max_length=NAME_LENGTH + CODE_LENGTH + 10, **options)
        self.widget.attrs |= {"list": "gan-day", "autocomplete": "off"}


class EventForm(forms.Form):
    """Day and decision, which every event states; what more there is stands in the forms of the kinds."""

    event: ClassVar[EventKind]
    among: ClassVar[tuple[str, ...]] = ()  # lists of units to tick
    next_many: int = 0  # portions of a split, if there may be one more

    on = forms.DateField(
        label=gettext_lazy("Có hiệu lực từ ngày"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Hãy ghi ngày có hiệu lực."),
            "invalid": gettext_lazy("Ngày này không có. Hãy ghi như 01/07/2025."),
        },
    )
    decision = forms.CharField(
        label=gettext_lazy("Quyết định, nghị quyết"),
        help_text=gettext_lazy("Số và cơ quan ban hành, ví dụ 12/QĐ-UBND ngày 20/6/2025"),
        max_length=DECISION_LENGTH,
        error_messages={"required": gettext_lazy("Hãy ghi số quyết định hoặc nghị quyết của biến động này.")},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        unit_id: int,
        offices: Collection[int],
        today: date,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.unit_id, self.offices, self.today = unit_id, offices, today
        self.day = _day_in(self["on"].value()) or today
        self.nearby = queries.near(unit_id, on=self.day)
        self.suggestions = list(queries.labelled(self.nearby, on=self.day).values())
        self.prepare()
        self.order_fields([*(name for name in self.fields if name not in ("on", "decision")), "on", "decision"])

    def prepare(self) -> None:
        """Fields that depend on the unit."""

    def typed(self) -> dict[str, Any]:
        """What was typed so far, right or wrong."""
        return {name: self[name].value() for name in self.fields}

    def act(self) -> Act:
        """The action with all that was stated."""
        raise NotImplementedError

    def touched(self) -> dict[str, Collection[int]]:
        """Units that the event touches beside the form's own, by field."""
        return {}

    def clean(self) -> dict[str, Any]:
        super().clean()
        day = self.cleaned_data.get("on")
        if day is None:
            return self.cleaned_data
        if not EARLIEST <= day <= self.today.replace(year=self.today.year + YEARS_AHEAD, day=1):
            sentence = _("Ngày %(day)s quá xa. Hãy xem lại năm.") % {"day": f"{day:%d/%m/%Y}"}
            self.add_error("on", sentence)
            return self.cleaned_data
        for name, field in self.fields.items():
            if isinstance(field, UnitField) and self.cleaned_data.get(name):
                self._find(name, day)
        if not self.errors:
            touched = {"on": [self.unit_id], **self.touched()}
            verdict = may_reach(self.offices, touched, on=day, today=self.today)
            if not verdict:
                self.refuse(Refused(verdict.reason, verdict.about))
        return self.cleaned_data

    def _find(self, name: str, day: date) -> None:
        """Put the unit's number in the place of what was typed, or the sentence that helps to type it better."""
        typed = self.cleaned_data[name]
        found = queries.meant_by(typed, on=day)
        shown = {"typed": typed, "day": f"{day:%d/%m/%Y}"}
        if len(found) == 1:
            self.cleaned_data[name] = found[0].pk
        elif found:
            labels = list(queries.labelled(found[:MOST_TOLD], on=day).values())
            shown["units"] = "; ".join(labels) + ("; …" if len(found) > MOST_TOLD else "")
            self.add_error(name, _("Có nhiều đơn vị khớp “%(typed)s”: %(units)s. Hãy ghi một trong số đó.") % shown)
        else:
            self.add_error(name, _("Ngày %(day)s không có đơn vị nào tên hoặc mã là “%(typed)s”.") % shown)

    def refuse(self, refused: Refused) -> None:
        """Show the sentence of a rule at the field it speaks of."""
        self.add_error(refused.about if refused.about in self.fields else None, str(refused))

    def above(self) -> list[int]:
        """What stood directly above the unit on the eve: a new unit in its place stands below that; none: a root."""
        ancestors = queries.ancestors(self.unit_id, on=_eve(self.cleaned_data["on"]))
        return [unit.pk for unit in ancestors[:1]]

    def siblings(self) -> list[tuple[str, str]]:
        """Units of the same kind nearby, to tick."""
        own = queries.kinds([self.unit_id], on=self.day).get(self.unit_id)
        same = [unit for unit in self.nearby if unit.kind == own]
        return [(str(pk), label) for pk, label in queries.labelled(same, on=self.day).items()]


def _day_in(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        day: date | None = forms.DateField(required=False).clean(value)
    except forms.ValidationError:
        return None
    return day


def _name_field(**options: Any) -> forms.CharField:
    sentence = gettext_lazy("Hãy ghi tên đơn vị.")
    return forms.CharField(max_length=NAME_LENGTH, error_messages={"required": sentence}, **options)


class Opening(EventForm):
    event = EventKind.OPEN
    name = _name_field(label=gettext_lazy("Tên đơn vị mới"))
    kind = forms.ChoiceField(label=gettext_lazy("Loại hình"), choices=UnitKind.choices)
    scheme = forms.ChoiceField(label=gettext_lazy("Hệ mã"), choices=SCHEMES, required=False)
    code = forms.CharField(label=gettext_lazy("Mã"), max_length=CODE_LENGTH, required=False)

    def act(self) -> Act:
        return partial(actions.open_unit, new=_new_unit(self.cleaned_data, self.unit_id), **_order(self))


class Closing(EventForm):
    event = EventKind.CLOSE

    def act(self) -> Act:
        return partial(actions.close_unit, unit=self.unit_id, **_order(self))


class Renaming(EventForm):
    event = EventKind.RENAME
    name = _name_field(label=gettext_lazy("Tên mới"))

    def act(self) -> Act:
        return partial(actions.rename, unit=self.unit_id, name=self.cleaned_data["name"], **_order(self))


class ChangingKind(EventForm):
    event = EventKind.CHANGE_KIND
    kind = forms.ChoiceField(label=gettext_lazy("Loại hình mới"), choices=UnitKind.choices)

    def act(self) -> Act:
        return partial(actions.change_kind, unit=self.unit_id, kind=self.cleaned_data["kind"], **_order(self))


class Recoding(EventForm):
    event = EventKind.RECODE
    scheme = forms.ChoiceField(label=gettext_lazy("Hệ mã"), choices=CodeScheme.choices)
    code = forms.CharField(
        label=gettext_lazy("Mã mới"),
        max_length=CODE_LENGTH,
        error_messages={"required": gettext_lazy("Hãy ghi mã mới.")},
    )

    def act(self) -> Act:
        stated = {name: self.cleaned_data[name] for name in ("scheme", "code")}
        return partial(actions.recode, unit=self.unit_id, **stated, **_order(self))


class Transferring(EventForm):
    event = EventKind.TRANSFER
    among = ("others",)
    to = UnitField(
        label=gettext_lazy("Về trực thuộc"),
        help_text=gettext_lazy("Mã hoặc tên đơn vị quản lý mới, không cần dấu"),
        error_messages={"required": gettext_lazy("Hãy ghi đơn vị quản lý mới.")},
    )
    others = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Chuyển cùng"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        _offer(self, "others", self.siblings())

    def touched(self) -> dict[str, Collection[int]]:
        return {"to": [self.cleaned_data["to"]], "others": self.cleaned_data["others"]}

    def act(self) -> Act:
        units = [self.unit_id, *self.cleaned_data["others"]]
        return partial(actions.transfer, units=units, to=self.cleaned_data["to"], **_order(self))


class Merging(EventForm):
    event = EventKind.MERGE
    among = ("others",)
    others = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Sáp nhập cùng"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    into = UnitField(
        label=gettext_lazy("Vào đơn vị đang có"),
        help_text=gettext_lazy("Mã hoặc tên, không cần dấu. Để trống nếu thành lập đơn vị mới dưới đây."),
        required=False,
    )
    name = _name_field(label=gettext_lazy("Hoặc thành đơn vị mới tên là"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Loại hình của đơn vị mới"), choices=UnitKind.choices)
    scheme = forms.ChoiceField(label=gettext_lazy("Hệ mã của đơn vị mới"), choices=SCHEMES, required=False)
    code = forms.CharField(label=gettext_lazy("Mã của đơn vị mới"), max_length=CODE_LENGTH, required=False)

    def prepare(self) -> None:
        _offer(self, "others", self.siblings())
        self.fields["kind"].initial = queries.kinds([self.unit_id], on=self.day).get(self.unit_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and bool(cleaned["into"]) == bool(nfc(cleaned["name"])):
            self.add_error("into", _("Hãy ghi một đơn vị đang có, hoặc tên của một đơn vị mới: một trong hai."))
        return cleaned

    def touched(self) -> dict[str, Collection[int]]:
        into = self.cleaned_data["into"]
        opened = [] if into else self.above()
        return {"into": [into] if into else [], "name": opened, "others": self.cleaned_data["others"]}

    def act(self) -> Act:
        sources = [self.unit_id, *self.cleaned_data["others"]]
        into = self.cleaned_data["into"] or _new_unit(self.cleaned_data, next(iter(self.above()), None))
        return partial(actions.merge, sources=sources, into=into, **_order(self))


class Splitting(EventForm):
    """Portions 1, 2, …: each a standing unit or a new one, its share in per cent, and which children go to it."""

    event = EventKind.SPLIT
    portions = forms.TypedChoiceField(
        choices=[(number, number) for number in range(2, MOST_PORTIONS + 1)],
        coerce=int,
        label=gettext_lazy("Số phần"),
        widget=forms.HiddenInput,
        initial=2,
        required=False,
    )
    stays = forms.BooleanField(
        label=gettext_lazy("Đơn vị này vẫn hoạt động và giữ phần 1"),
        help_text=gettext_lazy("Khi đó để trống tên của phần 1."),
        required=False,
    )

    def prepare(self) -> None:
        self.many = _portions_in(self["portions"].value())
        self.next_many = self.many + 1 if self.many < MOST_PORTIONS else 0
        for number in range(1, self.many + 1):
            self.fields |= _portion_fields(number, queries.kinds([self.unit_id], on=self.day).get(self.unit_id))
        below = sorted(children_from([self.unit_id], self.day))
        names = queries.called(below, on=self.day)
        numbers = [(str(number), _("phần %(number)s") % {"number": number}) for number in range(1, self.many + 1)]
        self.below = {f"child_{child}": child for child in below}
        for name, child in self.below.items():
            self.fields[name] = forms.TypedChoiceField(label=names[child], choices=numbers, coerce=int)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for number in range(1, self.many + 1):
            own = number == 1 and cleaned.get("stays")
            stated = [bool(cleaned.get(f"into_{number}")), bool(nfc(cleaned.get(f"name_{number}") or ""))]
            if f"into_{number}" not in self.errors and sum(stated) != (0 if own else 1):
                sentence = (
                    _("Đơn vị này đã giữ phần 1: hãy để trống ở đây.")
                    if own
                    else _("Hãy ghi một đơn vị đang có, hoặc tên của một đơn vị mới: một trong hai.")
                )
                self.add_error(f"into_{number}", sentence)
            self._read_share(f"share_{number}")
        return cleaned

    def _read_share(self, name: str) -> None:
        typed = self.cleaned_data.get(name)
        if typed is None:
            return
        try:
            percent = parse_number(typed, whole=False, least=0, most=100)
        except NotANumber as fault:
            self.add_error(name, str(fault))
        else:
            self.cleaned_data[name] = Decimal(str(percent)) / 100

    def touched(self) -> dict[str, Collection[int]]:
        touched: dict[str, Collection[int]] = {}
        for number in range(1, self.many + 1):
            if standing := self.cleaned_data.get(f"into_{number}"):
                touched[f"into_{number}"] = [standing]
            elif self.cleaned_data.get(f"name_{number}"):  # a new unit stands where this one stood
                touched[f"name_{number}"] = self.above()
        return touched

    def act(self) -> Act:
        stated = self.cleaned_data
        above = next(iter(self.above()), None)
        into: list[Portion] = []
        for number in range(1, self.many + 1):
            target: int | NewUnit = stated[f"into_{number}"] or NewUnit(
                stated[f"name_{number}"], stated[f"kind_{number}"], above
            )
            if number == 1 and stated["stays"]:
                target = self.unit_id
            children = [child for name, child in self.below.items() if stated[name] == number]
            into.append(Portion(target, stated[f"share_{number}"], children))
        return partial(actions.split, source=self.unit_id, into=into, **_order(self))


class UndoForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Lý do hoàn tác"),
        max_length=200,
        error_messages={"required": gettext_lazy("Hãy ghi lý do hoàn tác.")},
    )


class StepForm(forms.Form):
    """Which button was pressed; none of the two: the form is only shown."""

    step = forms.ChoiceField(choices=[(one, one) for one in ("preview", "write")], required=False)


def _order(form: EventForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("on", "decision")}


def _eve(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _new_unit(stated: Mapping[str, Any], parent: int | None) -> NewUnit:
    codes = {stated["scheme"]: stated["code"]} if stated["scheme"] or nfc(stated["code"]) else {}
    return NewUnit(stated["name"], stated["kind"], parent, codes)


def _offer(form: EventForm, name: str, choices: list[tuple[str, str]]) -> None:
    """Fill a list to tick; without anything to tick the field is not shown."""
    field = form.fields[name]
    assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101  # tells the type
    field.choices = choices
    if not choices:
        field.widget = forms.MultipleHiddenInput()


def _portions_in(value: Any) -> int:
    return int(value) if str(value) in {str(number) for number in range(2, MOST_PORTIONS + 1)} else 2


def _portion_fields(number: int, kind: str | None) -> dict[str, forms.Field]:
    part = {"number": number}
    return {
        f"into_{number}": UnitField(label=_("Phần %(number)s: đơn vị đang có") % part, required=False),
        f"name_{number}": forms.CharField(
            label=_("Phần %(number)s: hoặc đơn vị mới tên là") % part, max_length=NAME_LENGTH, required=False
        ),
        f"kind_{number}": forms.ChoiceField(
            label=_("Phần %(number)s: loại hình của đơn vị mới") % part, choices=UnitKind.choices, initial=kind
        ),
        f"share_{number}": forms.CharField(
            label=_("Phần %(number)s: tỷ lệ, %%") % part,
            max_length=10,
            error_messages={"required": _("Hãy ghi tỷ lệ phần trăm.")},
        ),
    }


FORMS: dict[str, type[EventForm]] = {
    "thanh-lap": Opening,
    "doi-ten": Renaming,
    "chuyen": Transferring,
    "sap-nhap": Merging,
    "chia-tach": Splitting,
    "doi-loai-hinh": ChangingKind,
    "doi-ma": Recoding,
    "giai-the": Closing,
}
