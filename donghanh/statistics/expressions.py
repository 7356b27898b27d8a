"""The small language of indicators: parsed once, run on arrays by NumPy and on Parquet by any SQL engine.

    schools_with_outreach / schools_total
    if(isNull(staff_trained[TH]), 0, staff_trained[TH] / staff_in_scope[TH])

An element without a selection is the sum over its cells. Missing values follow DHIS2 (DefaultExpressionService,
SKIP_IF_ALL_VALUES_MISSING): a missing item counts as 0 if at least one item has a value, else the whole is missing.
Inside `isNull` and `firstNonNull` nothing is replaced and nothing counted. A division by 0 or by a missing value is
missing, never 0; so is all that is reckoned from it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache, reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lark import Lark, Token

GRAMMAR = r"""
?start: sum | comparison
comparison: sum COMPARE sum
?condition: sum | comparison
?sum: product | sum ADD product -> operation
?product: factor | product MULTIPLY factor -> operation
?factor: atom | ADD factor -> signed
?atom: NUMBER -> number | ITEM -> item | FUNCTION "(" condition ("," condition)* ")" -> call | "(" condition ")"
COMPARE: "<=" | ">=" | "==" | "!=" | "<" | ">"
ADD: "+" | "-"
MULTIPLY: "*" | "/"
NUMBER: /\d{1,15}(\.\d{1,15})?/
FUNCTION.2: /[A-Za-z]\w*(?=\s*\()/
ITEM: /[a-z][a-z0-9_]*(\[[^\[\]\s]+\])?/
%ignore /\s+/
"""
LONGEST = 2000  # characters
DEEPEST = 60  # levels; keeps every walk below far from Python's limit of recursion
HEAVIEST = 2000  # nodes once an engine has written divisors (NULLIF) and tests (CASE) out twice, as DuckDB does

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


class ExpressionFault(ValueError):
    """`position` counts characters from 1; `str()` is the sentence for the person who wrote the expression."""

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(_("Ký tự thứ %(position)s: %(sentence)s") % {"position": position, "sentence": sentence})
        self.position = position


class UnknownElement(ExpressionFault):
    """The expression names an element or a breakdown that the layout does not have."""


@dataclass(frozen=True)
class Node:
    at: int  # position of its first character, from 1

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()

    @cached_property
    def depth(self) -> int:
        return 1 + max((part.depth for part in self.parts), default=0)

    @cached_property
    def weight(self) -> int:
        return 1 + sum(part.weight for part in (*self.parts, *self.twice))

    @property
    def twice(self) -> tuple[Node, ...]:
        """The parts that SQL names a second time."""
        return ()

    @property
    def is_condition(self) -> bool:
        return False


@dataclass(frozen=True)
class Number(Node):
    value: float


@dataclass(frozen=True)
class Item(Node):
    element: str
    selection: str  # "" sums over every cell of the element

    @property
    def name(self) -> str:
        return f"{self.element}[{self.selection}]" if self.selection else self.element

    def places(self, columns: Sequence[str]) -> list[int]:
        """Where its cells stand among `columns`: the one named exactly so, else all its breakdowns."""
        found = [i for i, column in enumerate(columns) if column == self.name]
        if not found and not self.selection:
            found = [i for i, column in enumerate(columns) if column.startswith(f"{self.name}[")]
        if not found:
            raise self.unknown()
        return found

    def unknown(self) -> UnknownElement:
        return UnknownElement(self.at, _("không có chỉ tiêu “%(name)s”.") % {"name": self.name})


@dataclass(frozen=True)
class Operation(Node):
    operator: str
    left: Node
    right: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.left, self.right

    @property
    def twice(self) -> tuple[Node, ...]:
        return (self.right,) if self.operator == "/" else ()

    @property
    def is_condition(self) -> bool:
        return self.operator in COMPARISONS


@dataclass(frozen=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.arguments

    @property
    def twice(self) -> tuple[Node, ...]:
        return self.arguments[:1] if self.function == "if" else ()

    @property
    def is_condition(self) -> bool:
        return self.function == "isNull"

    @property
    def keeps_missing(self) -> bool:
        return self.function in ("isNull", "firstNonNull")


@dataclass(frozen=True)
class Expression:
    text: str
    root: Node

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item, in the order written."""
        return tuple(item for item, _counts in _items(self.root))

    @cached_property
    def counted(self) -> tuple[Item, ...]:
        """The items of which one must have a value: those outside `isNull` and `firstNonNull`."""
        return tuple(item for item, counts in _items(self.root) if counts)

    @property
    def elements(self) -> frozenset[str]:
        return frozenset(item.element for item in self.items)

    def fits(self, columns: Sequence[str]) -> bool:
        """Whether a layout with these columns has every item."""
        try:
            return all(item.places(columns) for item in self.items)
        except UnknownElement:
            return False


def _items(node: Node, *, counts: bool = True) -> Iterator[tuple[Item, bool]]:
    if isinstance(node, Item):
        yield node, counts
    for part in node.parts:
        yield from _items(part, counts=counts and not (isinstance(node, Call) and node.keeps_missing))


# ── from text ──────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression:
    """The tree of `text`, its types checked. ExpressionFault names the first character that cannot stand there."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken  # 0.2 s: only where an expression is read

    if len(text) > LONGEST:
        raise ExpressionFault(LONGEST + 1, _("biểu thức dài quá %(longest)s ký tự.") % {"longest": LONGEST})
    try:
        root: Any = _parser().parse(text)
    except UnexpectedCharacters as fault:
        raise _unexpected(text, fault.pos_in_stream or 0, fault.allowed) from None
    except UnexpectedToken as fault:
        at: int = len(text) if fault.token.type == "$END" else _at(fault.token) - 1
        raise _unexpected(text, at, fault.accepts or fault.expected) from None
    return Expression(text, _need(root, condition=False))


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", transformer=_Builder())


def _unexpected(text: str, at: int, allowed: set[str] | None) -> ExpressionFault:
    names = {
        "NUMBER": _("một số"), "ITEM": _("mã chỉ tiêu"), "FUNCTION": _("một hàm"), "LPAR": "(", "RPAR": ")",
        "COMMA": _("dấu phẩy"), "ADD": "+ -", "MULTIPLY": "* /", "COMPARE": _("phép so sánh"),
        "$END": _("hết biểu thức"),
    }  # fmt: skip
    expected = ", ".join(name for terminal, name in names.items() if terminal in (allowed or ()))
    found = f"“{text[at]}”" if at < len(text) else _("hết biểu thức")
    return ExpressionFault(at + 1, _("cần %(expected)s; gặp %(found)s.") % {"expected": expected, "found": found})


def _need(node: Node, *, condition: bool) -> Node:
    if node.is_condition is not condition:
        needed = _("cần một phép so sánh hoặc isNull.") if condition else _("cần một số, không phải phép so sánh.")
        raise ExpressionFault(node.at, needed)
    if node.depth > DEEPEST or node.weight > HEAVIEST:
        raise ExpressionFault(node.at, _("biểu thức lồng quá nhiều tầng; hãy tách thành nhiều chỉ số."))
    return node


def _at(token: Token) -> int:
    return (token.start_pos or 0) + 1


class _Builder:
    """What each rule of the grammar becomes; called while parsing, so no deep tree is walked twice."""

    FUNCTIONS = {"if": 3, "isNull": 1, "firstNonNull": None}  # how many arguments; None: one or more

    def number(self, found: list[Any]) -> Node:
        return Number(_at(found[0]), float(found[0]))

    def item(self, found: list[Any]) -> Node:
        element, _bracket, selection = str(found[0]).rstrip("]").partition("[")
        return Item(_at(found[0]), element, selection)

    def operation(self, found: list[Any]) -> Node:
        left, sign, right = found
        both = _need(left, condition=False), _need(right, condition=False)
        return _need(Operation(left.at, str(sign), *both), condition=False)

    def comparison(self, found: list[Any]) -> Node:
        left, sign, right = found
        both = _need(left, condition=False), _need(right, condition=False)
        return _need(Operation(left.at, str(sign), *both), condition=True)

    def signed(self, found: list[Any]) -> Node:
        sign, value = found
        return self.operation([Number(_at(sign), 0.0), sign, value])

    def call(self, found: list[Any]) -> Node:
        name, *arguments = found
        if name not in self.FUNCTIONS:
            known = ", ".join(self.FUNCTIONS)
            raise ExpressionFault(_at(name), _("không có hàm này; các hàm là %(known)s.") % {"known": known})
        wanted = self.FUNCTIONS[name]
        if wanted not in (None, len(arguments)):
            raise ExpressionFault(_at(name), _("hàm %(name)s cần %(count)s giá trị.") % {"name": name, "count": wanted})
        checked = tuple(_need(a, condition=name == "if" and i == 0) for i, a in enumerate(arguments))
        call = Call(_at(name), str(name), checked)
        return _need(call, condition=call.is_condition)


# ── on arrays ──────────────────────────────────────────────────────────────────────────────────────────────────────


def evaluate(expression: Expression, columns: Sequence[str], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The expression for each row of `values` (rows × columns; NaN: missing); NaN where it has no value.

    UnknownElement where `columns` lack an item.
    """

    def total(item: Item) -> NDArray[np.float64]:
        """NaN where no cell is filled. Cell after cell, as SQL adds them: no pairwise sums here."""
        cells = [values[:, place] for place in item.places(columns)]
        filled = np.any([~np.isnan(cell) for cell in cells], axis=0)
        return np.where(filled, reduce(operator.add, (np.where(np.isnan(cell), 0, cell) for cell in cells)), np.nan)

    def walk(node: Node, *, keep: bool = False) -> NDArray[np.float64]:
        match node:
            case Number(value=value):
                return np.full(len(values), value)
            case Item():
                return total(node) if keep else np.nan_to_num(total(node), nan=0, posinf=np.inf, neginf=-np.inf)
            case Call(function="isNull", arguments=(a,)):
                return np.isnan(walk(a, keep=True)).astype(np.float64)
            case Call(function="firstNonNull", arguments=given):
                return reduce(lambda a, b: np.where(np.isnan(a), b, a), (walk(a, keep=True) for a in given))
            case Call(arguments=(a, b, c)):
                test = walk(a, keep=keep)
                return np.where(np.isnan(test), np.nan, np.where(test != 0, walk(b, keep=keep), walk(c, keep=keep)))
            case Operation(operator=sign, left=a, right=b):
                return _operate(sign, walk(a, keep=keep), walk(b, keep=keep))
        raise TypeError(node)

    with np.errstate(all="ignore"):
        result = walk(expression.root)
        if expression.counted:
            filled = np.any([~np.isnan(total(item)) for item in expression.counted], axis=0)
            result = np.where(filled, result, np.nan)
    return result


def _operate(sign: str, a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    if sign == "/":
        return np.where(b == 0, np.nan, a / b)
    result: NDArray[np.float64] = OPERATORS[sign](a, b)
    return np.where(np.isnan(a) | np.isnan(b), np.nan, result) if sign in COMPARISONS else result


# ── in SQL ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def to_sql(expression: Expression, columns: Sequence[str], dialect: str = "duckdb") -> str:
    """The expression as SQL over a wide table whose columns bear the cells' names and hold NULL where one is missing.

    Gives what `evaluate` gives, number for number. UnknownElement where `columns` lack an item.
    """
    from sqlglot import exp  # 0.5 s: only where SQL is made

    make = _Sql(columns, exp)
    body = make.walk(expression.root)
    if expression.counted:
        body = exp.Case().when(make.filled(*expression.counted), body)
    text: str = body.sql(dialect=dialect)
    return text


@dataclass(frozen=True)
class _Sql:
    columns: Sequence[str]
    exp: Any  # the module, imported late

    def number(self, value: float) -> Any:
        return self.exp.cast(self.exp.Literal.string(repr(value)), "double")  # a bare 1 is an integer and overflows

    def cells(self, *items: Item) -> list[Any]:
        return [self.exp.column(self.columns[i], quoted=True) for item in items for i in item.places(self.columns)]

    def first(self, values: Sequence[Any]) -> Any:
        return self.exp.Coalesce(this=values[0], expressions=list(values[1:]))

    def filled(self, *items: Item) -> Any:
        return self.exp.not_(self.first(self.cells(*items)).is_(self.exp.null()))

    def walk(self, node: Node, *, keep: bool = False) -> Any:
        match node:
            case Number(value=value):
                return self.number(value)
            case Item():
                total = reduce(operator.add, (self.first([cell, self.number(0)]) for cell in self.cells(node)))
                return self.exp.Case().when(self.filled(node), total) if keep else total
            case Call():
                return self.call(node, keep=keep)
            case Operation(operator=sign, left=a, right=b):
                return self.operate(sign, self.walk(a, keep=keep), self.walk(b, keep=keep))
        raise TypeError(node)

    def call(self, node: Call, *, keep: bool) -> Any:
        given = [self.walk(argument, keep=keep or node.keeps_missing) for argument in node.arguments]
        if node.function == "isNull":
            return self.exp.paren(given[0]).is_(self.exp.null())
        if node.function == "firstNonNull":
            return self.first(given)
        test, then, otherwise = given  # a missing test takes neither way, so there is no ELSE
        case = self.exp.Case(this=self.exp.paren(test))
        return case.when(self.exp.true(), then).when(self.exp.false(), otherwise)

    def operate(self, sign: str, left: Any, right: Any) -> Any:
        # SQLGlot's own operators print a - (b - c) without its parentheses
        left, right = (self.exp.paren(one) if isinstance(one, self.exp.Binary) else one for one in (left, right))
        if sign == "/":
            return left / self.exp.Nullif(this=right, expression=self.number(0))
        by_value = {"==": "eq", "!=": "neq"}  # Python's == would compare the trees
        return getattr(left, by_value[sign])(right) if sign in by_value else OPERATORS[sign](left, right)
