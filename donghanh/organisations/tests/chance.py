"""Events at random for tests of the whole tree: sensible ones and foolish ones, mostly in the order of days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from donghanh.organisations import actions
from donghanh.organisations.choices import CodeScheme, UnitKind
from donghanh.organisations.models import Unit, UnitEvent
from donghanh.organisations.queries import units_on
from donghanh.organisations.rules import NewUnit, Portion, children_from
from donghanh.organisations.tests.factories import AT

FIRST_DAY = date(2020, 1, 1)
DAYS = [FIRST_DAY + timedelta(days=number) for number in range(40)]
VERBS = {"open": 3, "close": 1, "rename": 1, "change_kind": 1, "recode": 1, "transfer": 4, "merge": 2, "split": 2}


class Chance:
    """What one throw of dice asks of the tree; `today` goes on from throw to throw."""

    def __init__(self) -> None:
        self.dice, self.opened, self.today = Random(0), 0, 0  # noqa: S311  # dice
        self.units: list[int] = []

    def throw(self, seed: int) -> date:
        """Begin an event; the answer is its day."""
        self.dice = Random(seed)  # noqa: S311  # seeded chance, no secret
        if self.dice.random() < 0.1:
            return self.dice.choice(DAYS)
        self.today = min(self.today + self.dice.choice([0, 0, 1]), len(DAYS) - 1)
        return DAYS[self.today]

    def unit(self) -> int:
        return self.dice.choice(self.units) if self.units else 1

    def code(self) -> str:
        return str(self.dice.randrange(12))

    def new(self) -> NewUnit:
        self.opened += 1
        parent = self.unit() if self.dice.random() < 0.8 else None
        codes = {CodeScheme.OWN: self.code()} if self.dice.random() < 0.5 else {}
        return NewUnit(name=f"Đơn vị {self.opened}", kind=UnitKind.COMMUNE, parent=parent, codes=codes)

    def unit_or_new(self) -> int | NewUnit:
        return self.new() if self.dice.random() < 0.5 else self.unit()

    def portions(self, source: int, on: date) -> list[Portion]:
        targets = [self.unit_or_new() for _ in range(self.dice.choice([2, 2, 2, 3]))]
        if self.dice.random() < 0.3:
            targets[0] = source
        shares = [Decimal("0.3333")] * (len(targets) - 1)
        place = {child: self.dice.choice(targets) for child in sorted(children_from([source], on))}
        return [
            Portion(target, share, [child for child in place if place[child] is target])
            for target, share in zip(targets, [1 - sum(shares), *shares], strict=True)
        ]

    def event(self, on: date) -> None:
        """Record some event on the day; Refused where it was foolish."""
        order = {"decision": "QĐ 1", "on": on, "by": None, "at": AT}
        units = Unit.objects.order_by("pk") if self.dice.random() < 0.1 else units_on(on)
        self.units = list(units.values_list("pk", flat=True))
        some = {self.unit() for _ in range(self.dice.choice([1, 1, 2, 3]))}
        match self.dice.choices(list(VERBS), list(VERBS.values()))[0] if len(self.units) > 4 else "open":
            case "open":
                actions.open_units(new=[self.new() for _ in some], **order)
            case "close":
                actions.close_unit(unit=self.unit(), **order)
            case "rename":
                actions.rename(unit=self.unit(), name="Tên khác", **order)
            case "change_kind":
                actions.change_kind(unit=self.unit(), kind=UnitKind.PRIMARY, **order)
            case "recode":
                actions.recode(unit=self.unit(), scheme=CodeScheme.OWN, code=self.code(), **order)
            case "transfer":
                actions.transfer(units=some, to=self.unit(), **order)
            case "merge":
                actions.merge(sources=some, into=self.unit_or_new(), **order)
            case "split":
                source = self.unit()
                actions.split(source=source, into=self.portions(source, on), **order)

    def undo(self) -> UnitEvent | None:
        """Take some event back, mostly a late one; Refused where something stands on it."""
        standing = list(UnitEvent.objects.filter(undone_at__isnull=True).order_by("-pk")[:40])
        if not standing:
            return None
        event = standing[min(int(self.dice.expovariate(0.3)), len(standing) - 1)]
        actions.undo(event=event, reason="Ghi nhầm", by=None, at=AT)
        return event
