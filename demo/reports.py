"""Generated reports of 531 schools over five school years: seeded; some late, returned, missing, a few wrong."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from donghanh.audit.models import Entry
from donghanh.organisations.choices import LEVELS_TAUGHT
from donghanh.organisations.models import Headcount, Unit, UnitType
from donghanh.people.choices import DEPARTMENT_OFFICER, DISTRICT_OFFICER, TEACHER_IN_CHARGE
from donghanh.people.models import Account, Membership
from donghanh.periods.actions import decide_school_year
from donghanh.periods.choices import PeriodKind
from donghanh.periods.rules import SemesterDates
from donghanh.questionnaires.models import Definition, FormVersion
from donghanh.reporting.actions import open_collection, seal
from donghanh.reporting.choices import Move, State
from donghanh.reporting.models import (
    Collection,
    Remark,
    ReportRequest,
    Submission,
    SubmissionVersion,
    Transition,
    kept,
)
from donghanh.reporting.rounds import make_request
from donghanh.reporting.rules_asking import Terms

SEED = 3296
YEARS = range(2020, 2025)  # school years by the year they begin in
OPEN_YEAR = 2024  # still being collected on the demo's day
LATE, RETURNED_ONCE, MISSING = 0.06, 0.08, 0.02  # shares of the closed years
OUTREACH = {2020: 0.87, 2021: 0.90, 2022: 0.93, 2023: 0.96, 2024: 0.985}  # shares of schools that say yes
TEAM = {2020: 0.83, 2021: 0.88, 2022: 0.92, 2023: 0.95, 2024: 0.975}
TRAINED = {2020: 0.79, 2021: 0.85, 2022: 0.90, 2023: 0.94, 2024: 0.97}  # of the staff in scope
STANDS = (("accepted", 0.55), ("submitted", 0.15), ("returned", 0.04), ("draft", 0.08), ("not_begun", 0.18))
REMARK = "Số liệu cao bất thường so với quy mô trường, đề nghị kiểm tra lại."
FAR_TOO_MUCH = 10  # a slip of one nought


@dataclass(frozen=True)
class School:
    unit_id: int
    levels: tuple[str, ...]
    staff: int
    learners: int
    keen: float  # 0 … 1: where it stands in the order in which schools begin
    teacher: Account


class Answers:
    """One school's figures for one year, drawn from the same dice every time."""

    def __init__(self, school: School, year: int) -> None:
        self.school, self.year = school, year
        self.dice = random.Random(f"{SEED}/{school.unit_id}/{year}")
        self.outreach, self.team = school.keen < OUTREACH[year], school.keen < TEAM[year]

    def numbers(self, definition: Definition) -> list[float | None]:
        """In the order of the form's cells; None at the cells of levels that the school does not teach."""
        totals = self._totals()
        out: dict[str, float | None] = {}
        for item in definition.items.values():
            if item.kind == "text":
                continue
            if not item.breakdown:
                out[item.code] = float(totals[item.code])
                continue
            parts = self._shared_out(totals[item.code])
            for option in definition.breakdowns[item.breakdown]:
                out[f"{item.code}[{option.code}]"] = parts.get(option.code)
        for scope in [code for code in out if code.startswith("staff_in_scope[")]:  # rounding must not break a check
            trained = scope.replace("in_scope", "trained")
            if out[scope] is not None and out[trained] is not None:
                out[trained] = min(out[trained], out[scope])  # type: ignore[type-var]  # numbers alone stand under these keys
        return [out[cell.code] for cell in definition.cells]

    def texts(self) -> dict[str, str]:
        texts = {"team_decision": f"{self.dice.randint(11, 98)}/QĐ-NT ngày 05/10/{self.year}"} if self.team else {}
        if self.dice.random() < 0.3:
            texts["difficulties"] = "Đường truyền Internet ở điểm trường lẻ còn chậm; đề nghị có thêm tài liệu in."
        return texts

    def _totals(self) -> dict[str, int]:
        dice, school, year = self.dice, self.school, self.year
        scope = min(school.staff, max(len(school.levels) * 2, round(school.staff * (0.25 + 0.02 * (year - 2020)))))
        sessions = len(school.levels) * dice.randint(1, 3) if self.outreach else 0
        channels = dice.randint(1, 4)
        return {
            "schools_with_outreach": int(self.outreach),
            "schools_with_collaborator_team": int(self.team),
            "staff_in_scope": scope,
            "staff_trained": min(scope, round(scope * min(1, dice.gauss(TRAINED[year], 0.08)))),
            "school_plan_issued": int(self.outreach or dice.random() < 0.5),
            "briefings_held": dice.randint(1, 4) if self.outreach else 0,
            "briefing_attendees": round(school.staff * dice.uniform(0.8, 1.2)) if self.outreach else 0,
            "collaborators": dice.randint(2, 9) if self.team else 0,
            "official_channels": channels,
            "channels_with_named_admin": min(channels, round(channels * dice.uniform(0.5, 1.2))),
            "content_published": round(dice.uniform(5, 60)) if self.outreach else 0,
            "student_law_sessions": sessions,
            "student_law_attendees": round(school.learners * dice.uniform(0.6, 1.0)) if sessions else 0,
            "feedback_received": dice.randint(0, 12),
        }

    def _shared_out(self, total: int) -> dict[str, float]:
        """A whole number over the school's levels, adding up exactly."""
        levels = self.school.levels
        parts = [total // len(levels)] * len(levels)
        parts[0] += total - sum(parts)
        return dict(zip(levels, map(float, parts), strict=True))


def build_reports(
    *, department: Unit, form_version: FormVersion, today: date, at: datetime, progress: Callable[[str], None]
) -> list[Collection]:
    """Open each year's round and fill it as far as the demo's day allows."""
    request, rounds = standing_request(department, form_version, at), []
    for year in YEARS:
        progress(f"{year}–{year + 1}")
        with transaction.atomic():
            rounds.append(_year(year, request, form_version, today, at))
    return rounds


def standing_request(department: Unit, form_version: FormVersion, at: datetime) -> ReportRequest:
    """The Department asks every school for the plan's form, each school year."""
    officers = Membership.objects.filter(unit=department, role=DEPARTMENT_OFFICER.code, valid__contains=at.date())
    terms = Terms(
        name="Báo cáo Đề án hằng năm", calendar=PeriodKind.SCHOOL_YEAR, opens_before=19, due_working_days=14,
        close_days=8,
    )  # fmt: skip
    return make_request(
        form=form_version.form, owner=department, terms=terms, active_from=date(min(YEARS), 9, 5),
        by=officers.select_related("account").earliest("pk").account, at=at,
    )  # fmt: skip


def _year(year: int, request: ReportRequest, form_version: FormVersion, today: date, at: datetime) -> Collection:
    collection = open_year(year, request.owner, form_version, at, request)
    ledger = Ledger(collection, form_version.definition)
    for submission, school, officer in desks(collection):
        ledger.play(submission, school, officer, year, today)
    ledger.write()
    return collection


def open_year(
    year: int, department: Unit, form_version: FormVersion, at: datetime, request: ReportRequest | None = None
) -> Collection:
    """The round of one school year, its reports expected and none begun."""
    return open_collection(
        form_version=form_version,
        period=decide_school_year(
            first_day=date(year, 9, 5),
            last_day=date(year + 1, 5, 31),
            semesters=(
                SemesterDates(date(year, 9, 5), date(year + 1, 1, 17), weeks=18),
                SemesterDates(date(year + 1, 1, 18), date(year + 1, 5, 31), weeks=17),
            ),
            decision="Khung kế hoạch thời gian năm học (giả lập)",
            by=None,
            at=at,
        ),
        owner=department,
        request=request,
        opens_on=date(year + 1, 5, 12),
        due_on=date(year + 1, 6, 20),
        closes_on=date(year + 1, 6, 28),
        by=None,
        at=at,
    )


def desks(collection: Collection) -> list[tuple[Submission, School, Account]]:
    """Each report of a round with its school and the officer who reviews it."""
    day = collection.period.reference_day
    kinds = dict(UnitType.objects.filter(valid__contains=day).values_list("unit", "kind"))
    sizes = {row.unit_id: row for row in Headcount.objects.filter(valid__contains=day)}
    held = Membership.objects.filter(valid__contains=day).select_related("account").order_by("pk")
    teachers = {row.unit_id: row.account for row in held if row.role == TEACHER_IN_CHARGE.code}
    officers = {
        row.unit_id: row.account for row in held if row.role in (DISTRICT_OFFICER.code, DEPARTMENT_OFFICER.code)
    }
    rows = Submission.objects.filter(expected__collection=collection).select_related("expected").order_by("pk")
    return [
        (
            row,
            School(
                unit_id=unit,
                levels=tuple(LEVELS_TAUGHT[kinds[unit]]),
                staff=sizes[unit].staff,
                learners=sizes[unit].learners,
                keen=random.Random(f"{SEED}/{unit}").random(),
                teacher=teachers[unit],
            ),
            officers[row.expected.reviewer_id],
        )
        for row in rows
        for unit in [row.expected.unit_id]
    ]


class Ledger:
    """What happens to the reports of one round, written at the end in a few statements."""

    def __init__(self, collection: Collection, definition: Definition) -> None:
        self.collection, self.definition = collection, definition
        self.submissions: list[Submission] = []
        self.versions: list[SubmissionVersion] = []
        self.transitions: list[Transition] = []
        self.remarks: list[Remark] = []

    def play(self, submission: Submission, school: School, officer: Account, year: int, today: date) -> None:
        """Decide how this report fared, and write it down."""
        answers = Answers(school, year)
        dice, numbers, texts = answers.dice, answers.numbers(self.definition), answers.texts()
        submission.expected.collection = self.collection
        stands = self._stands(school, dice, year)
        if stands == "not_begun":
            return
        submission.draft, submission.revision = self._typed(numbers, texts, half=stands == "draft"), 1
        submission.saved_at, submission.saved_by = self._moment(dice, today, year), school.teacher
        self.submissions.append(submission)
        if stands == "draft":
            return
        wrong = stands in ("returned", "wrong") or (stands == "accepted" and dice.random() < RETURNED_ONCE)
        sent = submission.saved_at
        if wrong:
            self._send(submission, school, self._slip(numbers), texts, sent)
        if wrong and stands != "wrong":
            self._review(submission, Move.RETURN, officer, sent + timedelta(hours=20))
            sent += timedelta(hours=48)
        if stands in ("accepted", "submitted"):
            self._send(submission, school, numbers, texts, sent)
        if stands == "accepted":
            self._review(submission, Move.ACCEPT, officer, sent + timedelta(hours=dice.randint(2, 30)))

    def write(self) -> None:
        SubmissionVersion.objects.bulk_create(self.versions)
        for submission in self.submissions:
            submission.latest_id = submission.latest.pk if submission.latest else None
        fields = ["state", "draft", "revision", "saved_at", "saved_by", "latest"]
        Submission.objects.bulk_update(self.submissions, fields, batch_size=200)
        Transition.objects.bulk_create(self.transitions)
        Remark.objects.bulk_create(self.remarks)
        Entry.objects.bulk_create(
            Entry(
                at=step.at,
                by_id=step.by_id,
                verb=f"reporting.{step.move}",
                object_type=Submission._meta.label,
                object_id=step.submission_id,
                unit_id=step.submission.expected.unit_id,
            )
            for step in self.transitions
        )

    def _stands(self, school: School, dice: random.Random, year: int) -> str:
        if year != OPEN_YEAR:
            return "not_begun" if dice.random() < MISSING else "accepted"
        if school.teacher.username == "gv.demo":
            return "not_begun"  # left for whoever tries the demo
        stands = dice.choices([name for name, _share in STANDS], [share for _name, share in STANDS])[0]
        return "wrong" if stands == "submitted" and dice.random() < RETURNED_ONCE else stands

    def _moment(self, dice: random.Random, today: date, year: int) -> datetime:
        """When it is first sent: before the due day, a few after it, none after the demo's day."""
        due = self.collection.due_on
        day = due - timedelta(days=dice.randint(1, 25))
        if year == OPEN_YEAR:
            day = min(day, today) - timedelta(days=dice.randint(3, 12))
        elif dice.random() < LATE:
            day = due + timedelta(days=dice.randint(1, 5))
        return timezone.make_aware(datetime.combine(max(day, self.collection.opens_on), time(dice.randint(7, 16), 30)))

    def _slip(self, numbers: list[float | None]) -> list[float | None]:
        """One figure typed with a nought too many: passes the form's errors, not a reader's eye."""
        codes = [cell.code for cell in self.definition.cells]
        place = codes.index("briefing_attendees")
        slipped = list(numbers)
        slipped[place] = (slipped[place] or 12) * FAR_TOO_MUCH
        return slipped

    def _typed(self, numbers: list[float | None], texts: dict[str, str], *, half: bool) -> dict[str, str]:
        cells = [(c, n) for c, n in zip(self.definition.cells, numbers, strict=True) if n is not None]
        kept = cells[: len(cells) // 2] if half else cells
        return {cell.code: f"{number:.0f}" for cell, number in kept} | ({} if half else texts)

    def _send(
        self, submission: Submission, school: School, numbers: list[float | None], texts: dict[str, str], at: datetime
    ) -> None:
        version = SubmissionVersion(
            submission=submission,
            number=submission.latest.number + 1 if submission.latest else 1,
            **kept(numbers),
            texts=texts,
            client_key=uuid.uuid5(uuid.NAMESPACE_OID, f"{submission.pk}/{at.isoformat()}"),
            sha256=seal(submission, numbers, texts),
            sent_at=at,
            sent_by=school.teacher,
        )
        submission.latest, submission.state = version, State.SUBMITTED
        self.versions.append(version)
        self._log(submission, Move.SEND, school.teacher, at)

    def _review(self, submission: Submission, move: Move, officer: Account, at: datetime) -> None:
        submission.state = State.RETURNED if move == Move.RETURN else State.ACCEPTED
        self._log(submission, move, officer, at)
        if move == Move.RETURN and submission.latest:
            self.remarks.append(Remark(version=submission.latest, item="briefing_attendees", text=REMARK))

    def _log(self, submission: Submission, move: Move, by: Account, at: datetime) -> None:
        self.transitions.append(Transition(submission=submission, version=submission.latest, move=move, at=at, by=by))
