"""What figures mean: forms, elements, indicators, targets, periods."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from donghanh.api import problems
from donghanh.api.asking import span_named
from donghanh.api.choices import Scope
from donghanh.api.operations import operation
from donghanh.api.v1.shapes import Code, Page, Paging, caller_of, page_of
from donghanh.kernel.bilingual import in_language
from donghanh.periods.choices import PeriodKind
from donghanh.periods.models import Period
from donghanh.periods.queries import BadPeriod, Span
from donghanh.questionnaires.models import Form, FormVersion
from donghanh.statistics.models import Target
from donghanh.statistics.queries import elements, indicators

router = Router(tags=["metadata"])

Version = Annotated[int, Field(ge=1, le=32767)]


class FormLine(Schema):
    code: str
    name: str
    versions: list[int]


class CellOut(Schema):
    """One number of a form."""

    code: str = Field(description="as in `numbers` of a report: staff_trained[TH]")
    element: str
    kind: str
    position: int


class FormOut(FormLine):
    version: int
    applies_from: date | None
    cells: list[CellOut]
    texts: list[str]
    definition: dict[str, Any] = Field(description="the whole wording: sections, items, breakdowns, checks")


class ElementOut(Schema):
    code: str
    name: str
    unit: str = Field(description="of measure")
    aggregation: str = Field(description="DHIS2's name: SUM, AVERAGE, LAST, …")
    minimum_group: int | None = Field(description="fewer people than this are never shown")
    basis: str


class IndicatorOut(Schema):
    code: str
    name: str
    numerator: str
    denominator: str
    factor: float
    annualised: bool
    decimals: int
    direction: str = Field(description="up or down: which way is better")


class TargetOut(Schema):
    indicator: str
    unit: int | None = Field(description="null: wherever no own target is set")
    year: int
    value: float
    basis: str


class PeriodOut(Schema):
    code: str
    kind: str
    name: str
    start: date
    end: date
    reference_day: date = Field(description="on which the tree is read")
    interval: str = Field(description="ISO 8601: first day and duration, as in ADX and SDMX")


class PeriodsWanted(Paging):
    kind: PeriodKind | None = None


@operation(
    router, "get", "/forms", scope=Scope.READ_FORMS, summary="Forms", response=Page[FormLine],
    example={"items": [{"code": "plan3296", "name": "Báo cáo", "versions": [1, 2]}], "page": 1, "size": 100,
             "total": 1, "next": None},
)  # fmt: skip
def forms(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    """Every form with the numbers of its wordings."""

    def draw(found: list[Form]) -> list[dict[str, Any]]:
        numbers: dict[int, list[int]] = {form.pk: [] for form in found}
        for form_id, number in (
            FormVersion.objects.filter(form__in=found).order_by("number").values_list("form", "number")
        ):
            numbers[form_id].append(number)
        return [{"code": form.code, "name": form.name_vi, "versions": numbers[form.pk]} for form in found]

    return page_of(request, Form.objects.order_by("code"), asked, draw)


@operation(
    router, "get", "/forms/{code}", scope=Scope.READ_FORMS, summary="One form", response=FormOut,
    example={"code": "plan3296", "name": "Báo cáo", "versions": [1], "version": 1, "applies_from": None, "texts": [],
             "cells": [{"code": "staff_trained[TH]", "element": "staff_trained", "kind": "integer", "position": 4}],
             "definition": {}},
)  # fmt: skip
def form(request: HttpRequest, code: Code, version: Version | None = None) -> dict[str, Any]:  # noqa: ARG001  # the address has it; the door reads it elsewhere
    """A wording of a form, the newest where no version is named, with every cell in the order of stored numbers."""
    found = list(FormVersion.objects.filter(form__code=code).select_related("form").order_by("number"))
    wanted = next((one for one in reversed(found) if version in (None, one.number)), None)
    if wanted is None:
        raise problems.not_found()
    cells = wanted.definition.cells
    return {
        "code": wanted.form.code, "name": wanted.form.name_vi, "versions": [one.number for one in found],
        "version": wanted.number, "applies_from": wanted.applies_from, "definition": wanted.document,
        "texts": [item.code for item in wanted.definition.texts],
        "cells": [
            {"code": cell.code, "element": cell.item.code, "kind": cell.item.kind, "position": position}
            for position, cell in enumerate(cells)
        ],
    }  # fmt: skip


@operation(
    router, "get", "/elements", scope=Scope.READ_FORMS, summary="Data elements", response=Page[ElementOut],
    example={"items": [{"code": "staff_trained", "name": "Số người được tập huấn", "unit": "người",
                        "aggregation": "SUM", "minimum_group": None, "basis": ""}], "page": 1, "size": 100,
             "total": 1, "next": None},
)  # fmt: skip
def data_elements(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    """What is counted: the meaning of a column."""

    def draw(found: list[Any]) -> list[dict[str, Any]]:
        return [
            {"code": one.code, "name": one.name, "unit": in_language(one, "unit_of_measure"),
             "aggregation": one.aggregation, "minimum_group": one.minimum_group, "basis": one.basis}
            for one in found
        ]  # fmt: skip

    return page_of(request, elements(), asked, draw)


@operation(
    router, "get", "/indicators", scope=Scope.READ_FORMS, summary="Indicators", response=Page[IndicatorOut],
    example={"items": [{"code": "staff_trained_rate", "name": "Tỷ lệ được tập huấn", "numerator": "staff_trained",
                        "denominator": "staff_in_scope", "factor": 100.0, "annualised": False, "decimals": 1,
                        "direction": "up"}],
             "page": 1, "size": 100, "total": 1, "next": None},
)  # fmt: skip
def all_indicators(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    """How each is reckoned; a parent's is the sum of numerators over the sum of denominators."""

    def draw(found: list[Any]) -> list[dict[str, Any]]:
        return [
            {"code": one.code, "name": one.name, "numerator": one.numerator, "denominator": one.denominator,
             "factor": one.factor, "annualised": one.annualised, "decimals": one.decimals, "direction": one.direction}
            for one in found
        ]  # fmt: skip

    return page_of(request, indicators(), asked, draw)


