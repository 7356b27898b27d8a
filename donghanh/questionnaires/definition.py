"""What a form is: sections of items, each item one cell or one cell a breakdown option; checks over the cells.

Read once from JSON (a version's `document`), then immutable. The order of `cells` is the order of every stored array.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAliasType, get_args, get_origin, get_type_hints

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from donghanh.questionnaires.expressions import added
from donghanh.questionnaires.logic import FaultyLogic, Logic

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

type ItemKind = Literal[
    "integer", "decimal", "money", "percentage", "flag",  # cells: stored in the array of numbers
    "choice", "choices", "date", "text",  # texts: a code, codes parted by spaces, an ISO date, words
    "file", "note",  # evidence that is stored beside the answers; a sentence that asks nothing
]  # fmt: skip
type Severity = Literal["error", "warning"]
type CheckKind = Literal["not_more_than", "needs", "usual_range", "holds", "peers"]

LEVEL: Final = "level"  # the breakdown whose options a school has or has not: the levels it teaches
REGISTER: Final = ("staff", "learners")  # what a check may compare with, as `register.staff`
NUMERIC: Final = ("integer", "decimal", "money", "percentage", "flag")
WRITTEN: Final = ("choice", "choices", "date", "text")
EVERY_NUMBER: Final = "*"  # `left` of a usual_range that watches every number of the form
LARGEST_NUMBER: Final = 10**9
LONGEST_TEXT: Final = 2000
LIMITS: Final = {"text": LONGEST_TEXT, "percentage": 100, "money": 10**14}
FRACTIONS: Final = ("decimal", "percentage")
MOST_CELLS: Final = 5000
MOST_DIGITS: Final = 6  # after the mark; beyond that a double writes noise
SHORT_TEXT: Final = 200  # up to here one line is enough


def spoken(vi: str, en: str) -> str:
    """The wording in the reader's language; Vietnamese where there is no other."""
    return en if en and (get_language() or "vi").startswith("en") else vi


class Named:
    """Something with a Vietnamese and an English wording."""

    vi: str
    en: str

    @property
    def name(self) -> str:
        return spoken(self.vi, self.en)


@dataclass(frozen=True)
class Option(Named):
    code: str
    vi: str
    en: str


@dataclass(frozen=True)
class Item(Named):
    code: str  # the data element it fills
    kind: ItemKind
    vi: str
    en: str
    unit_vi: str = ""  # unit of measure
    unit_en: str = ""
    help_vi: str = ""  # how to count; opens on demand
    help_en: str = ""
    note_vi: str = ""  # what must be read before writing; always seen
    note_en: str = ""
    basis: str = ""  # clause or regulation the item comes from
    basis_en: str = ""
    breakdown: str = ""  # code of the breakdown, "" for a single cell; the columns where there are rows too
    rows: str = ""  # code of a second breakdown: a table of rows × columns, cells "item[row,column]"
    closed: tuple[str, ...] = ()  # grey cells, by what stands in their brackets: "row,column" or "option"
    choices: str = ""  # of a choice or choices: code of the list in `breakdowns`
    required: bool = True
    at_least: int | None = None  # smallest number; 0 where nothing is said
    at_most: int | None = None  # largest number, or most characters of a text
    decimals: int = 2  # of a decimal or percentage: most digits after the mark
    relevant: str = ""  # asked only where this expression holds
    calculation: str = ""  # the programme reckons it; nobody types there
    constraint: str = ""  # must hold of what is typed; `.` is the value itself
    constraint_vi: str = ""  # the sentence where it does not
    constraint_en: str = ""
    measure: str = ""  # what the programme counts by itself (room measures), offered as the answer

    @property
    def unit(self) -> str:
        return spoken(self.unit_vi, self.unit_en)

    @property
    def help(self) -> str:
        return spoken(self.help_vi, self.help_en)

    @property
    def note(self) -> str:
        return spoken(self.note_vi, self.note_en)

    @property
    def source(self) -> str:
        return spoken(self.basis, self.basis_en)

    @property
    def limit(self) -> int:
        """The largest number, or for a text the most characters."""
        return self.at_most or LIMITS.get(self.kind, LARGEST_NUMBER)

    @property
    def least(self) -> int:
        """The smallest number."""
        return self.at_least or 0

    @property
    def digits(self) -> int:
        """Most digits after the mark."""
        return self.decimals if self.kind in FRACTIONS else 0

    @property
    def typed(self) -> bool:
        """Somebody types it: it is no sentence, no file, and not reckoned."""
        return self.kind not in ("note", "file") and not self.calculation

    @property
    def refusal(self) -> str:
        """The sentence where what is typed breaks the constraint."""
        return spoken(self.constraint_vi, self.constraint_en) or _("Số liệu này không hợp quy định của ô.")

    @property
    def is_long(self) -> bool:
        return self.kind == "text" and self.limit > SHORT_TEXT


