from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.audit.queries import history_of
from donghanh.collaborators import actions, queries
from donghanh.collaborators.choices import Agency, Category, Duty, GroupRole, Term
from donghanh.collaborators.models import Collaborator, GroupMember, WorkingGroup
from donghanh.collaborators.rules import Service, Somebody
from donghanh.collaborators.rules import Term as Days
from donghanh.collaborators.tests.factories import POLICE, SINCE, WOMEN, a_collaborator, a_group, a_meeting, a_member
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 16)


def test_a_roster_by_name_unit_category_and_term(cast):
    by = cast.school_administrator
    teacher = a_collaborator(
        cast.school, Somebody(cast.teacher), by=by, category=Category.HOMEROOM_TEACHER, duties=[Duty.WRITE, Duty.ANSWER]
    )
    a_collaborator(cast.school, POLICE, by=by)
    a_collaborator(cast.school, WOMEN, by=by, until=date(2025, 1, 31), category=Category.ASSOCIATION)

    def names(**asked):
        return [row.name for row in queries.roster(by, on=TODAY, **asked)]

    assert names() == ["Bùi Văn Ấn", "Hà Thị Đỗ"]  # by the Vietnamese alphabet
    assert names(category=Category.HOMEROOM_TEACHER) == ["Hà Thị Đỗ"]
    assert names(term=Term.PAST) == ["Quách Thị Én"]
    assert names(term=Term.ALL, unit_id=cast.school.pk) == ["Bùi Văn Ấn", "Hà Thị Đỗ", "Quách Thị Én"]
    assert teacher.duty_labels == [Duty.ANSWER.label, Duty.WRITE.label]
    assert [entry.verb for entry in history_of(teacher)] == ["collaborators.enrolled"]


def test_an_office_keeps_what_lies_below_it_and_nobody_else(cast):
    a_collaborator(cast.school, POLICE, by=cast.school_administrator)
    seen = {
        who: queries.roster(getattr(cast, who), on=TODAY).count()
        for who in ("administrator", "school_administrator", "department_officer", "other_teacher", "outsider")
    }
    assert seen == {
        "administrator": 1, "school_administrator": 1, "department_officer": 0, "other_teacher": 0, "outsider": 0,
    }  # fmt: skip
    with pytest.raises(Refused, match="không quản lý cộng tác viên của đơn vị này"):
        a_collaborator(cast.sibling, POLICE, by=cast.school_administrator)


@pytest.mark.parametrize(
    ("who", "more", "sentence"),
    [
        (Somebody(), {}, "Ghi tên đăng nhập của người trong ngành, hoặc họ tên của người ngoài."),
        (Somebody(full_name="An"), {}, "Ghi cơ quan của người ngoài."),
        (POLICE, {"until": date(2024, 9, 1)}, "Ngày cuối phải từ ngày đầu trở đi."),
        (POLICE, {"until": date(2044, 9, 5)}, "Nhiệm kỳ dài quá 10 năm; thầy cô xem lại năm."),
        (POLICE, {"since": date(2010, 9, 5)}, "Ngày ấy đơn vị chưa có hoặc không còn."),
        (
            POLICE,
            {"category": Category.STUDENT},
            "Chỉ ghi tên sinh viên, học viên từ đủ 18 tuổi. Học sinh nhỏ hơn không ghi tên ở đây.",
        ),
        (
            Somebody(full_name=" bùi  văn ẤN", agency_name="Công an xã Ân Nghĩa"),
            {},
            "Người này đang là cộng tác viên của đơn vị trong thời gian ấy.",
        ),
    ],
)
def test_who_may_not_be_entered_is_told_why(cast, who, more, sentence):
    by = cast.school_administrator
    a_collaborator(cast.school, POLICE, by=by)
    with pytest.raises(Refused) as refused:
        a_collaborator(cast.school, who, by=by, **more)
    assert str(refused.value) == sentence
    assert Collaborator.objects.count() == 1


def test_pupils_and_parents_are_not_entered_by_name(cast):
    for account in (cast.student, cast.guardian):
        with pytest.raises(Refused, match="Tài khoản học sinh, cha mẹ học sinh không ghi vào danh sách này"):
            a_collaborator(cast.school, Somebody(account), by=cast.school_administrator)


