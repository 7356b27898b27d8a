"""The small language of a form's logic: XLSForm's own, as far as reports need it.

    ${staff} > 0 and selected(${topics}, 'law')        relevant
    round(${trained} div ${staff} * 100, 1)            calculation
    . <= ${staff}                                      constraint, `.` is the value itself

Parsed once, run here and in the browser: a tree is plain JSON (lists that begin with the kind of node), so that
`expressions.js` needs no parser;
`tests/expressions.json` is one list of examples for both. Values are numbers, words and truths as in XPath 1.0: what is
empty is the empty word, a word that is no number is no number (NaN), and NaN is greater, less or equal to nothing.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache, reduce
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from lark import Lark

type Value = float | str | bool
type Tree = list[Any]
type Look = Callable[[str], Value]  # what stands in an item or cell; "" where nothing does

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction ("or" conjunction)*
?conjunction: equality ("and" equality)*
?equality: relation (EQUAL relation)*
?relation: sum (COMPARE sum)*
?sum: product (ADD product)*
?product: signed (MULTIPLY signed)*
?signed: "-" signed -> negative | atom
?atom: NUMBER -> number | STRING -> words | REFERENCE -> reference | SELF -> itself
     | FUNCTION "(" [disjunction ("," disjunction)*] ")" -> call | "(" disjunction ")"
EQUAL: "!=" | "="
COMPARE: "<=" | ">=" | "<" | ">"
ADD: "+" | "-"
MULTIPLY: "*" | "div" | "mod"
NUMBER: /\d{1,15}(\.\d{1,15})?/
STRING: /'[^']*'|"[^"]*"/
REFERENCE: /\$\{[^{}\s]+\}/
SELF: /\.(?!\d)/
FUNCTION.2: /[a-z]+(-[a-z]+)*(?=\s*\()/
%ignore /\s+/
"""
LONGEST = 2000  # characters
DEEPEST = 40  # levels of the tree
LONGEST_PATTERN = 200
FUNCTIONS: dict[str, tuple[int, int]] = {  # name → fewest and most arguments
    "if": (3, 3), "selected": (2, 2), "count-selected": (1, 1), "coalesce": (1, 20), "number": (1, 1), "int": (1, 1),
    "round": (1, 2), "min": (1, 20), "max": (1, 20), "sum": (1, 20), "string": (1, 1), "string-length": (1, 1),
    "concat": (1, 20), "contains": (2, 2), "starts-with": (2, 2), "ends-with": (2, 2), "regex": (2, 2), "not": (1, 1),
    "true": (0, 0), "false": (0, 0), "today": (0, 0), "date": (1, 1), "once": (1, 1), "boolean": (1, 1), "abs": (1, 1),
}  # fmt: skip
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST_MATCHED = 200  # characters of a text that a pattern is held against; a longer one does not match
# The patterns that Python and every browser understand alike, and that cannot run for ever: see `_verify_pattern`.
PIECE = re.compile(
    r"(?P<what>\\[dws^$\\.*+?()\[\]{}|/]|\[\^?(?:\\[dws\\\]\-^]|[^\[\]\\])+\]|[^\\\[\]{}*+?])"
    r"(?P<times>\{\d{1,3}(?:,\d{0,3})?\}|[*+?])?"
)
MOST_REPEATS = 3  # pieces that repeat a varying number of times
EPOCH = date(1970, 1, 1)


class ExpressionFault(ValueError):
    """`position` counts characters from 1; `str()` is the sentence for the person who wrote the expression."""

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(_("Ký tự thứ %(position)s: %(sentence)s") % {"position": position, "sentence": sentence})
        self.position = position


@cache
def _parser() -> Lark:
    from lark import Lark  # slow to import, and most forms have no logic

    return Lark(GRAMMAR, parser="lalr", propagate_positions=True)


@cache
def parse(text: str) -> Tree:
    """The tree of an expression; ExpressionFault where it is none. Trees are shared: nobody changes them."""
    from lark import UnexpectedInput

    if len(text) > LONGEST:
        raise ExpressionFault(LONGEST, _("biểu thức dài quá %(most)s ký tự.") % {"most": LONGEST})
    try:
        parsed = _parser().parse(text)
    except UnexpectedInput as fault:
        ended = getattr(getattr(fault, "token", None), "type", "") == "$END"
        column = len(text) + 1 if ended else max(fault.column, 1)
        raise ExpressionFault(column, _("phần mềm không hiểu chỗ này.")) from None
    return _tree(parsed, 1)