@dataclass(frozen=True)
class Section(Named):
    code: str
    vi: str
    en: str
    items: tuple[Item, ...]
    relevant: str = ""  # the whole section is asked only where this expression holds


@dataclass(frozen=True)
class Check:
    """A relation that should hold, and the sentence for the person where it does not.

    not_more_than: `left` may not exceed `factor` × `right` (an item, or `register.staff`, `register.learners`);
    option by option where both have the same breakdown, else total against total.
    needs: where `left` is yes or above 0, `right` must be too (a text: must be filled). A required number or flag that
    is still empty is left to `rules.missing`.
    usual_range: a cell of `left` (or of every number: `*`) differs from the previous period's by more than `factor`
    times and by more than `difference`.
    holds: the expression `holds` must be true; said at `left`.
    peers: like usual_range, against the usual value of units of the same kind.
    An error stops the sending; a warning wants a word of explanation. One rule a file: `checks/`.
    """

    code: str
    kind: CheckKind
    severity: Severity
    left: str
    vi: str  # with %(left)s and %(right)s for the two values
    en: str
    right: str = ""
    factor: float = 1
    difference: float = 0
    holds: str = ""
    basis: str = ""

    @property
    def sentence(self) -> str:
        return spoken(self.vi, self.en)


@dataclass(frozen=True)
class Cell:
    code: str  # "staff_trained[TH]", "discipline[warned,TH]" or "schools_with_outreach"
    item: Item
    option: Option | None = None  # of the breakdown: the column
    row: Option | None = None  # of the second breakdown

    @property
    def selection(self) -> str:
        """What stands in the brackets; "" for a single cell."""
        return self.code[len(self.item.code) + 1 : -1]


@dataclass(frozen=True)
class Definition(Named):
    code: str
    vi: str
    en: str
    breakdowns: dict[str, tuple[Option, ...]]
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = field(default=())

    @cached_property
    def items(self) -> dict[str, Item]:
        return {item.code: item for section in self.sections for item in section.items}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every number of the form, in stored order; texts are not cells."""
        return tuple(cell for cells in self.cells_of.values() for cell in cells)

    @cached_property
    def cells_of(self) -> dict[str, tuple[Cell, ...]]:
        """The cells of each item, by its code; none for a text."""
        return {item.code: tuple(self._cells(item)) for item in self.items.values() if item.kind in NUMERIC}

    def _cells(self, item: Item) -> Iterable[Cell]:
        for row in self.breakdowns[item.rows] if item.rows else (None,):
            for option in self.breakdowns[item.breakdown] if item.breakdown else (None,):
                selection = ",".join(part.code for part in (row, option) if part)
                if selection not in item.closed:
                    yield Cell(f"{item.code}[{selection}]" if selection else item.code, item, option, row)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each cell stands in a stored array, by the cell's code."""
        return {cell.code: position for position, cell in enumerate(self.cells)}

    @cached_property
    def texts(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items.values() if item.kind in WRITTEN)

    @cached_property
    def boxes(self) -> tuple[str, ...]:
        """Names of everything that can be typed: cells, written items, and of a choice of several a box an option."""
        cells = [cell.code for cell in self.cells if cell.item.typed]
        return (*cells, *(box for item in self.texts if item.typed for box in self.boxes_of(item)))

    def boxes_of(self, item: Item) -> list[str]:
        """The boxes of a written item."""
        if item.kind != "choices":
            return [item.code]
        return [f"{item.code}:{option.code}" for option in self.breakdowns[item.choices]]

    @cached_property
    def compares_with_peers(self) -> bool:
        return any(check.kind == "peers" for check in self.checks)

    @cached_property
    def logic(self) -> Logic:
        """What is asked when, and what is reckoned."""
        return Logic(self)

    def by_cell(self, numbers: Sequence[float | None]) -> dict[str, float | None]:
        """A stored array as a mapping from the cell's code; ValueError where the length is another form's."""
        return dict(zip(self.positions, numbers, strict=True))

    def total(self, item: str, values: Mapping[str, float | None]) -> float | None:
        """Sum of the filled cells of an item, from values by cell; None where none is filled."""
        filled = [value for cell in self.cells_of[item] if (value := values.get(cell.code)) is not None]
        return added(filled) if filled else None


