"""An expression as SQL, over the cells of a wide table or over one column a leaf."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import lru_cache, reduce
from typing import Any

from donghanh.statistics.language.arrays import OPERATORS
from donghanh.statistics.language.nodes import (
    Call,
    Days,
    Expression,
    Guarded,
    Item,
    Leaf,
    Missing,
    Negation,
    Node,
    Null,
    Number,
    Operation,
    Settled,
    Test,
    Truth,
    leaves,
)
from donghanh.statistics.language.words import written


def to_sql(expression: Expression, columns: Sequence[str], dialect: str = "duckdb") -> str:
    """The expression as SQL over a wide table whose columns bear the cells' names and hold NULL where one is missing.

    Gives what `evaluate` gives, number for number. UnknownElement where `columns` lack an item; ValueError where the
    expression is not plain (`Expression.is_plain`).
    """
    if not expression.is_plain:
        raise ValueError(f"one row does not suffice: {expression.text}")

    def cells(leaf: Leaf) -> list[str]:
        return [columns[place] for place in leaf.places(columns)] if isinstance(leaf, Item) else []

    return _Sql(cells).whole(expression, dialect)


@lru_cache(maxsize=4096)
def over_leaves(expression: Expression) -> str:
    """The expression as DuckDB's SQL over a table with a column a leaf, named as `words.written` names it."""
    return _Sql(lambda leaf: [written(leaf)]).whole(expression, "duckdb")


class _Sql:
    def __init__(self, cells: Callable[[Leaf], Sequence[str]]) -> None:
        from sqlglot import exp  # 0.5 s: only where SQL is made

        self.exp: Any = exp
        self.cells_of = cells

    def whole(self, expression: Expression, dialect: str) -> str:
        text: str = self.guarded(expression.root, expression.missing).sql(dialect=dialect)
        return text

    def guarded(self, root: Node, missing: Missing) -> Any:
        body = self.walk(root)
        counted = [leaf for leaf, counts in leaves(root) if counts]
        if not counted or missing is Missing.NEVER_SKIP:
            return body
        if missing is Missing.SKIP_IF_ALL:
            return self.exp.Case().when(self.filled(*counted), body)
        return self.exp.Case().when(self.exp.and_(*map(self.filled, dict.fromkeys(counted))), body)

    def number(self, value: float) -> Any:
        return self.exp.cast(self.exp.Literal.string(repr(value)), "double")  # a bare 1 is an integer and overflows

    def cells(self, *found: Leaf) -> list[Any]:
        return [
            self.walk(leaf, keep=True) if isinstance(leaf, Settled) else self.exp.column(cell, quoted=True)
            for leaf in found
            for cell in (self.cells_of(leaf) if not isinstance(leaf, Settled) else [""])
        ]

    def first(self, values: Sequence[Any]) -> Any:
        return self.exp.Coalesce(this=values[0], expressions=list(values[1:]))

    def filled(self, *found: Leaf) -> Any:
        return self.exp.not_(self.first(self.cells(*found)).is_(self.exp.null()))

    def walk(self, node: Node, *, keep: bool = False) -> Any:
        match node:
            case Number(value=value):
                return self.number(value)
            case Null():
                return self.exp.cast(self.exp.null(), "double")
            case Truth(value=value):
                return self.exp.true() if value else self.exp.false()
            case Days() | Test():
                return self.exp.column(written(node), quoted=True)
            case Guarded(root=root):
                return self.guarded(root, Missing.SKIP_IF_ALL)
            case Leaf():
                return self.leaf(node, keep=keep)
            case Negation(root=root):
                return self.exp.not_(self.exp.paren(self.walk(root, keep=keep)))
            case Call():
                return self.call(node, keep=keep)
            case Operation(operator=sign, left=a, right=b):
                return self.operate(sign, self.walk(a, keep=keep), self.walk(b, keep=keep))
        raise TypeError(node)

    def leaf(self, node: Leaf, *, keep: bool) -> Any:
        if isinstance(node, Settled):
            value = self.walk(node.root)
            return value if keep else self.first([value, self.number(0)])
        cells = self.cells(node)
        if keep and len(cells) == 1:
            return cells[0]
        total = reduce(operator.add, (self.first([cell, self.number(0)]) for cell in cells))
        return self.exp.Case().when(self.filled(node), total) if keep else total

    def call(self, node: Call, *, keep: bool) -> Any:
        given = [self.walk(argument, keep=keep or node.keeps_missing) for argument in node.arguments]
        match node.function:
            case "isNull":
                return self.exp.paren(given[0]).is_(self.exp.null())
            case "isNotNull":
                return self.exp.not_(self.exp.paren(given[0]).is_(self.exp.null()))
            case "firstNonNull":
                return self.first(given)
            case "greatest" | "least":
                # not SQLGlot's own, which is missing as soon as one of them is
                name = node.function.upper()
                return self.exp.Anonymous(this=name, expressions=given) if len(given) > 1 else given[0]
            case "if":
                test, then, otherwise = given  # a missing test takes neither way, so there is no ELSE
                case = self.exp.Case(this=self.exp.paren(test))
                return case.when(self.exp.true(), then).when(self.exp.false(), otherwise)
        return self.reckoned(node.function, given)

    def reckoned(self, function: str, given: Sequence[Any]) -> Any:
        a = given[0]
        if function == "abs":
            return self.exp.Abs(this=a)
        if function == "round":  # half away from 0, as engines differ in their own
            up = self.exp.Floor(this=self.exp.Add(this=self.exp.Abs(this=a), expression=self.number(0.5)))
            return self.exp.Mul(this=self.exp.Sign(this=a), expression=up)
        if function == "log10":
            return self.exp.Anonymous(this="LOG10", expressions=[self.positive(a)])
        logarithms = [self.exp.Ln(this=self.positive(one)) for one in given]
        return self.operate("/", *logarithms) if len(logarithms) > 1 else logarithms[0]

    def positive(self, value: Any) -> Any:
        return self.exp.Case().when(self.operate(">", value, self.number(0)), value)

    def operate(self, sign: str, left: Any, right: Any) -> Any:
        # SQLGlot's own operators print a - (b - c) without its parentheses
        left, right = (
            self.exp.paren(one) if isinstance(one, self.exp.Binary | self.exp.Not | self.exp.Is) else one
            for one in (left, right)
        )
        match sign:
            case "/":
                return left / self.exp.Nullif(this=right, expression=self.number(0))
            case "%":
                return self.exp.Mod(this=left, expression=self.exp.Nullif(this=right, expression=self.number(0)))
            case "^":
                return self.power(left, right)
            case "and" | "or":
                return (self.exp.And if sign == "and" else self.exp.Or)(this=left, expression=right)
            case "==" | "!=":  # Python's == would compare the trees
                return left.eq(right) if sign == "==" else left.neq(right)
        return OPERATORS[sign](left, right)

    def power(self, base: Any, exponent: Any) -> Any:
        zero = self.number(0)
        no_root = self.exp.and_(base < zero, exponent.neq(self.exp.Floor(this=exponent)))
        no_end = self.exp.and_(base.eq(zero), exponent < zero)
        case = self.exp.Case().when(self.exp.or_(self.exp.paren(no_root), self.exp.paren(no_end)), self.exp.null())
        return case.else_(self.exp.Pow(this=base, expression=exponent))
