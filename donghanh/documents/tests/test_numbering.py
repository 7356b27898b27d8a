"""Numbers: from 01 each year, without gap or repeat, whoever asks at once and whatever fails."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from donghanh.documents import actions
from donghanh.documents.actions_numbering import set_numbering
from donghanh.documents.models import Document
from donghanh.documents.tests.at_once import drafts, number_at_once
from donghanh.documents.tests.factories import a_draft, an_arrival, an_issued
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.people.tests.cast import the_cast

NEXT_YEAR = AT + timedelta(days=365)


def test_each_year_starts_at_01_and_types_count_together(cast):
    first = an_issued(cast.department, by=cast.clerk)
    second = an_issued(cast.department, by=cast.clerk, type="KH", symbol="KH-SGDĐT")
    later = an_issued(cast.department, by=cast.clerk, at=NEXT_YEAR, date=date(2026, 6, 12))
    assert [row.code for row in (first, second, later)] == ["01/QĐ-SGDĐT", "02/KH-SGDĐT", "01/QĐ-SGDĐT"]


def test_another_unit_and_a_council_have_series_of_their_own(cast):
    an_issued(cast.department, by=cast.clerk)
    council = an_issued(cast.department, by=cast.clerk, council="Hội đồng thi đua", symbol="QĐ-HĐTĐ")
    school = an_issued(cast.school, by=cast.principal, symbol="QĐ-THCS")
    assert (council.code, council.series.name, school.code) == ("01/QĐ-HĐTĐ", "Hội đồng thi đua", "01/QĐ-THCS")


def test_an_office_may_number_each_type_apart_and_the_next_year_follows(cast):
    set_numbering(unit=cast.department, year=2025, per_type=True, first_number=1, by=cast.clerk, at=AT)
    codes = [
        an_issued(cast.department, by=cast.clerk, type=kind, symbol=f"{kind}-SGDĐT").code for kind in ("QĐ", "KH", "QĐ")
    ]
    later = an_issued(cast.department, by=cast.clerk, at=NEXT_YEAR, date=date(2026, 6, 1), type="KH", symbol="KH-SGDĐT")
    assert (*codes, later.code) == ("01/QĐ-SGDĐT", "01/KH-SGDĐT", "02/QĐ-SGDĐT", "01/KH-SGDĐT")


def test_the_way_of_numbering_stays_once_a_number_is_given(cast):
    an_issued(cast.department, by=cast.clerk)
    with pytest.raises(Refused, match="Năm này đã cấp số rồi"):
        set_numbering(unit=cast.department, year=2025, per_type=True, first_number=1, by=cast.clerk, at=AT)


def test_numbers_of_before_the_system_are_typed_and_none_twice(cast):
    set_numbering(unit=cast.department, year=2025, per_type=False, first_number=154, by=cast.clerk, at=AT)
    old = a_draft(cast.department, by=cast.clerk)
    old = actions.assign_number(document=old, number=153, by=cast.clerk, at=AT)
    assert (old.code, an_issued(cast.department, by=cast.clerk).code) == ("153/QĐ-SGDĐT", "154/QĐ-SGDĐT")
    again = a_draft(cast.department, by=cast.clerk)
    with pytest.raises(Refused, match=r"Số 153 đã cấp cho văn bản 153/QĐ-SGDĐT ngày 12/06/2025\."):
        actions.assign_number(document=again, number=153, by=cast.clerk, at=AT)
    with pytest.raises(Refused, match="Từ số 154 năm 2025 do hệ thống cấp; để trống ô số"):
        actions.assign_number(document=again, number=160, by=cast.clerk, at=AT)


def test_a_year_kept_on_paper_takes_typed_numbers_only(cast):
    old = a_draft(cast.department, by=cast.clerk, date=date(2020, 4, 24), type="KH", symbol="KH-SGDĐT")
    with pytest.raises(Refused, match="Sổ năm 2020 chưa cấp số trên hệ thống"):
        actions.assign_number(document=old, by=cast.clerk, at=AT)
    assert actions.assign_number(document=old, number=12, by=cast.clerk, at=AT).code == "12/KH-SGDĐT"


def test_a_document_without_a_signer_gets_no_number_and_burns_none(cast):
    row = a_draft(cast.department, by=cast.clerk, signer_name="")
    with pytest.raises(Refused, match="Chưa ghi người ký"):
        actions.assign_number(document=row, by=cast.clerk, at=AT)
    assert an_issued(cast.department, by=cast.clerk).number == 1


def test_a_rolled_back_registration_burns_nothing(cast):
    row = a_draft(cast.department, by=cast.clerk)
    with transaction.atomic():
        actions.assign_number(document=row, by=cast.clerk, at=AT)
        transaction.set_rollback(True)
    row.refresh_from_db()
    assert (row.status, row.number_text) == ("draft", "")
    assert actions.assign_number(document=row, by=cast.clerk, at=AT).number == 1


def test_nobody_gets_two_numbers_for_one_document(cast):
    row = an_issued(cast.department, by=cast.clerk)
    with pytest.raises(Refused, match="đã có số"):
        actions.assign_number(document=row, by=cast.clerk, at=AT)
    assert an_issued(cast.department, by=cast.clerk).number == 2


def test_arrivals_and_copies_count_by_themselves(cast):
    own = an_issued(cast.department, by=cast.clerk)
    arrivals = [an_arrival(cast.department, by=cast.clerk, number_text=text) for text in ("3296", "3297")]
    copy = {"document": own, "unit": cast.department, "amount": 1, "made_for": "", "by": cast.clerk, "at": AT}
    copies = [actions.make_copy(kind=kind, symbol=f"{kind}-SGDĐT", **copy) for kind in ("SY", "TrS")]
    assert [row.arrival_number for row in arrivals] == [1, 2]
    assert [row.code for row in copies] == ["01/SY-SGDĐT", "02/TrS-SGDĐT"]


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_have_no_gap_and_no_repeat():
    cast = the_cast()
    faults = number_at_once(drafts(cast.department, by=cast.clerk, number=500), by=cast.clerk, threads=8)
    numbers = list(Document.objects.order_by("number").values_list("number", flat=True))
    assert (faults, numbers) == ([], list(range(1, 501)))