class FaultyDefinition(ValueError):
    """A document that is no form. `str()` names the place and the fault: `sections[0].items[2].kind: …`."""

    def __init__(self, path: str, fault: str) -> None:
        super().__init__(f"{path}: {fault}" if path else fault)
        self.path = path


def read_definition(document: object) -> Definition:
    """The form that a JSON document states; FaultyDefinition at the first fault."""
    raw = document if isinstance(document, dict) else {}
    breakdowns = {
        code: tuple(
            _record(Option, option, f"breakdowns.{code}[{i}]")
            for i, option in enumerate(_list(options, f"breakdowns.{code}"))
        )
        for code, options in _mapping(raw.get("breakdowns", {}), "breakdowns").items()
    }
    sections = tuple(
        _section(section, f"sections[{i}]") for i, section in enumerate(_list(raw.get("sections"), "sections"))
    )
    checks = tuple(
        _record(Check, check, f"checks[{i}]") for i, check in enumerate(_list(raw.get("checks", []), "checks"))
    )
    parts = {"breakdowns": breakdowns, "sections": sections, "checks": checks}
    definition = _record(Definition, document, "", **parts)
    _verify_codes(definition)
    _verify_items(definition)
    for i, check in enumerate(definition.checks):
        _verify_check(definition, check, f"checks[{i}]")
    if len(definition.cells) > MOST_CELLS:
        raise FaultyDefinition("sections", _("biểu mẫu có quá %(most)s ô.") % {"most": MOST_CELLS})
    try:
        definition.logic.verify()
    except FaultyLogic as fault:
        raise FaultyDefinition(fault.path, fault.sentence) from None
    return definition


def _section(data: object, path: str) -> Section:
    items = _list(_mapping(data, path).get("items"), f"{path}.items")
    return _record(
        Section, data, path, items=tuple(_record(Item, item, f"{path}.items[{i}]") for i, item in enumerate(items))
    )


def _list(data: object, path: str) -> list[object]:
    if not isinstance(data, list):
        raise FaultyDefinition(path, _("cần một danh sách."))
    return data


def _mapping(data: object, path: str) -> dict[str, object]:
    if not isinstance(data, dict):
        raise FaultyDefinition(path, _("cần một đối tượng."))
    return data


@cache
def _values_of(shape: type) -> dict[str, tuple[Any, ...]]:
    """What each field of a record may hold: types, or the words of a Literal."""
    allowed = {}
    for name, hint in get_type_hints(shape).items():
        plain = hint.__value__ if isinstance(hint, TypeAliasType) else hint
        kinds = (list,) if get_origin(plain) is tuple else get_args(plain) or (plain,)
        allowed[name] = (*kinds, int) if float in kinds else kinds
    return allowed


def _record[T: DataclassInstance](shape: type[T], data: object, path: str, **parts: object) -> T:
    """`data` as a `shape`, its `parts` read already: no unknown name, none missing, each value of its field's type."""
    given = {**_mapping(data, path), **parts}
    known, allowed = {f.name: f for f in fields(shape)}, _values_of(shape)
    for name, value in given.items():
        place = f"{path}.{name}" if path else name
        if name not in known:
            raise FaultyDefinition(place, _("tên này không có trong biểu mẫu."))
        if name not in parts and type(value) not in allowed[name] and value not in allowed[name]:
            raise FaultyDefinition(place, _("“%(value)s” không đúng kiểu.") % {"value": value})
        if name in ("vi", "en", "code") and not value:
            raise FaultyDefinition(place, _("không được để trống."))
    for name, wanted in known.items():
        if name not in given and wanted.default is MISSING:
            raise FaultyDefinition(f"{path}.{name}" if path else name, _("còn thiếu."))
    return shape(**{name: tuple(value) if isinstance(value, list) else value for name, value in given.items()})


NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
OPTION_NAME = re.compile(r"[^\W_][\w-]{0,15}")


def _verify_codes(definition: Definition) -> None:
    """Codes are names, each once: of sections, of items in the whole form, of checks, of options in a breakdown."""
    _once(((s.code, f"sections[{i}]") for i, s in enumerate(definition.sections)), OPTION_NAME)
    _once(((item.code, path) for item, path in _items(definition)), NAME)
    _once(((check.code, f"checks[{i}]") for i, check in enumerate(definition.checks)), NAME)
    for code, options in definition.breakdowns.items():
        _once(((option.code, f"breakdowns.{code}[{i}]") for i, option in enumerate(options)), OPTION_NAME)


