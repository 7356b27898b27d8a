"""What this room counts for reports."""

from __future__ import annotations

from datetime import date

from donghanh.collaborators.choices import Category
from donghanh.collaborators.rules import Somebody
from donghanh.collaborators.tests.factories import POLICE, WOMEN, a_collaborator, a_group, a_meeting, a_member
from donghanh.measures.queries import measure
from donghanh.periods.actions import set_school_year


def counted(code, unit):
    span = set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31)).span
    found = measure(code)
    return found.count(unit.pk, span), [line.words for line in found.lines(unit.pk, span)]


def test_people_in_term_on_the_last_day_are_counted_by_category(cast):
    by = cast.school_administrator
    a_collaborator(cast.school, POLICE, by=by)
    a_collaborator(cast.school, Somebody(cast.teacher), by=by, category=Category.TEACHER)
    a_collaborator(cast.school, WOMEN, by=by, until=date(2025, 5, 30))  # the day before
    values, lines = counted("collaborators.people", cast.school)
    assert values[""] == 2
    assert {category: number for category, number in values.items() if category and number} == {
        "teacher": 1, "local_agency": 1,
    }  # fmt: skip
    assert values["student"] == 0
    assert len(lines) == 2
    assert "Nhà giáo khác, từ 5/9/2024" in lines
    assert counted("collaborators.people", cast.preschool)[0][""] == 0


def test_lines_name_nobody(cast):
    a_collaborator(cast.school, POLICE, by=cast.school_administrator)
    [line] = counted("collaborators.people", cast.school)[1]
    assert POLICE.full_name not in line
    assert POLICE.agency_name not in line


def test_groups_in_term_and_meetings_of_the_period_are_counted(cast):
    by = cast.school_administrator
    group = a_group(cast.school, by=by)
    a_group(cast.school, by=by, name="Tổ cũ", last_day=date(2025, 1, 31))
    member = a_member(group, POLICE, by=by)
    a_meeting(group, [member], by=by)
    a_meeting(group, [], by=by, day=date(2025, 6, 5))  # after the period
    assert counted("collaborators.groups", cast.school) == (
        {"": 1},
        ["Tổ công tác học sinh trên mạng, quyết định 12/QĐ-THCS"],
    )
    assert counted("collaborators.meetings", cast.school) == (
        {"": 1},
        ["Tổ công tác học sinh trên mạng họp ngày 3/3/2025, 1 người dự"],
    )
