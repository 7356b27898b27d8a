"""Money: no sum counts anything twice, nothing is committed or spent that is not there, nothing is edited."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donghanh.audit.models import Entry as Deed
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import descendant_ids
from donghanh.organisations.tests.factories import AT
from donghanh.programmes import actions_money as actions
from donghanh.programmes import queries_money as queries
from donghanh.programmes.actions_money import Said
from donghanh.programmes.choices import MoneySource
from donghanh.programmes.models import BudgetLine, MoneyEntry
from donghanh.programmes.tests.factories import a_programme, issued, task_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
DAY = date(2025, 3, 3)


@pytest.fixture
def programme(cast):
    made = a_programme(cast)
    issued(cast, made)
    return made


def said(amount, **more):
    return Said(amount, more.pop("on", DAY), **more)


def budget(unit, by, programme, amount, *, task=None, source=MoneySource.REGULAR, year=2025, **more):
    return actions.give_budget(
        unit_id=unit.pk, year=year, source=source, programme=programme, task=task,
        said=said(amount, **{"on": date(year, 2, 1)} | more), by=by, at=AT,
    )  # fmt: skip


def total(unit, **more):
    return queries.total_of(descendant_ids(unit.pk, on=AT.date()), **{"year": 2025} | more)


def test_given_committed_spent(cast, programme):
    task = task_of(cast.school, programme, "2.1")
    line = budget(cast.school, cast.principal, programme, 12_500_000, task=task).line
    held = actions.commit(line=line, said=said(10_000_000, paper="05/HĐ"), by=cast.principal, at=AT)
    actions.spend(line=line, commitment=held, said=said(4_000_000), by=cast.principal, at=AT)
    sums = queries.sums_of(line)
    assert (sums.budget, sums.committed, sums.spent, sums.left, sums.variance) == (
        12_500_000, 10_000_000, 4_000_000, 2_500_000, 8_500_000,
    )  # fmt: skip
    assert sums.share == 32
    assert list(Deed.objects.filter(verb="programmes.money_written").order_by("pk").values_list("details", flat=True))[
        -1
    ] == {"kind": "spending", "amount": 4_000_000}


def test_a_commitment_never_exceeds_its_budget_nor_spending_its_commitment(cast, programme):
    line = budget(cast.school, cast.principal, programme, 5_000_000).line
    with pytest.raises(Refused, match=r"còn 5\.000\.000 đồng chưa cam kết; không cam kết được 5\.000\.001 đồng"):
        actions.commit(line=line, said=said(5_000_001), by=cast.principal, at=AT)
    held = actions.commit(line=line, said=said(3_000_000), by=cast.principal, at=AT)
    with pytest.raises(Refused, match=r"Cam kết này còn 3\.000\.000 đồng"):
        actions.spend(line=line, commitment=held, said=said(3_000_001), by=cast.principal, at=AT)
    other = budget(cast.school, cast.principal, programme, 9_000_000, source=MoneySource.OWN).line
    with pytest.raises(Refused, match="cam kết của dòng này"):
        actions.spend(line=other, commitment=held, said=said(1), by=cast.principal, at=AT)


def test_the_database_itself_refuses(cast, programme):
    """Whoever goes round the actions meets the same limits."""
    line = budget(cast.school, cast.principal, programme, 1000).line
    held = actions.commit(line=line, said=said(600), by=cast.principal, at=AT)
    signed = {"line": line, "on": DAY, "by": cast.principal, "at": AT}
    wrong = [
        {"kind": "commitment", "amount": 401},
        {"kind": "spending", "amount": 601, "commitment": held},
        {"kind": "spending", "amount": 1},
        {"kind": "budget", "amount": 0},
        {"kind": "budget", "amount": -1},
        {"kind": "budget", "amount": 10**15},
        {"kind": "transfer", "amount": 1},
        {"kind": "transfer", "amount": 1, "to": line},
        {"kind": "commitment", "amount": -601, "reverses": held, "reason": "sai"},
        {"kind": "commitment", "amount": -600, "reverses": held},
        {"kind": "spending", "amount": -600, "reverses": held, "commitment": held, "reason": "sai"},
    ]
    for row in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            MoneyEntry.objects.create(**signed, **row)
    with pytest.raises(DatabaseError, match=r"permission denied|immutable"), transaction.atomic():
        MoneyEntry.objects.filter(pk=held.pk).update(amount=1)
    assert (queries.sums_of(line).committed, queries.sums_of(line).spent) == (600, 0)


def test_handed_down_is_counted_once(cast, programme):
    """Department 100, of which 60 to Lạc Sơn, of which 25 to the school; the school has 7 of its own."""
    given = budget(cast.department, cast.department_officer, programme, 100).line
    first = actions.hand_down(line=given, to_unit=cast.lac_son.pk, said=said(60), by=cast.department_officer, at=AT)
    actions.hand_down(line=first.to, to_unit=cast.school.pk, said=said(25), by=cast.district_officer, at=AT)
    budget(cast.school, cast.principal, programme, 7, source=MoneySource.OWN)
    own = queries.sums_by(("unit",), units=descendant_ids(cast.department.pk, on=AT.date()), year=2025)
    assert {unit: sums.budget for (unit,), sums in own.items()} == {
        cast.department.pk: 40, cast.lac_son.pk: 35, cast.school.pk: 32,
    }  # fmt: skip
    assert [total(unit).budget for unit in (cast.department, cast.lac_son, cast.school)] == [107, 67, 32]
    rows = queries.below(cast.department.pk, year=2025, on=AT.date())
    assert [(row.unit.pk, row.alone, row.sums.budget) for row in rows] == [
        (cast.department.pk, True, 40), (cast.lac_son.pk, False, 67),
    ]  # fmt: skip
    assert [sums.budget for _source, sums in queries.by_source([cast.school.pk], year=2025)] == [25, 0, 7, 0]


def test_handed_down_for_the_same_task_there(cast, programme):
    task = task_of(cast.lac_son, programme, "2.1")
    given = budget(cast.lac_son, cast.district_officer, programme, 100, task=task).line
    row = actions.hand_down(line=given, to_unit=cast.school.pk, said=said(30), by=cast.district_officer, at=AT)
    assert (row.to.unit, row.to.task, row.to.source) == (
        cast.school, task_of(cast.school, programme, "2.1"), MoneySource.REGULAR,
    )  # fmt: skip
    with pytest.raises(Refused, match="Chỉ giao kinh phí"):
        actions.hand_down(line=given, to_unit=cast.sibling.pk, said=said(1), by=cast.district_officer, at=AT)
    with pytest.raises(Refused, match=r"còn 70 đồng chưa cam kết; không giao xuống được 71 đồng"):
        actions.hand_down(line=given, to_unit=cast.school.pk, said=said(71), by=cast.district_officer, at=AT)


def test_what_was_handed_down_comes_back_only_while_it_is_there(cast, programme):
    given = budget(cast.lac_son, cast.district_officer, programme, 100).line
    row = actions.hand_down(line=given, to_unit=cast.school.pk, said=said(30), by=cast.district_officer, at=AT)
    actions.commit(line=row.to, said=said(20), by=cast.principal, at=AT)
    back = {"entry": row, "on": DAY, "reason": "giao nhầm", "by": cast.district_officer, "at": AT}
    with pytest.raises(Refused, match=r"chỉ còn ghi giảm được 10 đồng"):
        actions.reverse(amount=None, **back)
    actions.reverse(amount=10, **back)
    assert (queries.sums_of(given).budget, queries.sums_of(row.to).budget, total(cast.lac_son).budget) == (80, 20, 100)


def test_a_correction_is_a_row_of_its_own(cast, programme):
    line = budget(cast.school, cast.principal, programme, 1000).line
    held = actions.commit(line=line, said=said(800), by=cast.principal, at=AT)
    paid = actions.spend(line=line, commitment=held, said=said(500), by=cast.principal, at=AT)
    signed = {"on": DAY, "by": cast.principal, "at": AT}
    with pytest.raises(Refused, match=r"Ghi lý do"):
        actions.reverse(entry=paid, amount=None, reason=" ", **signed)
    with pytest.raises(Refused, match=r"chỉ còn ghi giảm được 300 đồng"):
        actions.reverse(entry=held, amount=301, reason="hợp đồng giảm", **signed)
    actions.reverse(entry=held, amount=None, reason="hợp đồng giảm", **signed)
    back = actions.reverse(entry=paid, amount=200, reason="ghi nhầm", **signed)
    with pytest.raises(Refused, match="đã là một khoản ghi giảm"):
        actions.reverse(entry=back, amount=None, reason="x", **signed)
    sums = queries.sums_of(line)
    assert (sums.committed, sums.spent, sums.left) == (500, 300, 500)
    assert MoneyEntry.objects.filter(line=line).count() == 5


def test_a_closed_year_takes_only_corrections_with_a_reason(cast, programme):
    line = budget(cast.school, cast.principal, programme, 1000, year=2024).line
    with pytest.raises(Refused, match="Năm 2025 chưa hết"):
        actions.close_year(unit=cast.school, year=2025, by=cast.principal, at=AT)
    actions.close_year(unit=cast.school, year=2024, by=cast.principal, at=AT)
    with pytest.raises(Refused, match="Năm 2024 đã khóa sổ rồi"):
        actions.close_year(unit=cast.school, year=2024, by=cast.principal, at=AT)
    late = date(2025, 1, 20)
    with pytest.raises(Refused, match="đã khóa sổ"):
        actions.commit(line=line, said=said(10, on=late), by=cast.principal, at=AT)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        MoneyEntry.objects.create(line=line, kind="commitment", amount=10, on=late, by=cast.principal, at=AT)
    actions.commit(line=line, said=said(10, on=late, reason="kiểm toán yêu cầu"), by=cast.principal, at=AT)
    assert queries.sums_of(line).committed == 10


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"amount": 0}, "lớn hơn 0"),
        ({"amount": -5}, "lớn hơn 0"),
        ({"amount": 10**15}, "lớn quá"),
        ({"on": date(2026, 2, 1)}, "chưa tới"),
        ({"on": date(2024, 12, 31)}, "từ 1/1/2025 đến 31/1/2026"),
    ],
)
def test_bad_amounts_and_days(cast, programme, change, sentence):
    with pytest.raises(Refused, match=sentence):
        budget(cast.school, cast.principal, programme, change.pop("amount", 5), **change)
    assert not BudgetLine.objects.exists()


def test_a_line_is_of_the_programme_s_years_and_the_unit_s_own_task(cast, programme):
    with pytest.raises(Refused, match="từ năm 2024 đến năm 2027"):
        budget(cast.school, cast.principal, programme, 5, year=2023)
    with pytest.raises(Refused, match="không thuộc kế hoạch"):
        budget(cast.school, cast.principal, programme, 5, task=task_of(cast.lac_son, programme, "2.1"))


def test_only_the_unit_itself_writes(cast, programme):
    line = budget(cast.school, cast.principal, programme, 10).line
    for stranger in (cast.district_officer, cast.department_officer, cast.teacher):
        with pytest.raises(Refused, match="thầy cô chỉ xem"):
            actions.commit(line=line, said=said(1), by=stranger, at=AT)


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["budget", "down", "commit", "spend", "back"]), st.integers(0, 3), st.integers(1, 60)
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_a_subtree_s_total_is_its_own_lines_net_of_transfers(cast, programme, deeds):
    """Reckoned apart, from the deeds that were let through."""
    hands = [
        (cast.department, cast.department_officer), (cast.lac_son, cast.district_officer),
        (cast.kim_boi, cast.other_district_officer), (cast.school, cast.principal),
    ]  # fmt: skip
    parents = {cast.lac_son.pk: cast.department, cast.kim_boi.pk: cast.department, cast.school.pk: cast.lac_son}
    with transaction.atomic():
        fresh, moved = dict[int, int](), list[tuple[int, int, int]]()
        for what, who, amount in deeds:
            unit, by = hands[who]
            line = BudgetLine.objects.filter(unit=unit).first()
            above = parents.get(unit.pk)
            try:
                if what == "budget":
                    budget(unit, by, programme, amount)
                    fresh[unit.pk] = fresh.get(unit.pk, 0) + amount
                elif what == "down" and above and (of := BudgetLine.objects.filter(unit=above).first()):
                    giver = next(one for place, one in hands if place == above)
                    actions.hand_down(line=of, to_unit=unit.pk, said=said(amount), by=giver, at=AT)
                    moved.append((above.pk, unit.pk, amount))
                elif what == "commit" and line:
                    actions.commit(line=line, said=said(amount), by=by, at=AT)
                elif what == "spend" and line and (held := queries.open_commitments(line)):
                    actions.spend(line=line, commitment=held[0][0], said=said(amount), by=by, at=AT)
                elif what == "back" and (row := MoneyEntry.objects.filter(line__unit=unit, kind="transfer").first()):
                    actions.reverse(entry=row, amount=amount, on=DAY, reason="thử", by=by, at=AT)
                    moved.append((unit.pk, row.to.unit_id, -amount))
            except Refused:
                continue
        for unit in (cast.department, cast.lac_son, cast.kim_boi, cast.school):
            inside = set(descendant_ids(unit.pk, on=AT.date()))
            expected = sum(amount for place, amount in fresh.items() if place in inside)
            expected += sum(amount for giver, taker, amount in moved if taker in inside and giver not in inside)
            expected -= sum(amount for giver, taker, amount in moved if giver in inside and taker not in inside)
            sums = total(unit)
            assert sums.budget == expected
            assert sums.budget >= sums.committed >= sums.spent >= 0
            assert sum(row.sums.budget for row in queries.below(unit.pk, year=2025, on=AT.date())) == expected
        assert total(cast.department).budget == sum(fresh.values())
        transaction.set_rollback(True)
