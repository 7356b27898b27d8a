"""May this be done to the tree? Each rule answers with a Verdict whose reason a person can act on.

Events of one unit are recorded in the order of their days: a row that already starts later is never overwritten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import wraps
from typing import Self

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import YES, Verdict, no
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.models import (
    DATED_ROWS,
    EventPart,
    Lineage,
    Unit,
    UnitCode,
    UnitEvent,
    UnitName,
    UnitParent,
    UnitRow,
    UnitType,
)
from donghanh.organisations.queries import called

NAME_LENGTH: int = UnitName._meta.get_field("name").max_length or 0
CODE_LENGTH: int = UnitCode._meta.get_field("code").max_length or 0
DECISION_LENGTH: int = UnitEvent._meta.get_field("decision").max_length or 0
SHARE_STEP = Decimal(1).scaleb(-(EventPart._meta.get_field("share").decimal_places or 0))


@dataclass(frozen=True, eq=False)
class NewUnit:
    """What a register states of a unit that opens."""

    name: str
    kind: str  # UnitKind
    parent: int | None = None
    codes: Mapping[str, str] = field(default_factory=dict)  # CodeScheme → code
    groups: Collection[str] = ()
    headcount: tuple[int, int] | None = None  # (staff, learners)
    generated: bool = False


@dataclass(frozen=True)
class Portion:
    """What one unit takes of a split: a share of every count, and these children. The split unit itself may stay."""

    unit: int | NewUnit
    share: Decimal
    children: Collection[int] = ()


class Objection(str):  # noqa: SLOT000  # a string that carries one thing more
    """A sentence, and the argument of the action that it speaks of."""

    about: str

    def __new__(cls, sentence: str, about: str) -> Self:
        objection = super().__new__(cls, sentence)
        objection.about = about
        return objection


def rule[**P](objections: Callable[P, Iterator[str]]) -> Callable[P, Verdict]:
    """A rule from the generator of its objections: the first one is the reason, later ones are never asked."""

    @wraps(objections)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Verdict:
        return next((no(one, getattr(one, "about", "")) for one in objections(*args, **kwargs)), YES)

    return answer


def _at(about: str, objections: Iterator[str]) -> Iterator[str]:
    """The same objections, each said to speak of `about` unless it already speaks of something."""
    for one in objections:
        yield one if isinstance(one, Objection) else Objection(one, about)


@rule
def may_record(decision: str) -> Iterator[str]:
    """Every event names the decision that ordered it."""
    if not nfc(decision):
        yield Objection(_("Hãy ghi số quyết định hoặc nghị quyết của biến động này."), "decision")
    if len(nfc(decision)) > DECISION_LENGTH:
        yield Objection(_("Số quyết định dài quá %(most)s ký tự.") % {"most": DECISION_LENGTH}, "decision")


def beyond(offices: Collection[int], unit_ids: Iterable[int], *, days: Collection[date]) -> set[int]:
    """Those of the units that lie neither in nor below an office on one of the days, or on their own nearest to it."""
    asked = set(unit_ids)
    rows = Lineage.objects.filter(ancestor__in=offices, descendant__in=asked).order_by("pk")
    below: dict[int, list[DateRange]] = defaultdict(list)
    for unit_id, valid in rows.values_list("descendant_id", "valid"):
        below[unit_id].append(valid)
    lives = Unit.objects.filter(pk__in=below, existence__isempty=False).order_by("pk").values_list("pk", "existence")
    reached = {
        unit_id
        for unit_id, life in lives
        if all(any(nearest_day(life, day) in valid for valid in below[unit_id]) for day in days)
    }
    return asked - reached


def nearest_day(life: DateRange, day: date) -> date:
    """The day itself if the unit existed on it, else its first or its last one."""
    first: date = life.lower
    last: date = life.upper - timedelta(days=1) if life.upper else date.max
    return max(first, min(day, last))


@rule
def may_reach(
    offices: Collection[int], touched: Mapping[str, Collection[int]], *, on: date, today: date
) -> Iterator[str]:
    """An event stays below the offices of who records it, on its own day and today. `touched`: by argument."""
    outside = beyond(offices, {one for units in touched.values() for one in units}, days={on, today})
    for about, units in touched.items():
        for unit_id in outside.intersection(units):
            sentence = _("“%(name)s” nằm ngoài phạm vi mà thầy cô được ghi biến động vào ngày %(on)s.")
            yield Objection(sentence % {"name": name_then(unit_id, on), "on": written(on)}, about)


@rule
def may_open(new: Sequence[NewUnit], *, on: date) -> Iterator[str]:
    """May these open together on this day? Names, kinds, parents, codes and headcounts are looked at."""
    if not new:
        yield _("Chưa có đơn vị nào để thành lập.")
    yield from _opens(new, on, closing=())


@rule
def may_close(unit_id: int, *, on: date) -> Iterator[str]:
    """A unit closes after its first day, alone: what hangs below it has gone elsewhere before."""
    yield from _at("on", _ends((unit_id,), on))
    below = UnitParent.objects.filter(parent=unit_id, valid__overlap=DateRange(on, None)).count()
    if below:
        yield _("“%(name)s” còn %(count)s đơn vị trực thuộc từ ngày %(on)s. Hãy chuyển các đơn vị đó trước.") % {
            "name": name_then(unit_id, on),
            "count": below,
            "on": written(on),
        }


@rule
def may_rename(unit_id: int, name: str, *, on: date) -> Iterator[str]:
    yield from _name_objections(name)
    yield from _at("on", _changes((unit_id,), UnitName, on))


@rule
def may_change_kind(unit_id: int, kind: str, *, on: date) -> Iterator[str]:
    if kind not in UnitKind.values:
        yield Objection(_("Không có loại hình “%(kind)s”.") % {"kind": kind}, "kind")
    yield from _at("on", _changes((unit_id,), UnitType, on))


@rule
def may_recode(unit_id: int, scheme: str, code: str, *, on: date) -> Iterator[str]:
    """A code belongs to one unit at a time within its scheme."""
    yield from _code_objections(scheme, code)
    yield from _at("on", _changes((unit_id,), UnitCode, on, scheme=scheme))
    yield from _codes_in_use({(scheme, nfc(code)): ""}, on, apart_from=(unit_id,))


@rule
def may_transfer(unit_ids: Collection[int], to: int, *, on: date) -> Iterator[str]:
    """The new parent exists as long as the units do, and is never below one of them."""
    if not unit_ids:
        yield _("Chưa chọn đơn vị nào để chuyển.")
    yield from _at("on", _changes(unit_ids, UnitParent, on))
    yield from _at("to", _receives(unit_ids, to, on))
    if to in unit_ids:
        yield Objection(_("“%(name)s” không thể trực thuộc chính mình.") % {"name": name_then(to, on)}, "to")
    yield from _at("to", _not_below(to, unit_ids, on))


@rule
def may_merge(source_ids: Collection[int], into: int | NewUnit, *, on: date) -> Iterator[str]:
    """The sources close; what hung below them moves to `into`, which is none of them and below none of them."""
    if not source_ids:
        yield _("Chưa chọn đơn vị nào để sáp nhập.")
    yield from _at("on", _ends(source_ids, on))
    moved = children_from(source_ids, on) - set(source_ids)
    yield from _at("on", _changes(moved, UnitParent, on))
    if isinstance(into, NewUnit):
        yield from _opens([into], on, closing=source_ids)
        yield from _at("parent", _not_below(into.parent, source_ids, on))
    else:
        yield from _at("into", _takes_over(into, moved, source_ids, on))


@rule
def may_split(source_id: int, into: Sequence[Portion], *, on: date) -> Iterator[str]:
    """Shares add up to one, and each child goes to exactly one portion. The source closes unless it takes a portion."""
    targets = [portion.unit for portion in into]
    yield from _portions(into)
    stays = source_id in targets
    yield from _at("on", (_exists if stays else _ends)((source_id,), on))
    stated = [child for portion in into for child in portion.children]
    below = children_from((source_id,), on)
    if sorted(stated) != sorted(below):
        yield _("Hãy nêu nơi nhận của từng đơn vị trực thuộc, mỗi đơn vị một lần: có %(below)s, đã nêu %(stated)s.") % {
            "below": len(below),
            "stated": len(stated),
        }
    new = [target for target in targets if isinstance(target, NewUnit)]
    yield from _opens(new, on, closing=() if stays else (source_id,))
    for portion in into:
        if portion.unit == source_id:
            continue
        yield from _changes(portion.children, UnitParent, on)
        if isinstance(portion.unit, NewUnit):
            yield from _not_below(portion.unit.parent, (source_id,), on)
        else:
            yield from _takes_over(portion.unit, portion.children, (source_id,), on)


def children_from(unit_ids: Collection[int], on: date) -> set[int]:
    """Units directly below any of these on the day or on a later one."""
    rows = UnitParent.objects.filter(parent__in=unit_ids, valid__overlap=DateRange(on, None))
    return set(rows.order_by("unit_id").values_list("unit_id", flat=True))


def _portions(into: Sequence[Portion]) -> Iterator[str]:
    if len(into) < 2:  # noqa: PLR2004  # a split makes two of one
        yield _("Chia tách cần ít nhất hai đơn vị nhận.")
    if len({portion.unit for portion in into}) < len(into):
        yield _("Một đơn vị nhận chỉ ghi một lần.")
    if any(portion.share < SHARE_STEP or portion.share % SHARE_STEP for portion in into):
        yield _("Tỷ lệ của mỗi phần phải lớn hơn 0 và có tối đa bốn chữ số thập phân.")
    if (total := sum(portion.share for portion in into)) != 1:
        yield _("Các tỷ lệ cộng lại phải bằng 1, đang là %(total)s.") % {"total": total}


def _opens(new: Sequence[NewUnit], on: date, *, closing: Collection[int]) -> Iterator[str]:
    """Objections to opening these on a day on which `closing` close and leave their codes free."""
    for unit in new:
        yield from _name_objections(unit.name)
        if unit.kind not in UnitKind.values:
            sentence = _("“%(name)s”: không có loại hình “%(kind)s”.") % {"name": unit.name, "kind": unit.kind}
            yield Objection(sentence, "kind")
        if unit.headcount and min(unit.headcount) < 0:
            yield _("“%(name)s”: số người không thể âm.") % {"name": unit.name}
    parents = {unit.parent for unit in new if unit.parent is not None}
    for parent in parents & set(closing):
        sentence = _("Đơn vị mới không thể trực thuộc “%(name)s”, đơn vị giải thể cùng ngày.")
        yield Objection(sentence % {"name": name_then(parent, on)}, "parent")
    yield from _at("on", _lasts(parents, on, None))
    bearers: dict[tuple[str, str], str] = {}
    for unit in new:
        for scheme, code in unit.codes.items():
            yield from _code_objections(scheme, code)
            if other := bearers.get((scheme, nfc(code))):
                both = {"code": code, "one": other, "other": unit.name}
                yield Objection(_("Mã %(code)s ghi cho cả “%(one)s” và “%(other)s”.") % both, "code")
            bearers[scheme, nfc(code)] = unit.name
    yield from _codes_in_use(bearers, on, apart_from=closing)


def _takes_over(target: int, moved: Collection[int], sources: Collection[int], on: date) -> Iterator[str]:
    """Objections to an existing unit's taking over from the sources and having `moved` below it."""
    if target in sources:
        yield _("“%(name)s” vừa là đơn vị cũ vừa là đơn vị nhận.") % {"name": name_then(target, on)}
    yield from _receives(moved, target, on)
    yield from _not_below(target, sources, on)


