"""May this be done to the tree? Each rule answers with a Verdict whose reason a person can act on.

Events of one unit are recorded in the order of their days: a row that already starts later is never overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import wraps

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


def _rule[**P](objections: Callable[P, Iterator[str]]) -> Callable[P, Verdict]:
    """A rule from the generator of its objections: the first one is the reason, later ones are never asked."""

    @wraps(objections)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Verdict:
        return next((no(reason) for reason in objections(*args, **kwargs)), YES)

    return answer


@_rule
def may_record(decision: str) -> Iterator[str]:
    """Every event names the decision that ordered it."""
    if not nfc(decision):
        yield _("Hãy ghi số quyết định hoặc nghị quyết của biến động này.")
    if len(nfc(decision)) > DECISION_LENGTH:
        yield _("Số quyết định dài quá %(most)s ký tự.") % {"most": DECISION_LENGTH}


@_rule
def may_open(new: Sequence[NewUnit], *, on: date) -> Iterator[str]:
    """May these open together on this day? Names, kinds, parents, codes and headcounts are looked at."""
    if not new:
        yield _("Chưa có đơn vị nào để thành lập.")
    yield from _opens(new, on, closing=())


@_rule
def may_close(unit_id: int, *, on: date) -> Iterator[str]:
    """A unit closes after its first day, alone: what hangs below it has gone elsewhere before."""
    yield from _ends((unit_id,), on)
    below = UnitParent.objects.filter(parent=unit_id, valid__overlap=DateRange(on, None)).count()
    if below:
        yield _("“%(name)s” còn %(count)s đơn vị trực thuộc từ ngày %(on)s. Hãy chuyển các đơn vị đó trước.") % {
            "name": _name(unit_id, on),
            "count": below,
            "on": _day(on),
        }


@_rule
def may_rename(unit_id: int, name: str, *, on: date) -> Iterator[str]:
    yield from _name_objections(name)
    yield from _changes((unit_id,), UnitName, on)


@_rule
def may_change_kind(unit_id: int, kind: str, *, on: date) -> Iterator[str]:
    if kind not in UnitKind.values:
        yield _("Không có loại hình “%(kind)s”.") % {"kind": kind}
    yield from _changes((unit_id,), UnitType, on)


@_rule
def may_recode(unit_id: int, scheme: str, code: str, *, on: date) -> Iterator[str]:
    """A code belongs to one unit at a time within its scheme."""
    yield from _code_objections(scheme, code)
    yield from _changes((unit_id,), UnitCode, on, scheme=scheme)
    yield from _codes_in_use({(scheme, nfc(code)): ""}, on, apart_from=(unit_id,))


@_rule
def may_transfer(unit_ids: Collection[int], to: int, *, on: date) -> Iterator[str]:
    """The new parent exists as long as the units do, and is never below one of them."""
    if not unit_ids:
        yield _("Chưa chọn đơn vị nào để chuyển.")
    yield from _changes(unit_ids, UnitParent, on)
    yield from _receives(unit_ids, to, on)
    if to in unit_ids:
        yield _("“%(name)s” không thể trực thuộc chính mình.") % {"name": _name(to, on)}
    yield from _not_below(to, unit_ids, on)


@_rule
def may_merge(source_ids: Collection[int], into: int | NewUnit, *, on: date) -> Iterator[str]:
    """The sources close; what hung below them moves to `into`, which is none of them and below none of them."""
    if not source_ids:
        yield _("Chưa chọn đơn vị nào để sáp nhập.")
    yield from _ends(source_ids, on)
    moved = children_from(source_ids, on) - set(source_ids)
    yield from _changes(moved, UnitParent, on)
    if isinstance(into, NewUnit):
        yield from _opens([into], on, closing=source_ids)
        yield from _not_below(into.parent, source_ids, on)
    else:
        yield from _takes_over(into, moved, source_ids, on)


@_rule
def may_split(source_id: int, into: Sequence[Portion], *, on: date) -> Iterator[str]:
    """Shares add up to one, and each child goes to exactly one portion. The source closes unless it takes a portion."""
    targets = [portion.unit for portion in into]
    yield from _portions(into)
    stays = source_id in targets
    yield from (_exists if stays else _ends)((source_id,), on)
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
            yield _("“%(name)s”: không có loại hình “%(kind)s”.") % {"name": unit.name, "kind": unit.kind}
        if unit.headcount and min(unit.headcount) < 0:
            yield _("“%(name)s”: số người không thể âm.") % {"name": unit.name}
    parents = {unit.parent for unit in new if unit.parent is not None}
    for parent in parents & set(closing):
        yield _("Đơn vị mới không thể trực thuộc “%(name)s”, đơn vị giải thể cùng ngày.") % {"name": _name(parent, on)}
    yield from _lasts(parents, on, None)
    bearers: dict[tuple[str, str], str] = {}
    for unit in new:
        for scheme, code in unit.codes.items():
            yield from _code_objections(scheme, code)
            if other := bearers.get((scheme, nfc(code))):
                yield _("Mã %(code)s ghi cho cả “%(one)s” và “%(other)s”.") % {
                    "code": code,
                    "one": other,
                    "other": unit.name,
                }
            bearers[scheme, nfc(code)] = unit.name
    yield from _codes_in_use(bearers, on, apart_from=closing)


def _takes_over(target: int, moved: Collection[int], sources: Collection[int], on: date) -> Iterator[str]:
    """Objections to an existing unit's taking over from the sources and having `moved` below it."""
    if target in sources:
        yield _("“%(name)s” vừa là đơn vị cũ vừa là đơn vị nhận.") % {"name": _name(target, on)}
    yield from _receives(moved, target, on)
    yield from _not_below(target, sources, on)


