"""Rosters that come in: what is found before anything is written, what is written, and what is refused."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest

from donghanh.audit.models import Entry
from donghanh.kernel.rows import everything
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account, Membership
from donghanh.rosters import actions, uploads
from donghanh.rosters.models import ClassTeaching, Enrolment, Learner, RosterLine, SchoolClass
from donghanh.rosters.tests.factories import (
    AT,
    TODAY,
    a_class,
    a_code,
    a_learner,
    a_roster,
    a_sheet,
    again,
    brought_in,
    one_roster,
    school_year,
    teaches,
    written,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast):
    a_code(cast.school, "25001001")
    return cast.school_administrator


def faults(roster) -> list[tuple[str, int, str, str]]:
    """(file, row, field, code) of everything that is wrong."""
    with everything():
        rows = RosterLine.objects.filter(roster=roster, outcome="bad").order_by("place", "row")
        return [(line.place, line.row, where, code) for line in rows for code, where, _value in line.faults]


def learners() -> dict[str, tuple[str | None, int]]:
    """Name → (class now, unit) of those who have not left."""
    with everything():
        classes = dict(
            Enrolment.objects.filter(valid__contains=TODAY).order_by("pk").values_list("learner", "school_class__name")
        )
        rows = Learner.objects.filter(left_on=None).order_by("pk")
        return {row.full_name: (classes.get(row.pk), row.unit_id) for row in rows}


def counts(roster) -> dict[str, int]:
    return {key: count for key, count in roster.counts.items() if count}


def test_a_roster_is_checked_and_nothing_is_written(cast, admin):
    roster = brought_in(one_roster(**a_roster()), cast.school, admin)
    assert roster.problem == ""
    assert (roster.state, counts(roster)) == ("checked", {"new": 4, "student": 3, "teacher": 1})
    assert learners() == {}
    assert not SchoolClass.objects.exists()
    assert not uploads.place_of(roster.pk).exists()


def test_a_roster_is_written(cast, admin):
    roster = written(brought_in(one_roster(**a_roster()), cast.school, admin), admin)
    assert roster.state == "applied", roster.problem
    assert learners() == dict.fromkeys(("Bùi Thị Ánh", "Quách An", "Đinh Ân"), ("6A", cast.school.pk))
    with everything():
        anh = Learner.objects.select_related("account").get(full_name="Bùi Thị Ánh")
        assert not RosterLine.objects.exists()
    assert (anh.birth_date, anh.number, anh.source_id) == (date(2013, 9, 5), "2500000001", "hs1")
    assert anh.account.full_name == ""
    assert not anh.account.has_usable_password()
    teacher = Account.objects.get(username="ha.do")
    assert ClassTeaching.objects.get().account == teacher
    roles = Membership.objects.filter(unit=cast.school, valid__contains=TODAY).order_by("pk")
    assert [row.role for row in roles if row.account_id in (anh.pk, teacher.pk)] == ["student", "class_teacher"]
    assert Entry.objects.get(verb="rosters.written").details["new"] == 4


def test_user_names_have_no_look_alikes_and_no_names(cast, admin):
    a_learner_called_so = Account.objects.create(username="takenname", full_name="")
    written(brought_in(one_roster(**a_roster()), cast.school, admin), admin)
    names = Account.objects.filter(pk__gt=a_learner_called_so.pk, full_name="").order_by("pk")
    assert names.count() == 3
    for account in names:
        assert set(account.username[2:]) <= set("23456789")
        assert account.username.startswith("an")


def test_a_second_time_changes_nothing(cast, admin):
    written(brought_in(one_roster(**a_roster()), cast.school, admin), admin)
    before = learners()
    roster = brought_in(one_roster(**a_roster()), cast.school, admin)
    assert counts(roster) == {"same": 4, "student": 3, "teacher": 1}
    assert written(roster, admin).state == "applied"
    assert learners() == before
    assert ClassTeaching.objects.count() == 1


def test_who_is_not_in_a_whole_roster_has_left(cast, admin):
    written(brought_in(one_roster(**a_roster()), cast.school, admin), admin)
    later = AT + timedelta(days=3)
    files = a_roster()
    for name in ("users", "roles", "enrollments"):
        files[name] = [row for row in files[name] if "hs3" not in row.values()]
    roster = brought_in(one_roster(**files), cast.school, admin, at=later)
    assert counts(roster) == {"same": 3, "left": 1, "student": 2, "teacher": 1}
    written(roster, admin, at=later)
    with everything():
        gone = Learner.objects.get(source_id="hs3")
        assert gone.left_on == later.date()
        assert Enrolment.objects.get(learner=gone).valid.upper == later.date()
    assert Membership.objects.get(account=gone.account_id).valid.upper == later.date()


def test_a_delta_moves_changes_and_lets_go(cast, admin):
    written(brought_in(one_roster(**a_roster()), cast.school, admin), admin)
    later = AT + timedelta(days=1)
    delta = one_roster(
        mode="delta",
        classes=[{"sourcedId": "lop6b", "title": "6B", "classType": "homeroom", "schoolSourcedId": "25001001"}],
        users=[
            {"sourcedId": "hs2", "familyName": "Quách", "givenName": "Anh", "identifier": "2500000002"},
            {"sourcedId": "hs3", "status": "tobedeleted"},
        ],
        enrollments=[{"classSourcedId": "lop6b", "userSourcedId": "hs1", "role": "student"}],
    )
    roster = brought_in(delta, cast.school, admin, at=later)
    assert faults(roster) == []
    assert counts(roster) == {"changed": 1, "moved": 1, "left": 1, "student": 3}
    written(roster, admin, at=later)
    with everything():
        in_class = dict(
            Enrolment.objects.filter(valid__contains=later.date()).order_by("pk")
            .values_list("learner__full_name", "school_class__name")
        )  # fmt: skip
    assert in_class == {"Bùi Thị Ánh": "6B", "Quách Anh": "6A"}


def test_a_learner_moves_between_schools_in_the_file_of_the_office_above(cast):
    a_code(cast.school, "25001001")
    a_code(cast.preschool, "25001002", "own")
    office = cast.district_officer
    Membership.objects.create(account=office, unit=cast.lac_son, role="school_administrator", valid=(TODAY, None))
    office = Account.objects.get(pk=office.pk)
    written(brought_in(one_roster(**a_roster()), cast.lac_son, office), office)
    files = a_roster()
    files["orgs"].append({"sourcedId": "truong2", "type": "school", "identifier": "25001002"})
    files["classes"].append({"sourcedId": "la", "title": "Lá", "classType": "homeroom", "schoolSourcedId": "truong2"})
    files["enrollments"][0] |= {"classSourcedId": "la"}
    roster = brought_in(one_roster(**files), cast.lac_son, office, at=AT + timedelta(days=2))
    assert counts(roster) == {"moved": 1, "same": 3, "student": 3, "teacher": 1}
    written(roster, office, at=AT + timedelta(days=2))
    with everything():
        learner = Learner.objects.get(source_id="hs1")
    assert learner.unit_id == cast.preschool.pk
    held = Membership.objects.filter(account=learner.account_id).order_by("pk").values_list("unit", "valid")
    assert [(unit, valid.upper is None) for unit, valid in held] == [(cast.school.pk, False), (cast.preschool.pk, True)]


WRONG = {
    "unknown org": (
        {"orgs": [{"sourcedId": "truong1", "type": "school", "identifier": "99"}]},
        ("orgs.csv", 2, "identifier", "school"),
    ),
    "orphan class": (
        {"enrollments": [{"classSourcedId": "khong", "userSourcedId": "hs1", "role": "student"}]},
        ("enrollments.csv", 2, "classSourcedId", "class_unknown"),
    ),
    "orphan user": (
        {"enrollments": [{"classSourcedId": "lop6a", "userSourcedId": "khong", "role": "student"}]},
        ("enrollments.csv", 2, "userSourcedId", "user_unknown"),
    ),
    "wrong date": (
        {"demographics": [{"sourcedId": "hs1", "birthDate": "31/2/2013"}]},
        ("demographics.csv", 2, "birthDate", "date"),
    ),
    "born tomorrow": (
        {"demographics": [{"sourcedId": "hs1", "birthDate": "2025-06-17"}]},
        ("demographics.csv", 2, "birthDate", "date_odd"),
    ),
    "turned session": (
        {"academicSessions": [{"sourcedId": "nh", "startDate": "2025-05-31", "endDate": "2024-09-05"}]},
        ("academicSessions.csv", 2, "endDate", "dates_turned"),
    ),
    "formula": (
        {
            "users": [
                *a_roster()["users"][:3],
                {"sourcedId": "gv1", "familyName": "=1+1", "givenName": "", "username": "ha.do"},
            ]
        },
        ("users.csv", 5, "givenName", "formula"),
    ),
    "no name": ({"users": [*a_roster()["users"][1:], {"sourcedId": "hs1"}]}, ("users.csv", 5, "givenName", "missing")),
    "twice": (
        {"users": [*a_roster()["users"], a_roster()["users"][0] | {"identifier": ""}]},
        ("users.csv", 6, "sourcedId", "twice"),
    ),
    "number twice": (
        {
            "users": [
                *a_roster()["users"][:2],
                a_roster()["users"][2] | {"identifier": "2500000001"},
                a_roster()["users"][3],
            ]
        },
        ("users.csv", 4, "identifier", "number_twice"),
    ),
    "two classes": (
        {
            "classes": [
                *a_roster()["classes"],
                {"sourcedId": "lop6b", "title": "6B", "classType": "homeroom", "schoolSourcedId": "truong1"},
            ],
            "enrollments": [
                *a_roster()["enrollments"],
                {"classSourcedId": "lop6b", "userSourcedId": "hs1", "role": "student"},
            ],
        },
        ("enrollments.csv", 6, "classSourcedId", "two_classes"),
    ),
    "unknown term": (
        {"classes": [a_roster()["classes"][0] | {"termSourcedIds": "khong"}]},
        ("classes.csv", 2, "termSourcedIds", "term_unknown"),
    ),
    "status in bulk": (
        {"users": [a_roster()["users"][0] | {"status": "tobedeleted"}, *a_roster()["users"][1:]]},
        ("users.csv", 2, "status", "status"),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_at_its_row_and_field(case, cast, admin):
    changes, expected = WRONG[case]
    roster = brought_in(one_roster(**a_roster(**changes)), cast.school, admin)
    assert roster.problem == ""
    assert expected in faults(roster)
    with pytest.raises(Refused, match="dòng sai"), everything():
        actions.ask_to_write(roster=roster, by=admin, at=AT)
    assert learners() == {}


def test_a_delta_lets_a_teacher_go(cast, admin):
    written(brought_in(one_roster(**a_roster()), cast.school, admin), admin)
    later = AT + timedelta(days=1)
    gone = one_roster(mode="delta", users=[{"sourcedId": "gv1", "username": "ha.do", "status": "tobedeleted"}])
    roster = brought_in(gone, cast.school, admin, at=later)
    assert counts(roster) == {"left": 1, "teacher": 1}
    written(roster, admin, at=later)
    assert ClassTeaching.objects.get().valid.upper == later.date()
    assert Membership.objects.get(account__username="ha.do").valid.upper == later.date()


def test_a_delta_cannot_delete_whom_nobody_knows(cast, admin):
    delta = one_roster(mode="delta", users=[{"sourcedId": "la", "status": "tobedeleted"}])
    assert faults(brought_in(delta, cast.school, admin)) == [("users.csv", 2, "sourcedId", "unknown")]


def test_a_school_takes_no_learner_from_another(cast, admin):
    a_learner(a_class(cast.sibling), number="2500000001")
    roster = brought_in(one_roster(**a_roster()), cast.school, admin)
    assert faults(roster) == [("users.csv", 2, "identifier", "elsewhere")]


@pytest.mark.parametrize(
    ("left_on", "name", "born"),
    [
        (AT.date(), "Canari Lạ", date(2012, 1, 1)),  # another child's number
        (AT.date(), "Canari Lạ", None),
        (AT.date() + timedelta(days=1), "Bùi Thị Ánh", date(2013, 9, 5)),  # still there that day
    ],
)
def test_a_number_alone_hands_nobody_over_who_left_another_school(cast, admin, left_on, name, born):
    other = a_learner(a_class(cast.sibling), name, number="2500000001", birth_date=born, left_on=left_on)
    roster = brought_in(one_roster(**a_roster()), cast.school, admin)
    assert faults(roster) == [("users.csv", 2, "identifier", "elsewhere")]
    with everything():
        assert not RosterLine.objects.filter(roster=roster, account_id=other.pk).exists()
        with pytest.raises(Refused):
            actions.ask_to_write(roster=roster, by=admin, at=AT)
        other.refresh_from_db()
    assert (other.unit_id, other.full_name, other.left_on) == (cast.sibling.pk, name, left_on)


@pytest.mark.parametrize(("name", "born"), [("BUI THI ANH", None), ("Bùi Thị Ánh Nguyệt", date(2013, 9, 5))])
def test_who_left_another_school_comes_over_with_number_and_name_or_birth_date(cast, admin, name, born):
    other = a_learner(a_class(cast.sibling), name, number="2500000001", birth_date=born, left_on=AT.date())
    written(brought_in(one_roster(**a_roster()), cast.school, admin), admin)
    with everything():
        other.refresh_from_db()
    assert (other.unit_id, other.full_name, other.left_on) == (cast.school.pk, "Bùi Thị Ánh", None)


def test_a_school_gives_no_role_to_people_of_others(cast, admin):
    files = a_roster()
    files["users"][3] |= {"username": cast.department_officer.username + "x"}
    cast.department_officer.username += "x"
    cast.department_officer.save()
    assert faults(brought_in(one_roster(**files), cast.school, admin)) == [
        ("users.csv", 5, "username", "username_taken")
    ]


def refusal(content: bytes, cast, admin, name: str = "danh-sach.zip") -> str:
    roster = brought_in(content, cast.school, admin, name=name)
    assert roster.state == "failed"
    with everything():
        assert not RosterLine.objects.exists()
    return roster.problem


def test_files_that_are_none_are_refused_whole(cast, admin):
    whole = one_roster(**a_roster())
    assert "bị hỏng" in refusal(whole[: len(whole) // 2], cast, admin)
    assert "manifest.csv" in refusal(one_roster(manifest=False, **a_roster()), cast, admin)
    files = a_roster()
    del files["users"]
    assert "users.csv" in refusal(one_roster(**files), cast, admin)
    assert "Excel" in refusal(b"PK\x03\x04 and nothing else", cast, admin, name="a.xlsx")
    assert "cột" in refusal(a_sheet(("6A", "Bùi Thị Ánh"), headings=("Lớp", "Tuổi")), cast, admin, name="a.xlsx")


def test_a_damaged_part_is_refused_whole(cast, admin):
    content = bytearray(one_roster(**a_roster()))
    start = content.find(b"users.csv") + len("users.csv") + 20
    content[start : start + 20] = bytes(20)
    assert "bị hỏng" in refusal(bytes(content), cast, admin)


def test_a_bomb_is_refused_before_it_goes_off(cast, admin):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.csv", "propertyName,value\n")
        archive.writestr("users.csv", b"0" * 30_000_000)
    assert "lớn quá mức" in refusal(out.getvalue(), cast, admin)


def test_a_million_rows_are_refused(cast, admin, monkeypatch):
    monkeypatch.setattr("donghanh.rosters.oneroster.MOST_ROWS", 3)
    assert "có quá 3 dòng" in refusal(one_roster(**a_roster()), cast, admin)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8"])
def test_a_byte_order_mark_is_no_letter(encoding, cast, admin):
    assert brought_in(one_roster(encoding=encoding, **a_roster()), cast.school, admin).counts["new"] == 4


def test_names_typed_for_an_old_font_are_shown_before_and_after(cast, admin):
    files = a_roster()
    files["users"][1] |= {"familyName": "NguyÔn", "middleName": "ThÞ", "givenName": "HiÒn"}  # TCVN3
    brought_in(one_roster(encoding="utf-8", **files), cast.school, admin)
    with everything():
        line = RosterLine.objects.exclude(typed="").get()
    assert (line.typed, line.full_name) == ("NguyÔn ThÞ HiÒn", "Nguyễn Thị Hiền")


def test_a_sheet_adds_to_the_school(cast, admin):
    a_class(cast.school, "6A")
    content = a_sheet(("6A", "Bùi Thị Ánh", "05/9/2013", "1"), ("7B", "Quách An", "2012-01-31", ""))
    roster = brought_in(content, cast.school, admin, name="ds.xlsx")
    assert counts(roster) == {"new": 2, "student": 2}
    written(roster, admin)
    assert learners() == {"Bùi Thị Ánh": ("6A", cast.school.pk), "Quách An": ("7B", cast.school.pk)}
    assert SchoolClass.objects.get(name="7B").grade == 7
    again_and_moved = a_sheet(("6A", "Quách An", "31/01/2012", ""))
    roster = brought_in(again_and_moved, cast.school, admin, name="ds.xlsx")
    assert counts(roster) == {"moved": 1, "student": 1}


def test_a_sheet_names_the_class_teacher(cast, admin):
    headings = ("Lớp", "Họ và tên", "Giáo viên chủ nhiệm", "Tên đăng nhập của giáo viên chủ nhiệm")
    content = a_sheet(
        ("6A", "Bùi Thị Ánh", "Đặng Thị Ái", "chunhiem"),
        ("6A", "Quách An", "Đặng Thị Ái", "chunhiem"),
        headings=headings,
    )
    old = a_class(cast.school, "6A")
    teaches(cast.teacher, old)
    written(brought_in(content, cast.school, admin, name="ds.xlsx"), admin)
    assert list(ClassTeaching.objects.filter(valid__contains=TODAY).values_list("account__username", flat=True)) == [
        "chunhiem"
    ]


def test_wrong_cells_of_a_sheet(cast, admin):
    content = a_sheet(("6A", "", "05/9/2013", ""), ("6A", "Quách An", "hôm qua", ""), ("", "Đinh Ân", "", ""))
    roster = brought_in(content, cast.school, admin, name="ds.xlsx")
    assert faults(roster) == [
        ("", 2, "Họ và tên", "missing"), ("", 3, "Ngày sinh", "date"), ("", 4, "Lớp", "missing"),
    ]  # fmt: skip


def test_only_who_manages_learners_there_may_bring_in(cast, admin):
    for stranger in (cast.class_teacher, cast.principal, cast.administrator, cast.other_teacher):
        with pytest.raises(Refused, match="không quản lý"):
            brought_in(one_roster(**a_roster()), cast.school, stranger)
    with pytest.raises(Refused, match="không quản lý"):
        brought_in(one_roster(**a_roster()), cast.sibling, admin)


def test_what_changed_in_between_stops_the_writing(cast, admin):
    roster = brought_in(one_roster(**a_roster()), cast.school, admin)
    a_learner(a_class(cast.sibling), number="2500000001")
    roster = written(roster, admin)
    assert (roster.state, roster.problem[:15]) == ("failed", "Dữ liệu đã thay")
    assert list(learners()) == ["Bùi Thị Ánh"]


def test_a_roster_that_nobody_wrote_is_forgotten(cast, admin):
    roster = brought_in(one_roster(**a_roster()), cast.school, admin)
    actions.forget_old(at=AT + timedelta(days=6))
    assert again(roster).state == "checked"
    actions.forget_old(at=AT + timedelta(days=8))
    with everything():
        assert not RosterLine.objects.exists()
    assert again(roster).state == "dropped"


def test_a_job_that_runs_twice_does_no_harm(cast, admin):
    roster = written(brought_in(one_roster(**a_roster()), cast.school, admin), admin)
    actions.check(roster_id=roster.pk, at=AT)
    actions.write_down(roster_id=roster.pk, at=AT)
    assert again(roster).state == "applied"
    assert len(learners()) == 3


def test_next_years_classes_may_come_before_the_year_begins(cast, admin):
    next_year = school_year(2025)
    written(brought_in(one_roster(**a_roster()), cast.school, admin), admin)
    files = a_roster(classes=[a_roster()["classes"][0] | {"title": "7A", "grades": "07"}])
    written(brought_in(one_roster(**files), cast.school, admin, year=next_year), admin)
    assert learners()["Quách An"] == ("6A", cast.school.pk)
    with everything():
        later = Enrolment.objects.filter(valid__contains=date(2025, 9, 5)).order_by("pk")
        assert {row.school_class.name for row in later.select_related("school_class")} == {"7A"}