def _exists(unit_ids: Collection[int], on: date) -> Iterator[str]:
    """Objection for the first unit that is unknown, not yet open or already closed on the day."""
    units = Unit.objects.filter(pk__in=unit_ids, existence__isempty=False)
    known = {unit.pk: unit.existence for unit in units.order_by("pk")}
    for unit_id in unit_ids:
        if unit_id not in known:
            yield _("Không có đơn vị số %(id)s.") % {"id": unit_id}
        existence = known[unit_id]
        if on < existence.lower:
            yield _("“%(name)s” thành lập ngày %(opened)s, sau ngày %(on)s của biến động.") % {
                "name": name_then(unit_id, on),
                "opened": written(existence.lower),
                "on": written(on),
            }
        if existence.upper and on >= existence.upper:
            yield _("“%(name)s” đã giải thể từ ngày %(closed)s.") % {
                "name": name_then(unit_id, on),
                "closed": written(existence.upper),
            }


def _nothing_later(unit_ids: Collection[int], rows: type[UnitRow], on: date, **among: str) -> Iterator[str]:
    later = rows.objects.filter(unit__in=unit_ids, valid__startswith__gt=on, **among).order_by("valid", "pk")
    for unit_id, valid in later.values_list("unit_id", "valid")[:1]:
        yield _("“%(name)s” đã có %(what)s ghi từ ngày %(later)s. Biến động phải ghi theo thứ tự thời gian.") % {
            "name": name_then(unit_id, on),
            "what": rows._meta.verbose_name,
            "later": written(valid.lower),
        }