def _tree(node: Any, depth: int) -> Tree:
    at = getattr(node.meta, "column", 1) if not node.meta.empty else 1
    if depth > DEEPEST:
        raise ExpressionFault(at, _("biểu thức lồng quá sâu."))
    parts = node.children
    if node.data in LEAVES:
        return LEAVES[node.data](*node.children)
    parts = node.children
    if node.data == "negative":
        return ["call", "-", _tree(parts[0], depth + 1)]
    if node.data == "call":
        return _call(str(parts[0]), [part for part in parts[1:] if part is not None], at, depth)
    if node.data in JOINED:
        return _chain(parts, lambda _place: JOINED[node.data], depth)
    operators = [str(word) for word in parts[1::2]]
    return _chain(parts[::2], lambda place: operators[place], depth)


JOINED = {"disjunction": "or", "conjunction": "and"}
LEAVES: dict[str, Callable[..., Tree]] = {
    "number": lambda token: ["number", float(token)],
    "words": lambda token: ["words", str(token)[1:-1]],
    "reference": lambda token: ["reference", str(token)[2:-1]],
    "itself": lambda _token: ["itself"],
}


def _chain(operands: list[Any], word: Callable[[int], str], depth: int) -> Tree:
    tree = _tree(operands[0], depth + 1)
    for place, operand in enumerate(operands[1:]):
        tree = ["call", word(place), tree, _tree(operand, depth + 1)]
    return tree


def _call(name: str, parts: list[Any], at: int, depth: int) -> Tree:
    if name not in FUNCTIONS:
        raise ExpressionFault(at, _("không có hàm “%(name)s”.") % {"name": name})
    fewest, most = FUNCTIONS[name]
    if not fewest <= len(parts) <= most:
        raise ExpressionFault(
            at, _("hàm “%(name)s” không nhận %(count)s giá trị.") % {"name": name, "count": len(parts)}
        )
    arguments = [_tree(part, depth + 1) for part in parts]
    if name == "regex":
        _verify_pattern(arguments[1], at)
    return ["call", name, *arguments]


def _verify_pattern(tree: Tree, at: int) -> None:
    """The pattern stands there in words, means the same everywhere, and cannot run for ever.

    Groups and choices between words are allowed, repeating a group is not; at most MOST_REPEATS pieces repeat.
    """
    pattern = tree[1] if tree[0] == "words" else None
    if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN or not _is_tame(pattern):
        raise ExpressionFault(at, _("mẫu của hàm “regex” phải viết sẵn, ngắn, không lặp lồng nhau."))
    try:
        re.compile(pattern)
    except re.error:
        raise ExpressionFault(at, _("mẫu của hàm “regex” không đúng cú pháp.")) from None


def _is_tame(pattern: str) -> bool:
    place = repeats = 0
    while place < len(pattern):
        piece = PIECE.match(pattern, place)
        if piece is None:
            return False
        what, times = piece["what"], piece["times"] or ""
        if (times and what in "(|^") or (what == ")" and times not in ("", "?")):
            return False
        repeats += times in ("*", "+") or "," in times
        place = piece.end()
    return repeats <= MOST_REPEATS


def names(tree: Tree) -> Iterator[str]:
    """Items and cells that the expression looks at."""
    if tree[0] == "reference":
        yield tree[1]
    for part in tree[1:]:
        if isinstance(part, list):
            yield from names(part)


def evaluate(tree: Tree, look: Look, *, itself: Value = "", today: str = "") -> Value:
    """The value of an expression; `today` as an ISO date."""
    match tree:
        case ["number" | "words", value]:
            return value  # type: ignore[no-any-return]  # as parsed
        case ["reference", name]:
            return look(name)
        case ["itself"]:
            return itself
        case ["call", "if", condition, yes, no]:
            chosen = yes if truth(evaluate(condition, look, itself=itself, today=today)) else no
            return evaluate(chosen, look, itself=itself, today=today)
        case ["call", "today"]:
            return today
        case _:
            _kind, name, *parts = tree
            return _apply(name, [evaluate(part, look, itself=itself, today=today) for part in parts])


