"""Questions to the figures, and what single units gave."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from donghanh.api import problems, sdmx
from donghanh.api.asking import MOST_NAMED, Unclear, inside, question_of, units_asked
from donghanh.api.choices import Scope
from donghanh.api.door import bounded
from donghanh.api.operations import operation
from donghanh.api.problems import Problem
from donghanh.api.queries import Caller, names_of
from donghanh.api.v1.shapes import Code, Id, Page, Paging, Word, caller_of, page_of
from donghanh.kernel.clock import now
from donghanh.organisations.queries import called
from donghanh.periods.models import Period
from donghanh.statistics.choices import TreeMode
from donghanh.statistics.queries import Answer, ask, indicators, units_of

router = Router(tags=["figures"])

Format = Literal["json", "csv", "sdmx-json"]


class Asked(Schema):
    """A question: every datum × every period × every unit × every kind of school is a cell of the answer."""

    data: list[Word] = Field(
        min_length=1, max_length=MOST_NAMED,
        description="indicator:CODE, element:CODE, element:CODE[OPTION], rate:FORM:on_time_rate",
        examples=[["indicator:staff_trained_rate"]],
    )  # fmt: skip
    periods: list[Word] = Field(
        min_length=1, max_length=MOST_NAMED, description="codes (NH2024, 202503) or names (THIS_SCHOOL_YEAR)"
    )
    units: list[Id] = Field(min_length=1, max_length=50_000, description="ids; each stands for itself and all below")
    children: bool = Field(False, description="also the units directly below each")
    groups: list[Word] = Field([], max_length=50, description="kinds of school (MN, TH, …); none: all together")
    tree: TreeMode = Field(TreeMode.AS_WAS, description="as_was: the tree of each period; as_is: today's")
    form: Word = Field("", description="only figures of this form")


class AskedInAddress(Asked):
    format: Format = Field("json", description="json, csv (SDMX-CSV 2.0) or sdmx-json (data message 2.0.0)")


class FigureOut(Schema):
    """A cell. All numbers null where nobody reported it, it has no value, or too few stand behind it."""

    datum: str
    period: str
    unit: int
    group: str = Field(description='kind of school; "" is all')
    value: float | None
    numerator: float | None
    denominator: float | None
    suppressed: bool = Field(description="kept back: too few people stand behind it")
    expected: int = Field(description="units that were to report")
    reported: int = Field(description="of these, accepted")


class AnswerOut(Schema):
    cells: list[FigureOut]
    written_at: str | None = Field(description="when the oldest of the figures behind it was laid out")
    names: dict[str, str] = Field(description="of each datum and period")
    units: dict[str, str] = Field(description="id → name")


class FactOut(Schema):
    """One unit's own part in an indicator, without those below it."""

    unit: int
    name: str
    reported: bool
    numerator: float | None
    denominator: float | None
    value: float | None
    suppressed: bool


class FactsWanted(Paging):
    indicator: Code
    period: Code
    below: Id = Field(description="this unit and all below it")


A_CELL = {
    "cells": [{"datum": "indicator:staff_trained_rate", "period": "NH2024", "unit": 1, "group": "", "value": 94.4,
               "numerator": 17.0, "denominator": 18.0, "suppressed": False, "expected": 4, "reported": 1}],
    "written_at": "2025-06-16T08:00:00+07:00", "names": {"NH2024": "Năm học 2024–2025"},
    "units": {"1": "Sở GD&ĐT Hoà Bình"},
}  # fmt: skip


def answer_to(caller: Caller, asked: Asked) -> Answer:
    """Only units that the caller may see figures of; a single one that it may not refuses the whole question."""
    wanted = units_asked(asked.units, children=asked.children, on=caller.on)
    reached = set(caller.units(Scope.READ_FIGURES).filter(descendant__in=wanted).values_list("descendant", flat=True))
    if beyond := [unit for unit in wanted if unit not in reached]:
        sentence = _("Không có hoặc ngoài phạm vi: đơn vị %(units)s.") % {"units": ", ".join(map(str, beyond[:5]))}
        errors = [{"where": "units", "message": sentence}]
        raise Problem(HTTPStatus.NOT_FOUND, sentence, code="units", errors=errors)
    try:
        question = question_of(asked.model_dump(), on=caller.on, units=wanted)
    except Unclear as unclear:
        errors = [{"where": where, "message": sentence} for where, sentence in unclear.faults.items()]
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(unclear), code="unknown", errors=errors) from None
    with bounded():
        return ask(question, on=caller.on)


