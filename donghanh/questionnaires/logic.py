"""What a form asks when, and what it reckons itself: the expressions of its items, sections and checks, settled."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from donghanh.questionnaires.expressions import (
    ExpressionFault,
    Tree,
    Value,
    evaluate,
    names,
    number,
    parse,
    truth,
    words,
)

if TYPE_CHECKING:
    from donghanh.questionnaires.definition import Definition, Item


LONGEST_CHAIN = 50  # of items that wait for one another


class FaultyLogic(ValueError):
    """An expression that is none, looks at nothing, or at itself."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path, self.sentence = path, sentence


@dataclass(frozen=True)
class Settled:
    """What stands in a form once its logic has spoken."""

    asked: frozenset[str]  # codes of the items that are asked
    values: dict[str, float | None]  # by cell; None where nothing is asked
    texts: dict[str, str]


class Logic:
    """The expressions of one form, parsed once."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    @cached_property
    def relevant(self) -> dict[str, list[Tree]]:
        """Item → what must hold for it to be asked, its section's included; only items that have such."""
        found: dict[str, list[Tree]] = {}
        for section in self.definition.sections:
            for item in section.items:
                if conditions := [parse(text) for text in (section.relevant, item.relevant) if text]:
                    found[item.code] = conditions
        return found

    @cached_property
    def calculations(self) -> dict[str, Tree]:
        return {item.code: parse(item.calculation) for item in self.definition.items.values() if item.calculation}

    @cached_property
    def constraints(self) -> dict[str, Tree]:
        return {item.code: parse(item.constraint) for item in self.definition.items.values() if item.constraint}

    @cached_property
    def is_plain(self) -> bool:
        """Nothing to settle: every item is asked and none reckoned."""
        return not self.relevant and not self.calculations

    def settle(
        self, values: Mapping[str, float | None], texts: Mapping[str, str], *, on: date | None = None
    ) -> Settled:
        """Which items are asked, and their values, reckoned ones included; `values` by cell."""
        if self.is_plain:
            return Settled(frozenset(self.definition.items), dict(values), dict(texts))
        return _Settling(self, values, texts, on.isoformat() if on else "").all()

    def looked_at(self, tree: Tree, settled: Settled, *, itself: Value = "", on: date | None = None) -> Value:
        """The value of a constraint or check over what was settled."""
        return evaluate(
            tree,
            lambda name: stands(self.definition, name, settled.values, settled.texts),
            itself=itself,
            today=on.isoformat() if on else "",
        )

    def verify(self) -> None:
        """FaultyLogic at the first expression that cannot be used."""
        for path, text in self._places():
            try:
                tree = parse(text)
            except ExpressionFault as fault:
                raise FaultyLogic(path, str(fault)) from None
            for name in names(tree):
                if name not in self.definition.positions and name not in self.definition.items:
                    raise FaultyLogic(path, _("không có câu hỏi “%(code)s”.") % {"code": name})
        self._verify_order()

    def _places(self) -> Iterator[tuple[str, str]]:
        for i, section in enumerate(self.definition.sections):
            yield f"sections[{i}].relevant", section.relevant or "1"
            for j, item in enumerate(section.items):
                for name in ("relevant", "calculation", "constraint"):
                    if text := getattr(item, name):
                        yield f"sections[{i}].items[{j}].{name}", text
        for i, check in enumerate(self.definition.checks):
            if check.holds:
                yield f"checks[{i}].holds", check.holds

    def _verify_order(self) -> None:
        """No item waits for itself, by whatever way round."""
        waits = {
            code: {name.partition("[")[0] for tree in trees for name in names(tree)}
            for code in {*self.relevant, *self.calculations}
            for trees in [[*self.relevant.get(code, ()), *filter(None, [self.calculations.get(code)])]]
        }
        done: set[str] = set()

        def follow(code: str, way: tuple[str, ...]) -> None:
            if code in way:
                raise FaultyLogic("sections", _("“%(code)s” phụ thuộc vào chính nó.") % {"code": code})
            if len(way) > LONGEST_CHAIN:
                raise FaultyLogic("sections", _("“%(code)s” đợi quá nhiều câu khác.") % {"code": code})
            for name in sorted(waits.get(code, set()) - done):
                follow(name, (*way, code))
            done.add(code)

        for code in sorted(waits):
            follow(code, ())


def stands(definition: Definition, name: str, values: Mapping[str, float | None], texts: Mapping[str, str]) -> Value:
    """What an expression finds under a name: a number (an item's cells summed), words, "" where nothing stands."""
    if name in definition.cells_of:
        total = definition.total(name, values)
        return "" if total is None else total
    if name in definition.positions:
        value = values.get(name)
        return "" if value is None else value
    return texts.get(name, "")


@dataclass
class _Settling:
    """One pass, each item once it is looked at."""

    logic: Logic
    typed: Mapping[str, float | None]
    typed_texts: Mapping[str, str]
    today: str
    asked: dict[str, bool] = field(default_factory=dict)
    values: dict[str, float | None] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def all(self) -> Settled:
        for item in self.logic.definition.items.values():
            self.take(item)
        return Settled(frozenset(code for code, asked in self.asked.items() if asked), self.values, self.texts)

    def take(self, item: Item) -> None:
        if item.code in self.asked:
            return
        conditions = self.logic.relevant.get(item.code, ())
        asked = all(truth(evaluate(tree, self.look, today=self.today)) for tree in conditions)
        self.asked[item.code] = asked
        reckoned = None
        if asked and item.code in self.logic.calculations:
            reckoned = evaluate(self.logic.calculations[item.code], self.look, today=self.today)
        cells = self.logic.definition.cells_of.get(item.code)
        if cells is not None:
            for cell in cells:
                typed = self.typed.get(cell.code) if asked else None
                self.values[cell.code] = typed if reckoned is None else as_number(reckoned, item)
        else:
            text = self.typed_texts.get(item.code, "") if asked else ""
            if reckoned is not None:
                text = words(reckoned)
            if text:
                self.texts[item.code] = text

    def look(self, name: str) -> Value:
        item = self.logic.definition.items.get(name.partition("[")[0])
        if item is not None:
            self.take(item)
        return stands(self.logic.definition, name, self.values, self.texts)


def as_number(value: Value, item: Item) -> float | None:
    """A reckoned value as a cell keeps it: rounded to the item's digits, None where it is no number."""
    plain = number(value)
    if not math.isfinite(plain):
        return None
    scale = 10.0**item.digits
    return math.copysign(math.floor(abs(plain) * scale + 0.5), plain) / scale + 0.0


def by_position(definition: Definition, values: Mapping[str, float | None]) -> Sequence[float | None]:
    """Values by cell as a stored array."""
    return [values.get(code) for code in definition.positions]
