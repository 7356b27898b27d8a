"""What a file of units would do to the tree of a day: every line gets a verdict, nothing is written.

A line speaks of the unit that bears one of its codes or its identifier, else of the one with its very name below its
very parent. Codes are compared, never read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import override

from donghanh.kernel.numbers import NotANumber, parse_number
from donghanh.kernel.sheets_in import heading_key
from donghanh.organisations.choices import CodeScheme, LineVerdict, UnitKind
from donghanh.organisations.import_files import CODE_FIELDS, LABELS, Line
from donghanh.organisations.import_known import Known, cell_of
from donghanh.organisations.models import unit_of_uid
from donghanh.organisations.rules import CODE_LENGTH, NAME_LENGTH

MOST_LEVELS = 30  # of the tree, far more than any office has
MOST_PEOPLE = 1_000_000  # in one unit; a number with more digits is no headcount
type Reach = Callable[[Collection[int]], set[int]]  # of these units, those in which the reader may record changes


@dataclass(frozen=True)
class Options:
    scheme: str = CodeScheme.OWN  # of the codes in a column that only says “Mã”
    kind: str = ""  # of new units where the file states none
    convert: bool = False  # read TCVN3 and VNI


@dataclass
class Checked:
    """One line with what it would do. `parent`: a unit, or the new unit of another line; None: as it is."""

    line: Line
    unit: int | None = None
    parent: int | Checked | None = None
    kind: str = ""
    codes: dict[str, str] = field(default_factory=dict)  # scheme → code that it would get
    headcount: tuple[int, int] | None = None  # that it would get
    changes: list[tuple[str, str, str]] = field(default_factory=list)  # (field, before, after)
    torn: bool = False  # its codes are those of several units: nothing more can be said of it

    @property
    def name(self) -> str:
        return self.line.cells.get("name", "")

    @property
    def verdict(self) -> LineVerdict:
        if self.line.faults:
            return LineVerdict.BAD
        if self.unit is None:
            return LineVerdict.NEW
        return LineVerdict.CHANGED if self.changes else LineVerdict.UNCHANGED

    def fault(self, name: str, sentence: str) -> None:
        """The first fault of a field is the one that is told."""
        self.line.faults.setdefault(name, sentence)


def check_lines(lines: Sequence[Line], *, on: date, options: Options, reach: Reach | None) -> list[Checked]:
    """A verdict for every line, in order. `reach` None: everywhere."""
    known = Known(lines, on)
    checks = [Checked(line) for line in lines]
    _Tree(checks, known).find()
    for one in checks:
        _check_words(one)
        if one.torn:
            continue
        _check_closed(one, known)
        _check_kind(one, options)
        _check_codes(one, known, options)
        _check_headcount(one, known)
        _compare(one, known)
    _check_twice(checks, options)
    _check_circles(checks, known)
    _check_reach(checks, reach)
    return checks


NOTHING: tuple[list[Checked], set[int]] = [], set()


class _Tree:
    """Which unit each line speaks of, and which is its parent: in the register, or a line of the same file."""

    def __init__(self, checks: list[Checked], known: Known) -> None:
        self.checks, self.known = checks, known
        self.by_uid: dict[str, list[Checked]] = defaultdict(list)
        self.by_code: dict[str, list[Checked]] = defaultdict(list)
        self.by_name: dict[str, list[Checked]] = defaultdict(list)
        for one in checks:
            self.by_name[one.name].append(one)
            self.by_uid[cell_of(one.line, "uid")].append(one)
            for code in {cell_of(one.line, name) for name in CODE_FIELDS} - {""}:
                self.by_code[code].append(one)

    def find(self) -> None:
        """From the top down: a line can be found by name and parent once the line of its parent is."""
        below: dict[int, list[Checked]] = defaultdict(list)
        waiting: list[tuple[Checked, Checked | None, set[int]]] = []
        candidates = {}
        for one in self.checks:
            upper, units = self._candidates(one)
            candidates[id(one)] = upper, units
            if upper is None:
                waiting.append((one, upper, units))
            else:
                below[id(upper)].append(one)
        seen: set[int] = set()
        while waiting:
            one, upper, units = waiting.pop()
            seen.add(id(one))
            one.parent = self._parent(one, upper, units)
            one.unit = self._unit_of(one)
            waiting += [(lower, *candidates[id(lower)]) for lower in below[id(one)]]
        for one in self.checks:
            if id(one) not in seen:
                one.fault("parent", _("Các dòng trong tệp trực thuộc lẫn nhau thành vòng tròn, hoặc nằm dưới vòng ấy."))

    def _candidates(self, one: Checked) -> tuple[Checked | None, set[int]]:
        """What the words for the parent could mean: one line of the file, and units of the register.

        Identifiers come before codes, codes before names.
        """
        typed, known = _parent_typed(one), self.known
        by_uid = unit_of_uid(typed) or 0
        ways: tuple[tuple[list[Checked], set[int]], ...] = (
            (self.by_uid.get(typed, []), known.existing({by_uid})),
            (self.by_code.get(typed, []), known.bearing(typed)),
            (self.by_name.get(typed, []), set(known.named.get(typed, ()))),
        )
        lines, units = next((way for way in ways if typed and any(way)), NOTHING)
        others = [line for line in lines if line is not one]
        if lines and not others and not units - self._by_code(one):
            one.fault("parent", _("Đơn vị không thể trực thuộc chính mình."))
        if len(others) > 1:
            said = {"count": len(others), "typed": typed}
            one.fault("parent", _("Tệp có %(count)s dòng là “%(typed)s”. Hãy ghi mã của đơn vị quản lý.") % said)
        return (others[0] if len(others) == 1 else None), units

    def _parent(self, one: Checked, upper: Checked | None, units: set[int]) -> int | Checked | None:
        """The one unit or new line that is meant; a fault where there are several or none."""
        typed = _parent_typed(one)
        nodes: set[int] = set(units)
        if upper and upper.unit is not None:
            nodes.add(upper.unit)
        if len(nodes) > 1:
            nodes -= self._by_code(one)
        new = upper if upper and upper.unit is None else None
        if typed and not nodes and new is None:
            said = {"typed": typed, "on": f"{self.known.on:%d/%m/%Y}"}
            one.fault("parent", _("Không có đơn vị nào có mã hoặc tên “%(typed)s” vào ngày %(on)s.") % said)
        if (count := len(nodes) + bool(new)) > 1:
            several = {"count": count, "typed": typed}
            one.fault("parent", _("Có %(count)s đơn vị tên “%(typed)s”. Hãy ghi mã của đơn vị quản lý.") % several)
            return None
        return new or next(iter(nodes), None)

    def _by_code(self, one: Checked) -> set[int]:
        found: set[int] = set()
        for name in CODE_FIELDS:
            code = cell_of(one.line, name)
            of_code = self.known.bearers.get(code, {}) if code else {}
            found |= set(of_code.values()) if name == "code" else {of_code[name]} if name in of_code else set()
        return found

    def _unit_of(self, one: Checked) -> int | None:
        known, cells = self.known, one.line.cells
        by_uid = unit_of_uid(cells.get("uid", ""))
        if by_uid in known.last_day:
            return by_uid
        coded = self._by_code(one)
        if len(coded) > 1:
            one.torn = True
            names = ", ".join(f"“{known.name[unit]}”" for unit in sorted(coded))
            field_name = next(name for name in reversed(CODE_FIELDS) if cell_of(one.line, name))
            one.fault(field_name, _("Các mã của dòng này là của nhiều đơn vị: %(names)s.") % {"names": names})
        if coded:
            return min(coded)
        same_name = known.named.get(one.name, [])
        typed = _parent_typed(one)
        here = [unit for unit in same_name if not typed or known.parent.get(unit) == one.parent]
        if len(here) == 1:
            return here[0]
        if same_name and not any(cell_of(one.line, name) for name in CODE_FIELDS):
            said = {"count": len(same_name), "name": one.name}
            one.fault("name", _("Đã có %(count)s đơn vị tên “%(name)s” ở nơi khác. Hãy ghi mã để phân biệt.") % said)
        return None


def _parent_typed(one: Checked) -> str:
    return cell_of(one.line, "parent_code") or cell_of(one.line, "parent")


def _check_words(one: Checked) -> None:
    if not one.name:
        one.fault("name", _("Hãy ghi tên đơn vị."))
    if len(one.name) > NAME_LENGTH:
        one.fault("name", _("Tên đơn vị dài quá %(most)s ký tự.") % {"most": NAME_LENGTH})


def _check_closed(one: Checked, known: Known) -> None:
    closed = cell_of(one.line, "closed")[:10]
    if not closed:
        return
    try:
        day = date.fromisoformat(closed)
    except ValueError:
        one.fault("closed", _("“%(typed)s” không phải là ngày dạng năm-tháng-ngày.") % {"typed": closed})
        return
    if day <= known.on:
        said = {"closed": f"{day:%d/%m/%Y}"}
        one.fault("closed", _("Đơn vị đã đóng từ ngày %(closed)s. Hãy bỏ dòng này hoặc chọn ngày sớm hơn.") % said)


@cache
def _kinds() -> dict[str, str]:
    """Every word for a kind → the kind."""
    words = {heading_key(kind): str(kind) for kind in UnitKind}
    for language in ("vi", "en"):
        with override(language):
            words |= {heading_key(str(kind.label)): str(kind) for kind in UnitKind}
    return words


def _check_kind(one: Checked, options: Options) -> None:
    typed = cell_of(one.line, "kind")
    one.kind = _kinds().get(heading_key(typed), "") if typed else ""
    if typed and not one.kind:
        one.fault("kind", _("Không có loại hình “%(kind)s”.") % {"kind": typed})
    if not typed and one.unit is None:
        one.kind = options.kind
        if not options.kind:
            one.fault("kind", _("Đơn vị mới cần có loại hình."))
    if one.unit is None and not _parent_typed(one):
        one.fault("parent", _("Đơn vị mới cần có đơn vị quản lý."))


def _check_codes(one: Checked, known: Known, options: Options) -> None:
    current = known.codes.get(one.unit, {}) if one.unit is not None else {}
    for name in CODE_FIELDS:
        code = cell_of(one.line, name)
        scheme = options.scheme if name == "code" else name
        if not code or code == current.get(scheme) or (name == "code" and code in current.values()):
            continue
        if len(code) > CODE_LENGTH:
            one.fault(name, _("Mã “%(code)s” phải có từ 1 đến %(most)s ký tự.") % {"code": code, "most": CODE_LENGTH})
        other = known.bearers.get(code, {}).get(scheme)
        if other is not None and other != one.unit:
            one.fault(name, _("Mã %(code)s đang là của “%(name)s”.") % {"code": code, "name": known.name[other]})
        elif (scheme, code) in known.reserved:
            one.fault(name, _("Mã %(code)s đã ghi cho một đơn vị từ một ngày sau.") % {"code": code})
        one.codes[scheme] = code


def _check_headcount(one: Checked, known: Known) -> None:
    before = known.headcount.get(one.unit) if one.unit is not None else None
    said: dict[str, int | None] = {}
    for place, name in enumerate(("staff", "learners")):
        try:
            number = parse_number(cell_of(one.line, name), least=0, most=MOST_PEOPLE)
        except NotANumber as wrong:
            one.fault(name, str(wrong))
            return
        said[name] = int(number) if number is not None else before[place] if before else None
    staff, learners = said["staff"], said["learners"]
    if staff is not None and learners is not None:
        one.headcount = (staff, learners) if (staff, learners) != before else None
    elif staff is not None or learners is not None:
        missing = "staff" if staff is None else "learners"
        one.fault(missing, _("Hãy ghi cả hai số: cán bộ, giáo viên, nhân viên và người học."))


def _compare(one: Checked, known: Known) -> None:
    """Write down what would change, and refuse what the register already records for a later day."""
    if one.unit is None:
        parent = one.parent
        if isinstance(parent, int) and known.last_day.get(parent) is not None:
            _closes(one, parent, known)
        return
    unit = one.unit
    if one.name and one.name != known.name[unit]:
        one.changes.append(("name", known.name[unit], one.name))
    if one.kind and one.kind != known.kind[unit]:
        one.changes.append(("kind", str(UnitKind(known.kind[unit]).label), str(UnitKind(one.kind).label)))
    before = known.parent.get(unit)
    if one.parent is not None and one.parent != before:
        name = one.parent.name if isinstance(one.parent, Checked) else known.name[one.parent]
        one.changes.append(("parent", known.name[before] if before else "", name))
        _lasts(one, unit, known)
    for scheme, code in one.codes.items():
        one.changes.append((scheme, known.codes.get(unit, {}).get(scheme, ""), code))
    if one.headcount:
        was = known.headcount.get(unit)
        one.changes += [
            (name, str(was[place]) if was else "", str(one.headcount[place]))
            for place, name in enumerate(("staff", "learners"))
            if not was or was[place] != one.headcount[place]
        ]
    for name, _before, _after in one.changes:
        if ("staff" if name == "learners" else name, unit) in known.later:
            what = {"what": LABELS[name]}
            one.fault(name, _("Đơn vị này đã có “%(what)s” ghi từ một ngày sau. Hãy chọn ngày muộn hơn.") % what)


def _lasts(one: Checked, unit: int, known: Known) -> None:
    """The new parent exists as long as the unit does."""
    if not isinstance(one.parent, int):
        return
    upper, own = known.last_day.get(one.parent), known.last_day[unit]
    if upper is not None and (own is None or own > upper):
        _closes(one, one.parent, known)


def _closes(one: Checked, parent: int, known: Known) -> None:
    said = {"name": known.name[parent], "closed": f"{known.last_day[parent]:%d/%m/%Y}"}
    one.fault("parent", _("“%(name)s” giải thể ngày %(closed)s, trước các đơn vị sẽ trực thuộc nó.") % said)


def _check_twice(checks: Iterable[Checked], options: Options) -> None:
    """One unit, one code, one new name below one parent: each on one line only."""
    first: dict[object, int] = {}
    for one in checks:
        codes = {
            name: (options.scheme if name == "code" else name, cell_of(one.line, name))
            for name in CODE_FIELDS
            if cell_of(one.line, name)
        }
        keys: list[tuple[str, object]] = list(codes.items())
        if one.unit is not None:
            keys.append(("name", one.unit))
        elif not codes:
            parent = id(one.parent) if isinstance(one.parent, Checked) else one.parent
            keys.append(("name", (one.name, parent)))
        for name, key in keys:
            number = first.setdefault(key, one.line.number)
            if number != one.line.number:
                one.fault(name, _("Trùng với dòng %(number)s của tệp.") % {"number": number})


def _check_circles(checks: Iterable[Checked], known: Known) -> None:
    """After all moves nobody is below itself, and nobody deeper than a tree of offices goes."""
    moved = {one.unit: one for one in checks if one.unit is not None and one.parent is not None and not one.torn}

    def above(node: int | Checked) -> int | Checked | None:
        if isinstance(node, Checked):
            return node.parent
        return moved[node].parent if node in moved else known.parent.get(node)

    for one in checks:
        way: set[int] = set()
        node: int | Checked | None = one if one.unit is None else one.unit if moved.get(one.unit) is one else None
        while node is not None and len(way) <= MOST_LEVELS:
            key = -id(node) if isinstance(node, Checked) else node
            if key in way:
                one.fault("parent", _("Đơn vị sẽ nằm dưới chính mình. Hãy xem lại cột “Trực thuộc”."))
                break
            way.add(key)
            node = above(node)
        if len(way) > MOST_LEVELS:
            one.fault("parent", _("Cây đơn vị sẽ sâu quá %(most)s cấp.") % {"most": MOST_LEVELS})


def _check_reach(checks: Iterable[Checked], reach: Reach | None) -> None:
    """A person changes units of their own area only, and brings in or moves units to no other."""
    if reach is None:
        return
    asked = set(_touched(checks))
    reached = reach(asked)
    outside = _("Ngoài phạm vi quản lý của thầy cô.")
    for one in checks:
        if one.unit is not None and one.changes and one.unit not in reached:
            one.fault("name", outside)
        moves = one.unit is None or any(name == "parent" for name, _before, _after in one.changes)
        if moves and isinstance(one.parent, int) and one.parent not in reached:
            one.fault("parent", outside)


def _touched(checks: Iterable[Checked]) -> Iterator[int]:
    for one in checks:
        if one.unit is not None:
            yield one.unit
        if isinstance(one.parent, int):
            yield one.parent


def counts_of(checks: Iterable[Checked]) -> Counter[str]:
    """How many lines of each verdict."""
    return Counter(str(one.verdict) for one in checks)
