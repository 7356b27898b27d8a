"""(data set, period, unit) of DHIS2 → the expected report of a round."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection as Collection_
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet

from donghanh.api.dhis2.callers import Caller
from donghanh.people.choices import Right
from donghanh.periods.models import Period
from donghanh.reporting.models import Collection
from donghanh.reporting.queries import reports_visible_to

UNITS_AT_ONCE: Final = 5000  # in one query


def reports_of(caller: Caller, *, on: date, right: Right = Right.READ_REPORTS) -> QuerySet[Any]:
    """The gate: reports that the account may see and the token reaches."""
    rows: QuerySet[Any] = reports_visible_to(caller.account, on=on, right=right)
    return caller.narrowed(rows, "expected__unit", on=on)


class Rounds:
    """All rounds with their forms and periods; one query."""

    def __init__(self, forms: Collection_[str] | None = None, *, on: date) -> None:
        """`forms`: codes; None takes all. Rounds that are not open yet are not there."""
        rows = Collection.objects.select_related("period", "form_version__form").defer("form_version__document")
        rows = rows.filter(opens_on__lte=on)
        if forms is not None:
            rows = rows.filter(form_version__form__code__in=forms)
        self.rounds: list[Collection] = list(rows.order_by("pk"))
        self.of_period: dict[tuple[str, str], list[Collection]] = defaultdict(list)
        self.periods: dict[str, Period] = {}
        self.intervals: dict[str, str] = {}  # as ADX writes it → code
        for one in self.rounds:
            self.periods[one.period.code] = one.period
            self.intervals[one.period.span.interval] = one.period.code
            self.of_period[one.form_version.form.code, one.period.code].append(one)

    def code_of(self, word: str) -> str | None:
        """The code of a period that some round is for, from its code or its ADX interval."""
        return word if word in self.periods else self.intervals.get(word)

    def reports(self, caller: Caller, wanted: Collection_[tuple[str, str, int]], *, on: date) -> dict[Any, int]:
        """(form, period, unit) → the report; of several rounds the newest. One query a few thousand units."""
        found: dict[tuple[str, str, int], int] = {}
        rounds = {one.pk for form, period, _unit in wanted for one in self.of_period.get((form, period), ())}
        of_round: dict[tuple[int, int], int] = {}
        for units in batches(sorted({unit for _form, _period, unit in wanted}), UNITS_AT_ONCE):
            rows = reports_of(caller, on=on).filter(expected__collection__in=rounds, expected__unit__in=units)
            for pk, round_, unit in rows.order_by("pk").values_list("pk", "expected__collection", "expected__unit"):
                of_round[round_, unit] = pk
        for key in wanted:
            form, period, unit = key
            for one in self.of_period.get((form, period), ()):
                if report := of_round.get((one.pk, unit)):
                    found[key] = report
        return found


def batches[T](items: list[T], size: int) -> Iterable[list[T]]:
    """The list in pieces."""
    return (items[start : start + size] for start in range(0, len(items), size))
