"""Our forms, items, indicators and groups as objects of DHIS2's metadata."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _

from donghanh.api.dhis2.catalogue import Catalogue, Element
from donghanh.api.dhis2.choices import DEFAULT, IdentityKind
from donghanh.api.dhis2.fields import Ref
from donghanh.api.dhis2.translating import RULE_OPERATORS, RULE_STRATEGIES, to_dhis2
from donghanh.organisations.choices import GroupSet, UnitLevel
from donghanh.organisations.queries import NamedGroup, groups
from donghanh.periods.choices import PeriodKind
from donghanh.reporting.models import Collection
from donghanh.statistics.choices import Comparison, Strategy

SHORT: Final = 50
PERIOD_TYPES: Final[dict[str, tuple[str, str]]] = {  # DHIS2's names where it has the kind; ours bear our own
    PeriodKind.DAY: ("Daily", "yyyyMMdd"),
    PeriodKind.WEEK: ("Weekly", "yyyyWn"),
    PeriodKind.WEEK_WEDNESDAY: ("WeeklyWednesday", "yyyyWedWn"),
    PeriodKind.WEEK_THURSDAY: ("WeeklyThursday", "yyyyThuWn"),
    PeriodKind.WEEK_SATURDAY: ("WeeklySaturday", "yyyySatWn"),
    PeriodKind.WEEK_SUNDAY: ("WeeklySunday", "yyyySunWn"),
    PeriodKind.BIWEEK: ("BiWeekly", "yyyyBiWn"),
    PeriodKind.MONTH: ("Monthly", "yyyyMM"),
    PeriodKind.BIMONTH: ("BiMonthly", "yyyyMMB"),
    PeriodKind.QUARTER: ("Quarterly", "yyyyQn"),
    PeriodKind.QUARTER_NOVEMBER: ("QuarterlyNov", "yyyyNovQn"),
    PeriodKind.HALF: ("SixMonthly", "yyyySn"),
    PeriodKind.HALF_APRIL: ("SixMonthlyApril", "yyyyAprilSn"),
    PeriodKind.HALF_NOVEMBER: ("SixMonthlyNov", "yyyyNovSn"),
    PeriodKind.YEAR: ("Yearly", "yyyy"),
    PeriodKind.FINANCIAL_APRIL: ("FinancialApril", "yyyyApril"),
    PeriodKind.FINANCIAL_JULY: ("FinancialJuly", "yyyyJuly"),
    PeriodKind.FINANCIAL_SEPTEMBER: ("FinancialSep", "yyyySep"),
    PeriodKind.FINANCIAL_OCTOBER: ("FinancialOct", "yyyyOct"),
    PeriodKind.FINANCIAL_NOVEMBER: ("FinancialNov", "yyyyNov"),
    PeriodKind.SCHOOL_YEAR: ("SchoolYear", "NHyyyy"),
    PeriodKind.SEMESTER: ("Semester", "NHyyyyHKn"),
}


def period_type(kind: str) -> str:
    """The name of a kind of period in DHIS2's manner."""
    return PERIOD_TYPES[kind][0] if kind in PERIOD_TYPES else "".join(part.title() for part in kind.split("_"))


