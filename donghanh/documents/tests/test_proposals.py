"""What units propose on a document, who sees it, and how it is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from donghanh.audit.models import Entry
from donghanh.documents import actions_proposals as proposals
from donghanh.documents import queries_proposals as queries
from donghanh.documents.models_reading import Proposal, ProposalAuthor, ProposalHead
from donghanh.documents.rules import Receiver
from donghanh.documents.signals import proposals_answered
from donghanh.documents.tests.factories import an_arrival, an_issued
from donghanh.documents.tests.factories_reading import a_proposal
from donghanh.kernel.rows import everything, reader
from donghanh.kernel.verdict import Refused
from donghanh.organisations.tests.factories import AT
from donghanh.people.tests.cast import a_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_demo_day")]
TODAY = AT.date()


@pytest.fixture
def document(cast):
    return an_issued(cast.department, by=cast.clerk, to=(Receiver("Mọi đơn vị", cast.department, with_below=True),))


@pytest.fixture
def other_principal(cast):
    return a_person("vinhtien", "Bùi Vĩnh", "principal", cast.sibling)


def seen(account, document):
    rows = queries.proposals_visible_to(account, document, on=TODAY)
    return {(row.unit_name, row.state) for row in rows}


def test_several_are_put_together_and_answered_for_all_who_see_the_document(cast, document, other_principal):
    ours = a_proposal(document, cast.school, by=cast.principal)
    theirs = a_proposal(document, cast.sibling, by=other_principal)
    both = {("Trường TH&THCS Ân Nghĩa", "open"), ("Trường THCS Vĩnh Tiến", "open")}
    assert seen(cast.clerk, document) == both
    head = proposals.merge(
        document=document, proposals=[ours.pk, theirs.pk], title="Người quản trị mạng dùng chung", by=cast.clerk, at=AT
    )
    told = []
    proposals_answered.connect(lambda head_id, **_: told.append(head_id), weak=False, dispatch_uid="test")
    proposals.answer(head=head, outcome="partly", words="Được dùng chung trong một xã.", by=cast.clerk, at=AT)
    proposals_answered.disconnect(dispatch_uid="test")
    answered = {(unit, "answered") for unit, _state in both}
    assert seen(cast.other_teacher, document) == seen(cast.clerk, document) == answered
    assert [(one.title, one.units, one.answer) for one in queries.heads_of(document)] == [
        ("Người quản trị mạng dùng chung", 2, "Được dùng chung trong một xã.")
    ]
    assert [row.unit_name for row in queries.under(head, on=TODAY)] == [
        "Trường TH&THCS Ân Nghĩa", "Trường THCS Vĩnh Tiến",
    ]  # fmt: skip
    with pytest.raises(Refused, match="giữ nguyên"):
        proposals.answer(head=head, outcome="kept", words="Thôi", by=cast.clerk, at=AT)
    with pytest.raises(Refused, match="vừa được trả lời"):
        proposals.merge(document=document, proposals=[ours.pk], title="Lại", by=cast.clerk, at=AT)


def test_until_it_is_taken_up_the_own_unit_and_the_issuing_office_see_it(cast, document):
    a_proposal(document, cast.school, by=cast.principal)
    shown = {("Trường TH&THCS Ân Nghĩa", "open")}
    people = (cast.principal, cast.teacher, cast.clerk, cast.department_officer, cast.district_officer, cast.leader)
    assert [bool(seen(one, document)) for one in people] == [True, True, True, True, False, False]
    assert seen(cast.other_teacher, document) == set()
    assert seen(cast.clerk, document) == shown


def test_who_wrote_it_is_told_to_nobody_else_by_query_log_or_database(cast, document):
    row = a_proposal(document, cast.school, by=cast.principal)
    assert queries.written_by(cast.principal, document, on=TODAY) == {row.pk}
    for other in (cast.clerk, cast.teacher, cast.district_officer, cast.administrator):
        assert queries.written_by(other, document, on=TODAY) == set()
        offices = [cast.department.pk, cast.school.pk]
        with reader(account=other.pk, offices=offices, day=TODAY):
            assert not ProposalAuthor.objects.exists()
    assert not ProposalAuthor.objects.exists()
    entry = Entry.objects.get(verb="documents.proposed")
    assert (entry.by_id, entry.unit_id, entry.details) == (None, cast.school.pk, {"proposal": row.pk})
    keys = {field.name for field in Proposal._meta.concrete_fields if field.is_relation}
    assert keys == {"document", "unit", "head"}


def test_the_author_takes_it_back_until_it_is_answered(cast, document, other_principal):
    row = a_proposal(document, cast.school, by=cast.principal)
    for other in (cast.clerk, cast.teacher, cast.district_officer):
        with pytest.raises(Refused, match="Chỉ người viết"):
            proposals.withdraw(proposal=row, by=other, at=AT)
    head = proposals.merge(document=document, proposals=[row.pk], title="Dùng chung", by=cast.clerk, at=AT)
    proposals.withdraw(proposal=row, by=cast.principal, at=AT)
    assert [(one.state, one.unit_name) for one in queries.under(head, on=TODAY)] == [
        ("withdrawn", "Trường TH&THCS Ân Nghĩa")
    ]
    assert seen(cast.clerk, document) == seen(cast.other_teacher, document) == set()
    assert seen(cast.principal, document) == {("Trường TH&THCS Ân Nghĩa", "withdrawn")}
    with pytest.raises(Refused, match="đều đã rút"):
        proposals.answer(head=head, outcome="kept", words="Không", by=cast.clerk, at=AT)
    theirs = a_proposal(document, cast.sibling, by=other_principal)
    proposals.merge(document=document, proposals=[theirs.pk], head=head, by=cast.clerk, at=AT)
    proposals.answer(head=head, outcome="kept", words="Giữ nguyên vì đã có hướng dẫn.", by=cast.clerk, at=AT)
    with pytest.raises(Refused, match="nên giữ nguyên"):
        proposals.withdraw(proposal=theirs, by=other_principal, at=AT)
    late = a_proposal(document, cast.school, by=cast.principal)
    with pytest.raises(Refused, match="đã trả lời"):
        proposals.merge(document=document, proposals=[late.pk], head=head, by=cast.clerk, at=AT)


def test_one_put_under_the_wrong_head_goes_to_another_and_an_empty_head_is_not_shown(cast, document):
    row = a_proposal(document, cast.school, by=cast.principal)
    proposals.merge(document=document, proposals=[row.pk], title="Nhầm", by=cast.clerk, at=AT)
    proposals.merge(document=document, proposals=[row.pk], title="Đúng", by=cast.clerk, at=AT + timedelta(minutes=1))
    assert [one.title for one in queries.heads_of(document)] == ["Đúng"]


def test_the_database_keeps_what_was_said(cast, document):
    row = a_proposal(document, cast.school, by=cast.principal)
    head = proposals.merge(document=document, proposals=[row.pk], title="Dùng chung", by=cast.clerk, at=AT)
    proposals.answer(head=head, outcome="accepted", words="Sẽ sửa.", by=cast.clerk, at=AT)
    mine, under = Proposal.objects.filter(pk=row.pk), ProposalHead.objects.filter(pk=head.pk)
    with everything():
        author = ProposalAuthor.objects.get()
    for change in (
        mine.delete, lambda: mine.update(problem="Không sao"), lambda: mine.update(unit=cast.sibling),
        under.delete, lambda: under.update(answer="Không sửa"), author.delete,
    ):  # fmt: skip
        with pytest.raises(DatabaseError), everything():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(
            document=document, unit=cast.school, clause="1", problem="2", wish="3", proposed_at=AT, state="merged"
        )


def test_who_may_not_propose_or_answer_is_told(cast, document):
    foreign = an_arrival(cast.school, by=cast.principal)
    secret = an_issued(cast.department, by=cast.clerk)  # sent to nobody
    for about, unit, by, sentence in (
        (document, cast.school, cast.teacher, "cần quyền kiến nghị"),
        (document, cast.sibling, cast.principal, "thay đơn vị của mình"),
        (secret, cast.school, cast.principal, "cần quyền kiến nghị"),
        (foreign, cast.school, cast.principal, "ở ngoài hệ thống"),
        (an_issued(cast.school, by=cast.principal, symbol="QĐ-THCS"), cast.school, cast.principal, "cần quyền"),
    ):
        with pytest.raises(Refused, match=sentence):
            a_proposal(about, unit, by=by)
    with pytest.raises(Refused, match="Ghi đủ") as refused:
        a_proposal(document, cast.school, by=cast.principal, wish="  ")
    assert refused.value.about == "wish"
    assert not Proposal.objects.exists()
    row = a_proposal(document, cast.school, by=cast.principal)
    with pytest.raises(Refused, match="Chỉ cơ quan ban hành"):
        proposals.merge(document=document, proposals=[row.pk], title="x", by=cast.principal, at=AT)
    for wrong, about in (({"proposals": []}, "proposals"), ({"proposals": [row.pk], "title": " "}, "title")):
        with pytest.raises(Refused) as refused:
            proposals.merge(document=document, by=cast.clerk, at=AT, **wrong)
        assert refused.value.about == about


def test_what_waits_for_an_office_is_told_with_the_longest_waiting_first(cast, document):
    other = an_issued(cast.department, by=cast.clerk, to=(Receiver("Mọi đơn vị", cast.department, with_below=True),))
    a_proposal(other, cast.school, by=cast.principal, at=AT + timedelta(hours=1))
    first = a_proposal(document, cast.school, by=cast.principal)
    a_proposal(document, cast.school, by=cast.principal, at=AT + timedelta(hours=2))
    waits = [(row.pk, row.waiting) for row in queries.waiting_at(cast.clerk, on=TODAY)]
    assert waits == [(document.pk, 2), (other.pk, 1)]
    proposals.withdraw(proposal=first, by=cast.principal, at=AT)
    assert queries.waiting_at(cast.clerk, on=TODAY).first().waiting == 1
    assert not queries.waiting_at(cast.principal, on=TODAY)