def _once(codes: Iterable[tuple[str, str]], pattern: re.Pattern[str]) -> None:
    seen: dict[str, str] = {}
    for code, path in codes:
        if not pattern.fullmatch(code):
            raise FaultyDefinition(f"{path}.code", _("“%(code)s” không dùng làm mã được.") % {"code": code})
        if code in seen:
            values = {"code": code, "place": seen[code]}
            raise FaultyDefinition(f"{path}.code", _("mã “%(code)s” đã dùng ở %(place)s.") % values)
        seen[code] = path


def _items(definition: Definition) -> Iterable[tuple[Item, str]]:
    for i, section in enumerate(definition.sections):
        for j, item in enumerate(section.items):
            yield item, f"sections[{i}].items[{j}]"


def _verify_items(definition: Definition) -> None:
    for item, path in _items(definition):
        for name, fault in _item_faults(definition, item):
            raise FaultyDefinition(f"{path}.{name}", fault)


def _item_faults(definition: Definition, item: Item) -> Iterable[tuple[str, str]]:
    """(field, what is wrong with it)."""
    yield from _list_faults(definition, item)
    if item.at_most is not None and item.at_most < 1:
        yield "at_most", _("cần lớn hơn 0.")
    if item.at_least is not None and item.at_most is not None and item.at_least > item.at_most:
        yield "at_least", _("cần không lớn hơn số lớn nhất.")
    if not 0 <= item.decimals <= MOST_DIGITS:
        yield "decimals", _("cần từ 0 đến %(most)s.") % {"most": MOST_DIGITS}
    if item.calculation and (item.breakdown or item.kind in ("flag", "choices", "file", "note")):
        yield "calculation", _("chỉ một ô số hoặc một ô chữ mới tính được.")


def _list_faults(definition: Definition, item: Item) -> Iterable[tuple[str, str]]:
    """What is wrong with the lists that an item names: its columns, rows and choices."""
    for name in ("breakdown", "rows", "choices"):
        code = getattr(item, name)
        if code and not definition.breakdowns.get(code):
            yield name, _("không có phân tổ “%(code)s”.") % {"code": code}
    if item.breakdown and (item.kind not in NUMERIC or item.kind == "flag"):
        yield "breakdown", _("chỉ số đếm mới phân tổ được.")
    if item.rows and not item.breakdown:
        yield "rows", _("bảng cần cả cột lẫn dòng.")
    if bool(item.choices) != (item.kind in ("choice", "choices")):
        yield "choices", _("câu chọn cần một danh sách để chọn, câu khác thì không.")
    if item.closed and not item.breakdown:
        yield "closed", _("chỉ bảng mới có ô không hỏi.")
    elif unknown := set(item.closed) - {*(_selections(definition, item) if item.breakdown else ())}:
        yield "closed", _("không có ô “%(code)s”.") % {"code": min(unknown)}


def _selections(definition: Definition, item: Item) -> Iterable[str]:
    for row in definition.breakdowns[item.rows] if item.rows else (None,):
        for option in definition.breakdowns[item.breakdown]:
            yield ",".join(part.code for part in (row, option) if part)


def _verify_check(definition: Definition, check: Check, path: str) -> None:
    """Both sides exist and can be compared; the sentences use only %(left)s and %(right)s."""
    kinds = {code: item.kind for code, item in definition.items.items()}
    register = {f"register.{name}" for name in REGISTER}
    counts = {code for code, kind in kinds.items() if kind in NUMERIC and kind != "flag"}
    left, right = {
        "not_more_than": (counts, counts | register),
        "needs": ({code for code, kind in kinds.items() if kind in NUMERIC}, set(kinds)),
        "usual_range": ({*counts, EVERY_NUMBER}, {""}),
        "peers": ({*counts, EVERY_NUMBER}, {""}),
        "holds": ({code for code, kind in kinds.items() if kind not in ("file", "note")}, {""}),
    }[check.kind]
    if (check.kind == "holds") != bool(check.holds):
        raise FaultyDefinition(f"{path}.holds", _("chỉ loại kiểm tra “holds” cần một biểu thức."))
    for side, code, known in (("left", check.left, left), ("right", check.right, right)):
        if code not in known:
            raise FaultyDefinition(f"{path}.{side}", _("“%(code)s” không so sánh được ở đây.") % {"code": code})
    if check.factor <= 0 or check.difference < 0:
        raise FaultyDefinition(f"{path}.factor", _("cần lớn hơn 0."))
    for language in ("vi", "en"):
        try:
            getattr(check, language) % {"left": "1", "right": "2"}
        except (KeyError, ValueError, TypeError) as fault:
            raise FaultyDefinition(
                f"{path}.{language}", _("câu này chỉ được dùng hai giá trị left và right.")
            ) from fault
