"""Who must report and up which offices: read strictly, and equal to a slow walk of the tree, whatever is asked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donghanh.organisations.actions import close_unit, merge, transfer
from donghanh.organisations.choices import (
    KINDS_OF_GROUP,
    LEVELS_TAUGHT,
    OFFICE_KINDS,
    SCHOOL_KINDS,
    EducationLevel,
    Group,
    UnitKind,
)
from donghanh.organisations.models import UnitGroup, UnitParent, UnitType
from donghanh.organisations.tests.factories import AT, a_school
from donghanh.reporting.chains import NEAREST, STEPS, offices_of, read_chain
from donghanh.reporting.selectors import ASKABLE, Faulty, Selector, units_asked

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def reform(cast):
    """1 July 2025: Lạc Sơn's office ends, its commune goes to the Department; one school is merged into another."""
    order = {"decision": "NQ 202/2025/QH15", "on": AFTER, "by": None, "at": AT}
    transfer(units=[cast.commune.pk], to=cast.department.pk, **order)
    close_unit(unit=cast.lac_son.pk, **order)
    merge(sources=[cast.preschool.pk], into=cast.school.pk, **order)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "không đọc được"),
        ({"kind": ["TH"]}, "mục lạ “kind”"),
        ({"kinds": "TH"}, "phải là một danh sách"),
        ({"kinds": ["commune"]}, "không nhận “commune”"),
        ({"levels": ["ĐH"]}, "không nhận “ĐH”"),
        ({"groups": [""]}, "không nhận “”"),
        ({"areas": [True]}, "không nhận “True”"),
        ({"units": ["12"]}, "không nhận “12”"),
        ({"units": [2**63]}, "không nhận"),
    ],
)
def test_a_selector_that_cannot_be_read_says_where(document, said):
    with pytest.raises(Faulty, match=said):
        Selector.read(document)


@pytest.mark.parametrize("document", ["nearest", ["sở"], [NEAREST] * 6, [None], None])
def test_a_chain_that_cannot_be_read_is_refused(document):
    with pytest.raises(Faulty):
        read_chain(document)


@given(
    st.builds(
        Selector,
        kinds=st.lists(st.sampled_from([str(kind) for kind in ASKABLE]), unique=True).map(tuple),
        levels=st.lists(st.sampled_from(EducationLevel.values), unique=True).map(tuple),
        groups=st.lists(st.text(min_size=1, max_size=40), unique=True).map(tuple),
        areas=st.lists(st.integers(1, 2**63 - 1), unique=True).map(tuple),
        units=st.lists(st.integers(1, 2**63 - 1), unique=True).map(tuple),
    )
)
def test_a_selector_survives_its_document(selector):
    assert Selector.read(selector.document) == selector


def test_without_parts_every_school_below_the_owner_is_asked(cast):
    schools = {cast.school.pk, cast.preschool.pk, cast.sibling.pk, cast.direct.pk}
    assert set(units_asked(Selector(), cast.department.pk, BEFORE)) == schools
    assert set(units_asked(Selector(), cast.lac_son.pk, BEFORE)) == {cast.school.pk, cast.preschool.pk}


def test_only_below_the_owner_even_if_named(cast):
    assert not units_asked(Selector(units=(cast.sibling.pk, cast.lac_son.pk)), cast.lac_son.pk, BEFORE)


def test_offices_report_the_summary_of_their_level(cast):
    offices = Selector(kinds=(UnitKind.DISTRICT_OFFICE,))
    asked = units_asked(offices, cast.department.pk, BEFORE)
    assert set(asked) == {cast.lac_son.pk, cast.kim_boi.pk}
    assert offices_of(asked, (NEAREST,), BEFORE)[cast.lac_son.pk] == [cast.department.pk]


def test_both_days_of_the_reform(cast):
    reform(cast)
    chain = (str(UnitKind.DISTRICT_OFFICE), str(UnitKind.DEPARTMENT))
    before, after = (units_asked(Selector(), cast.department.pk, day) for day in (BEFORE, AFTER))
    assert set(before) - set(after) == {cast.preschool.pk}
    assert offices_of(before, chain, BEFORE)[cast.school.pk] == [cast.lac_son.pk, cast.department.pk]
    assert offices_of(after, chain, AFTER)[cast.school.pk] == [cast.department.pk]
    assert offices_of(after, chain, AFTER)[cast.sibling.pk] == [cast.kim_boi.pk, cast.department.pk]


