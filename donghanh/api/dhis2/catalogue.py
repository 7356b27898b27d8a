"""What there is to report on, in DHIS2's words: forms are data sets, their items data elements, cells option combos."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db.models import Q

from donghanh.api.dhis2.choices import DEFAULT, IdentityKind, Scheme
from donghanh.api.dhis2.identifiers import Identities, Index
from donghanh.organisations.models import UnitCode, UnitName
from donghanh.organisations.queries import called, codes
from donghanh.questionnaires.models import NUMERIC, Definition, Form, FormVersion, Item, Option
from donghanh.statistics.choices import Aggregation
from donghanh.statistics.models import DataElement, Indicator, ValidationRule

VALUE_TYPES: Final = {
    "flag": "BOOLEAN", "integer": "INTEGER_ZERO_OR_POSITIVE", "decimal": "NUMBER", "money": "NUMBER",
    "percentage": "PERCENTAGE", "choice": "TEXT", "choices": "MULTI_TEXT", "date": "DATE", "text": "LONG_TEXT",
}  # fmt: skip


@dataclass(frozen=True)
class Element:
    """A data element: an item as the newest form that has it asks it."""

    code: str
    item: Item
    forms: tuple[str, ...]  # codes, newest last
    combo: str  # codes of its breakdowns, "audience,level"; "default" without
    name: str
    aggregation: str

    @property
    def value_type(self) -> str:
        return VALUE_TYPES[self.item.kind]

    @property
    def numeric(self) -> bool:
        return self.item.kind in NUMERIC


def combo_of(item: Item) -> str:
    """The combo of an item's cells: its breakdowns, rows first, as in a cell's brackets."""
    return ",".join(part for part in (item.rows, item.breakdown) if part) or DEFAULT


class Catalogue:
    """Read once a request: four queries."""

    def __init__(self) -> None:
        self.ids = Identities()
        versions = FormVersion.objects.select_related("form").order_by("number", "form__code")
        self.versions: list[FormVersion] = list(versions)
        self.named = {row.code: row for row in DataElement.objects.order_by("code")}
        self.indicators = {row.code: row for row in Indicator.objects.order_by("position", "code")}

    @cached_property
    def rules(self) -> dict[str, ValidationRule]:
        """Validation rules in force, by code; one query where they are asked for."""
        return {row.code: row for row in ValidationRule.objects.filter(ended_at=None).order_by("code")}

    @cached_property
    def forms(self) -> dict[str, Form]:
        """Data sets, by code."""
        return {version.form.code: version.form for version in sorted(self.versions, key=lambda one: one.form.code)}

    @cached_property
    def newest(self) -> dict[str, Definition]:
        """The newest wording of each form."""
        return {version.form.code: version.definition for version in self.versions}

    @cached_property
    def elements(self) -> dict[str, Element]:
        """By code; of an item that several forms or versions ask, as the newest asks it."""
        items: dict[str, Item] = {}
        forms: dict[str, dict[str, None]] = {}
        for version in self.versions:
            for item in version.definition.items.values():
                if item.kind in VALUE_TYPES:
                    items[item.code] = item
                    forms.setdefault(item.code, {})[version.form.code] = None
        return {code: self._element(item, tuple(forms[code])) for code, item in sorted(items.items())}

    def _element(self, item: Item, forms: tuple[str, ...]) -> Element:
        row = self.named.get(item.code)
        name = row.name if row else item.name
        known = self.ids.name(IdentityKind.ELEMENT, item.code, name)
        numeric = item.kind in NUMERIC
        aggregation = row.aggregation if row else Aggregation.SUM if numeric else Aggregation.NONE
        return Element(item.code, item, forms, combo_of(item), known, aggregation)

    @cached_property
    def breakdowns(self) -> dict[str, dict[str, Option]]:
        """Categories: code → its options by code, those of all forms together."""
        found: dict[str, dict[str, Option]] = {}
        for version in self.versions:
            definition = version.definition
            used = {part for item in definition.items.values() for part in (item.rows, item.breakdown) if part}
            for code in sorted(used):
                found.setdefault(code, {}).update({one.code: one for one in definition.breakdowns[code]})
        return found

    @cached_property
    def option_sets(self) -> dict[str, dict[str, Option]]:
        """Lists from which an answer is chosen: code → options by code."""
        found: dict[str, dict[str, Option]] = {}
        for version in self.versions:
            definition = version.definition
            for code in sorted({item.choices for item in definition.items.values() if item.choices}):
                found.setdefault(code, {}).update({one.code: one for one in definition.breakdowns[code]})
        return found

    @cached_property
    def combos(self) -> dict[str, tuple[str, ...]]:
        """Category combos: key → codes of its categories; `default` has none of ours."""
        keys = {element.combo for element in self.elements.values() if element.numeric} | {DEFAULT}
        return {key: () if key == DEFAULT else tuple(key.split(",")) for key in sorted(keys)}

    @cached_property
    def cells(self) -> dict[str, tuple[str, str]]:
        """Category option combos: key "level:TH" → (combo, what stands in the cell's brackets)."""
        found = {DEFAULT: (DEFAULT, "")}
        for combo, categories in self.combos.items():
            selections = [""]
            for category in categories:
                options = self.breakdowns[category]
                selections = [f"{before},{code}".lstrip(",") for before in selections for code in options]
            found |= {f"{combo}:{selection}": (combo, selection) for selection in selections if selection}
        return found

    def cell_name(self, key: str) -> str:
        combo, selection = self.cells[key]
        if not selection:
            return DEFAULT
        parts = zip(combo.split(","), selection.split(","), strict=True)
        name = ", ".join(self.breakdowns[category][option].name for category, option in parts)
        return self.ids.name(IdentityKind.CELL, key, name)

    # ── found by what others call them ──

    def index(self, kind: IdentityKind, named: Mapping[str, str]) -> Index:
        """`named`: ours → name."""
        return Index(
            (ours, self.ids.uid(kind, ours), self.ids.code(kind, ours), self.ids.name(kind, ours, name))
            for ours, name in named.items()
        )

    @cached_property
    def element_index(self) -> Index:
        return self.index(IdentityKind.ELEMENT, {code: one.name for code, one in self.elements.items()})

    @cached_property
    def form_index(self) -> Index:
        return self.index(IdentityKind.FORM, {code: self.form_name(code) for code in self.forms})

    @cached_property
    def cell_index(self) -> Index:
        return self.index(IdentityKind.CELL, {key: self.cell_name(key) for key in self.cells})

    @cached_property
    def indicator_index(self) -> Index:
        return self.index(IdentityKind.INDICATOR, {code: one.name for code, one in self.indicators.items()})

    def form_name(self, code: str) -> str:
        return self.ids.name(IdentityKind.FORM, code, self.newest[code].name)

    def form_of(self, word: str, scheme: Scheme = Scheme.UID) -> str | None:
        """The form of a data set's identifier; also of its workflow's, and of its code."""
        found = self.form_index.find(word, scheme)
        return found or next((code for code in self.forms if self.ids.uid(IdentityKind.WORKFLOW, code) == word), None)

    # ── said in a scheme ──

    def said(self, kind: IdentityKind, ours: str, scheme: Scheme, name: str) -> str:
        if scheme == Scheme.NAME:
            return self.ids.name(kind, ours, name)
        return self.ids.code(kind, ours) if scheme == Scheme.CODE else self.ids.uid(kind, ours)

    def units_said(self, unit_ids: Iterable[int], scheme: Scheme, *, on: object) -> dict[int, str]:
        """Each unit in the scheme; one without a code is said by its UID."""
        wanted = list(unit_ids)
        found: dict[int, str] = {unit: self.ids.unit_uid(unit) for unit in wanted}
        if scheme == Scheme.CODE:
            found |= codes(wanted, on=on)  # type: ignore[arg-type]  # a day
        elif scheme == Scheme.NAME:
            found |= called(wanted, on=on)  # type: ignore[arg-type]  # ids of one kind, whatever the collection
        return found

    def units_meant(self, words: Iterable[str], scheme: Scheme, *, on: object) -> dict[str, int]:
        """Word → unit; words that name none, or more than one, are left out. At most one query."""
        wanted = [word for word in dict.fromkeys(words) if word]
        found = {word: unit for word in wanted if (unit := self.ids.unit_of(word)) is not None}
        if scheme == Scheme.UID:
            return found
        rows: list[tuple[str, int]] = []
        if scheme == Scheme.CODE:
            named = UnitCode.objects.filter(Q(code__in=wanted), valid__contains=on).order_by("pk")
            rows = list(named.values_list("code", "unit"))
        else:
            rows = list(
                UnitName.objects.filter(name__in=wanted, valid__contains=on).order_by("pk").values_list("name", "unit")
            )
        meant: dict[str, set[int]] = {}
        for word, unit in rows:
            meant.setdefault(word, set()).add(unit)
        return found | {word: units.pop() for word, units in meant.items() if len(units) == 1}
