"""May a target be set or ended? Sentences for the person, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from donghanh.kernel.numbers import format_number
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.queries import kinds
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.statistics.choices import Direction
from donghanh.statistics.figures import aim_of
from donghanh.statistics.models import Indicator, Target

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, kw_only=True)
class TargetTerms:
    """What is asked; `unit_id` or `group` or neither."""

    indicator: Indicator
    unit_id: int | None
    group: str
    year: int
    period_id: int | None
    value: float
    baseline_year: int | None
    baseline_value: float | None
    interpolation: str
    basis: str


def sets_for_all(account: Account, *, on: date) -> bool:
    """Whether the account sets targets at a Department: these alone set general ones and those of groups."""
    own = own_units(account, Right.SET_TARGETS, on=on)
    return UnitKind.DEPARTMENT in kinds(own, on=on).values()


def may_set(terms: TargetTerms, account: Account, *, on: date) -> Verdict:
    """A Department sets any target in its reach; a district those of units below it, never easier than what holds."""
    written = _written_right(terms)
    if not written:
        return written
    whole = sets_for_all(account, on=on)
    if terms.unit_id is None:
        return YES if whole else no(_("Chỉ Sở đặt mục tiêu chung hoặc cho một nhóm."), "unit")
    if not units_reached(account, Right.SET_TARGETS, on=on).filter(descendant=terms.unit_id).exists():
        return no(_("Đơn vị này ngoài phạm vi của thầy cô."), "unit")
    return YES if whole else _no_easier(terms, terms.unit_id, account, on=on)


def _written_right(terms: TargetTerms) -> Verdict:
    if not FIRST_YEAR <= terms.year <= LAST_YEAR:
        return no(_("Năm phải từ %(first)s đến %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}, "year")
    if (terms.baseline_year is None) != (terms.baseline_value is None):
        return no(_("Ghi cả năm gốc và giá trị gốc, hoặc để trống cả hai."), "baseline_year")
    if terms.baseline_year is not None and terms.baseline_year >= terms.year:
        return no(_("Năm gốc phải trước năm của mục tiêu."), "baseline_year")
    if terms.unit_id is not None and terms.group:
        return no(_("Chọn một đơn vị hoặc một nhóm, không chọn cả hai."), "group")
    return YES


def _no_easier(terms: TargetTerms, unit_id: int, account: Account, *, on: date) -> Verdict:
    if unit_id in own_units(account, Right.SET_TARGETS, on=on):
        return no(_("Mục tiêu của chính đơn vị mình do cấp trên đặt."), "unit")
    above = Target.objects.filter(indicator=terms.indicator, unit=None)
    aim = aim_of(above, unit_id=unit_id, year=terms.year, groups=kinds([unit_id], on=on).values())
    up = terms.indicator.direction == Direction.UP
    if aim and (terms.value < aim.value if up else terms.value > aim.value):
        told = {"value": format_number(aim.value, decimals=1)}
        words = _("Không thấp hơn mục tiêu chung của năm ấy (%(value)s).") if up else _(
            "Không cao hơn mục tiêu chung của năm ấy (%(value)s)."
        )  # fmt: skip
        return no(words % told, "value")
    return YES


def may_end(target: Target, account: Account, *, on: date) -> Verdict:
    """Whoever could set it may end it, once."""
    if target.ended_at is not None:
        return no(_("Mục tiêu này đã kết thúc."))
    if target.unit_id is None:
        return YES if sets_for_all(account, on=on) else no(_("Chỉ Sở đặt mục tiêu chung hoặc cho một nhóm."))
    reached = units_reached(account, Right.SET_TARGETS, on=on).filter(descendant=target.unit_id).exists()
    own = target.unit_id in own_units(account, Right.SET_TARGETS, on=on)
    if not reached or (own and not sets_for_all(account, on=on)):
        return no(_("Đơn vị này ngoài phạm vi của thầy cô."))
    return YES
