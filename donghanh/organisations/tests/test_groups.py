"""Groups of units: dated, with the decision in the log; the pages that show and change them."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from types import SimpleNamespace

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404

from donghanh.audit.models import Entry
from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions, group_views, groups, queries, views
from donghanh.organisations.choices import Group, GroupSet, UnitKind
from donghanh.organisations.models import OwnGroup, UnitEvent
from donghanh.organisations.tests.factories import AT, ORDER, a_commune, a_department, a_school

pytestmark = pytest.mark.django_db
DAY, EVE, LATER = date(2025, 6, 1), date(2025, 5, 31), date(2025, 9, 1)
BY = {"decision": "Quyết định 12/QĐ-SGDĐT", "by": 7, "at": AT}


@pytest.fixture
def house():
    commune = a_commune(below=a_department())
    names = ("Trường A", "Trường B", "Trường C")
    return commune, *(a_school(name, below=commune) for name in names)


def names_in(code: str, on: date = DAY) -> list[str]:
    return [unit.name for unit in queries.units_in_group(code, on=on)]


def refused(action, **more) -> str:
    with pytest.raises(Refused) as found:
        action(**{"on": DAY, **BY, **more})
    return str(found.value)


def test_units_go_in_and_out_by_the_day(house):
    _commune, a, b, _c = house
    events = UnitEvent.objects.count()
    assert groups.put_in(group=Group.SEMI_BOARDING, units=[a.pk, b.pk], on=DAY, **BY) == 2
    assert groups.put_in(group=Group.SEMI_BOARDING, units=[b.pk], on=DAY, **BY) == 0
    assert groups.take_out(group=Group.SEMI_BOARDING, units=[a.pk], on=LATER, **BY) == 1
    assert [names_in(Group.SEMI_BOARDING, day) for day in (EVE, DAY, LATER)] == [
        [], ["Trường A", "Trường B"], ["Trường B"],
    ]  # fmt: skip
    entries = Entry.objects.filter(verb__startswith="organisations.group_").order_by("pk")
    assert [(entry.verb, entry.unit_id, entry.reason, entry.details) for entry in entries] == [
        ("organisations.group_joined", a.pk, BY["decision"], {"group": "semi_boarding"}),
        ("organisations.group_joined", b.pk, BY["decision"], {"group": "semi_boarding"}),
        ("organisations.group_left", a.pk, BY["decision"], {"group": "semi_boarding"}),
    ]
    assert UnitEvent.objects.count() == events


def test_what_begins_and_ends_on_one_day_was_never_so(house):
    a = house[1]
    groups.put_in(group=Group.SEMI_BOARDING, units=[a.pk], on=DAY, **BY)
    groups.take_out(group=Group.SEMI_BOARDING, units=[a.pk], on=DAY, **BY)
    assert [names_in(Group.SEMI_BOARDING, day) for day in (EVE, DAY, LATER)] == [[], [], []]
    assert list(queries.unit_with_rows(a.pk).groups.all()) == []


def test_a_unit_has_one_ownership_at_a_time(house):
    a, b = house[1:3]
    groups.put_in(group=Group.PUBLIC, units=[a.pk, b.pk], on=EVE, **BY)
    groups.put_in(group=Group.SEMI_BOARDING, units=[a.pk], on=EVE, **BY)
    groups.put_in(group=Group.PRIVATE, units=[a.pk], on=DAY, **BY)
    assert (names_in("public", EVE), names_in("public"), names_in("private")) == (
        ["Trường A", "Trường B"], ["Trường B"], ["Trường A"],
    )  # fmt: skip
    assert names_in(Group.SEMI_BOARDING) == ["Trường A"]


def test_kind_and_level_follow_from_what_a_unit_is(house):
    a = house[1]
    actions.change_kind(unit=a.pk, kind=UnitKind.PRIMARY_LOWER_SECONDARY, on=DAY, **ORDER)
    assert names_in("kind:TH&THCS") == names_in("level:THCS") == ["Trường A"]
    assert names_in("level:TH") == ["Trường A", "Trường B", "Trường C"]
    assert names_in("level:THCS", EVE) == []
    assert refused(groups.put_in, group="level:TH", units=[a.pk]) == (
        "Nhóm này tự sinh ra từ loại hình của đơn vị. Hãy ghi biến động đổi loại hình."
    )


def test_an_office_makes_groups_of_its_own(house):
    a = house[1]
    made = groups.make_group(name="Trường điểm Đà Bắc", group_set=GroupSet.OWN, by=7, at=AT)
    assert (made.code, queries.group_named(made.code).name) == ("own-truong-diem-da-bac", "Trường điểm Đà Bắc")
    groups.put_in(group=made.code, units=[a.pk], on=DAY, **BY)
    assert names_in(made.code) == ["Trường A"]
    assert [row.label for row in queries.unit_with_rows(a.pk).groups.all()] == ["Trường điểm Đà Bắc"]
    area = groups.make_group(name="Biên giới", group_set=GroupSet.AREA_TYPE, by=7, at=AT)
    groups.put_in(group=Group.HIGHLAND, units=[a.pk], on=DAY, **BY)
    groups.put_in(group=area.code, units=[a.pk], on=LATER, **BY)
    assert names_in(Group.HIGHLAND, LATER) == []


@pytest.mark.parametrize(
    ("name", "group_set", "sentence"),
    [
        (" ", GroupSet.OWN, "Tên nhóm phải có từ 1 đến 100 ký tự."),
        ("x" * 101, GroupSet.OWN, "Tên nhóm phải có từ 1 đến 100 ký tự."),
        ("TRUONG diem", GroupSet.OWN, "Đã có nhóm tên “TRUONG diem”."),
        ("Mẫu giáo", GroupSet.KIND, "Nhóm theo loại hình và cấp học tự sinh ra"),
    ],
)
def test_a_group_that_cannot_be_made_says_why(name, group_set, sentence):
    groups.make_group(name="Trường điểm", group_set=GroupSet.OWN, by=7, at=AT)
    with pytest.raises(Refused, match=sentence):
        groups.make_group(name=name, group_set=group_set, by=7, at=AT)
    assert OwnGroup.objects.count() == 1


def test_changes_that_make_no_sense_are_refused_whole(house):
    _commune, a, b, c = house
    actions.close_unit(unit=c.pk, on=DAY, **ORDER)
    groups.put_in(group=Group.PRIVATE, units=[b.pk], on=LATER, **BY)
    put = groups.put_in
    assert refused(put, group="public", units=[a.pk, c.pk]) == "“Trường C” không hoạt động vào ngày 01/06/2025."
    assert refused(put, group="public", units=[a.pk, b.pk]) == (
        "Nhóm của “Trường B” đã ghi từ ngày 01/09/2025. Hãy chọn ngày muộn hơn."
    )
    assert refused(put, group="ma", units=[a.pk]) == "Không có nhóm “ma”."
    assert refused(put, group="public", units=[]) == "Chưa chọn đơn vị nào."
    assert refused(put, group="public", units=[a.pk], decision=" ").startswith("Hãy ghi số quyết định")
    assert refused(groups.take_out, group="public", units=[a.pk]) == (
        "Các đơn vị này không thuộc nhóm vào ngày 01/06/2025."
    )
    assert names_in("public") == []


@pytest.fixture
def ask(rf):
    def asked(view, address: str, *arguments, data=None, rights=("units.read", "units.manage"), beyond=()):
        request = rf.get(address) if data is None else rf.post(address, data)
        request.user = SimpleNamespace(pk=7, is_authenticated=False)
        request.rights = rights
        request.reached = lambda right, units: {unit for unit in units if unit not in beyond}
        request._messages = CookieStorage(request)
        answer = view(request, *arguments)
        answer.words = " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode("utf-8", "replace"))).split())
        return answer

    return asked


def test_the_pages_show_groups_and_their_units_on_the_day(ask, house):
    groups.put_in(group=Group.SEMI_BOARDING, units=[house[1].pk], on=DAY, **BY)
    listed = ask(group_views.group_list, "/?day=2025-06-01")
    assert "Trường tiểu học 3" in listed.words
    assert "Bán trú 1" in listed.words
    assert "Bán trú 0" in ask(group_views.group_list, "/?day=2025-05-31").words
    page = ask(group_views.group, "/?day=2025-06-01", "semi_boarding")
    assert "Trường A" in page.words
    assert "Trường B" not in page.words
    assert "Trường B" in ask(group_views.group, "/?day=2025-06-01&tim=truong+b", "semi_boarding").words
    reader = ask(group_views.group, "/?tim=truong", "semi_boarding", rights=("units.read",))
    assert "Đưa đơn vị vào nhóm" not in reader.words
    with pytest.raises(Http404):
        ask(group_views.group, "/", "ma")
    assert ask(group_views.group, "/?day=2025-06-01&xuat=xlsx", "semi_boarding")["Content-Disposition"] == (
        'attachment; filename="nhom-don-vi.xlsx"'
    )


def test_units_are_put_in_and_taken_out_on_the_page(ask, house):
    _commune, a, b, _c = house
    said = {"move": "in", "units": [a.pk, b.pk], "on": "2025-06-01", "decision": "Quyết định 12"}
    answer = ask(group_views.group_change, "/", "semi_boarding", data=said)
    assert (answer.status_code, answer.url) == (302, "/don-vi/nhom/semi_boarding/?day=2025-06-01")
    ask(group_views.group_change, "/", "semi_boarding", data=said | {"move": "out", "units": [b.pk]})
    assert names_in("semi_boarding") == ["Trường A"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"units": []}, "Chưa chọn đơn vị nào."),
        ({"decision": ""}, "Hãy ghi số quyết định"),
        ({"units": ["x"]}, "Không có đơn vị số “x”."),
        ({"units": ["1"] * 501}, "Mỗi lần chọn nhiều nhất 500 đơn vị."),
    ],
)
def test_a_form_that_lacks_something_says_so_and_changes_nothing(ask, house, change, sentence):
    said = {"move": "in", "units": [house[1].pk], "on": "2025-06-01", "decision": "Quyết định 12"} | change
    answer = ask(group_views.group_change, "/?tim=truong", "semi_boarding", data=said)
    assert (answer.status_code, names_in("semi_boarding")) == (422, [])
    assert sentence in answer.words


def test_units_of_others_do_not_go_in(ask, house):
    said = {"move": "in", "units": [house[1].pk], "on": "2025-06-01", "decision": "Quyết định 12"}
    answer = ask(group_views.group_change, "/", "semi_boarding", data=said, beyond={house[1].pk})
    assert "Có đơn vị ngoài phạm vi quản lý của thầy cô." in answer.words
    assert names_in("semi_boarding") == []


def test_a_group_is_made_on_the_page(ask):
    made = ask(group_views.group_new, "/", data={"name": "Trường điểm", "group_set": "own"})
    assert made.url == "/don-vi/nhom/own-truong-diem/"
    again = ask(group_views.group_new, "/", data={"name": "trường điểm", "group_set": "own"})
    assert (again.status_code, "Đã có nhóm tên “trường điểm”." in again.words) == (422, True)


def test_the_register_is_narrowed_to_a_group(ask, house):
    groups.put_in(group=Group.SEMI_BOARDING, units=[house[1].pk], on=DAY, **BY)
    page = ask(views.units, "/?day=2025-06-01&group=semi_boarding")
    assert "1 đơn vị vào ngày 01/06/2025" in page.words
    assert "Tất cả 1 Sở 0" in page.words