def _changes(unit_ids: Collection[int], rows: type[UnitRow], on: date, **among: str) -> Iterator[str]:
    """Objections to new rows from the day on: the units exist, and none has a row that starts later."""
    yield from _exists(unit_ids, on)
    yield from _nothing_later(unit_ids, rows, on, **among)


def _ends(unit_ids: Collection[int], on: date) -> Iterator[str]:
    """Objections to the units' closing: they have had a day, and nothing is recorded of them for later."""
    yield from _exists(unit_ids, on)
    for unit in Unit.objects.filter(pk__in=unit_ids, existence__startswith=on).order_by("pk")[:1]:
        yield _("“%(name)s” không thể giải thể ngay ngày thành lập %(on)s.") % {
            "name": name_then(unit.pk, on),
            "on": written(on),
        }
    for rows in DATED_ROWS:
        yield from _nothing_later(unit_ids, rows, on)
    later = EventPart.objects.filter(unit__in=unit_ids, event__on__gt=on, event__undone_at__isnull=True)
    for part in later.select_related("event").order_by("event__on", "pk")[:1]:
        yield _("“%(name)s” đã có biến động “%(kind)s” ngày %(later)s, nên không thể giải thể trước ngày ấy.") % {
            "name": name_then(part.unit_id, on),
            "kind": part.event.get_kind_display(),
            "later": written(part.event.on),
        }


