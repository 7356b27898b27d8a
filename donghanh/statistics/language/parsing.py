"""From text to tree, its types checked."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from donghanh.statistics.choices import Aggregation
from donghanh.statistics.language.faults import ExpressionFault
from donghanh.statistics.language.grammar import (
    AGGREGATES,
    DEEPEST,
    FUNCTIONS,
    GRAMMAR,
    HEAVIEST,
    LONGEST,
    SUB_EXPRESSION,
    expected_words,
)
from donghanh.statistics.language.nodes import (
    Aggregate,
    Call,
    Days,
    Expression,
    Item,
    Missing,
    Negation,
    Node,
    Null,
    Number,
    Operation,
    Rate,
    Reference,
    Sub,
    Test,
    Truth,
    changed,
    walk,
)

if TYPE_CHECKING:
    from lark import Lark, Token

OVER_UNITS = ("SUM", "AVERAGE", "COUNT", "STDDEV", "VARIANCE", "MIN", "MAX")  # what a sub-expression may end in
FARTHEST = 120  # periods


@lru_cache(maxsize=4096)
def parse(text: str, missing: Missing = Missing.SKIP_IF_ALL) -> Expression:
    """The tree of `text`, a number. ExpressionFault names the first character that cannot stand there."""
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
    return Expression(text, need(root, condition=False), Missing(missing))


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(GRAMMAR, parser="lalr", transformer=_Builder())


def _unexpected(text: str, at: int, allowed: set[str] | None) -> ExpressionFault:
    found = f"“{text[at]}”" if at < len(text) else _("hết biểu thức")
    told = {"expected": expected_words(allowed), "found": found}
    return ExpressionFault(at + 1, _("cần %(expected)s; gặp %(found)s.") % told)


def need(node: Node, *, condition: bool) -> Node:
    """The node if it is of that type and within the bounds."""
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

    def number(self, found: list[Any]) -> Node:
        return Number(_at(found[0]), float(found[0]))

    def days(self, found: list[Any]) -> Node:
        return Days(_at(found[0]))

    def truth(self, found: list[Any]) -> Node:
        return Truth(_at(found[0]), found[0] == "true")

    def null(self, found: list[Any]) -> Node:
        return Null(_at(found[0]))

    def item(self, found: list[Any]) -> Node:
        element, _bracket, selection = str(found[0]).rstrip("]").partition("[")
        return Item(_at(found[0]), element, selection)

    def rate(self, found: list[Any]) -> Node:
        form, _dot, metric = str(found[0]).rpartition(".")
        return Rate(_at(found[0]), form, metric)

    def reference(self, found: list[Any]) -> Node:
        return Reference(_at(found[0]), str(found[0]), _code(found[1]))

    def test(self, found: list[Any]) -> Node:
        return Test(_at(found[0]), str(found[0]).partition(".")[2], tuple(_code(code) for code in found[1:]))

    def operation(self, found: list[Any]) -> Node:
        left, sign, right = found
        both = need(left, condition=False), need(right, condition=False)
        return need(Operation(left.at, str(sign), *both), condition=False)

    def comparison(self, found: list[Any]) -> Node:
        left, sign, right = found
        both = need(left, condition=False), need(right, condition=False)
        return need(Operation(left.at, str(sign), *both), condition=True)

    def logic(self, found: list[Any]) -> Node:
        left, sign, right = found
        both = need(left, condition=True), need(right, condition=True)
        return need(Operation(left.at, {"&&": "and", "||": "or"}.get(sign, str(sign)), *both), condition=True)

    def negated(self, found: list[Any]) -> Node:
        sign, root = found
        return need(Negation(_at(sign), need(root, condition=True)), condition=True)

    def signed(self, found: list[Any]) -> Node:
        sign, value = found
        return self.operation([Number(_at(sign), 0.0), sign, value])

    def call(self, found: list[Any]) -> Node:
        name, *arguments = found
        known = FUNCTIONS | AGGREGATES | {SUB_EXPRESSION: (1, 1)}
        if name not in known:
            raise ExpressionFault(_at(name), _("không có hàm này; các hàm là %(known)s.") % {"known": ", ".join(known)})
        least, most = known[name]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            wanted = least if len(arguments) < least else most
            raise ExpressionFault(_at(name), _("hàm %(name)s cần %(count)s giá trị.") % {"name": name, "count": wanted})
        checked = tuple(need(a, condition=name == "if" and i == 0) for i, a in enumerate(arguments))
        return need(self._called(name, checked), condition=name in ("isNull", "isNotNull"))

    def _called(self, name: Token, arguments: tuple[Node, ...]) -> Node:
        at = _at(name)
        if name == SUB_EXPRESSION:
            return Sub(at, _without(arguments[0], Sub, _("subExpression không đứng trong subExpression.")))
        if name not in AGGREGATES:
            return Call(at, str(name), arguments)
        root = _without(arguments[0], Aggregate, _("hàm gộp theo kỳ không đứng trong một hàm gộp khác."))
        if len(arguments) == 1:
            return Aggregate(at, str(name), root)
        share = arguments[1]
        if not isinstance(share, Number) or share.value > 1:
            raise ExpressionFault(share.at, _("cần một số từ 0 đến 1."))
        return Aggregate(at, str(name), root, share.value)

    def argument(self, found: list[Any]) -> list[Any]:
        return found

    def modified(self, found: list[Any]) -> Node:
        root, modifier, argument = found
        name = str(modifier)[1:]
        if name == "periodOffset":
            return shifted(root, _whole(modifier, argument))
        if name == "yearToDate":
            if argument:
                raise ExpressionFault(_at(argument[0]), _("yearToDate không có giá trị trong ngoặc."))
            return to_date(root)
        return _aggregated(root, modifier, argument)


def _code(token: Token) -> str:
    return str(token)[1:-1] if token.type == "QUOTED" else str(token)


def _without(node: Node, kind: type[Node], sentence: str) -> Node:
    for one in walk(node):
        if isinstance(one, kind):
            raise ExpressionFault(one.at, sentence)
    return node


def _whole(modifier: Token, argument: list[Any] | None) -> int:
    text = "".join(str(token) for token in argument or ())
    try:
        count = int(text)
    except ValueError:
        count = FARTHEST + 1
    if abs(count) > FARTHEST:
        at = _at(argument[0]) if argument else _at(modifier)
        raise ExpressionFault(at, _("cần một số nguyên từ -%(most)s đến %(most)s.") % {"most": FARTHEST})
    return count


def _aggregated(root: Node, modifier: Token, argument: list[Any] | None) -> Node:
    way = str(argument[-1]) if argument else ""
    known = OVER_UNITS if isinstance(root, Sub) else Aggregation.values
    if way not in known:
        at = _at(argument[0]) if argument else _at(modifier)
        raise ExpressionFault(at, _("không có cách gộp này; các cách là %(known)s.") % {"known": ", ".join(known)})
    if isinstance(root, Sub):
        return replace(root, aggregation=way)
    return changed(root, lambda node: replace(node, aggregation=way) if isinstance(node, Item) else node)


def shifted(root: Node, periods: int) -> Node:
    """The tree with everything in it read so many periods later; offsets add up."""

    def later(node: Node) -> Node:
        return replace(node, offset=node.offset + periods) if isinstance(node, Item | Rate | Reference) else node

    return changed(root, later)


def to_date(root: Node) -> Node:
    """The tree with everything in it read from the year's first day on."""
    return changed(
        root, lambda node: replace(node, to_date=True) if isinstance(node, Item | Rate | Reference) else node
    )
