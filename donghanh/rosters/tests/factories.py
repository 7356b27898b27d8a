"""Rosters in sentences."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.kernel.rows import everything
from donghanh.kernel.spreadsheet import workbook
from donghanh.organisations.models import Unit, UnitCode
from donghanh.people.actions import give_role, open_nameless_accounts
from donghanh.people.models import Account
from donghanh.periods.actions import set_school_year
from donghanh.periods.models import Period
from donghanh.privacy.models import Consent
from donghanh.rosters import actions
from donghanh.rosters.models import ClassTeaching, Enrolment, Learner, RosterImport, SchoolClass

AT = datetime(2025, 6, 16, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
TODAY = AT.date()
SINCE = date(2024, 9, 5)
MANIFEST = ("orgs", "academicSessions", "classes", "users", "roles", "enrollments", "demographics")
HEADINGS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,"
    "userProfileSourcedId",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate",
    "demographics": "sourcedId,status,dateLastModified,birthDate,sex",
}
type Rows = Iterable[dict[str, str]]


def school_year(first: int = 2024) -> Period:
    return set_school_year(first_day=date(first, 9, 5), last_day=date(first + 1, 5, 31))


def a_code(unit: Unit, code: str, scheme: str = "ministry") -> str:
    UnitCode.objects.create(unit=unit, scheme=scheme, code=code, valid=DateRange(date(2015, 1, 1), None))
    return code


def a_class(unit: Unit, name: str = "6A", *, year: Period | None = None, **more) -> SchoolClass:
    year = year or school_year()
    return SchoolClass.objects.create(unit=unit, school_year=year, name=name, grade=more.pop("grade", 6), **more)


def a_learner(school_class: SchoolClass, full_name: str = "Bùi Thị Ánh", *, since: date = SINCE, **more) -> Learner:
    """A learner in a class, with account and role."""
    [account] = open_nameless_accounts(prefixes=["an"])
    give_role(account=account, unit=school_class.unit, role="student", since=since, by=None, at=AT)
    with everything():
        learner = Learner.objects.create(account=account, unit=school_class.unit, full_name=full_name, **more)
        Enrolment.objects.create(
            learner=learner, school_class=school_class, unit=school_class.unit, valid=DateRange(since, None)
        )
    return learner


def agrees(learner: Learner, *capacities: str, purpose: str = "outside_accounts", at: datetime = AT) -> None:
    """A yes for the learner in each of these capacities, of both if none is named."""
    parent = Account.objects.get_or_create(username="phuhuynh.dongy", defaults={"full_name": "Bùi Thị Mẹ"})[0]
    with everything():
        for capacity in capacities or ("self", "representative"):
            Consent.objects.create(
                subject=learner.account, unit=learner.unit, purpose=purpose, text_version=1, capacity=capacity,
                given_by=learner.account if capacity == "self" else parent, given_at=at,
            )  # fmt: skip


def teaches(account: Account, school_class: SchoolClass, *, since: date = SINCE, until: date | None = None) -> None:
    ClassTeaching.objects.create(account=account, school_class=school_class, valid=DateRange(since, until))


def one_roster(*, mode: str = "bulk", manifest: bool = True, encoding: str = "utf-8", **files: Rows) -> bytes:
    """A OneRoster archive; each file's rows are dicts by heading, the rest of a row stays empty."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if manifest:
            said = [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
            said += [(f"file.{name}", mode if name in files else "absent") for name in MANIFEST]
            archive.writestr("manifest.csv", table(["propertyName", "value"], said))
        for name, rows in files.items():
            headings = HEADINGS[name].split(",")
            status = {"status": "active"} if mode == "delta" else {}
            cells = [[({**status, **row}).get(heading, "") for heading in headings] for row in rows]
            archive.writestr(f"{name}.csv", table(headings, cells).encode(encoding))
    return out.getvalue()


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue()


def a_roster(code: str = "25001001", **changes: Rows) -> dict[str, list[dict[str, str]]]:
    """A school with 6A, three learners and their teacher, as the files of an archive."""
    users = [
        {"sourcedId": "hs1", "familyName": "Bùi", "middleName": "Thị", "givenName": "Ánh", "identifier": "2500000001"},
        {"sourcedId": "hs2", "familyName": "Quách", "givenName": "An", "identifier": "2500000002"},
        {"sourcedId": "hs3", "familyName": "Đinh", "givenName": "Ân", "identifier": "2500000003"},
        {"sourcedId": "gv1", "familyName": "Hà", "givenName": "Đỗ", "username": "ha.do"},
    ]
    files = {
        "orgs": [{"sourcedId": "truong1", "name": "Trường", "type": "school", "identifier": code}],
        "academicSessions": [
            {"sourcedId": "nh", "title": "2024", "type": "schoolYear", "startDate": "2024-09-05",
             "endDate": "2025-05-31"}
        ],
        "classes": [
            {"sourcedId": "lop6a", "title": "6A", "grades": "06", "classType": "homeroom", "schoolSourcedId": "truong1",
             "termSourcedIds": "nh"}
        ],
        "users": users,
        "roles": [
            {"sourcedId": f"r-{user['sourcedId']}", "userSourcedId": user["sourcedId"], "roleType": "primary",
             "role": "teacher" if user["sourcedId"].startswith("gv") else "student", "orgSourcedId": "truong1"}
            for user in users
        ],
        "enrollments": [
            {"sourcedId": f"e-{user['sourcedId']}", "classSourcedId": "lop6a", "schoolSourcedId": "truong1",
             "userSourcedId": user["sourcedId"],
             "role": "teacher" if user["sourcedId"].startswith("gv") else "student"}
            for user in users
        ],
        "demographics": [{"sourcedId": "hs1", "birthDate": "2013-09-05"}],
    }  # fmt: skip
    return files | {name: list(rows) for name, rows in changes.items()}


def a_sheet(*rows: Sequence[str], headings: Sequence[str] = ("Lớp", "Họ và tên", "Ngày sinh", "Số định danh")) -> bytes:
    return workbook([headings, *rows], title="Danh sách")


def brought_in(
    content: bytes, unit: Unit, by: Account, *, name: str = "danh-sach.zip", whole: bool = False,
    year: Period | None = None,
    at: datetime = AT,
) -> RosterImport:  # fmt: skip
    """A roster received and checked."""
    with everything():
        roster = actions.receive(
            name=name, chunks=[content], unit_id=unit.pk, school_year=year or school_year(), whole=whole, by=by, at=at
        )
    actions.check(roster_id=roster.pk, at=at)
    return again(roster)


def written(roster: RosterImport, by: Account, *, at: datetime = AT) -> RosterImport:
    """The same, written."""
    with everything():
        actions.ask_to_write(roster=roster, by=by, at=at)
    actions.write_down(roster_id=roster.pk, at=at)
    return again(roster)


def again(roster: RosterImport) -> RosterImport:
    with everything():
        return RosterImport.objects.select_related("school_year").get(pk=roster.pk)