def _exists(unit_ids: Collection[int], on: date) -> Iterator[str]:
    """Objection for the first unit that is unknown, not yet open or already closed on the day."""
    known = {unit.pk: unit.existence for unit in Unit.objects.filter(pk__in=unit_ids).order_by("pk")}
    for unit_id in unit_ids:
        if unit_id not in known:
            yield _("Không có đơn vị số %(id)s.") % {"id": unit_id}
        existence = known[unit_id]
        if on < existence.lower:
            yield _("“%(name)s” thành lập ngày %(opened)s, sau ngày %(on)s của biến động.") % {
                "name": _name(unit_id, on),
                "opened": _day(existence.lower),
                "on": _day(on),
            }
        if existence.upper and on >= existence.upper:
            yield _("“%(name)s” đã giải thể từ ngày %(closed)s.") % {
                "name": _name(unit_id, on),
                "closed": _day(existence.upper),
            }


def _nothing_later(unit_ids: Collection[int], rows: type[UnitRow], on: date, **among: str) -> Iterator[str]:
    later = rows.objects.filter(unit__in=unit_ids, valid__startswith__gt=on, **among).order_by("valid", "pk")
    for unit_id, valid in later.values_list("unit_id", "valid")[:1]:
        yield _("“%(name)s” đã có %(what)s ghi từ ngày %(later)s. Biến động phải ghi theo thứ tự thời gian.") % {
            "name": _name(unit_id, on),
            "what": rows._meta.verbose_name,
            "later": _day(valid.lower),
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
            "name": _name(unit.pk, on),
            "on": _day(on),
        }
    for rows in DATED_ROWS:
        yield from _nothing_later(unit_ids, rows, on)


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
            "name": _name(parent.pk, on),
            "closed": _day(parent.existence.upper),
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
            "lower": _name(unit_id, on),
            "upper": _name(ancestor_id, on),
        }


def _name_objections(name: str) -> Iterator[str]:
    if not nfc(name):
        yield _("Hãy ghi tên đơn vị.")
    if len(nfc(name)) > NAME_LENGTH:
        yield _("Tên đơn vị dài quá %(most)s ký tự.") % {"most": NAME_LENGTH}


def _code_objections(scheme: str, code: str) -> Iterator[str]:
    if scheme not in CodeScheme.values:
        yield _("Không có hệ mã “%(scheme)s”.") % {"scheme": scheme}
    if not 0 < len(nfc(code)) <= CODE_LENGTH:
        yield _("Mã “%(code)s” phải có từ 1 đến %(most)s ký tự.") % {"code": code, "most": CODE_LENGTH}


def _codes_in_use(codes: Collection[tuple[str, str]], on: date, *, apart_from: Collection[int]) -> Iterator[str]:
    """Objection for the first (scheme, code) that another unit bears on the day or later."""
    rows = UnitCode.objects.filter(code__in={code for _, code in codes}, valid__overlap=DateRange(on, None))
    for row in rows.exclude(unit__in=apart_from).order_by("pk"):
        if (row.scheme, row.code) in codes:
            yield _("Mã %(code)s đang là của “%(name)s”.") % {"code": row.code, "name": _name(row.unit_id, on)}


def _name(unit_id: int, on: date) -> str:
    return called([unit_id], on=on).get(unit_id, str(unit_id))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
