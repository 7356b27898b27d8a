"""A DHIS2 metadata file read into what it would make here: elements, forms, indicators; and what it lacks."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from donghanh.api.dhis2.catalogue import Catalogue
from donghanh.api.dhis2.choices import DEFAULT, DEFAULT_UIDS, Code, IdentityKind
from donghanh.api.dhis2.entries import unreadable
from donghanh.api.dhis2.identifiers import UID
from donghanh.api.dhis2.translating import RULE_OPERATORS, RULE_STRATEGIES, Untranslatable, from_dhis2
from donghanh.kernel.text import fold
from donghanh.questionnaires.models import FaultyDefinition, Option, read_definition
from donghanh.statistics.choices import Aggregation, Importance, Strategy

KINDS: Final[dict[str, tuple[IdentityKind, str]]] = {  # plural → kind, DHIS2's class
    "optionSets": (IdentityKind.OPTION_SET, "org.hisp.dhis.option.OptionSet"),
    "options": (IdentityKind.OPTION_OF_SET, "org.hisp.dhis.option.Option"),
    "categoryOptions": (IdentityKind.OPTION, "org.hisp.dhis.category.CategoryOption"),
    "categories": (IdentityKind.CATEGORY, "org.hisp.dhis.category.Category"),
    "categoryCombos": (IdentityKind.COMBO, "org.hisp.dhis.category.CategoryCombo"),
    "categoryOptionCombos": (IdentityKind.CELL, "org.hisp.dhis.category.CategoryOptionCombo"),
    "dataElements": (IdentityKind.ELEMENT, "org.hisp.dhis.dataelement.DataElement"),
    "dataSets": (IdentityKind.FORM, "org.hisp.dhis.dataset.DataSet"),
    "indicatorTypes": (IdentityKind.INDICATOR_TYPE, "org.hisp.dhis.indicator.IndicatorType"),
    "indicators": (IdentityKind.INDICATOR, "org.hisp.dhis.indicator.Indicator"),
    "validationRules": (IdentityKind.RULE, "org.hisp.dhis.validation.ValidationRule"),
}
BESIDE: Final = ("system", "date", "sections")
TYPES: Final = {
    "INTEGER": "integer", "INTEGER_POSITIVE": "integer", "INTEGER_ZERO_OR_POSITIVE": "integer", "NUMBER": "decimal",
    "PERCENTAGE": "percentage", "UNIT_INTERVAL": "decimal", "BOOLEAN": "flag", "TRUE_ONLY": "flag", "DATE": "date",
    "TEXT": "text", "LONG_TEXT": "text", "LETTER": "text", "MULTI_TEXT": "choices",
}  # fmt: skip
MOST_OBJECTS: Final = 20_000
LONGEST_NAME: Final = 230
LONGEST_OPTION: Final = 16

type Object = Mapping[str, Any]


@dataclass
class Report:
    """What is wrong with one object of the file."""

    code: Code
    sentence: str
    property: str


@dataclass
class Plan:
    """What would be written. Nothing of it is, while some object has a report."""

    elements: list[dict[str, Any]] = field(default_factory=list)  # of statistics
    forms: list[dict[str, Any]] = field(default_factory=list)  # documents of questionnaires
    indicators: list[dict[str, Any]] = field(default_factory=list)  # of statistics
    rules: list[dict[str, Any]] = field(default_factory=list)  # of statistics
    identities: dict[tuple[IdentityKind, str], tuple[str, str, str]] = field(default_factory=dict)  # → uid, code, name
    reports: dict[tuple[str, int], list[Report]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    objects: dict[str, list[Object]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)  # plural → why none of its kind is taken


class Planner:
    """Reads the file once, references first."""

    def __init__(self, document: object, catalogue: Catalogue) -> None:
        self.catalogue, self.plan = catalogue, Plan()
        self.by_uid: dict[str, dict[str, Object]] = defaultdict(dict)
        self.ours: dict[tuple[IdentityKind, str], str] = {}  # (kind, uid) → our code
        self.taken: dict[IdentityKind, set[str]] = defaultdict(set)
        self.items: dict[str, dict[str, Any]] = {}  # our element → its item
        self.lists: dict[str, list[dict[str, str]]] = {}  # our list → options
        self._read(document)

    def _read(self, document: object) -> None:
        if not isinstance(document, dict):
            raise unreadable(_("Cần một đối tượng JSON."))
        if sum(len(some) for some in document.values() if isinstance(some, list)) > MOST_OBJECTS:
            raise unreadable(_("Tệp có quá %(most)s đối tượng. Xin chia nhỏ.") % {"most": MOST_OBJECTS})
        for plural, some in document.items():
            if plural in BESIDE:
                continue
            if not isinstance(some, list) or not all(isinstance(one, dict) for one in some):
                raise unreadable(_("“%(name)s” phải là một danh sách đối tượng.") % {"name": plural[:40]})
            self.plan.objects[plural] = some
            if plural not in KINDS:
                self.plan.skipped[plural] = _("Loại đối tượng này không nhập vào đây.")
        sections = document.get("sections", [])
        self.sections: list[Object] = [one for one in sections if isinstance(one, dict)] if sections else []
        for plural in KINDS:
            for place, one in enumerate(self.plan.objects.get(plural, [])):
                self._identify(plural, place, one)

    def _identify(self, plural: str, place: int, one: Object) -> None:
        uid, name = one.get("id"), one.get("name", one.get("id"))
        if not isinstance(uid, str) or not UID.fullmatch(uid):
            self.say(plural, place, Code.WRONG_PROPERTY, _("id phải có 11 ký tự chữ và số, đầu là chữ."), "id")
            return
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
            self.say(plural, place, Code.WRONG_PROPERTY, _("name còn thiếu hoặc quá dài."), "name")
            return
        if uid in self.by_uid[plural]:
            self.say(plural, place, Code.NOT_UNIQUE, _("id này có hai lần trong tệp."), "id")
            return
        self.by_uid[plural][uid] = one

    def say(self, plural: str, place: int, code: Code, sentence: str, property_: str) -> None:
        self.plan.reports[plural, place].append(Report(code, sentence, property_))

    def made(self) -> Plan:
        for plural, step in self._steps.items():
            for place, one in enumerate(self.plan.objects.get(plural, [])):
                if (plural, place) not in self.plan.reports:
                    step(place, one)
        return self.plan

    @property
    def _steps(self) -> dict[str, Callable[[int, Object], None]]:
        return {
            "optionSets": self._option_set, "categories": self._category, "categoryCombos": self._combo,
            "categoryOptionCombos": self._cell, "indicatorTypes": lambda _place, _one: None,
            "dataElements": self._element, "dataSets": self._form, "indicators": self._indicator,
            "validationRules": self._rule,
        }  # fmt: skip

    # ── references ──

    def _known(self, kind: IdentityKind, uid: str) -> str | None:
        """Our code of something that stood here before."""
        if found := self.catalogue.ids.of_uid.get((kind, uid)):
            return found
        known: dict[IdentityKind, Mapping[str, Any]] = {
            IdentityKind.ELEMENT: self.catalogue.elements, IdentityKind.FORM: self.catalogue.forms,
            IdentityKind.CATEGORY: self.catalogue.breakdowns, IdentityKind.COMBO: self.catalogue.combos,
            IdentityKind.CELL: self.catalogue.cells, IdentityKind.INDICATOR: self.catalogue.indicators,
            IdentityKind.OPTION_SET: self.catalogue.option_sets, IdentityKind.RULE: self.catalogue.rules,
        }  # fmt: skip
        return next((code for code in known.get(kind, ()) if self.catalogue.ids.uid(kind, code) == uid), None)

    def _ours(self, kind: IdentityKind, uid: str) -> str | None:
        return self.ours.get((kind, uid)) or self._known(kind, uid)

    def _refs(self, one: Object, name: str) -> list[str]:
        some = one.get(name, [])
        found = some if isinstance(some, list) else [some]
        return [ref.get("id", "") for ref in found if isinstance(ref, dict)]

    def _ref(self, one: Object, name: str) -> str:
        return (self._refs(one, name) or [""])[0]

    def _missing(self, plural: str, place: int, property_: str, uid: str) -> None:
        sentence = _("%(property)s chỉ đến “%(uid)s”, không có trong tệp và không có ở đây.")
        told = {"property": property_, "uid": str(uid)[:40]}
        self.say(plural, place, Code.NO_REFERENCE, sentence % told, property_)

    def _code(self, kind: IdentityKind, one: Object, used: Mapping[str, Any]) -> str:
        """Our code: the one that stands, else made from theirs."""
        uid = one["id"]
        if found := self._ours(kind, uid):
            return self._keep(kind, one, found)
        stem = re.sub(r"[^a-z0-9]+", "_", fold(str(one.get("code") or one.get("shortName") or one["name"]))).strip("_")
        stem = (stem if re.match(r"[a-z]", stem) else f"q_{stem}").strip("_")[:36]
        code, number = stem, 1
        while code in used or code in self.taken[kind]:
            number += 1
            code = f"{stem}_{number}"
        return self._keep(kind, one, code)

    def _keep(self, kind: IdentityKind, one: Object, ours: str) -> str:
        self.ours[kind, one["id"]] = ours
        self.taken[kind].add(ours)
        said = str(one.get("code") or "")[:200], str(one.get("name") or "")[:300]
        self.plan.identities[kind, ours] = (one["id"], *said)
        return ours

    # ── lists and categories ──

    def _option_set(self, place: int, one: Object) -> None:
        options: list[dict[str, str]] = []
        for uid in self._refs(one, "options"):
            if (option := self.by_uid["options"].get(uid)) is None:
                self._missing("optionSets", place, "options", uid)
                return
            options.append(self._option(option, options))
        code = self._code(IdentityKind.OPTION_SET, one, self.catalogue.option_sets)
        self.lists[code] = options
        for uid, made in zip(self._refs(one, "options"), options, strict=True):
            self._keep(IdentityKind.OPTION_OF_SET, self.by_uid["options"][uid], f"{code}:{made['code']}")

    def _option(self, one: Object, before: list[dict[str, str]]) -> dict[str, str]:
        """An option as a form writes it: its code is short and stands once in its list."""
        stem = re.sub(r"[^\w-]+", "", str(one.get("code") or one["name"])).strip("_-")[: LONGEST_OPTION - 3] or "o"
        taken = {option["code"] for option in before}
        code, number = stem, 1
        while code in taken:
            number += 1
            code = f"{stem}{number}"
        return {"code": code, "vi": one["name"], "en": one["name"]}

    def _category(self, place: int, one: Object) -> None:
        if one["id"] == DEFAULT_UIDS[IdentityKind.CATEGORY]:
            self.ours[IdentityKind.CATEGORY, one["id"]] = DEFAULT
            return
        options: list[dict[str, str]] = []
        for uid in self._refs(one, "categoryOptions"):
            if (option := self.by_uid["categoryOptions"].get(uid)) is None:
                self._missing("categories", place, "categoryOptions", uid)
                return
            options.append(self._option(option, options))
        code = self._code(IdentityKind.CATEGORY, one, self.catalogue.breakdowns)
        self.lists[code] = options
        for uid, made in zip(self._refs(one, "categoryOptions"), options, strict=True):
            ours = f"{code}:{made['code']}"
            self.ours[IdentityKind.OPTION, f"{code}/{uid}"] = made["code"]
            self.plan.identities.setdefault((IdentityKind.OPTION, ours), (uid, "", ""))

    def _combo(self, place: int, one: Object) -> None:
        categories = []
        for uid in self._refs(one, "categories"):
            if (code := self._ours(IdentityKind.CATEGORY, uid)) is None:
                self._missing("categoryCombos", place, "categories", uid)
                return
            categories.append(code)
        if len(categories) > 2:  # noqa: PLR2004  # rows and columns
            sentence = _("Biểu mẫu ở đây có nhiều nhất hai phân tổ: dòng và cột.")
            self.say("categoryCombos", place, Code.NOT_TAKEN, sentence, "categories")
            return
        self._keep(IdentityKind.COMBO, one, ",".join(categories) or DEFAULT)

    def _cell(self, place: int, one: Object) -> None:
        combo = self._ours(IdentityKind.COMBO, self._ref(one, "categoryCombo"))
        if combo is None:
            self._missing("categoryOptionCombos", place, "categoryCombo", self._ref(one, "categoryCombo"))
            return
        if combo == DEFAULT:
            self._keep(IdentityKind.CELL, one, DEFAULT)
            return
        options = self._refs(one, "categoryOptions")
        parts = [
            next((c for uid in options if (c := self.ours.get((IdentityKind.OPTION, f"{code}/{uid}")))), None)
            for code in combo.split(",")
        ]
        if None in parts:
            self._missing("categoryOptionCombos", place, "categoryOptions", ", ".join(options))
            return
        self._keep(IdentityKind.CELL, one, f"{combo}:{','.join(filter(None, parts))}")

    # ── elements and forms ──

    def _element(self, place: int, one: Object) -> None:
        kind = TYPES.get(str(one.get("valueType", "NUMBER")))
        if kind is None:
            sentence = _("Kiểu giá trị %(type)s không có ở đây.") % {"type": str(one.get("valueType"))[:40]}
            self.say("dataElements", place, Code.NOT_TAKEN, sentence, "valueType")
            return
        item: dict[str, Any] = {"kind": kind, "vi": one.get("formName") or one["name"]}
        item |= {"en": item["vi"], "required": False}
        if isinstance(help_ := one.get("description"), str) and help_:
            item |= {"help_vi": help_, "help_en": help_}
        if set_ := self._ref(one, "optionSet"):
            if (list_ := self._ours(IdentityKind.OPTION_SET, set_)) is None:
                self._missing("dataElements", place, "optionSet", set_)
                return
            item |= {"kind": "choices" if kind == "choices" else "choice", "choices": list_}
        combo = self._ref(one, "categoryCombo")
        if combo and combo != DEFAULT_UIDS[IdentityKind.COMBO]:
            if (ours := self._ours(IdentityKind.COMBO, combo)) is None:
                self._missing("dataElements", place, "categoryCombo", combo)
                return
            rows, _comma, columns = ours.rpartition(",")
            item |= {} if ours == DEFAULT else {"breakdown": columns} | ({"rows": rows} if rows else {})
        aggregation = str(one.get("aggregationType", Aggregation.SUM))
        if aggregation not in Aggregation.values:
            sentence = _("Không có cách gộp “%(name)s”.") % {"name": aggregation[:40]}
            self.say("dataElements", place, Code.NOT_TAKEN, sentence, "aggregationType")
            return
        code = self._code(IdentityKind.ELEMENT, one, self.catalogue.elements)
        self.items[code] = {"code": code, **item}
        self._count("dataElements", code in self.catalogue.elements)
        if item["kind"] in ("integer", "decimal", "percentage", "flag"):
            self.plan.elements.append({
                "code": code, "name_vi": one["name"], "name_en": one["name"], "unit_of_measure_vi": "",
                "unit_of_measure_en": "", "basis": "", "aggregation": aggregation,
            })  # fmt: skip

    def _form(self, place: int, one: Object) -> None:
        code = self._code(IdentityKind.FORM, one, self.catalogue.forms)
        sections: list[dict[str, Any]] = []
        for number, (title, uids) in enumerate(self._sections_of(one), start=1):
            items = []
            for uid in uids:
                if (item := self._item(uid)) is None:
                    self._missing("dataSets", place, "dataSetElements", uid)
                    return
                items.append(item)
            sections.append({"code": f"s{number}", "vi": title, "en": title, "items": items})
        parts = ("breakdown", "rows", "choices")
        used = {
            str(item[part]) for section in sections for item in section["items"] for part in parts if item.get(part)
        }
        breakdowns = {list_: self._list(list_) for list_ in sorted(used)}
        document = {
            "code": code, "vi": one["name"], "en": one["name"], "breakdowns": breakdowns, "sections": sections,
            "checks": [],
        }  # fmt: skip
        try:
            read_definition(document)
        except FaultyDefinition as fault:
            self.say("dataSets", place, Code.WRONG_PROPERTY, str(fault), "dataSetElements")
            return
        self._count("dataSets", code in self.catalogue.forms)
        self.plan.forms.append(document)

    def _sections_of(self, one: Object) -> Iterator[tuple[str, list[str]]]:
        """Titles with their elements; what stands in no section comes last."""
        every = [
            ref["dataElement"].get("id", "")
            for ref in one.get("dataSetElements", [])
            if isinstance(ref, dict) and isinstance(ref.get("dataElement"), dict)
        ]
        placed: set[str] = set()
        for section in self.sections:
            if self._ref(section, "dataSet") == one["id"]:
                inside = [uid for uid in self._refs(section, "dataElements") if uid in every and uid not in placed]
                placed.update(inside)
                yield str(section.get("name") or "—"), inside
        if rest := [uid for uid in every if uid not in placed]:
            yield one["name"], rest

    def _item(self, uid: str) -> dict[str, Any] | None:
        code = self._ours(IdentityKind.ELEMENT, uid)
        if code in self.items:
            return self.items[code]
        known = self.catalogue.elements.get(code or "")
        if known is None:
            return None
        asked = {
            name: getattr(known.item, name) for name in ("code", "kind", "vi", "en", "breakdown", "rows", "choices")
        }
        return {name: value for name, value in asked.items() if value} | {"required": False}

    def _list(self, code: str) -> list[dict[str, str]]:
        if code in self.lists:
            return self.lists[code]
        known: Mapping[str, Option] = self.catalogue.breakdowns.get(code) or self.catalogue.option_sets.get(code) or {}
        return [{"code": one.code, "vi": one.vi, "en": one.en} for one in known.values()]

    # ── indicators and rules ──

    def _indicator(self, place: int, one: Object) -> None:
        type_ = self.by_uid["indicatorTypes"].get(self._ref(one, "indicatorType"))
        factor = type_.get("factor") if type_ else self._known_factor(self._ref(one, "indicatorType"))
        if not isinstance(factor, (int, float)) or isinstance(factor, bool):
            self._missing("indicators", place, "indicatorType", self._ref(one, "indicatorType"))
            return
        sides = {}
        for side in ("numerator", "denominator"):
            try:
                sides[side] = from_dhis2(str(one.get(side, "")), self._operand)
            except Untranslatable as fault:
                self.say("indicators", place, Code.NO_REFERENCE, str(fault), side)
                return
        code = self._code(IdentityKind.INDICATOR, one, self.catalogue.indicators)
        short = str(one.get("shortName") or one["name"])[:80]
        decimals = one.get("decimals", 1)
        self._count("indicators", code in self.catalogue.indicators)
        self.plan.indicators.append({
            "code": code, "name_vi": one["name"], "name_en": one["name"], "short_name_vi": short,
            "short_name_en": short, **sides, "factor": factor, "annualised": one.get("annualized") is True,
            "decimals": decimals if isinstance(decimals, int) and 0 <= decimals <= 5 else 1,  # noqa: PLR2004  # DHIS2's
            "basis": "", "targets": [],
        })  # fmt: skip

    def _known_factor(self, uid: str) -> float | None:
        factors = {one.factor for one in self.catalogue.indicators.values()}
        kind = IdentityKind.INDICATOR_TYPE
        return next((one for one in factors if self.catalogue.ids.uid(kind, f"{one:g}") == uid), None)

    def _operand(self, kind: str, uid: str) -> str | None:
        """What an identifier within an expression is here."""
        if kind in ("option_combo", "attribute_combo"):
            key = self._ours(IdentityKind.CELL, uid)
            default = uid == DEFAULT_UIDS[IdentityKind.CELL] or key == DEFAULT
            return "" if default else key.partition(":")[2] if key and kind == "option_combo" else None
        kinds = {
            "element": IdentityKind.ELEMENT, "form": IdentityKind.FORM, "indicator": IdentityKind.INDICATOR,
        }  # fmt: skip
        return self._ours(kinds[kind], uid) if kind in kinds else None

    def _rule(self, place: int, one: Object) -> None:
        comparison = RULE_OPERATORS.get(str(one.get("operator")))
        sides: dict[str, Any] = {}
        for side in ("left", "right"):
            theirs = one.get(f"{side}Side")
            theirs = theirs if isinstance(theirs, dict) else {}
            strategy = RULE_STRATEGIES.get(str(theirs.get("missingValueStrategy", "SKIP_IF_ALL_VALUES_MISSING")))
            try:
                sides[side] = from_dhis2(str(theirs.get("expression", "")), self._operand)
            except Untranslatable as fault:
                self.say("validationRules", place, Code.NO_REFERENCE, str(fault), f"{side}Side")
                return
            sides[f"{side}_missing"] = strategy or Strategy.SKIP_IF_ANY
        if comparison is None:
            sentence = _("Không có phép so sánh “%(operator)s”.") % {"operator": str(one.get("operator"))[:40]}
            self.say("validationRules", place, Code.WRONG_PROPERTY, sentence, "operator")
            return
        told = str(one.get("instruction") or one["name"])[:200]
        importance = str(one.get("importance", "MEDIUM")).lower()
        code = self._code(IdentityKind.RULE, one, self.catalogue.rules)
        self._count("validationRules", code in self.catalogue.rules)
        self.plan.rules.append({
            "code": code, "name_vi": told, "name_en": told, **sides, "comparison": comparison,
            "importance": importance if importance in Importance.values else Importance.MEDIUM,
        })  # fmt: skip

    def _count(self, plural: str, there: object) -> None:
        self.plan.counts[plural]["updated" if there else "created"] += 1