def _apply(name: str, given: list[Value]) -> Value:
    if name in ARITHMETIC:
        return ARITHMETIC[name](*map(number, given))
    if name in COMPARISONS:
        return COMPARISONS[name](*map(number, given))
    return WORKINGS[name](*given)


def number(value: Value) -> float:
    """As XPath's number(); a day is the number of days since 1970."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        text = value.strip()
        if ISO_DATE.fullmatch(text):
            try:
                return float((date.fromisoformat(text) - EPOCH).days)
            except ValueError:
                return math.nan
        return float(text) if re.fullmatch(r"-?\d+(\.\d+)?|-?\.\d+", text) else math.nan
    return value


def words(value: Value) -> str:
    """As XPath's string(): 3.0 is “3”."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "NaN"
    return f"{value:.10f}".rstrip("0").rstrip(".")


def truth(value: Value) -> bool:
    """As XPath's boolean()."""
    return bool(value) and value == value if isinstance(value, float) else bool(value)  # noqa: PLR0124 - NaN is not itself


def _same(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) == truth(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return number(left) == number(right)


def _divided(left: float, right: float) -> float:
    return left / right if right else math.nan


def _modulo(left: float, right: float) -> float:
    return math.fmod(left, right) if right and math.isfinite(left) else math.nan


def _rounded(value: Value, digits: Value = 0.0) -> float:
    """Halves away from zero, as people do; `digits` after the mark."""
    number_, places = number(value), number(digits)
    if not math.isfinite(number_) or not 0 <= places <= 10:  # noqa: PLR2004 - more digits than a double holds make no sense
        return math.nan
    scale = 10.0 ** int(places)
    return math.copysign(math.floor(abs(number_) * scale + 0.5), number_) / scale + 0.0


def _whole(value: Value) -> float:
    plain = number(value)
    return float(math.trunc(plain)) if math.isfinite(plain) else math.nan


def _filled(given: tuple[Value, ...]) -> list[float]:
    return [number(value) for value in given if value != ""]


def _chosen(pick: Callable[[list[float]], float]) -> Callable[..., float]:
    """The least or most of what is filled; NaN where something is no number, or nothing is filled."""

    def chosen(*given: Value) -> float:
        numbers = _filled(given)
        return math.nan if not numbers or any(map(math.isnan, numbers)) else pick(numbers)

    return chosen


def added(numbers: Iterable[float]) -> float:
    """One after the other, as browsers add: Python's own sum rounds otherwise."""
    return reduce(operator.add, numbers, 0.0)


def _sum(*given: Value) -> float:
    return added(_filled(given))


def _matches(text: Value, pattern: Value) -> bool:
    held = words(text)
    return len(held) <= LONGEST_MATCHED and re.fullmatch(words(pattern), held, re.ASCII) is not None


def _day(value: Value) -> Value:
    return value if isinstance(value, str) and not math.isnan(number(value)) else ""


ARITHMETIC: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b, "*": lambda a, b: a * b, "div": _divided, "mod": _modulo,
    "-": lambda a, b=None: -a if b is None else a - b, "abs": abs,
}  # fmt: skip
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip
WORKINGS: dict[str, Callable[..., Value]] = {
    "=": _same, "!=": lambda a, b: not _same(a, b),
    "and": lambda a, b: truth(a) and truth(b), "or": lambda a, b: truth(a) or truth(b),
    "not": lambda a: not truth(a), "true": lambda: True, "false": lambda: False, "boolean": truth,
    "selected": lambda chosen, one: words(one) in words(chosen).split(),
    "count-selected": lambda chosen: float(len(words(chosen).split())),
    "coalesce": lambda *given: next((value for value in given if value != ""), ""),
    "number": number, "string": words, "int": _whole, "round": _rounded, "once": lambda value: value,
    "min": _chosen(min), "max": _chosen(max), "sum": _sum,
    "string-length": lambda text: float(len(words(text))), "concat": lambda *given: "".join(map(words, given)),
    "contains": lambda text, part: words(part) in words(text),
    "starts-with": lambda text, part: words(text).startswith(words(part)),
    "ends-with": lambda text, part: words(text).endswith(words(part)),
    "regex": _matches, "date": _day,
}  # fmt: skip