@operation(
    router, "get", "/targets", scope=Scope.READ_FIGURES, summary="Targets", response=Page[TargetOut],
    example={"items": [{"indicator": "staff_trained_rate", "unit": None, "year": 2025, "value": 100.0, "basis": ""}],
             "page": 1, "size": 100, "total": 1, "next": None},
)  # fmt: skip
def targets(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    """What an indicator should reach in a year, for a unit with all below it."""
    rows = Target.objects.select_related("indicator").order_by("indicator__code", "year", "pk")
    return page_of(request, rows, asked, lambda found: [
        {"indicator": one.indicator.code, "unit": one.unit_id, "year": one.year, "value": one.value,
         "basis": one.basis} for one in found
    ])  # fmt: skip


def told(span: Span) -> dict[str, Any]:
    return {
        "code": span.code, "kind": span.kind, "name": span.label, "start": span.start, "end": span.end,
        "reference_day": span.reference_day, "interval": span.interval,
    }  # fmt: skip


A_YEAR = {"code": "NH2024", "kind": "school_year", "name": "Năm học 2024–2025", "start": "2024-09-05",
          "end": "2025-05-31", "reference_day": "2025-05-31", "interval": "2024-09-05/P269D"}  # fmt: skip


@operation(
    router,
    "get",
    "/periods",
    scope=Scope.READ_FORMS,
    summary="Periods in use",
    response=Page[PeriodOut],
    example={"items": [A_YEAR], "page": 1, "size": 100, "total": 1, "next": None},
)
def periods(request: HttpRequest, asked: Query[PeriodsWanted]) -> dict[str, Any]:
    """Periods that decisions set and that reports refer to; others follow from the calendar, see `/periods/{code}`."""
    rows = Period.objects.order_by("days", "pk")
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    return page_of(request, rows, asked, lambda found: [told(one.span) for one in found])


@operation(
    router, "get", "/periods/{code}", scope=Scope.READ_FORMS, summary="What a period is", response=list[PeriodOut],
    example=[A_YEAR],
)  # fmt: skip
def period(request: HttpRequest, code: Code) -> list[dict[str, Any]]:
    """A code (NH2024, 202503, 2024Q1) as one period, a relative name (LAST_12_MONTHS) as all it means today."""
    try:
        return [told(span) for span in span_named(code, on=caller_of(request).on)]
    except BadPeriod:
        raise problems.not_found() from None