def drawn(answer: Answer, form: str, caller: Caller) -> HttpResponse:
    """The answer in the form asked for."""
    names, units = names_of(answer.question.data), called(answer.question.units, on=caller.on)
    if form == "csv":
        headers = {"Content-Disposition": 'attachment; filename="so-lieu.csv"'}
        return HttpResponse(sdmx.as_csv(dict(answer.cells())), content_type=sdmx.CSV_TYPE, headers=headers)
    if form == "sdmx-json":
        told: Any = sdmx.message(answer.question, dict(answer.cells()), names=names, units=units, at=now())
        return HttpResponse(json.dumps(told, ensure_ascii=False), content_type=sdmx.JSON_TYPE)
    told = {
        "cells": [
            {"datum": datum.key, "period": span.code, "unit": unit, "group": group, "value": cell.value,
             "numerator": cell.numerator, "denominator": cell.denominator, "suppressed": cell.suppressed,
             "expected": cell.expected, "reported": cell.reported}
            for (datum, span, unit, group), cell in answer.cells()
        ],
        "written_at": answer.written_at and answer.written_at.isoformat(),
        "names": {datum.key: name for datum, name in names.items()}
        | {span.code: span.label for span in answer.question.spans},
        "units": {str(unit): name for unit, name in units.items()},
    }  # fmt: skip
    return HttpResponse(json.dumps(told, ensure_ascii=False), content_type="application/json")


OTHER_FORMS = {
    "responses": {
        200: {"content": {
            "application/vnd.sdmx.data+json": {"schema": {"type": "object"}},
            "application/vnd.sdmx.data+csv": {"schema": {"type": "string"}},
        }}
    }
}  # fmt: skip


@operation(
    router, "get", "/query", scope=Scope.READ_FIGURES, summary="Ask in an address", response=AnswerOut, example=A_CELL,
    openapi_extra=OTHER_FORMS,
)  # fmt: skip
def query(request: HttpRequest, asked: Query[AskedInAddress]) -> HttpResponse:
    """Figures after the disclosure gate, e.g. ?data=indicator:staff_trained_rate&periods=NH2024&units=1&children=true.

    More cells than one answer may have are refused with 413, the size, and how to narrow it.
    """
    caller = caller_of(request)
    return drawn(answer_to(caller, asked), asked.format, caller)


@operation(
    router, "post", "/query", scope=Scope.READ_FIGURES, summary="Ask in a body", response=AnswerOut, example=A_CELL
)
def query_in_body(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The same question as JSON, for those too long for an address."""
    caller = caller_of(request)
    return drawn(answer_to(caller, asked), "json", caller)


@operation(
    router, "get", "/facts", scope=Scope.READ_FIGURES, summary="What single units gave", response=Page[FactOut],
    example={"items": [{"unit": 5, "name": "Trường TH&THCS Ân Nghĩa", "reported": True, "numerator": 17.0,
                        "denominator": 18.0, "value": 94.4, "suppressed": False}], "page": 1, "size": 100,
             "total": 1, "next": None},
)  # fmt: skip
def facts(request: HttpRequest, asked: Query[FactsWanted]) -> dict[str, Any]:
    """Each unit's own part in an indicator in one period, lowest first, then those without a value.

    503 with Retry-After while the figures are being laid out anew.
    """
    caller = caller_of(request)
    reached = caller.units(Scope.READ_FIGURES).filter(descendant__in=inside(asked.below, on=caller.on))
    found = Period.objects.filter(code=asked.period).order_by("pk").first()
    known = indicators(asked.indicator)
    if found is None or not known or not caller.reaches(Scope.READ_FIGURES, asked.below):
        raise problems.not_found()
    rows = units_of(known[0], found, list(reached.values_list("descendant", flat=True)))

    def draw(shown: list[Any]) -> list[dict[str, Any]]:
        names = called([one.unit_id for one in shown], on=found.reference_day)
        return [
            {"unit": one.unit_id, "name": names.get(one.unit_id, ""), "reported": one.reported,
             "numerator": one.numerator, "denominator": one.denominator, "value": one.value,
             "suppressed": one.suppressed}
            for one in shown
        ]  # fmt: skip

    return page_of(request, rows, asked, draw)
