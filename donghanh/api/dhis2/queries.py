"""Values that go out: what was sent, and for those who write a report the draft they would go on with."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from donghanh.api.dhis2 import boxes
from donghanh.api.dhis2.actions import may_write
from donghanh.api.dhis2.bodies import MOST_VALUES, too_big
from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.catalogue import Catalogue, combo_of
from donghanh.api.dhis2.choices import DEFAULT, IdentityKind, Scheme
from donghanh.api.dhis2.identifiers import Schemes
from donghanh.api.dhis2.rounds import reports_of
from donghanh.api.dhis2.writers import Given
from donghanh.organisations.models import Lineage
from donghanh.people.models import Account
from donghanh.questionnaires.models import Item
from donghanh.questionnaires.rules import Answers
from donghanh.reporting import queries
from donghanh.reporting.choices import STANDING
from donghanh.reporting.queries import Sheet

REPORTS_AT_ONCE: Final = 200


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which values: those of all that is named; what is None narrows nothing."""

    units: Collection[int]
    children: bool = False
    forms: Collection[str] | None = None
    elements: Collection[str] | None = None
    periods: Collection[str] | None = None  # codes of rounds
    first_day: date | None = None
    last_day: date | None = None
    since: datetime | None = None
    most: int = MOST_VALUES


def sheets_wanted(wanted: Wanted, caller: Caller, *, on: date) -> Iterator[list[Sheet]]:
    """The reports behind the values, oldest round first, 200 at a time: one query, then one for each time."""
    units: Any = wanted.units
    if wanted.children:
        below = Lineage.objects.filter(ancestor__in=wanted.units, valid__contains=on).order_by()
        units = below.values("descendant")
    condition = Q(expected__unit__in=units, expected__collection__opens_on__lte=on)
    if wanted.forms is not None:
        condition &= Q(expected__collection__form_version__form__code__in=wanted.forms)
    if wanted.periods is not None:
        condition &= Q(expected__collection__period__code__in=wanted.periods)
    if wanted.first_day and wanted.last_day:
        days = (wanted.first_day, wanted.last_day)
        condition &= Q(expected__collection__period__days__startswith__gte=days[0])
        condition &= Q(expected__collection__period__days__startswith__lte=days[1])
    if wanted.since:
        condition &= Q(saved_at__gte=wanted.since) | Q(latest__sent_at__gte=wanted.since)
    rows = reports_of(caller, on=on).filter(condition).filter(Q(latest__isnull=False) | Q(revision__gt=0))
    ordered = rows.order_by("expected__collection", "unit_sort", "pk").values_list("pk", flat=True)
    for pks in batched(list(ordered), REPORTS_AT_ONCE, strict=False):
        found = queries.sheets(caller.account, pks, on=on)
        yield [found[pk] for pk in pks if pk in found]


