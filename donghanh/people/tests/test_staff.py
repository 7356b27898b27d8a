"""Delegated administration: nobody gives more than they hold, outside their units, or to themselves."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from donghanh.audit.models import Entry
from donghanh.kernel.verdict import Refused
from donghanh.organisations.actions import close_unit
from donghanh.organisations.tests.factories import AT, ORDER
from donghanh.people import actions, rules
from donghanh.people.choices import ROLES, Right
from donghanh.people.models import Account, Membership
from donghanh.people.queries import has_second_factor, rights_of, staff_of
from donghanh.people.tests.cast import PASSWORD, a_person

DAY = date(2025, 6, 16)
pytestmark = pytest.mark.usefixtures("on_demo_day")


@pytest.fixture
def district_administrator(cast) -> Account:
    return a_person("quantrilacson", "Hoàng Thị Ẩn", "district_administrator", cast.lac_son, until=date(2025, 7, 1))


def give(by: Account, to: Account, unit, role: str, since: date = DAY, until: date | None = None) -> Membership:
    return actions.give_role(account=to, unit=unit, role=role, since=since, until=until, by=by.pk, at=AT)


def test_an_administrator_gives_a_role_below_and_the_log_says_so(cast):
    row = give(cast.administrator, cast.outsider, cast.school, "principal")
    assert Right.FILL_REPORTS in rights_of(cast.outsider, on=DAY)
    logged = Entry.objects.get(verb="people.role_given", object_id=row.pk)
    assert (logged.by_id, logged.unit_id, logged.details) == (
        cast.administrator.pk,
        cast.school.pk,
        {"role": "principal"},
    )


def test_an_administrator_hands_on_what_they_may_not_use(cast):
    assert not rights_of(cast.administrator, on=DAY) & {Right.READ_LEARNERS, Right.READ_REPORTS}
    assert rules.may_give(
        by=cast.administrator.pk, account=cast.outsider, unit=cast.school, role="school_administrator", on=DAY
    )


@pytest.mark.parametrize("role", ["department_administrator", "department_officer"])
def test_a_district_cannot_make_roles_of_the_department(cast, district_administrator, role):
    with pytest.raises(Refused, match="không được giao lại"):
        give(district_administrator, cast.outsider, cast.school, role)


def test_nobody_gives_outside_their_units(cast, district_administrator):
    with pytest.raises(Refused, match="ngoài phạm vi"):
        give(district_administrator, cast.outsider, cast.sibling, "principal")
    with pytest.raises(Refused, match="ngoài phạm vi"):
        give(cast.principal, cast.outsider, cast.school, "teacher_in_charge")


def test_nobody_gives_to_themselves(cast):
    with pytest.raises(Refused, match="tự giao"):
        give(cast.administrator, cast.administrator, cast.school, "school_administrator")


def test_two_givings_in_a_row_never_pass_beyond_the_first_giver(cast, district_administrator):
    """Whoever got a role from the district can give no role that the district could not."""
    holder = cast.outsider
    for role in ROLES:
        verdict = rules.may_give(by=district_administrator.pk, account=holder, unit=cast.school, role=role, on=DAY)
        if verdict:
            assert ROLES[role].reach <= ROLES["district_administrator"].reach


def test_an_ended_role_gives_nothing_more(cast, district_administrator):
    assert rules.may_give(
        by=district_administrator.pk, account=cast.outsider, unit=cast.school, role="principal", on=DAY
    )
    later = date(2025, 7, 1)
    assert not rules.may_give(
        by=district_administrator.pk, account=cast.outsider, unit=cast.school, role="principal", on=later
    )


@pytest.mark.parametrize(
    ("since", "until", "sentence"),
    [
        (date(2025, 6, 16), date(2025, 6, 16), "Ngày cuối phải sau"),
        (date(1990, 1, 1), None, "thành lập ngày 01/01/2015"),
        (date(2025, 6, 16), None, "giải thể từ ngày 01/07/2025"),
        (date(2019, 10, 1), date(2019, 12, 1), "trùng nhau"),
    ],
)
def test_days_that_cannot_be(cast, since, until, sentence):
    close_unit(unit=cast.direct.pk, on=date(2025, 7, 1), **ORDER)
    unit = cast.school if "trùng" in sentence else cast.direct
    unit.refresh_from_db()
    with pytest.raises(Refused, match=sentence):
        give(cast.administrator, cast.principal, unit, "principal", since, until)


def test_ending_a_role_keeps_the_row(cast):
    row = Membership.objects.get(account=cast.teacher)
    actions.end_role(membership=row, until=date(2025, 6, 20), by=cast.school_administrator.pk, at=AT, reason="nghỉ hưu")
    row.refresh_from_db()
    assert (row.valid.lower, row.last_day) == (date(2019, 9, 1), date(2025, 6, 19))
    with pytest.raises(Refused, match="trong thời gian"):
        actions.end_role(membership=row, until=date(2025, 6, 25), by=cast.school_administrator.pk, at=AT)


def test_a_school_cannot_close_the_account_of_an_officer_who_also_teaches(cast):
    give(cast.administrator, cast.department_officer, cast.school, "teacher_in_charge")
    assert not rules.may_reset(cast.department_officer, by=cast.school_administrator.pk, on=DAY)
    assert rules.may_reset(cast.teacher, by=cast.school_administrator.pk, on=DAY)
    assert not rules.may_reset(cast.student, by=cast.school_administrator.pk, on=DAY)
    assert not rules.may_reset(cast.outsider, by=cast.administrator.pk, on=DAY)


def test_staff_is_what_the_tree_says(cast, district_administrator):
    def names(account):
        return {person.username for person in staff_of(account, on=DAY)}

    assert names(cast.school_administrator) == {"hieutruong", "giaovien", "chunhiem", "quantritruong"}
    assert names(district_administrator) == names(cast.school_administrator) | {"lacson", "quantrilacson"}
    assert names(cast.principal) == set()


# ── pages ──


def test_a_person_gets_an_account_and_signs_in_with_the_password_shown(cast, sign_in, client):
    typed = {
        "full_name": "Lò Thị Ngân", "username": "ngan.lt", "unit": "Trường TH&THCS Ân Nghĩa",
        "role": "teacher_in_charge", "since": "2025-06-16",
    }  # fmt: skip
    answer = sign_in(cast.administrator).post(reverse("people:opening"), typed)
    assert client.login(username="ngan.lt", password=answer.context["password"])
    row = Membership.objects.get(account__username="ngan.lt")
    assert (row.unit_id, row.role, row.valid.lower, row.valid.upper) == (
        cast.school.pk, "teacher_in_charge", DAY, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"unit": "Trường không có"}, "unit", "không có đơn vị nào khớp"),
        ({"unit": "ân nghĩa"}, "unit", "Nhiều đơn vị khớp"),
        ({"username": "Có Dấu"}, "username", "chữ không dấu"),
        ({"username": "giaovien"}, "username", "đã có người dùng"),
        ({"since": "30/02/2025"}, "since", "ngày"),
        ({"role": "student"}, "role", ""),
        ({"last_day": "2025-01-01"}, "__all__", "Ngày cuối phải sau"),
        ({"role": "department_officer", "unit": "Trường THPT Lạc Sơn"}, "__all__", ""),
    ],
)
def test_a_wrong_word_stands_at_its_field_and_nothing_is_kept(cast, sign_in, change, field, sentence):
    typed = {
        "full_name": "Lò Thị Ngân", "username": "ngan.lt", "unit": "Trường TH&THCS Ân Nghĩa",
        "role": "teacher_in_charge", "since": "2025-06-16",
    } | change  # fmt: skip
    by = cast.school_administrator if field == "__all__" and "role" in change else cast.administrator
    answer = sign_in(by).post(reverse("people:opening"), typed)
    assert answer.status_code == 422
    shown = answer.context["form"].errors
    assert any(sentence in error for error in shown.get(field, shown.get("unit", [])))
    assert not Account.objects.filter(username="ngan.lt").exists()


def test_ending_and_closing_through_the_page(cast, sign_in, client):
    desk = sign_in(cast.school_administrator)
    row = Membership.objects.get(account=cast.teacher)
    desk.post(reverse("people:role_ending", args=[row.pk]), {"last_day": "2025-06-30"})
    row.refresh_from_db()
    assert row.last_day == date(2025, 6, 30)
    desk.post(reverse("people:closing", args=[cast.teacher.pk]))
    assert not client.login(username="giaovien", password=PASSWORD)
    desk.post(reverse("people:closing", args=[cast.teacher.pk]), {"open": "on"})
    assert client.login(username="giaovien", password=PASSWORD)


def test_the_list_asks_as_often_for_one_person_as_for_many(cast, sign_in, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk = sign_in(cast.administrator)
    desk.get(reverse("people:staff"))
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse("people:staff"))
    for number in range(8):
        a_person(f"them{number}", f"Người {number}", "teacher_in_charge", cast.sibling)
    with CaptureQueriesContext(connection) as many:
        page = desk.get(reverse("people:staff"))
    assert len(few) == len(many)
    assert "Người 7" in page.content.decode()


def test_a_new_password_opens_once_and_must_be_changed(cast, sign_in, client):
    desk = sign_in(cast.school_administrator)
    answer = desk.post(reverse("people:resetting", args=[cast.teacher.pk]), {"what": "password"})
    assert not client.login(username="giaovien", password=PASSWORD)
    assert client.login(username="giaovien", password=answer.context["password"])
    assert client.get(reverse("home:my_work")).url == reverse("people:password")


def test_second_factors_go_only_by_hand_of_who_manages_the_person(cast, sign_in):
    asked = {"what": "second_factors", "reason": "mất điện thoại"}
    address = reverse("people:resetting", args=[cast.class_teacher.pk])
    assert sign_in(cast.principal).post(address, asked).status_code == 403
    assert has_second_factor(cast.class_teacher)
    sign_in(cast.school_administrator).post(address, asked)
    assert not has_second_factor(cast.class_teacher)
    assert Entry.objects.get(verb="people.second_factors_removed").reason == "mất điện thoại"


def test_a_role_that_begins_later_counts_too(cast):
    """Who is principal from September on is nobody's to take over in August."""
    teacher = a_person("sapnhan", "Hà Thị Sắp", "teacher_in_charge", cast.school)
    assert rules.may_reset(teacher, by=cast.school_administrator.pk, on=DAY)
    give(cast.administrator, teacher, cast.school, "principal", date(2025, 9, 1))
    assert not rules.may_reset(teacher, by=cast.school_administrator.pk, on=DAY)


