"""A unit's year: entries of every room, the weeks that are too full, busy days, a person's own calendar."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from icalendar import Calendar

from donghanh.agenda import queries, rules
from donghanh.agenda.actions import mark_busy, renew_feed, unmark_busy
from donghanh.agenda.choices import MOST_A_WEEK, BusyKind, Kind
from donghanh.agenda.models import BusySpan, Feed
from donghanh.agenda.queries import Entry
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.people.choices import Right

pytestmark = pytest.mark.django_db
MONDAY = date(2025, 6, 16)


@pytest.fixture
def told(cast, monkeypatch):
    """One room's entries, and nobody else's."""
    entries: list[Entry] = []
    monkeypatch.setattr(queries, "_SOURCES", {})
    queries.offer(
        Kind.TASK,
        lambda units, first, last: [one for one in entries if one.unit_id in units and first <= one.on <= last],
        right=Right.READ_PLANS,
    )
    return entries


def an_entry(unit, day, number=1, **more):
    return Entry(on=date(2025, 6, day), title=f"Việc {number}", kind=Kind.TASK, unit_id=unit.pk, **more)


def test_a_kind_is_told_by_one_room(told):
    with pytest.raises(ValueError, match="task"):
        queries.offer(Kind.TASK, lambda *_: [], right=Right.READ_PLANS)


def test_a_fourth_thing_in_a_week_is_told_to_whoever_asks(cast, told):
    told += [an_entry(cast.school, 16 + number, number) for number in range(MOST_A_WEEK)]
    told.append(an_entry(cast.sibling, 20, done=True))
    units = [cast.school.pk, cast.sibling.pk]
    found = queries.crowding(units, date(2025, 6, 18))
    assert found.over == {cast.school.pk}
    assert rules.warnings(found) == ["Tuần có ngày 18/6/2025, 1 đơn vị đã có từ 3 việc đến hạn trở lên."]
    assert rules.warnings(queries.crowding(units, date(2025, 6, 23))) == []  # the next Monday


def test_exams_of_the_office_above_are_the_schools_too(cast, told):
    mark_busy(
        unit_id=cast.lac_son.pk, name="Thi lớp 10", kind=BusyKind.EXAM, first=MONDAY, last=date(2025, 6, 20),
        by=cast.district_officer, at=AT,
    )  # fmt: skip
    units = [cast.school.pk, cast.preschool.pk, cast.sibling.pk]  # the sibling lies in another district
    assert queries.crowding(units, date(2025, 6, 20)).busy == {"Thi lớp 10": 2}
    assert queries.crowding(units, date(2025, 6, 21)).busy == {}


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (date(2025, 6, 20), date(2025, 6, 19), "Ngày cuối phải từ ngày đầu"),
        (date(2025, 1, 1), date(2025, 6, 19), "nhiều nhất 62 ngày"),
    ],
)
def test_days_that_make_no_sense(cast, first, last, sentence):
    with pytest.raises(Refused, match=sentence):
        mark_busy(
            unit_id=cast.department.pk, name="Thi", kind=BusyKind.EXAM, first=first, last=last,
            by=cast.department_officer, at=AT,
        )  # fmt: skip
    assert not BusySpan.objects.exists()


def test_busy_days_are_the_offices_own(cast):
    row = mark_busy(
        unit_id=cast.department.pk, name="Thi", kind=BusyKind.EXAM, first=MONDAY, last=MONDAY,
        by=cast.department_officer, at=AT,
    )  # fmt: skip
    with pytest.raises(Refused, match="cơ quan khác"):
        unmark_busy(span=row, by=cast.district_officer, at=AT)
    unmark_busy(span=row, by=cast.department_officer, at=AT)
    assert not BusySpan.objects.exists()


def test_the_page_says_what_is_late_and_what_is_too_much(cast, sign_in, told, settings):
    settings.DEMO_DAY = "2025-06-18"
    told += [an_entry(cast.school, 16, number) for number in range(MOST_A_WEEK + 1)]
    told.append(an_entry(cast.sibling, 16, 9))
    page = sign_in(cast.teacher).get(reverse("agenda:unit", args=[cast.school.pk]))
    assert "4 việc đã quá hạn mà chưa xong." in page.text
    assert page.text.count("tuần dồn nhiều việc") == MOST_A_WEEK + 1
    assert "Việc 9" not in page.text
    assert sign_in(cast.teacher).get(reverse("agenda:unit", args=[cast.sibling.pk])).status_code == 404


def test_an_office_marks_its_days_on_the_page(cast, sign_in):
    officer, here = sign_in(cast.department_officer), reverse("agenda:unit", args=[cast.department.pk])
    said = {"name": "Kiểm tra học kỳ", "kind": "exam", "first": "2025-06-20", "last": "2025-06-10"}
    refused = officer.post(here, said)
    assert refused.status_code == 422
    assert "Ngày cuối phải từ ngày đầu trở đi." in refused.text
    officer.post(here, said | {"last": "2025-06-27"})
    assert BusySpan.objects.get().last_day == date(2025, 6, 27)


def test_another_unit_is_found_by_its_name(cast, sign_in):
    found = sign_in(cast.department_officer).get(reverse("agenda:own"), {"don_vi": "truong thcs vinh tien"})
    assert found.url == reverse("agenda:unit", args=[cast.sibling.pk])
    lost = sign_in(cast.teacher).get(reverse("agenda:own"), {"don_vi": "truong thcs vinh tien"})
    assert lost.url == reverse("agenda:unit", args=[cast.school.pk])


def test_a_persons_calendar_on_their_phone(cast, client, told, settings):
    settings.DEMO_DAY = "2025-06-16"
    told += [an_entry(cast.school, 20, href="/chuong-trinh/"), an_entry(cast.sibling, 21)]
    secret = renew_feed(account=cast.teacher, at=AT)
    answer = client.get(reverse("agenda:feed", args=[secret]))
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [(event["summary"], event["dtstart"].dt, event["url"]) for event in events] == [
        ("Việc 1", date(2025, 6, 20), "http://testserver/chuong-trinh/")
    ]
    again = Calendar.from_ical(client.get(reverse("agenda:feed", args=[secret])).content).walk("VEVENT")
    assert [event["uid"] for event in again] == [event["uid"] for event in events]


def test_a_new_address_ends_the_one_before(cast, client, sign_in):
    old = renew_feed(account=cast.teacher, at=AT)
    shown = sign_in(cast.teacher).post(reverse("agenda:renew_feed"))
    assert "/lich/" in shown.text
    assert client.get(reverse("agenda:feed", args=[old])).status_code == 404
    assert old not in Feed.objects.get().digest