def test_a_unit_without_an_office_above_has_no_way(cast):
    alone = a_school("Trường thuộc đại học")
    assert offices_of([alone.pk, cast.direct.pk], (NEAREST,), BEFORE) == {cast.direct.pk: [cast.department.pk]}


class Oracle:
    """The tree of one day, walked upwards one parent at a time."""

    def __init__(self, on: date) -> None:
        self.parents = dict(UnitParent.objects.filter(valid__contains=on).order_by("pk").values_list("unit", "parent"))
        self.kinds = dict(UnitType.objects.filter(valid__contains=on).order_by("pk").values_list("unit", "kind"))
        stated = UnitGroup.objects.filter(valid__contains=on).order_by("pk").values_list("unit", "group")
        self.groups = set(stated)

    def above(self, unit: int) -> list[int]:
        found = []
        while (unit := self.parents.get(unit)) is not None:
            found.append(unit)
        return found

    def asked(self, selector: Selector, owner: int) -> set[int]:
        return {unit for unit in self.kinds if owner in self.above(unit) and self.fits(selector, unit)}

    def fits(self, selector: Selector, unit: int) -> bool:
        kind, above = self.kinds[unit], {unit, *self.above(unit)}
        return (
            kind in (selector.kinds or (ASKABLE if selector.units else SCHOOL_KINDS))
            and (not selector.levels or any(level in LEVELS_TAUGHT.get(kind, ()) for level in selector.levels))
            and (not selector.groups or any(self.is_in(group, unit) for group in selector.groups))
            and (not selector.areas or bool(above & set(selector.areas)))
            and (not selector.units or unit in selector.units)
        )

    def is_in(self, group: str, unit: int) -> bool:
        return (unit, group) in self.groups or self.kinds[unit] in KINDS_OF_GROUP.get(group, ())

    def offices(self, unit: int, chain: tuple[str, ...]) -> list[int]:
        found: list[int] = []
        place = unit
        for step in chain:
            for office in self.above(place):
                if self.kinds[office] in OFFICE_KINDS and step in (NEAREST, self.kinds[office]):
                    found.append(office)
                    place = office
                    break
        return found


GROUPS = [Group.PRIVATE, Group.SEMI_BOARDING, "level:TH", "kind:THPT", "nobody"]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_selector_and_chain_equal_a_slow_walk(cast_with_groups, data):
    cast = cast_with_groups
    on = data.draw(st.sampled_from([BEFORE, AFTER]))
    oracle = Oracle(on)
    units = st.sampled_from(
        [
            cast.department,
            cast.lac_son,
            cast.kim_boi,
            cast.commune,
            cast.school,
            cast.preschool,
            cast.sibling,
            cast.direct,
        ]
    ).map(lambda unit: unit.pk)
    some = st.lists(units, unique=True, max_size=3).map(tuple)
    few = {"unique": True, "max_size": 2}
    selector = data.draw(
        st.builds(
            Selector,
            kinds=st.lists(st.sampled_from([str(kind) for kind in ASKABLE]), unique=True, max_size=6).map(tuple),
            levels=st.lists(st.sampled_from(EducationLevel.values), **few).map(tuple),
            groups=st.lists(st.sampled_from(GROUPS), **few).map(tuple),
            areas=some,
            units=some,
        )
    )
    owner, chain = data.draw(units), tuple(data.draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=4)))
    asked = units_asked(selector, owner, on)
    assert set(asked) == oracle.asked(selector, owner)
    ways = {unit: way for unit in oracle.kinds if (way := oracle.offices(unit, chain))}
    assert offices_of(oracle.kinds, chain, on) == ways
    assert all(unit not in way for unit, way in ways.items())


@pytest.fixture
def cast_with_groups(cast):
    reform(cast)
    for unit, group in (
        (cast.school, Group.SEMI_BOARDING),
        (cast.sibling, Group.PRIVATE),
        (cast.direct, Group.PRIVATE),
    ):
        UnitGroup.objects.create(unit=unit, group=group, valid=(date(2020, 1, 1), None))
    return cast
