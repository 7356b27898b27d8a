"""The log as a page: of one's own units, by deed and day, with what was before and after."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from donghanh.audit.actions import record
from donghanh.people.actions import close_role
from donghanh.people.models import Membership

pytestmark = pytest.mark.usefixtures("on_demo_day")
NOON = datetime.fromisoformat("2025-06-16T12:00:00+07:00")
MIDNIGHT = datetime.fromisoformat("2025-06-15T00:00:00+07:00")


def deeds(client, **asked: str) -> str:
    return client.get(reverse("home:deeds"), asked).content.decode()


def end_the_teachers_role(cast) -> None:
    held = Membership.objects.get(account=cast.teacher)
    close_role(membership=held, on=date(2025, 6, 20), by=cast.school_administrator.pk, at=NOON)


def test_who_what_when_and_before_and_after(cast, sign_in):
    end_the_teachers_role(cast)
    page = deeds(sign_in(cast.school_administrator), viec="people.role_ended")
    for word in ("12:00:00 16/6/2025", "Bùi Văn Thắng", "Kết thúc vai trò", "sau: 2025-06-20", "trước: —"):
        assert word in page, word
    assert page.count("<tr") == 2  # the head and one deed


def test_only_of_ones_own_units(cast, sign_in):
    end_the_teachers_role(cast)
    assert "2025-06-20" in deeds(sign_in(cast.administrator))  # from above
    record(verb="people.role_ended", on=cast.teacher, by=cast.other_teacher.pk, at=NOON, unit=cast.sibling.pk)
    record(verb="people.role_ended", on=cast.teacher, by=cast.other_teacher.pk, at=NOON)
    assert "Xa Văn Dương" not in deeds(sign_in(cast.school_administrator))
    assert sign_in(cast.principal).get(reverse("home:deeds")).status_code == 403


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"tu": "2025-06-15", "den": "2025-06-15"}, True),
        ({"tu": "2025-06-16"}, False),
        ({"den": "2025-06-14"}, False),
        ({"tu": "hôm qua", "den": "31/02"}, True),  # nonsense asks for everything
        ({"q": "ha thi do"}, True),
        ({"q": "khong ai"}, False),
        ({"viec": "reporting.accept"}, True),
        ({"viec": "reporting.return"}, False),
    ],
)
def test_by_day_deed_and_person(asked, found, cast, sign_in):
    record(verb="reporting.accept", on=cast.school, by=cast.teacher.pk, at=MIDNIGHT, unit=cast.school.pk, expected=77)
    assert ("số đơn vị phải nộp: 77" in deeds(sign_in(cast.school_administrator), **asked)) is found


def test_the_file_holds_what_the_page_was_asked_for(cast, sign_in):
    end_the_teachers_role(cast)
    client = sign_in(cast.school_administrator)
    assert "viec=people.role_ended&amp;q=&amp;xuat=xlsx" in deeds(client, viec="people.role_ended")
    file = client.get(reverse("home:deeds"), {"viec": "people.role_ended", "xuat": "xlsx"})
    words = ZipFile(BytesIO(file.content)).read("xl/sharedStrings.xml").decode()
    assert "Kết thúc vai trò" in words
    assert "Giao vai trò" not in words


def test_pages_and_an_equal_number_of_questions(cast, sign_in):
    client, counts = sign_in(cast.school_administrator), []
    for rows in (1, 60):
        for _row in range(rows):
            record(verb="reporting.send", on=cast.school, by=cast.teacher.pk, at=NOON, unit=cast.school.pk)
        with CaptureQueriesContext(connection) as asked:
            page = deeds(client)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert page.count("<tr") == 26
    assert "page=2" in page