class Described:
    """Every kind of object, each made when it is first asked for."""

    def __init__(self, catalogue: Catalogue, *, on: date) -> None:
        self.catalogue, self.ids, self.on = catalogue, catalogue.ids, on

    @property
    def kinds(self) -> dict[str, Callable[[], list[dict[str, Any]]]]:
        return {
            "dataElements": lambda: self.data_elements,
            "categories": lambda: self.categories,
            "categoryOptions": lambda: self.category_options,
            "categoryCombos": lambda: self.category_combos,
            "categoryOptionCombos": lambda: self.category_option_combos,
            "dataSets": lambda: self.data_sets,
            "dataApprovalWorkflows": lambda: self.workflows,
            "indicators": lambda: self.indicators,
            "indicatorTypes": lambda: self.indicator_types,
            "optionSets": lambda: self.option_sets,
            "options": lambda: self.options,
            "validationRules": lambda: self.validation_rules,
            "organisationUnitLevels": lambda: self.levels,
            "organisationUnitGroups": lambda: self.unit_groups,
            "organisationUnitGroupSets": lambda: self.unit_group_sets,
            "periodTypes": lambda: self.period_types,
        }

    def open(self, ref: Ref) -> Mapping[str, Any] | None:
        """The object behind a reference."""
        return self.by_id.get(ref)

    @cached_property
    def by_id(self) -> dict[Ref, Mapping[str, Any]]:
        return {Ref(kind, one["id"]): one for kind, made in self.kinds.items() for one in made() if "id" in one}

    def _named(self, kind: IdentityKind, ours: str, name: str) -> dict[str, Any]:
        said = self.ids.name(kind, ours, name)
        return {
            "id": self.ids.uid(kind, ours), "code": self.ids.code(kind, ours), "name": said,
            "shortName": said[:SHORT], "displayName": said, "displayShortName": said[:SHORT],
        }  # fmt: skip

    def ref(self, kind: IdentityKind, plural: str, ours: str) -> Ref:
        return Ref(plural, self.ids.uid(kind, ours))

    @cached_property
    def data_elements(self) -> list[dict[str, Any]]:
        return [self._element(one) for one in self.catalogue.elements.values()]

    def _element(self, one: Element) -> dict[str, Any]:
        element = self.ref(IdentityKind.ELEMENT, "dataElements", one.code)
        found = self._named(IdentityKind.ELEMENT, one.code, one.name) | {
            "formName": one.item.name,
            "description": one.item.help,
            "domainType": "AGGREGATE",
            "valueType": one.value_type,
            "aggregationType": one.aggregation,
            "zeroIsSignificant": True,
            "categoryCombo": self.ref(IdentityKind.COMBO, "categoryCombos", one.combo if one.numeric else DEFAULT),
            "dataSetElements": [
                {"dataElement": element, "dataSet": self.ref(IdentityKind.FORM, "dataSets", form)} for form in one.forms
            ],
        }
        if one.item.choices:
            set_ = self.ref(IdentityKind.OPTION_SET, "optionSets", one.item.choices)
            found |= {"optionSet": set_, "optionSetValue": True}
        return found

    @cached_property
    def categories(self) -> list[dict[str, Any]]:
        found = [
            self._named(IdentityKind.CATEGORY, code, code) | {
                "dataDimensionType": "DISAGGREGATION",
                "dataDimension": False,
                "categoryOptions": [
                    self.ref(IdentityKind.OPTION, "categoryOptions", f"{code}:{one}") for one in options
                ],
            }
            for code, options in self.catalogue.breakdowns.items()
        ]  # fmt: skip
        default = self._named(IdentityKind.CATEGORY, DEFAULT, DEFAULT)
        return [*found, default | {"categoryOptions": [self.ref(IdentityKind.OPTION, "categoryOptions", DEFAULT)]}]

    @cached_property
    def category_options(self) -> list[dict[str, Any]]:
        found = [
            self._named(IdentityKind.OPTION, f"{code}:{one.code}", one.name) | {"code": one.code}
            for code, options in self.catalogue.breakdowns.items()
            for one in options.values()
        ]
        return [*found, self._named(IdentityKind.OPTION, DEFAULT, DEFAULT)]

    @cached_property
    def category_combos(self) -> list[dict[str, Any]]:
        of_combo: dict[str, list[Ref]] = defaultdict(list)
        for key, (combo, _selection) in self.catalogue.cells.items():
            of_combo[combo].append(self.ref(IdentityKind.CELL, "categoryOptionCombos", key))
        return [
            self._named(IdentityKind.COMBO, key, key) | {
                "dataDimensionType": "DISAGGREGATION",
                "skipTotal": False,
                "isDefault": key == DEFAULT,
                "categories": [
                    self.ref(IdentityKind.CATEGORY, "categories", code) for code in categories or (DEFAULT,)
                ],
                "categoryOptionCombos": of_combo[key],
            }
            for key, categories in self.catalogue.combos.items()
        ]  # fmt: skip

    @cached_property
    def category_option_combos(self) -> list[dict[str, Any]]:
        found = []
        for key, (combo, selection) in self.catalogue.cells.items():
            options = [f"{code}:{one}" for code, one in zip(combo.split(","), selection.split(","), strict=False)]
            found.append(
                self._named(IdentityKind.CELL, key, self.catalogue.cell_name(key)) | {
                    "categoryCombo": self.ref(IdentityKind.COMBO, "categoryCombos", combo),
                    "categoryOptions": [
                        self.ref(IdentityKind.OPTION, "categoryOptions", one)
                        for one in (options if selection else [DEFAULT])
                    ],
                }
            )  # fmt: skip
        return found

    @cached_property
    def period_kinds(self) -> dict[str, str]:
        """Form → the kind of period of its newest round."""
        rounds = Collection.objects.order_by("pk").values_list("form_version__form__code", "period__kind")
        return dict(rounds)

    @cached_property
    def data_sets(self) -> list[dict[str, Any]]:
        found = []
        for code in self.catalogue.forms:
            elements = [one for one in self.catalogue.newest[code].items if one in self.catalogue.elements]
            data_set = self.ref(IdentityKind.FORM, "dataSets", code)
            found.append(
                self._named(IdentityKind.FORM, code, self.catalogue.newest[code].name) | {
                    "periodType": period_type(self.period_kinds.get(code, "on_demand")),
                    "formType": "DEFAULT",
                    "categoryCombo": self.ref(IdentityKind.COMBO, "categoryCombos", DEFAULT),
                    "workflow": self.ref(IdentityKind.WORKFLOW, "dataApprovalWorkflows", code),
                    "dataSetElements": [
                        {
                            "dataSet": data_set,
                            "dataElement": self.ref(IdentityKind.ELEMENT, "dataElements", one),
                        }
                        for one in elements
                    ],
                }
            )  # fmt: skip
        return found

    @cached_property
    def workflows(self) -> list[dict[str, Any]]:
        return [
            self._named(IdentityKind.WORKFLOW, code, self.catalogue.form_name(code)) | {
                "periodType": period_type(self.period_kinds.get(code, "on_demand")),
                "dataSets": [self.ref(IdentityKind.FORM, "dataSets", code)],
            }
            for code in self.catalogue.forms
        ]  # fmt: skip

    @cached_property
    def indicators(self) -> list[dict[str, Any]]:
        return [
            self._named(IdentityKind.INDICATOR, one.code, one.name) | {
                "shortName": one.short_name,
                "displayShortName": one.short_name,
                "annualized": one.annualised,
                "decimals": one.decimals,
                "numerator": self.expression(one.numerator),
                "numeratorDescription": one.numerator,
                "denominator": self.expression(one.denominator),
                "denominatorDescription": one.denominator,
                "indicatorType": self.ref(IdentityKind.INDICATOR_TYPE, "indicatorTypes", f"{one.factor:g}"),
            }
            for one in self.catalogue.indicators.values()
        ]  # fmt: skip

    def expression(self, text: str) -> str:
        """Ours in DHIS2's spelling: every item as `#{element}` or `#{element.cell}`."""
        return to_dhis2(text, self.catalogue)

    @cached_property
    def indicator_types(self) -> list[dict[str, Any]]:
        factors = sorted({one.factor for one in self.catalogue.indicators.values()})
        return [
            self._named(IdentityKind.INDICATOR_TYPE, f"{factor:g}", _("Nhân %(factor)s") % {"factor": f"{factor:g}"})
            | {"factor": int(factor) if factor.is_integer() else factor, "number": factor == 1}
            for factor in factors
        ]

    @cached_property
    def option_sets(self) -> list[dict[str, Any]]:
        return [
            self._named(IdentityKind.OPTION_SET, code, code) | {
                "valueType": "TEXT",
                "options": [
                    self.ref(IdentityKind.OPTION_OF_SET, "options", f"{code}:{one}") for one in options
                ],
            }
            for code, options in self.catalogue.option_sets.items()
        ]  # fmt: skip

    @cached_property
    def options(self) -> list[dict[str, Any]]:
        return [
            self._named(IdentityKind.OPTION_OF_SET, f"{code}:{one.code}", one.name)
            | {"code": one.code, "optionSet": self.ref(IdentityKind.OPTION_SET, "optionSets", code)}
            for code, options in self.catalogue.option_sets.items()
            for one in options.values()
        ]

    @cached_property
    def validation_rules(self) -> list[dict[str, Any]]:
        operators = {ours: theirs for theirs, ours in RULE_OPERATORS.items()}
        strategies = {ours: theirs for theirs, ours in RULE_STRATEGIES.items()}
        return [
            self._named(IdentityKind.RULE, one.code, one.name) | {
                "importance": one.importance.upper(),
                "operator": operators[Comparison(one.comparison)],
                "leftSide": {
                    "expression": self.expression(one.left),
                    "missingValueStrategy": strategies[Strategy(one.left_missing)],
                },
                "rightSide": {
                    "expression": self.expression(one.right),
                    "missingValueStrategy": strategies[Strategy(one.right_missing)],
                },
            }
            for one in self.catalogue.rules.values()
        ]  # fmt: skip

    @cached_property
    def levels(self) -> list[dict[str, Any]]:
        """Depths of the tree; the kinds of unit are groups, since one depth holds several."""
        names = {
            1: str(UnitLevel.DEPARTMENT.label), 2: str(UnitLevel.DISTRICT.label), 3: str(UnitLevel.COMMUNE.label),
            4: str(UnitLevel.SCHOOL.label),
        }  # fmt: skip
        return [self._named(IdentityKind.LEVEL, str(level), name) | {"level": level} for level, name in names.items()]

    @cached_property
    def known_groups(self) -> list[NamedGroup]:
        return groups()

    @cached_property
    def unit_groups(self) -> list[dict[str, Any]]:
        return [
            self._named(IdentityKind.GROUP, one.code, one.name)
            | {"groupSets": [self.ref(IdentityKind.GROUP_SET, "organisationUnitGroupSets", one.group_set)]}
            for one in self.known_groups
        ]

    @cached_property
    def unit_group_sets(self) -> list[dict[str, Any]]:
        return [
            self._named(IdentityKind.GROUP_SET, one, str(one.label)) | {
                "dataDimension": one == GroupSet.KIND,
                "organisationUnitGroups": [
                    self.ref(IdentityKind.GROUP, "organisationUnitGroups", group.code)
                    for group in self.known_groups
                    if group.group_set == one
                ],
            }
            for one in GroupSet
        ]  # fmt: skip

    @cached_property
    def period_types(self) -> list[dict[str, Any]]:
        return [
            {
                "name": period_type(kind),
                "isoFormat": PERIOD_TYPES.get(kind, ("", ""))[1],
                "displayName": str(kind.label),
            }
            for kind in PeriodKind
        ]
