"""Who replaces, cancels, amends, implements whom; what is in force on a day."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from donghanh.documents import actions, queries
from donghanh.documents.actions_relations import announce_replaced, relate
from donghanh.documents.models import Document, Relation
from donghanh.documents.signals import document_replaced
from donghanh.documents.tests.factories import DAY, a_draft, an_arrival, an_issued
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.people.tests.cast import the_cast

LATER = {"date": DAY + timedelta(days=2)}


@pytest.fixture
def told_of():
    heard: list[list[int]] = []

    def hear(document_ids, **_rest):
        heard.append(document_ids)

    document_replaced.connect(hear)
    yield heard
    document_replaced.disconnect(hear)


def in_force(unit, day):
    return [row.code for row in queries.in_force_for(unit.pk, on=day)]


def test_a_replacement_holds_from_its_day_on_and_is_told_then(cast, told_of, django_capture_on_commit_callbacks):
    old = an_issued(cast.department, by=cast.clerk)
    new = a_draft(cast.department, by=cast.clerk, **LATER)
    with django_capture_on_commit_callbacks(execute=True):
        relate(later=new, earlier=old, kind="replaces", by=cast.clerk, at=AT)
    assert (told_of, in_force(cast.department, date(2025, 6, 16))) == ([], ["01/QĐ-SGDĐT"])
    with django_capture_on_commit_callbacks(execute=True):
        actions.assign_number(document=new, by=cast.clerk, at=AT)
    assert told_of == [[old.pk]]
    assert in_force(cast.department, date(2025, 6, 13)) == ["01/QĐ-SGDĐT"]
    assert in_force(cast.department, date(2025, 6, 14)) == ["02/QĐ-SGDĐT"]


def test_a_replacement_of_a_day_to_come_is_told_on_that_day(cast, told_of, django_capture_on_commit_callbacks):
    old, new = (an_issued(cast.department, by=cast.clerk) for _each in range(2))
    day = date(2025, 7, 1)
    with django_capture_on_commit_callbacks(execute=True):
        relate(later=new, earlier=old, kind="cancels", from_date=day, by=cast.clerk, at=AT)
        announce_replaced(on=day - timedelta(days=1), at=AT)
    assert told_of == []
    with django_capture_on_commit_callbacks(execute=True):
        announce_replaced(on=day, at=AT)
        announce_replaced(on=day, at=AT)
    assert told_of == [[old.pk]]


def test_nothing_is_replaced_twice(cast):
    old, new, newer = (an_issued(cast.department, by=cast.clerk) for _each in range(3))
    relate(later=new, earlier=old, kind="replaces", by=cast.clerk, at=AT)
    with pytest.raises(Refused, match="Quyết định 01/QĐ-SGDĐT đã bị Quyết định 02/QĐ-SGDĐT thay thế hoặc bãi bỏ"):
        relate(later=newer, earlier=old, kind="cancels", by=cast.clerk, at=AT)


def test_circles_are_refused_however_long(cast):
    one, two, three = (an_issued(cast.department, by=cast.clerk) for _each in range(3))
    relate(later=two, earlier=one, kind="amends", by=cast.clerk, at=AT)
    relate(later=three, earlier=two, kind="implements", by=cast.clerk, at=AT)
    with pytest.raises(Refused, match="nối thêm sẽ thành vòng tròn"):
        relate(later=one, earlier=three, kind="amends", by=cast.clerk, at=AT)


def test_only_a_later_document_acts_on_an_earlier_one(cast):
    old = an_issued(cast.department, by=cast.clerk)
    new = an_issued(cast.department, by=cast.clerk, **LATER)
    with pytest.raises(Refused, match="văn bản sau mới tác động lên văn bản trước"):
        relate(later=old, earlier=new, kind="amends", by=cast.clerk, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_ties_written_at_once_close_no_circle():
    cast = the_cast()
    one, two = (an_issued(cast.department, by=cast.clerk) for _each in range(2))
    together, refused = threading.Barrier(2), []

    def tie(later, earlier):
        together.wait()
        try:
            relate(later=later, earlier=earlier, kind="amends", by=cast.clerk, at=AT)
        except Refused as fault:
            refused.append(fault)
        finally:
            connection.close()

    fresh = [Document.objects.get(pk=row.pk) for row in (two, one)]
    threads = [threading.Thread(target=tie, args=pair) for pair in ((one, two), tuple(fresh))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Relation.objects.count(), len(refused)) == (1, 1)


def test_a_recalled_document_no_longer_ends_another(cast):
    old, new, newer = (an_issued(cast.department, by=cast.clerk) for _each in range(3))
    relate(later=new, earlier=old, kind="replaces", by=cast.clerk, at=AT)
    actions.recall(document=new, reason="Sai thẩm quyền", by=cast.clerk, at=AT)
    assert in_force(cast.department, DAY) == ["03/QĐ-SGDĐT", "01/QĐ-SGDĐT"]
    relate(later=newer, earlier=old, kind="replaces", by=cast.clerk, at=AT)
    assert in_force(cast.department, DAY) == ["03/QĐ-SGDĐT"]


def test_a_school_is_bound_by_what_stands_above_it_and_not_beside(cast):
    an_arrival(cast.department, by=cast.clerk)
    an_issued(cast.school, by=cast.principal, type="KH", symbol="KH-THCS", in_force_to=date(2025, 6, 20))
    an_issued(cast.kim_boi, by=cast.other_district_officer, symbol="QĐ-PGDĐT")
    assert in_force(cast.school, date(2025, 6, 20)) == ["01/KH-THCS", "3296/QĐ-BGDĐT"]
    assert in_force(cast.school, date(2025, 6, 21)) == ["3296/QĐ-BGDĐT"]


def test_the_graph_reads_as_a_tree_on_both_sides(cast):
    law, plan, amended, task = (
        an_arrival(cast.department, by=cast.clerk),
        *(an_issued(cast.department, by=cast.clerk) for _each in range(3)),
    )
    relate(later=plan, earlier=law, kind="implements", by=cast.clerk, at=AT)
    relate(later=amended, earlier=plan, kind="amends", by=cast.clerk, at=AT)
    relate(later=task, earlier=amended, kind="implements", by=cast.clerk, at=AT)
    upon, below = queries.graph(plan, visible=Document.objects.all(), on=DAY)
    assert [(node.depth, node.words, node.document.code) for node in upon] == [
        (1, "Triển khai thực hiện", "3296/QĐ-BGDĐT")
    ]
    assert [(node.depth, node.words, node.document.code) for node in below] == [
        (1, "Được sửa đổi, bổ sung bởi", "02/QĐ-SGDĐT"),
        (2, "Được triển khai bởi", "03/QĐ-SGDĐT"),
    ]
    hidden = Document.objects.exclude(pk=amended.pk)
    assert queries.graph(plan, visible=hidden, on=DAY)[1] == []
