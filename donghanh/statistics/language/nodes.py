"""The tree of an expression. Each node knows where it stands in the text and how heavy it is for an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from donghanh.statistics.language.faults import UnknownElement
from donghanh.statistics.language.grammar import COMPARISONS


class Missing(StrEnum):
    """What an item without a value does to its expression: DHIS2's strategies."""

    SKIP_IF_ALL = "SKIP_IF_ALL"  # counts as 0 if at least one item has a value, else the whole is missing
    SKIP_IF_ANY = "SKIP_IF_ANY"  # the whole is missing
    NEVER_SKIP = "NEVER_SKIP"  # counts as 0


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
class Null(Node):
    """A number that is missing."""


@dataclass(frozen=True)
class Truth(Node):
    value: bool

    @property
    def is_condition(self) -> bool:
        return True


@dataclass(frozen=True)
class Days(Node):
    """How many days the period has."""


@dataclass(frozen=True)
class Leaf(Node):
    """What has a value by itself, or none: the things that a missing-value strategy speaks of."""


@dataclass(frozen=True)
class Item(Leaf):
    element: str
    selection: str  # "" takes every cell of the element
    offset: int = 0  # periods back (below 0) or ahead
    to_date: bool = False  # from the year's first day to the period's last
    aggregation: str = ""  # "" as the element has it

    @property
    def name(self) -> str:
        return f"{self.element}[{self.selection}]" if self.selection else self.element

    @property
    def is_modified(self) -> bool:
        return bool(self.offset or self.to_date or self.aggregation)

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
class Rate(Leaf):
    """How many reports of a form were expected and came; `metric` is one of grammar.METRICS."""

    form: str
    metric: str
    offset: int = 0
    to_date: bool = False

    @property
    def columns(self) -> tuple[str, str]:
        """The columns it is reckoned from: reports that came, reports that were to come."""
        accepted = "accepted" if self.metric.startswith("accepted") else "actual"
        came = "actualOnTime" if self.metric.endswith("OnTime") else accepted
        return f"{self.form}.{came}", f"{self.form}.expected"


@dataclass(frozen=True)
class Reference(Leaf):
    """Another indicator, or a constant; `references.settle` puts its meaning in its place."""

    kind: str  # "indicator", "constant"
    code: str
    offset: int = 0
    to_date: bool = False


@dataclass(frozen=True)
class Settled(Leaf):
    """An indicator within an expression: its own missing values are its own affair."""

    code: str
    root: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.root,)

    @property
    def twice(self) -> tuple[Node, ...]:
        return (self.root,)


@dataclass(frozen=True)
class Guarded(Node):
    """One side of a settled indicator: missing where none of its items has a value."""

    root: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.root,)


@dataclass(frozen=True)
class Sub(Leaf):
    """`subExpression(…)`: reckoned for each unit by itself over the whole period, then brought together."""

    root: Node
    aggregation: str = "SUM"

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.root,)


@dataclass(frozen=True)
class Aggregate(Leaf):
    """`median(…)` and its like: reckoned for each of the periods within the one asked about, then brought together."""

    function: str
    root: Node
    share: float | None = None  # of percentile

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.root,)


@dataclass(frozen=True)
class Test(Node):
    """Whether the unit belongs to one of some named sets: `orgUnit.group(…)`, `.ancestor(…)`, `.dataSet(…)`."""

    kind: str
    codes: tuple[str, ...]

    @property
    def is_condition(self) -> bool:
        return True


@dataclass(frozen=True)
class Negation(Node):
    root: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.root,)

    @property
    def is_condition(self) -> bool:
        return True


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
        if self.operator == "^":  # its bounds are tested before it is taken
            return (self.left, self.left, self.right, self.right)
        return (self.right,) if self.operator in "/%" else ()

    @property
    def is_condition(self) -> bool:
        return self.operator in (*COMPARISONS, "and", "or")


@dataclass(frozen=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.arguments

    @property
    def twice(self) -> tuple[Node, ...]:
        if self.function in ("log", "log10", "round"):
            return self.arguments
        return self.arguments[:1] if self.function == "if" else ()

    @property
    def is_condition(self) -> bool:
        return self.function in ("isNull", "isNotNull")

    @property
    def keeps_missing(self) -> bool:
        return self.function in ("isNull", "isNotNull", "firstNonNull")


@dataclass(frozen=True)
class Expression:
    text: str
    root: Node
    missing: Missing = Missing.SKIP_IF_ALL

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every item, those of its sub-expressions too, in the order written."""
        return tuple(node for node in walk(self.root) if isinstance(node, Item))

    @cached_property
    def counted(self) -> tuple[Leaf, ...]:
        """Of these one must have a value: the leaves outside `isNull`, `isNotNull` and `firstNonNull`."""
        return tuple(leaf for leaf, counts in leaves(self.root) if counts)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """What it is reckoned from at its own level: a sub-expression is one leaf."""
        return tuple(leaf for leaf, _counts in leaves(self.root))

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """The indicators and constants that it names."""
        return tuple(node for node in walk(self.root) if isinstance(node, Reference))

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """What it asks about units."""
        return tuple(node for node in walk(self.root) if isinstance(node, Test))

    @property
    def elements(self) -> frozenset[str]:
        return frozenset(item.element for item in self.items)

    @cached_property
    def is_plain(self) -> bool:
        """Whether sums suffice, so that `evaluate` and `to_sql` can reckon it: items as they are and nothing else."""
        plain = (Number, Null, Truth, Item, Negation, Operation, Call)
        return all(
            isinstance(node, plain) and not (isinstance(node, Item) and node.is_modified) for node in walk(self.root)
        )

    def fits(self, columns: Sequence[str]) -> bool:
        """Whether a layout with these columns has every item."""
        try:
            return all(item.places(columns) for item in self.items)
        except UnknownElement:
            return False


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order written."""
    yield node
    for part in node.parts:
        yield from walk(part)


def leaves(node: Node, *, counts: bool = True) -> Iterator[tuple[Leaf, bool]]:
    """The leaves at the level of `node`, each with whether a missing-value strategy counts it."""
    if isinstance(node, Leaf):
        yield node, counts
        return
    for part in node.parts:
        yield from leaves(part, counts=counts and not (isinstance(node, Call) and node.keeps_missing))


def changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with `change` done to every node, from below."""
    news: dict[str, Any] = {}
    for field in fields(node):
        old = getattr(node, field.name)
        if isinstance(old, Node):
            news[field.name] = changed(old, change)
        elif isinstance(old, tuple) and old and isinstance(old[0], Node):
            news[field.name] = tuple(changed(part, change) for part in old)
    return change(replace(node, **news) if news else node)