class Giver:
    """Values of reports in the schemes asked for."""

    def __init__(self, catalogue: Catalogue, schemes: Schemes, wanted: Wanted, caller: Caller, *, on: date) -> None:
        self.catalogue, self.schemes, self.wanted, self.caller, self.on = catalogue, schemes, wanted, caller, on
        self.ids = catalogue.ids
        self.default = catalogue.said(IdentityKind.CELL, DEFAULT, schemes.cell, DEFAULT)
        self.writers: dict[int, str] = {}
        self.only: Sheet | None = None  # the report, where there is but one

    def values(self) -> list[Given]:
        """Every value; Fault 413 where they are more than one answer carries."""
        found: list[Given] = []
        reports = 0
        for sheets in sheets_wanted(self.wanted, self.caller, on=self.on):
            reports += len(sheets)
            self.only = sheets[0] if reports == 1 else None
            units = {sheet.expected.unit_id for sheet in sheets}
            self.units = self.catalogue.units_said(units, self.schemes.unit, on=self.on)
            editors = {by for sheet in sheets for by, _at in sheet.submission.edited.values() if by}
            self.writers = dict(Account.objects.filter(pk__in=editors).order_by("pk").values_list("pk", "username"))
            for sheet in sheets:
                found += self._of(sheet)
            if len(found) > MOST_VALUES:
                raise too_big()
        return found[: self.wanted.most]

    def head(self) -> dict[str, str]:
        """What holds for all values: the set, and where only one report was asked for its period, unit and day."""
        wanted, found = self.wanted, dict[str, str]()
        if wanted.forms and len(wanted.forms) == 1:
            (form,) = wanted.forms
            name = self.catalogue.form_name(form)
            found["dataSet"] = self.catalogue.said(IdentityKind.FORM, form, self.schemes.data_set, name)
        if self.only and self.only.state in STANDING and self.only.latest:
            found["completeDate"] = timezone.localdate(self.only.latest.sent_at).isoformat()
        if self.only:
            found["period"] = self.only.collection.period.code
            found["orgUnit"] = self.units[self.only.expected.unit_id]
        return found

    def _of(self, sheet: Sheet) -> Iterator[Given]:
        editable = bool(may_write(sheet.submission, self.caller, on=self.on))
        latest = sheet.latest
        if editable:
            answers, updated, by = sheet.read(sheet.submission.draft), sheet.submission.saved_at, ""
        elif latest:
            answers = Answers(latest.numbers, latest.texts, latest.notes)
            updated, by = latest.sent_at, latest.sent_by.username
        else:
            return
        definition = sheet.definition
        for cell, number in zip(definition.cells, answers.numbers, strict=True):
            if number is not None:
                yield from self._one(sheet, cell.item, cell.code, number, answers, updated, by, editable=editable)
        for code, text in answers.texts.items():
            yield from self._one(sheet, definition.items[code], code, text, answers, updated, by, editable=editable)

    def _one(
        self, sheet: Sheet, item: Item, place: str, value: float | str, answers: Answers, updated: datetime | None,
        by: str, *, editable: bool,
    ) -> Iterator[Given]:  # fmt: skip
        if self.wanted.elements is not None and item.code not in self.wanted.elements:
            return
        if editable and (signed := sheet.submission.edited.get(place)):
            by, updated = self.writers.get(signed[0], ""), datetime.fromisoformat(signed[1])
        if self.wanted.since and (updated is None or updated < self.wanted.since):
            return
        selection = place[len(item.code) + 1 : -1]
        combo = combo_of(item)
        key = f"{combo}:{selection}" if selection else DEFAULT
        known = self.catalogue.elements[item.code]
        span = sheet.collection.period.span
        form = sheet.definition.code
        moment = timezone.localtime(updated).isoformat(timespec="milliseconds") if updated else ""
        yield Given(
            element=self.catalogue.said(IdentityKind.ELEMENT, item.code, self.schemes.element, known.name),
            period=span.code,
            unit=self.units[sheet.expected.unit_id],
            cell=self._cell(key),
            attributes=self.default,
            value=boxes.said(item, value),
            stored_by=by,
            created=moment,
            updated=moment,
            comment=answers.notes.get(boxes.note_box(place), ""),
            data_set=self.catalogue.said(
                IdentityKind.FORM, form, self.schemes.data_set, self.catalogue.form_name(form)
            ),
            interval=span.interval,
            options=dict(zip(combo.split(","), selection.split(","), strict=True)) if selection else {},
            numeric=not isinstance(value, str),
        )

    def _cell(self, key: str) -> str:
        name = self.catalogue.cell_name(key) if self.schemes.cell == Scheme.NAME else ""
        return self.catalogue.said(IdentityKind.CELL, key, self.schemes.cell, name)


def completed(wanted: Wanted, caller: Caller, *, on: date) -> list[Sheet]:
    """Reports with a sending that stands."""
    found = (one for some in sheets_wanted(wanted, caller, on=on) for one in some if one.state in STANDING)
    return [sheet for sheet in found if sheet.latest and not (wanted.since and sheet.latest.sent_at < wanted.since)]