def test_a_pupil_between_two_enrolments_is_not_entered_either(cast):
    """The day on which a service begins does not decide: who is only a pupil stays out, before the first day too."""
    with pytest.raises(Refused, match="Tài khoản học sinh"):
        a_collaborator(cast.school, Somebody(cast.student), by=cast.school_administrator, since=date(2019, 8, 1))


def test_a_term_ends_and_may_begin_again(cast):
    by = cast.school_administrator
    first = a_collaborator(cast.school, Somebody(cast.teacher), by=by)
    actions.end_service(collaborator=first, last_day=date(2025, 1, 31), by=by, at=AT)
    again = a_collaborator(cast.school, Somebody(cast.teacher), by=by, since=date(2025, 2, 1))
    assert [row.first_day for row in queries.roster(by, on=TODAY, term=Term.ALL).order_by("valid")] == [
        SINCE, again.first_day,
    ]  # fmt: skip
    with pytest.raises(Refused, match="Nhiệm kỳ đã hết từ 31/01/2025"):
        actions.end_service(collaborator=first, last_day=date(2025, 3, 1), by=by, at=AT)
    with pytest.raises(Refused, match=r"Trước ngày bắt đầu \(01/02/2025\)"):
        actions.end_service(collaborator=again, last_day=date(2025, 1, 1), by=by, at=AT)


def test_the_database_itself_refuses_two_terms_at_once(cast):
    row = {"account": cast.teacher, "unit": cast.school, "category": Category.TEACHER}
    Collaborator.objects.create(**row, valid=DateRange(SINCE, None))
    for more in ({"valid": DateRange(TODAY, None)}, {"valid": DateRange(None, SINCE), "full_name": "cả hai"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Collaborator.objects.create(**row | more)


def test_counts_for_the_indicator(cast, django_assert_num_queries):
    by = cast.administrator
    a_collaborator(cast.school, POLICE, by=by)
    a_collaborator(cast.school, WOMEN, by=by, category=Category.ASSOCIATION)
    a_collaborator(cast.sibling, WOMEN, by=by, until=date(2025, 1, 31))
    a_group(cast.direct, by=by)
    ids = [cast.school.pk, cast.sibling.pk, cast.direct.pk]
    with django_assert_num_queries(1):
        counts = queries.collaborator_counts(ids, on=TODAY)
    assert counts == {
        ids[0]: Counter(association=1, local_agency=1), ids[1]: Counter(), ids[2]: Counter(),
    }  # fmt: skip
    assert queries.units_with_team(ids, on=TODAY) == {cast.school.pk, cast.direct.pk}
    assert queries.units_with_team(ids, on=date(2025, 1, 15)) == {*ids}


# ── working groups ──


def test_a_group_has_one_chair_at_a_time(cast):
    by = cast.school_administrator
    group = a_group(cast.school, by=by)
    chair = a_member(group, Somebody(cast.principal), by=by, agency=Agency.EDUCATION, role=GroupRole.CHAIR)
    a_member(group, POLICE, by=by)
    with pytest.raises(Refused, match="Tổ đang có tổ trưởng"):
        a_member(group, WOMEN, by=by, agency=Agency.WOMENS_UNION, role=GroupRole.CHAIR)
    actions.end_membership(member=chair, last_day=date(2025, 1, 31), by=by, at=AT)
    a_member(group, WOMEN, by=by, role=GroupRole.CHAIR, since=date(2025, 2, 1))
    assert [row.chair for row in queries.groups(by, on=TODAY)] == ["Quách Thị Én"]
    assert {row.name for row in queries.members(group, on=TODAY)} == {"Quách Thị Én", "Bùi Văn Ấn"}
    with pytest.raises(IntegrityError), transaction.atomic():
        GroupMember.objects.create(
            group=group, account=cast.teacher, agency="education", role="chair", valid=DateRange(TODAY, None)
        )


def test_members_stay_no_longer_than_their_group(cast):
    by = cast.school_administrator
    group = a_group(cast.school, by=by, last_day=date(2026, 5, 31))
    assert a_member(group, POLICE, by=by).last_day == date(2026, 5, 31)
    with pytest.raises(Refused, match=r"Trước ngày tổ bắt đầu làm việc \(05/09/2024\)"):
        a_member(group, WOMEN, by=by, since=date(2024, 9, 1))
    with pytest.raises(Refused, match=r"Sau ngày tổ hết nhiệm kỳ \(31/05/2026\)"):
        a_member(group, WOMEN, by=by, until=date(2026, 6, 1))
    actions.end_group(group=group, last_day=date(2025, 5, 31), by=by, at=AT)
    assert [row.last_day for row in queries.members(group)] == [date(2025, 5, 31)]
    assert queries.groups(by, on=TODAY, term=Term.PAST).get().last_day == date(2025, 5, 31)


def test_a_group_that_ends_before_a_member_has_come_is_refused_whole(cast):
    by = cast.school_administrator
    group = a_group(cast.school, by=by)
    a_member(group, POLICE, by=by)
    a_member(group, WOMEN, by=by, since=date(2025, 9, 1))
    with pytest.raises(Refused, match=r"Trước ngày bắt đầu \(01/09/2025\)"):
        actions.end_group(group=group, last_day=date(2025, 5, 31), by=by, at=AT)
    assert WorkingGroup.objects.get().last_day is None
    assert {row.last_day for row in queries.members(group)} == {None}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": " "}, "Ghi tên tổ công tác."),
        ({"decision": ""}, "Ghi số quyết định thành lập."),
        ({"decided_on": date(2024, 9, 6)}, "Quyết định ký sau ngày tổ bắt đầu làm việc."),
        ({}, "Đơn vị đang có tổ cùng tên trong thời gian ấy."),
    ],
)
def test_a_group_needs_its_decision(cast, more, sentence):
    by = cast.school_administrator
    a_group(cast.school, by=by, name="Tổ")
    said = {"name": "Tổ", "decision": "12/QĐ-THCS", "decided_on": SINCE} | more
    with pytest.raises(Refused) as refused:
        actions.set_up_group(unit=cast.school, **said, term=Days(SINCE), by=by, at=AT)
    assert str(refused.value) == sentence


