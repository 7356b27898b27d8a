"""Rounds and reports in sentences."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from donghanh import questionnaires
from donghanh.files.actions import store
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.people.tests.cast import Cast
from donghanh.periods.actions import set_school_year
from donghanh.questionnaires.actions import load_form
from donghanh.reporting import actions, queries
from donghanh.reporting.models import (
    Collection,
    Evidence,
    ExpectedReport,
    Letterhead,
    ReviewStep,
    Submission,
    SubmissionVersion,
)
from donghanh.reporting.queries import Sheet

FORM = json.loads((Path(questionnaires.__file__).parent / "data/plan3296.json").read_text())
AT = datetime(2025, 6, 16, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TODAY = AT.date()

FILLED = {  # what a careful teacher of a TH&THCS school types
    "schools_with_outreach": "1",
    "schools_with_collaborator_team": "1",
    "staff_in_scope[TH]": "10",
    "staff_in_scope[THCS]": "8",
    "staff_trained[TH]": "9",
    "staff_trained[THCS]": "8",
    "team_decision": "12/QĐ-NT ngày 5/10/2024",
    "school_plan_issued": "1",
    "briefings_held": "2",
    "briefing_attendees": "38",
    "collaborators": "5",
    "official_channels": "2",
    "channels_with_named_admin": "2",
    "content_published": "24",
    "student_law_sessions[TH]": "1",
    "student_law_sessions[THCS]": "2",
    "student_law_attendees[TH]": "240",
    "student_law_attendees[THCS]": "180",
    "feedback_received": "3",
}


def filled(*levels: str, **changes: str) -> dict[str, str]:
    """A complete, consistent sheet for a school of these levels (TH and THCS unless said)."""
    typed = {}
    for code, text in (FILLED | changes).items():
        item, _, level = code.rstrip("]").partition("[")
        if level in ("", *(levels or ("TH", "THCS"))):
            typed[code] = text
        elif level == "TH":
            typed.update({f"{item}[{other}]": text for other in levels if other != "THCS"})
    return typed


def an_open_round(cast: Cast, *, year: int = 2024, closes_on: date = date(2025, 6, 28)) -> Collection:
    """The plan's form asked of every school of the cast for one school year, open on TODAY."""
    return actions.open_collection(
        form_version=load_form(FORM, at=AT),
        period=set_school_year(first_day=date(year, 9, 5), last_day=date(year + 1, 5, 31)),
        owner=cast.department,
        opens_on=date(year + 1, 5, 12),
        due_on=date(year + 1, 6, 20),
        closes_on=closes_on,
        by=None,
        at=AT,
    )


def report_of(unit: Unit, collection: Collection) -> Submission:
    return Submission.objects.get(expected__unit=unit, expected__collection=collection)


def sheet_of(unit: Unit, collection: Collection, account: Account) -> Sheet:
    return queries.sheet(account, report_of(unit, collection).pk, on=TODAY)


def a_sent_report(cast: Cast, collection: Collection, **changes: str) -> SubmissionVersion:
    """The school's report, sent by its teacher."""
    sheet = sheet_of(cast.school, collection, cast.teacher)
    return actions.send(
        sheet=sheet,
        typed=filled(**changes),
        revision=sheet.submission.revision,
        client_key=uuid.uuid4(),
        by=cast.teacher,
        at=AT,
    )


def an_accepted_report(cast: Cast, collection: Collection, **changes: str) -> SubmissionVersion:
    version = a_sent_report(cast, collection, **changes)
    accept(cast, collection)
    return version


def accept(cast: Cast, collection: Collection) -> None:
    sheet = sheet_of(cast.school, collection, cast.district_officer)
    actions.accept(submission=sheet.submission, version_number=sheet.latest.number, by=cast.district_officer, at=AT)


def return_with(cast: Cast, collection: Collection, **remarks: str) -> None:
    sheet = sheet_of(cast.school, collection, cast.district_officer)
    actions.give_back(
        submission=sheet.submission,
        version_number=sheet.latest.number,
        reason="",
        remarks=remarks,
        by=cast.district_officer,
        at=AT,
    )


def a_file_beside(report: Submission, *, by: Account, item: str = "briefings_held") -> Evidence:
    """A PDF beside an item, whatever the state of the report."""
    file = store(
        content=b"%PDF-1.7", name="bien-ban.pdf", content_type="application/pdf", unit=report.expected.unit_id,
        by=by.pk, at=AT,
    )  # fmt: skip
    return Evidence.objects.create(submission=report, item=item, file=file, at=AT, by=by)


def a_letterhead(unit: Unit) -> Letterhead:
    return Letterhead.objects.create(
        unit=unit,
        superior_body="Ủy ban nhân dân tỉnh Hòa Bình",
        issuing_body="Sở Giáo dục và Đào tạo",
        symbol="BC-SGDĐT",
        place="Hòa Bình",
        programme="Đề án 3296",
        bases="Quyết định số 3296/QĐ-BGDĐT",
        drafting_unit="CTTT",
        signer_authority="KT. GIÁM ĐỐC",
        signer_position="PHÓ GIÁM ĐỐC",
        signer_name="Người ký giả lập",
    )


def goes_up(report: Submission, *offices: Unit) -> Submission:
    """The report's own chain, nearest office first, each with a week to decide."""
    ReviewStep.objects.filter(expected=report.expected).delete()
    ReviewStep.objects.bulk_create(
        ReviewStep(expected=report.expected, number=number, office=office, due_on=TODAY + timedelta(weeks=number))
        for number, office in enumerate(offices, 1)
    )
    ExpectedReport.objects.filter(pk=report.expected_id).update(reviewer=offices[0])
    return Submission.objects.get(pk=report.pk)


def accepted_by(report: Submission, officer: Account) -> Submission:
    """As it stands after this officer's acceptance of its latest sending."""
    fresh = Submission.objects.get(pk=report.pk)
    actions.accept(submission=fresh, version_number=fresh.latest.number, by=officer, at=AT)
    return Submission.objects.get(pk=report.pk)