def _receives(unit_ids: Collection[int], parent: int, on: date) -> Iterator[str]:
    """Objection if the parent does not exist from the day on as long as each of the units does."""
    lives = Unit.objects.filter(pk__in=unit_ids).order_by("pk").values_list("existence", flat=True)
    ends = [existence.upper for existence in lives]
    yield from _lasts((parent,), on, None if None in ends else max(ends, default=on))


def _lasts(parents: Collection[int], on: date, until: date | None) -> Iterator[str]:
    """Objections for parents that do not exist from the day on until another (None: for good)."""
    yield from _exists(parents, on)
    closing = Unit.objects.filter(pk__in=parents, existence__endswith__isnull=False).order_by("pk")
    for parent in closing if until is None else closing.filter(existence__endswith__lt=until):
        yield _("“%(name)s” giải thể ngày %(closed)s, trước các đơn vị sẽ trực thuộc nó.") % {
            "name": name_then(parent.pk, on),
            "closed": written(parent.existence.upper),
        }


def _not_below(unit_id: int | None, above: Collection[int], on: date) -> Iterator[str]:
    """Objection if `unit_id` is, on the day or later, below one of `above`: the tree would bite its tail."""
    if unit_id is None:
        return
    rows = Lineage.objects.filter(
        ancestor__in=above, descendant=unit_id, depth__gt=0, valid__overlap=DateRange(on, None)
    ).order_by("pk")
    for ancestor_id in rows.values_list("ancestor_id", flat=True)[:1]:
        yield _("“%(lower)s” nằm dưới “%(upper)s”, nên “%(upper)s” không thể chuyển về dưới nó.") % {
            "lower": name_then(unit_id, on),
            "upper": name_then(ancestor_id, on),
        }


def _name_objections(name: str) -> Iterator[str]:
    if not nfc(name):
        yield Objection(_("Hãy ghi tên đơn vị."), "name")
    if len(nfc(name)) > NAME_LENGTH:
        yield Objection(_("Tên đơn vị dài quá %(most)s ký tự.") % {"most": NAME_LENGTH}, "name")


def _code_objections(scheme: str, code: str) -> Iterator[str]:
    if scheme not in CodeScheme.values:
        yield Objection(_("Không có hệ mã “%(scheme)s”.") % {"scheme": scheme}, "scheme")
    if not 0 < len(nfc(code)) <= CODE_LENGTH:
        wrong = _("Mã “%(code)s” phải có từ 1 đến %(most)s ký tự.") % {"code": code, "most": CODE_LENGTH}
        yield Objection(wrong, "code")


def _codes_in_use(codes: Collection[tuple[str, str]], on: date, *, apart_from: Collection[int]) -> Iterator[str]:
    """Objection for the first (scheme, code) that another unit bears on the day or later."""
    rows = UnitCode.objects.filter(code__in={code for _, code in codes}, valid__overlap=DateRange(on, None))
    for row in rows.exclude(unit__in=apart_from).order_by("pk"):
        if (row.scheme, row.code) in codes:
            bearer = {"code": row.code, "name": name_then(row.unit_id, on)}
            yield Objection(_("Mã %(code)s đang là của “%(name)s”.") % bearer, "code")


def name_then(unit_id: int, on: date) -> str:
    return called([unit_id], on=on).get(unit_id, str(unit_id))


def written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