def test_a_meeting_with_those_who_were_members_that_day(cast):
    by = cast.school_administrator
    group = a_group(cast.school, by=by)
    police, women = a_member(group, POLICE, by=by), a_member(group, WOMEN, by=by, since=date(2025, 4, 1))
    meeting = a_meeting(group, [police], by=by)
    assert [(row.day, row.present) for row in queries.meetings(group)] == [(date(2025, 3, 3), 1)]
    with pytest.raises(Refused, match="Có người được đánh dấu mà không ở trong tổ vào ngày họp"):
        a_meeting(group, [women], by=by, day=date(2025, 3, 10))
    with pytest.raises(Refused, match="Tổ đã có cuộc họp ghi vào ngày này"):
        a_meeting(group, [], by=by)
    with pytest.raises(Refused, match="Ngày họp nằm ngoài nhiệm kỳ của tổ"):
        a_meeting(group, [], by=by, day=date(2024, 9, 1))
    actions.record_meeting(
        group=group, meeting=meeting, day=meeting.day, place="UBND xã", agenda="x", conclusions="y", attended=[],
        by=by, at=AT,
    )  # fmt: skip
    assert [(row.place, row.present) for row in queries.meetings(group)] == [("UBND xã", 0)]
    assert [entry.verb for entry in history_of(meeting)] == ["collaborators.meeting_recorded"] * 2


def test_a_person_has_no_column_for_words_about_them():
    """What may be kept of a collaborator or member: no free text but name, agency and decision."""
    kept = {field.name for model in (Collaborator, GroupMember) for field in model._meta.get_fields()}
    assert kept == {
        "id", "valid", "account", "full_name", "full_name_sort", "full_name_folded", "agency_name",
        "unit", "category", "duties", "decision", "group", "agency", "role", "meetings",
    }  # fmt: skip


def test_a_service_states_its_category(cast):
    service = Service(POLICE, Category.STUDENT, Days(SINCE), adult=True)
    row = actions.enrol(unit=cast.school, service=service, by=cast.school_administrator, at=AT)
    assert row.get_category_display() == "Sinh viên, học viên từ đủ 18 tuổi"
