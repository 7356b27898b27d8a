"""What a client's identifiers mean: report, item and cell of each value, or a conflict that says which does not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from donghanh.api.dhis2.catalogue import Catalogue
from donghanh.api.dhis2.choices import DEFAULT, DEFAULT_UIDS, Code, IdentityKind, Scheme
from donghanh.api.dhis2.entries import Entry, Group, Values
from donghanh.api.dhis2.identifiers import Schemes
from donghanh.api.dhis2.rounds import Rounds
from donghanh.api.dhis2.summaries import Summary
from donghanh.periods.queries import BadPeriod, parse, parse_interval
from donghanh.questionnaires.models import Definition, Item


class Key(NamedTuple):
    """One report as DHIS2 names it."""

    form: str
    period: str
    unit: int


class Resolver:
    """All identifiers of one body, those of units asked together."""

    def __init__(self, values: Values, schemes: Schemes, *, on: date) -> None:
        self.catalogue, self.schemes = Catalogue(), schemes
        words = {entry.unit or entry.group.unit for entry in values.entries} | {one.unit for one in values.groups}
        self.units = self.catalogue.units_meant(sorted(words), schemes.unit, on=on)
        self.forms_of: dict[tuple[str, str], list[str]] = {}
        self.default = {DEFAULT, DEFAULT_UIDS[IdentityKind.CELL], ""}

    def key_of(self, entry: Entry, rounds: Rounds, summary: Summary) -> Key | None:
        """The report that a value is for."""
        group = entry.group
        unit = self._unit(entry.unit or group.unit, entry, summary)
        period = self._period(entry.period or group.period, entry, rounds, summary)
        if unit is None or period is None:
            return None
        if (entry.attributes or group.attributes) not in self.default:
            sentence = _("Chỉ nhận attributeOptionCombo mặc định.")
            word = entry.attributes or group.attributes
            summary.reject(Code.NO_ATTRIBUTES, sentence, "attributeOptionCombo", word, [entry.index])
            return None
        form = self._form(group.data_set, entry, period, rounds, summary)
        return Key(form, period, unit) if form else None

    def _unit(self, word: str, entry: Entry, summary: Summary) -> int | None:
        if (unit := self.units.get(word)) is None:
            summary.reject(Code.NO_UNIT, _("Không có đơn vị này."), "orgUnit", word, [entry.index])
        return unit

    def _period(self, word: str, entry: Entry, rounds: Rounds, summary: Summary) -> str | None:
        if code := rounds.code_of(word):
            return code
        try:
            span = parse_interval(word) if "/" in word else parse(word)
        except BadPeriod as fault:
            summary.reject(Code.NO_SUCH_PERIOD, str(fault), "period", word, [entry.index])
            return None
        return span.code  # a period without a round: said where the report is looked for

    def _form(self, word: str, entry: Entry, period: str, rounds: Rounds, summary: Summary) -> str | None:
        """The data set that is named, else the only one with a round for the period that has the element."""
        if word:
            if (form := self.catalogue.form_of(word, self.schemes.data_set)) is None:
                summary.reject(Code.NO_DATA_SET, _("Không có biểu mẫu này."), "dataSet", word, [entry.index])
            return form
        element = self.catalogue.element_index.find(entry.element, self.schemes.element)
        if element is None:
            self._no_element(entry, summary)
            return None
        if (element, period) not in self.forms_of:
            forms = self.catalogue.elements[element].forms
            self.forms_of[element, period] = [form for form in forms if (form, period) in rounds.of_period]
        found = self.forms_of[element, period]
        if len(found) == 1:
            return found[0]
        sentence = (
            _("Chỉ tiêu này có trong nhiều biểu mẫu của kỳ. Hãy ghi dataSet.")
            if found
            else _("Không có đợt báo cáo nào hỏi chỉ tiêu này trong kỳ.")
        )
        code = Code.DATA_SET_WANTED if found else Code.NOT_EXPECTED
        summary.reject(code, sentence, "dataElement", entry.element, [entry.index])
        return None

    def to_complete(self, groups: Iterable[Group], rounds: Rounds, summary: Summary) -> set[Key]:
        """Reports whose group says that they are complete."""
        found = set()
        for group in groups:
            if not group.complete:
                continue
            try:
                date.fromisoformat(group.complete[:10])
            except ValueError:
                sentence = _("completeDate phải là một ngày, ví dụ 2024-09-05.")
                summary.say(Code.NOT_READABLE, sentence, "completeDate", group.complete)
                continue
            form = self.catalogue.form_of(group.data_set, self.schemes.data_set) if group.data_set else None
            unit, period = self.units.get(group.unit), rounds.code_of(group.period)
            if form is None or unit is None or period is None:
                sentence = _("Để hoàn thành cần dataSet, period và orgUnit có thật ở đầu dữ liệu.")
                summary.say(Code.DATA_SET_WANTED, sentence, "completeDate", group.complete)
                continue
            found.add(Key(form, period, unit))
        return found

    def cell_of(self, entry: Entry, definition: Definition, summary: Summary) -> tuple[Item, str] | None:
        """The item of a value and the code of its cell or, of a written one, of the item."""
        element = self.catalogue.element_index.find(entry.element, self.schemes.element)
        if element is None:
            self._no_element(entry, summary)
            return None
        item = definition.items.get(element)
        if item is None or element not in self.catalogue.elements:
            sentence = _("Biểu mẫu này không có chỉ tiêu này.")
            summary.reject(Code.NOT_OF_DATA_SET, sentence, "dataElement", entry.element, [entry.index])
            return None
        parts = [part for part in (item.rows, item.breakdown) if part]
        selection = self._selection(entry, parts)
        place = f"{element}[{selection}]" if selection else element
        fits = place in definition.positions if self.catalogue.elements[element].numeric else not selection
        if selection is None or not fits:
            code = Code.NO_CELL if selection is None else Code.CELL_OF_ANOTHER
            sentence = _("Chỉ tiêu này không có ô phân tổ này.")
            summary.reject(code, sentence, "categoryOptionCombo", entry.cell or "default", [entry.index])
            return None
        return item, place

    def _selection(self, entry: Entry, parts: list[str]) -> str | None:
        """What stands in the cell's brackets; None where the words name none."""
        if entry.options and not entry.cell:
            named = [entry.options.get(part, "") for part in parts]
            return ",".join(named) if all(named) and set(entry.options) == set(parts) else None
        if entry.cell in self.default:
            return ""
        if key := self.catalogue.cell_index.find(entry.cell, self.schemes.cell):
            combo, selection = self.catalogue.cells[key]
            return selection if combo == ",".join(parts) else None
        if self.schemes.cell == Scheme.CODE:
            return entry.cell
        return self._by_name(entry.cell, parts) if self.schemes.cell == Scheme.NAME else None

    def _by_name(self, word: str, parts: list[str]) -> str | None:
        """Names are shared by combos ("Tiểu học" of two lists): within the element's own they are clear."""
        prefix = ",".join(parts)
        of_combo = [key for key, (combo, _selection) in self.catalogue.cells.items() if combo == prefix]
        return next((self.catalogue.cells[key][1] for key in of_combo if self.catalogue.cell_name(key) == word), None)

    def _no_element(self, entry: Entry, summary: Summary) -> None:
        summary.reject(Code.NO_ELEMENT, _("Không có chỉ tiêu này."), "dataElement", entry.element, [entry.index])
