"""Reports of units: find, read, write the draft, send."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from donghanh.api import problems
from donghanh.api.choices import Scope
from donghanh.api.operations import operation
from donghanh.api.problems import Problem
from donghanh.api.queries import Caller, reports_of
from donghanh.api.v1.shapes import Code, Id, Page, Paging, caller_of, page_of
from donghanh.kernel.clock import now
from donghanh.people.choices import Right
from donghanh.people.queries import own_units
from donghanh.questionnaires.rules import Answers
from donghanh.reporting import actions
from donghanh.reporting.choices import State
from donghanh.reporting.queries import Sheet, receipt_number, sheet

router = Router(tags=["reports"])
MOST_BOXES = 5000
LONGEST_BOX = 4000

Text = Annotated[str, StringConstraints(max_length=LONGEST_BOX, pattern=r"^[^\x00]*$")]
Box = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Number = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
Typed = bool | Annotated[int, Field(ge=-(10**15), le=10**15)] | Number | Text | list[Code] | None


class ReportLine(Schema):
    id: int
    unit: int
    unit_name: str
    form: str
    version: int
    period: str
    state: str = Field(description="draft, submitted, returned, accepted, locked")
    revision: int = Field(description="of the draft: whoever writes says which one they saw")
    due_on: date
    closes_on: date
    sent_at: datetime | None
    sending: int | None = Field(description="number of the latest sending")


class FileOut(Schema):
    id: int
    name: str
    sha256: str


class FindingOut(Schema):
    check: str
    severity: str = Field(description="error stops the sending; warning wants a word at `why`")
    cell: str
    sentence: str
    why: str = Field(description="the box that explains it")


class ReportOut(ReportLine):
    numbers: dict[str, float | None] = Field(description="of the latest sending, by cell; empty before the first")
    texts: dict[str, str]
    notes: dict[str, str]
    evidence: dict[str, list[FileOut]] = Field(description="item → its files")
    receipt: str | None
    draft: dict[str, str] | None = Field(description="as typed; null for whoever may not fill it")


class DraftIn(Schema):
    revision: Annotated[int, Field(ge=0, le=2**31 - 2)] = Field(description="of the report as it was read")
    answers: dict[Box, Typed] = Field(
        max_length=MOST_BOXES,
        description="by cell or item: number, true or false, text, ISO date, list of options; others are emptied",
    )


class SendIn(DraftIn):
    client_key: UUID = Field(description="made by the sender: the same content under one key is one sending")


class DraftOut(Schema):
    revision: int
    empty: list[str] = Field(description="what is still to be filled")
    faults: dict[str, str] = Field(description="cell → why it was not understood")
    findings: list[FindingOut]
    ready: bool


class SentOut(Schema):
    sending: int
    receipt: str
    sha256: str
    sent_at: datetime


class ReportsWanted(Paging):
    unit: Id | None = None
    form: Code | None = None
    period: Code | None = None
    state: State | None = None
    sent_since: datetime | None = Field(None, description="only with a latest sending from this moment on")


A_LINE = {"id": 7, "unit": 5, "unit_name": "Trường TH&THCS Ân Nghĩa", "form": "plan3296", "version": 1,
          "period": "NH2024", "state": "submitted", "revision": 3, "due_on": "2025-06-20", "closes_on": "2025-06-28",
          "sent_at": "2025-06-16T08:00:00+07:00", "sending": 1}  # fmt: skip


def line(row: Any) -> dict[str, Any]:
    collection = row.expected.collection
    return {
        "id": row.pk, "unit": row.unit_id, "unit_name": row.unit_name or "",
        "form": collection.form_version.form.code, "version": collection.form_version.number,
        "period": collection.period.code, "state": row.state, "revision": row.revision,
        "due_on": row.expected.due_on, "closes_on": row.expected.closes_on,
        "sent_at": row.latest and timezone.localtime(row.latest.sent_at), "sending": row.latest and row.latest.number,
    }  # fmt: skip


@operation(
    router, "get", "/reports", scope=Scope.READ_REPORTS, summary="Reports", response=Page[ReportLine],
    example={"items": [A_LINE], "page": 1, "size": 100, "total": 1, "next": None},
)  # fmt: skip
def reports(request: HttpRequest, asked: Query[ReportsWanted]) -> dict[str, Any]:
    """Reports that units owe or have sent, as far as the key reaches; newest period first, then by name."""
    rows = reports_of(caller_of(request), Right.READ_REPORTS)
    rows = rows.select_related("expected__collection__period", "expected__collection__form_version__form", "latest")
    wanted = {
        "expected__unit": asked.unit, "expected__collection__form_version__form__code": asked.form,
        "expected__collection__period__code": asked.period, "state": asked.state,
        "latest__sent_at__gte": asked.sent_since,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows = rows.order_by("-expected__collection__period__days", "unit_sort", "pk")
    return page_of(request, rows, asked, lambda found: [line(row) for row in found])


def sheet_for(caller: Caller, pk: int, right: Right) -> Sheet:
    """One report if the key reaches it with this right; else a Problem that says no more than that."""
    if not reports_of(caller, right).filter(pk=pk).exists():
        raise problems.not_found()
    return sheet(caller.account, pk, on=caller.on)


@operation(
    router, "get", "/reports/{pk}", scope=Scope.READ_REPORTS, summary="One report", response=ReportOut,
    example=A_LINE | {"numbers": {"staff_trained[TH]": 9.0}, "texts": {}, "notes": {}, "evidence": {},
                      "receipt": "000001-0123456789ab", "draft": None},
)  # fmt: skip
def report(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """The latest sending with its numbers, words and files; for whoever may fill it the draft as it is being typed."""
    caller = caller_of(request)
    found = sheet_for(caller, pk, Right.READ_REPORTS)
    latest, own = found.latest, own_units(caller.account, Right.FILL_REPORTS, on=caller.on)
    writes = caller.may(Scope.WRITE_REPORTS) and found.expected.unit_id in own
    return line(found.submission) | {
        "numbers": found.definition.by_cell(latest.numbers) if latest else {},
        "texts": latest.texts if latest else {},
        "notes": latest.notes if latest else {},
        "evidence": latest.evidence if latest else {},
        "receipt": receipt_number(latest) if latest else None,
        "draft": found.submission.draft if writes else None,
    }


def typed(answers: dict[str, Any]) -> dict[str, str]:
    """Values as a person would type them: decimals after a comma, yes as 1, options parted by spaces."""
    return {box: _as_typed(value) for box, value in answers.items()}


def _as_typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        plain = format(Decimal(repr(value)), "f")
        return (plain.rstrip("0").rstrip(".") if "." in plain else plain).replace(".", ",")
    return " ".join(value) if isinstance(value, list) else str(value)


def reviewed(found: Sheet, answers: Answers, revision: int) -> dict[str, Any]:
    review = found.review(answers)
    return {
        "revision": revision,
        "empty": review.empty,
        "faults": answers.faults,
        "ready": bool(review.verdict),
        "findings": [
            {"check": one.check, "severity": one.severity, "cell": one.cell, "sentence": one.sentence, "why": one.why}
            for one in review.findings
        ],
    }


@operation(
    router, "put", "/reports/{pk}/draft", scope=Scope.WRITE_REPORTS, summary="Write the draft", response=DraftOut,
    example={"revision": 4, "empty": ["briefings_held"], "faults": {}, "findings": [], "ready": False},
)  # fmt: skip
def write_draft(request: HttpRequest, pk: Id, said: DraftIn) -> dict[str, Any]:
    """Replaces the draft, right or wrong, and says what is still empty, not understood or unusual.

    409 if somebody has written since the revision was read, or the report may not be filled now.
    """
    caller = caller_of(request)
    found = sheet_for(caller, pk, Right.FILL_REPORTS)
    boxes = _known(found, typed(said.answers))
    revision = actions.save_draft(
        submission=found.submission, typed=boxes, revision=said.revision, by=caller.account, at=now()
    )
    return reviewed(found, found.read(boxes), revision)


@operation(
    router, "post", "/reports/{pk}/send", scope=Scope.WRITE_REPORTS, summary="Send", response=SentOut,
    example={"sending": 1, "receipt": "000001-0123456789ab", "sha256": "…", "sent_at": "2025-06-16T08:00:00+07:00"},
)  # fmt: skip
def send(request: HttpRequest, pk: Id, said: SendIn) -> dict[str, Any]:
    """Sends the answers. Said again with the same `client_key` it is the same sending, however often it comes.

    422 with an error a cell where something is empty or wrong, each with the sentence of its check.
    """
    caller = caller_of(request)
    found = sheet_for(caller, pk, Right.FILL_REPORTS)
    boxes = _known(found, typed(said.answers))
    try:
        version = actions.send(
            sheet=found, typed=boxes, revision=said.revision, client_key=said.client_key, by=caller.account, at=now()
        )
    except actions.NotReady as refused:
        told = reviewed(found, found.read(boxes), said.revision)
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, str(refused), code="not_ready", errors=_errors(told), report=told
        ) from None
    receipt = receipt_number(version)
    sent_at = timezone.localtime(version.sent_at)
    return {"sending": version.number, "receipt": receipt, "sha256": version.sha256, "sent_at": sent_at}


def _errors(told: dict[str, Any]) -> list[dict[str, str]]:
    """Everything in the way of the sending, at its cell."""
    empty = {cell: _("Ô này còn trống.") for cell in told["empty"]}
    found = [{"where": cell, "message": sentence} for cell, sentence in (empty | told["faults"]).items()]
    return found + [{"where": one["cell"], "message": one["sentence"]} for one in told["findings"]]


def _known(found: Sheet, boxes: dict[str, str]) -> dict[str, str]:
    """The boxes, if the form has them all: a slip in a name would empty a cell and nobody would see it."""
    known = {*found.definition.boxes, *found.definition.items}
    strange = [box for box in boxes if box.rpartition(":")[2] not in known and box not in known]
    if strange:
        sentence = _("Biểu mẫu không có ô: %(boxes)s.") % {"boxes": ", ".join(box[:60] for box in strange[:5])}
        errors = [{"where": f"answers.{box[:60]}", "message": sentence} for box in strange[:5]]
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence, code="unknown", errors=errors)
    return boxes
