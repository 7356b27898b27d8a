"""One event each: what a reader of the tree sees before and after, and what is refused in which words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from donghanh.audit.queries import history_of as log_of
from donghanh.kernel.verdict import Refused
from donghanh.organisations import actions, queries
from donghanh.organisations.choices import CodeScheme, EventKind, Part, UnitKind
from donghanh.organisations.models import EventPart, Lineage, Unit, UnitEvent, UnitName
from donghanh.organisations.rules import NewUnit, Portion
from donghanh.organisations.signals import units_reformed
from donghanh.organisations.tests.factories import AT, OPENED, ORDER, a_commune, a_department, a_district, a_school

pytestmark = pytest.mark.django_db
DAY = date(2020, 7, 1)
EVE = DAY - timedelta(days=1)


def names_below(unit: Unit, on: date) -> list[str]:
    return [one.name for one in queries.children(unit.pk, on=on)]


def refused(action, **arguments) -> str:
    """The sentence with which the action refuses; nothing is written then."""
    before = UnitEvent.objects.count(), Unit.objects.count()
    with pytest.raises(Refused) as caught:
        action(**{"on": DAY, **ORDER, **arguments})
    assert (UnitEvent.objects.count(), Unit.objects.count()) == before
    return str(caught.value)


def parts(event: UnitEvent) -> list[tuple[str, int]]:
    return list(event.parts.order_by("pk").values_list("part", "unit_id"))


def test_an_opened_unit_says_what_the_register_stated():
    department = a_department()
    school = a_school(
        "  Trường  Tiểu học\u0020Tân Pheo ",
        below=department,
        codes={CodeScheme.MINISTRY: "17000001"},
        groups=["private"],
        headcount=(20, 310),
    )
    found = queries.unit_with_rows(school.pk)
    assert queries.name_of(school.pk, on=OPENED) == "Trường Tiểu học Tân Pheo"
    assert queries.kinds([school.pk], on=OPENED) == {school.pk: UnitKind.PRIMARY}
    assert queries.codes([school.pk], on=OPENED) == {school.pk: "17000001"}
    assert [row.label for row in found.groups.all()] == ["Ngoài công lập"]
    assert (queries.headcount(school.pk, on=OPENED).staff, queries.headcount(school.pk, on=OPENED).learners) == (
        20,
        310,
    )
    assert queries.named([school.pk], on=OPENED - timedelta(days=1)) == {}


def test_an_event_is_logged_and_announced_on_commit(django_capture_on_commit_callbacks):
    heard = []

    def listener(sender, event_ids, **_):
        heard.append(event_ids)

    units_reformed.connect(listener)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            unit = a_department()
            assert heard == []
    finally:
        units_reformed.disconnect(listener)
    event = UnitEvent.objects.get()
    entry = log_of(event).get()
    assert heard == [[event.pk]]
    assert (entry.verb, entry.unit_id, entry.at, entry.reason) == ("organisations.open", unit.pk, AT, ORDER["decision"])
    assert (event.kind, event.on, event.decision, event.recorded_at) == ("open", OPENED, ORDER["decision"], AT)


def test_closing_ends_everything_said_of_the_unit_on_the_eve():
    department = a_department()
    school = a_school(below=department, codes={CodeScheme.OWN: "1"}, groups=["private"], headcount=(20, 310))
    event = actions.close_unit(unit=school.pk, on=DAY, **ORDER)
    found = queries.unit_with_rows(school.pk)
    rows = [found.names, found.types, found.parents, found.codes, found.groups, found.headcounts]
    assert {row.valid.upper for manager in rows for row in manager.all()} == {DAY} == {found.existence.upper}
    assert names_below(department, EVE) == ["Trường Tiểu học Tân Pheo"]
    assert names_below(department, DAY) == []
    assert queries.descendant_ids(department.pk, on=DAY) == [department.pk]
    assert parts(event) == [(Part.SOURCE, school.pk)]


def test_a_code_is_free_again_after_its_unit_closed():
    school = a_school(codes={CodeScheme.OWN: "1"})
    sentence = "Mã 1 đang là của “Trường Tiểu học Tân Pheo”."
    new = NewUnit("Trường mới", UnitKind.PRIMARY, codes={CodeScheme.OWN: "1"})
    assert refused(actions.open_unit, new=new) == sentence
    actions.close_unit(unit=school.pk, on=DAY, **ORDER)
    other = actions.open_unit(new=new, on=DAY, **ORDER)
    assert queries.codes([school.pk, other.pk], on=EVE) == {school.pk: "1"}
    assert queries.codes([school.pk, other.pk], on=DAY) == {other.pk: "1"}


def test_names_kinds_and_codes_change_from_their_day_on():
    school = a_school(codes={CodeScheme.OWN: "1"})
    actions.rename(unit=school.pk, name="Trường TH&THCS Tân Pheo", on=DAY, **ORDER)
    actions.change_kind(unit=school.pk, kind=UnitKind.PRIMARY_LOWER_SECONDARY, on=DAY, **ORDER)
    actions.recode(unit=school.pk, scheme=CodeScheme.OWN, code="2", on=DAY, **ORDER)
    actions.recode(unit=school.pk, scheme=CodeScheme.MINISTRY, code="17000001", on=DAY, **ORDER)
    then, now = queries.units_on(EVE).get(), queries.units_on(DAY).get()
    assert (then.name, then.kind, then.kind_label) == ("Trường Tiểu học Tân Pheo", "TH", "Trường tiểu học")
    assert (now.name, now.kind, now.kind_label) == ("Trường TH&THCS Tân Pheo", "TH&THCS", "Trường TH&THCS")
    codes = queries.unit_with_rows(school.pk).codes.all()
    assert sorted((row.scheme, row.code, row.valid.lower, row.valid.upper) for row in codes) == [
        ("ministry", "17000001", DAY, None),
        ("own", "1", OPENED, DAY),
        ("own", "2", DAY, None),
    ]


def test_two_renamings_on_one_day_leave_the_last_name_and_both_events():
    school = a_school()
    for name in ("Tên thứ nhất", "Tên thứ hai"):
        actions.rename(unit=school.pk, name=name, on=DAY, **ORDER)
    assert list(UnitName.objects.order_by("valid").values_list("name", flat=True)) == [
        "Trường Tiểu học Tân Pheo",
        "Tên thứ hai",
    ]
    assert [event.kind for event in queries.history_of(school.pk)] == ["open", "rename", "rename"]


def test_a_transfer_takes_along_all_that_hangs_below():
    department = a_department()
    giver, taker = a_district("Phòng A", below=department), a_district("Phòng B", below=department)
    commune = a_commune(below=giver)
    school = a_school(below=commune)
    event = actions.transfer(units=[commune.pk], to=taker.pk, on=DAY, **ORDER)
    assert [one.name for one in queries.ancestors(school.pk, on=EVE)] == ["Xã Tân Pheo", "Phòng A", "Sở GD&ĐT Hòa Bình"]
    assert [one.name for one in queries.ancestors(school.pk, on=DAY)] == ["Xã Tân Pheo", "Phòng B", "Sở GD&ĐT Hòa Bình"]
    assert parts(event) == [(Part.SOURCE, giver.pk), (Part.TARGET, taker.pk), (Part.SUBJECT, commune.pk)]
    unbroken = Lineage.objects.get(ancestor=department, descendant=school)
    assert (unbroken.valid.lower, unbroken.valid.upper, unbroken.depth) == (OPENED, None, 3)


def test_a_merge_closes_the_old_ones_and_moves_their_children_to_a_new_one():
    department = a_department()
    old = [a_commune(f"Xã {letter}", below=department, codes={CodeScheme.AREA: letter}) for letter in "AB"]
    schools = [a_school(f"Trường {commune.pk}", below=commune) for commune in old]
    new = NewUnit("Xã Tân Pheo", UnitKind.COMMUNE, department.pk, codes={CodeScheme.AREA: "A"})
    target = actions.merge(sources=[one.pk for one in old], into=new, on=DAY, **ORDER)
    assert names_below(department, EVE) == ["Xã A", "Xã B"]
    assert names_below(department, DAY) == ["Xã Tân Pheo"]
    assert [one.pk for one in queries.children(target.pk, on=DAY)] == [school.pk for school in schools]
    event = queries.history_of(target.pk).get()
    assert event.kind == EventKind.MERGE
    assert parts(event) == [
        *((Part.SOURCE, one.pk) for one in old),
        (Part.TARGET, target.pk),
        *((Part.SUBJECT, one.pk) for one in schools),
    ]


def test_a_merge_into_a_standing_unit_leaves_that_unit_where_it_is():
    department, absorbed = a_department(), a_department("Sở GD&ĐT Phú Thọ")
    school = a_school(below=absorbed)
    assert actions.merge(sources=[absorbed.pk], into=department.pk, on=DAY, **ORDER) == department
    assert names_below(department, DAY) == ["Trường Tiểu học Tân Pheo"]
    assert queries.descendant_ids(absorbed.pk, on=DAY) == []
    assert sorted(queries.descendant_ids(absorbed.pk, on=EVE)) == [absorbed.pk, school.pk]


def test_a_split_gives_each_portion_its_children_and_its_share():
    department = a_department()
    old, standing = a_commune("Xã Vầy Nưa", below=department), a_commune("Xã Tiền Phong", below=department)
    one, two = a_school("Trường một", below=old), a_school("Trường hai", below=old)
    new = NewUnit("Phường Thống Nhất", UnitKind.COMMUNE, department.pk)
    into = [Portion(standing.pk, Decimal("0.8"), [one.pk]), Portion(new, Decimal("0.2"), [two.pk])]
    standing_again, opened = actions.split(source=old.pk, into=into, on=DAY, **ORDER)
    assert standing_again == standing
    assert names_below(department, DAY) == ["Phường Thống Nhất", "Xã Tiền Phong"]
    assert (names_below(standing, DAY), names_below(opened, DAY)) == (["Trường một"], ["Trường hai"])
    shares = EventPart.objects.filter(part=Part.TARGET, event__kind=EventKind.SPLIT).order_by("pk")
    assert list(shares.values_list("unit_id", "share")) == [(standing.pk, Decimal("0.8")), (opened.pk, Decimal("0.2"))]


def test_a_unit_that_gives_a_part_away_may_stay():
    old = a_commune("Xã Vầy Nưa")
    kept, given = a_school("Trường một", below=old), a_school("Trường hai", below=old)
    new = NewUnit("Xã mới", UnitKind.COMMUNE)
    into = [Portion(old.pk, Decimal("0.75"), [kept.pk]), Portion(new, Decimal("0.25"), [given.pk])]
    _, opened = actions.split(source=old.pk, into=into, on=DAY, **ORDER)
    assert (names_below(old, DAY), names_below(opened, DAY)) == (["Trường một"], ["Trường hai"])


def test_a_register_of_seven_hundred_opens_in_a_few_statements(django_assert_max_num_queries):
    department = a_department()
    new = [NewUnit(f"Trường số {number}", UnitKind.PRIMARY, department.pk) for number in range(700)]
    with django_assert_max_num_queries(25):
        units = actions.open_units(new=new, on=OPENED, **ORDER)
    assert queries.named([units[0].pk, units[699].pk], on=OPENED) == {
        units[0].pk: "Trường số 0",
        units[699].pk: "Trường số 699",
    }
    assert len(queries.descendant_ids(department.pk, on=OPENED)) == 701


class TestRefusals:
    """Each wrong event meets a sentence, and nothing is written."""

    def test_an_event_without_a_decision(self):
        school = a_school()
        assert refused(actions.rename, unit=school.pk, name="Khác", decision="  ") == (
            "Hãy ghi số quyết định hoặc nghị quyết của biến động này."
        )

    def test_a_nameless_unit(self):
        assert refused(actions.open_unit, new=NewUnit(" ", UnitKind.PRIMARY)) == "Hãy ghi tên đơn vị."

    def test_an_unknown_kind(self):
        assert refused(actions.open_unit, new=NewUnit("Trường A", "university")) == (
            "“Trường A”: không có loại hình “university”."
        )

    def test_one_code_for_two_new_units(self):
        new = [NewUnit(f"Trường {letter}", UnitKind.PRIMARY, codes={CodeScheme.OWN: "7"}) for letter in "AB"]
        assert refused(actions.open_units, new=new) == "Mã 7 ghi cho cả “Trường A” và “Trường B”."

    def test_a_unit_below_one_not_yet_open(self):
        late = a_department(on=date(2021, 1, 1))
        assert refused(actions.open_unit, new=NewUnit("Trường A", UnitKind.PRIMARY, late.pk)) == (
            "“Sở GD&ĐT Hòa Bình” thành lập ngày 01/01/2021, sau ngày 01/07/2020 của biến động."
        )

    def test_a_unit_below_one_that_will_close(self):
        department = a_department()
        actions.close_unit(unit=department.pk, on=date(2022, 1, 1), **ORDER)
        assert refused(actions.open_unit, new=NewUnit("Trường A", UnitKind.PRIMARY, department.pk)) == (
            "“Sở GD&ĐT Hòa Bình” giải thể ngày 01/01/2022, trước các đơn vị sẽ trực thuộc nó."
        )

    def test_an_unknown_unit(self):
        assert refused(actions.close_unit, unit=404) == "Không có đơn vị số 404."

    def test_a_closed_unit(self):
        school = a_school()
        actions.close_unit(unit=school.pk, on=date(2019, 7, 1), **ORDER)
        assert refused(actions.rename, unit=school.pk, name="Khác") == (
            "“Trường Tiểu học Tân Pheo” đã giải thể từ ngày 01/07/2019."
        )

    def test_an_event_before_the_opening(self):
        school = a_school(on=date(2021, 1, 1))
        assert refused(actions.rename, unit=school.pk, name="Khác") == (
            "“Trường Tiểu học Tân Pheo” thành lập ngày 01/01/2021, sau ngày 01/07/2020 của biến động."
        )

    def test_closing_on_the_first_day(self):
        school = a_school(on=DAY)
        assert refused(actions.close_unit, unit=school.pk) == (
            "“Trường Tiểu học Tân Pheo” không thể giải thể ngay ngày thành lập 01/07/2020."
        )

    def test_closing_above_children(self):
        department = a_department()
        a_district(below=department)
        assert refused(actions.close_unit, unit=department.pk) == (
            "“Sở GD&ĐT Hòa Bình” còn 1 đơn vị trực thuộc từ ngày 01/07/2020. Hãy chuyển các đơn vị đó trước."
        )

    def test_an_event_before_a_later_one_of_its_sort(self):
        school = a_school()
        actions.rename(unit=school.pk, name="Tên sau", on=date(2021, 1, 1), **ORDER)
        assert refused(actions.rename, unit=school.pk, name="Tên giữa") == (
            "“Trường Tiểu học Tân Pheo” đã có tên đơn vị ghi từ ngày 01/01/2021. "
            "Biến động phải ghi theo thứ tự thời gian."
        )

    def test_a_code_of_another_unit(self):
        a_school("Trường A", codes={CodeScheme.OWN: "1"})
        other = a_school("Trường B")
        assert refused(actions.recode, unit=other.pk, scheme=CodeScheme.OWN, code="1") == "Mã 1 đang là của “Trường A”."

    def test_a_transfer_below_its_own_descendant(self):
        department = a_department()
        commune = a_commune(below=a_district(below=department))
        assert refused(actions.transfer, units=[department.pk], to=commune.pk) == (
            "“Xã Tân Pheo” nằm dưới “Sở GD&ĐT Hòa Bình”, nên “Sở GD&ĐT Hòa Bình” không thể chuyển về dưới nó."
        )

    def test_a_transfer_below_what_will_be_its_descendant(self):
        one, two = a_district("Phòng A"), a_district("Phòng B")
        actions.transfer(units=[two.pk], to=one.pk, on=date(2021, 1, 1), **ORDER)
        assert refused(actions.transfer, units=[one.pk], to=two.pk) == (
            "“Phòng B” nằm dưới “Phòng A”, nên “Phòng A” không thể chuyển về dưới nó."
        )

    def test_a_transfer_to_itself(self):
        district = a_district("Phòng A")
        assert refused(actions.transfer, units=[district.pk], to=district.pk) == (
            "“Phòng A” không thể trực thuộc chính mình."
        )

    def test_a_merge_into_one_of_the_sources(self):
        one, two = a_commune("Xã A"), a_commune("Xã B")
        assert refused(actions.merge, sources=[one.pk, two.pk], into=two.pk) == (
            "“Xã B” vừa là đơn vị cũ vừa là đơn vị nhận."
        )

    def test_a_new_unit_below_a_source_of_its_merge(self):
        district = a_district("Phòng A")
        new = NewUnit("Xã mới", UnitKind.COMMUNE, district.pk)
        assert refused(actions.merge, sources=[district.pk], into=new) == (
            "Đơn vị mới không thể trực thuộc “Phòng A”, đơn vị giải thể cùng ngày."
        )

    @pytest.mark.parametrize(
        ("shares", "sentence"),
        [
            (["0.5", "0.4"], "Các tỷ lệ cộng lại phải bằng 1, đang là 0.9."),
            (["1.2", "-0.2"], "Tỷ lệ của mỗi phần phải lớn hơn 0 và có tối đa bốn chữ số thập phân."),
            (["0.99999", "0.00001"], "Tỷ lệ của mỗi phần phải lớn hơn 0 và có tối đa bốn chữ số thập phân."),
            (["1"], "Chia tách cần ít nhất hai đơn vị nhận."),
        ],
    )
    def test_shares_that_make_no_whole(self, shares, sentence):
        old, targets = a_commune(), [a_commune(f"Xã {number}") for number in range(len(shares))]
        into = [Portion(target.pk, Decimal(share)) for target, share in zip(targets, shares, strict=True)]
        assert refused(actions.split, source=old.pk, into=into) == sentence

    def test_a_split_that_forgets_a_child(self):
        old = a_commune()
        a_school(below=old)
        into = [Portion(a_commune(f"Xã {number}").pk, Decimal("0.5")) for number in range(2)]
        assert refused(actions.split, source=old.pk, into=into) == (
            "Hãy nêu nơi nhận của từng đơn vị trực thuộc, mỗi đơn vị một lần: có 1, đã nêu 0."
        )