def test_a_teacher_who_is_a_parent_can_still_be_closed(cast):
    actions.give_role(account=cast.teacher, unit=cast.school, role="guardian", since=DAY, by=None, at=AT)
    assert rules.may_reset(cast.teacher, by=cast.school_administrator.pk, on=DAY)


def test_a_reset_closes_every_other_door(cast):
    SocialAccount.objects.create(user=cast.teacher, provider="google", uid="kẻ khác")
    actions.reset_password(account=cast.teacher, by=cast.school_administrator.pk, at=AT)
    assert not SocialAccount.objects.exists()


def test_before_a_password_is_chosen_no_other_page_opens(cast, sign_in):
    Account.objects.filter(pk=cast.teacher.pk).update(must_change_password=True)
    desk = sign_in(cast.teacher)
    for route in ("home:my_work", "guardians:claim", "account_login", "people:sessions"):
        assert desk.get(reverse(route)).url == reverse("people:password"), route
    assert desk.get(reverse("people:password")).status_code == 200


def test_a_new_unit_opens_below_the_offices_of_who_records_it_alone(cast, sign_in):
    """Whoever holds one commune cannot split it into new ones of the level above, which is somebody else's."""
    holder = a_person("xaannghia", "Bùi Văn Xã", "department_administrator", cast.commune)
    typed = {
        "on": "2025-06-20", "decision": "12/QĐ-UBND", "step": "preview",
        "name_1": "Xã Một", "kind_1": "commune", "share_1": "60",
        "name_2": "Xã Hai", "kind_2": "commune", "share_2": "40",
        f"child_{cast.school.pk}": "1", f"child_{cast.preschool.pk}": "2",
    }  # fmt: skip
    address = reverse("organisations:record_event", kwargs={"unit_id": cast.commune.pk, "kind": "chia-tach"})
    refused = sign_in(holder).post(address, typed).context["form"].errors
    assert "ngoài phạm vi" in refused["name_1"][0]
    assert sign_in(cast.administrator).post(address, typed).status_code == 200
