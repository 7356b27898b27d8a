"""Proposals on a document: made, withdrawn, put together, answered; none is ever deleted.

What a unit proposes stands in the log without a person: offices above read the log, and there the unit alone speaks.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.documents.choices import PROPOSAL_TRANSITIONS, ProposalState
from donghanh.documents.models import Document
from donghanh.documents.models_reading import Proposal, ProposalAuthor, ProposalHead
from donghanh.documents.queries_proposals import may_answer_for, proposing_units, written_by
from donghanh.documents.queries_reading import readers_of
from donghanh.documents.rules_proposals import may_answer, may_merge, may_propose, may_withdraw
from donghanh.documents.signals import proposals_answered
from donghanh.kernel.rows import reader
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit
from donghanh.people.models import Account


@transaction.atomic
def propose(
    *, document: Document, unit: Unit, clause: str, problem: str, wish: str, by: Account, at: datetime
) -> Proposal:
    """The unit says which clause does not work, why, and what would."""
    on = timezone.localdate(at)
    with readers_of(by, on=on):
        may_propose(by, document, on=on).enforce()
    if unit.pk not in proposing_units(by, document, on=on):
        raise Refused(_("Thầy cô chỉ kiến nghị thay đơn vị của mình."))
    words = {"clause": nfc(clause), "problem": nfc(problem), "wish": nfc(wish)}
    for name, said in words.items():
        if not said:
            raise Refused(_("Ghi đủ điều khoản, chỗ vướng và cách sửa."), name)
    row = Proposal.objects.create(document=document, unit=unit, proposed_at=at, **words)
    with reader(account=by.pk, day=on):
        ProposalAuthor.objects.create(proposal=row, account=by)
    record(verb="documents.proposed", on=document, by=None, at=at, unit=unit.pk, proposal=row.pk)
    return row


@transaction.atomic
def withdraw(*, proposal: Proposal, by: Account, at: datetime) -> Proposal:
    """The author takes it back, before it is answered; the row stays."""
    row = Proposal.objects.select_for_update(of=("self",)).select_related("document").get(pk=proposal.pk)
    mine = row.pk in written_by(by, row.document, on=timezone.localdate(at))
    may_withdraw(row, mine=mine).enforce()
    row.state, row.withdrawn_at = PROPOSAL_TRANSITIONS["withdraw"][1], at
    row.save(update_fields=["state", "withdrawn_at"])
    record(verb="documents.proposal_withdrawn", on=row.document, by=None, at=at, unit=row.unit_id, proposal=row.pk)
    return row


@transaction.atomic
def merge(
    *, document: Document, proposals: Collection[int], head: ProposalHead | None = None, title: str = "", by: Account,
    at: datetime,
) -> ProposalHead:  # fmt: skip
    """Put proposals of the document under one head, a new one called `title` or one that is not answered yet."""
    _office(document, by, at)
    if head is not None:
        head = ProposalHead.objects.select_for_update().get(pk=head.pk, document=document)
    rows = list(Proposal.objects.select_for_update().filter(document=document, pk__in=proposals).order_by("pk"))
    may_merge(rows, head, nfc(title)).enforce()
    if head is None:
        head = ProposalHead.objects.create(document=document, title=nfc(title), made_at=at, made_by=by)
    Proposal.objects.filter(pk__in=[row.pk for row in rows]).update(head=head, state=PROPOSAL_TRANSITIONS["merge"][1])
    record(
        verb="documents.proposals_merged", on=document, by=by.pk, at=at, unit=document.unit_id, head=head.pk,
        proposals=[row.pk for row in rows],
    )  # fmt: skip
    return head


@transaction.atomic
def answer(*, head: ProposalHead, outcome: str, words: str, by: Account, at: datetime) -> ProposalHead:
    """Answer a head, once, for all who may see the document; every proposal under it is answered with it."""
    row = ProposalHead.objects.select_for_update(of=("self",)).select_related("document").get(pk=head.pk)
    _office(row.document, by, at)
    # in order, and locked: one that is withdrawn at this moment is either answered or gone, never both
    under = Proposal.objects.select_for_update().filter(head=row, state=ProposalState.MERGED).order_by("pk")
    standing = [one.pk for one in under]
    may_answer(row, len(standing), nfc(words)).enforce()
    row.outcome, row.answer, row.answered_at, row.answered_by = outcome, nfc(words), at, by
    row.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    Proposal.objects.filter(pk__in=standing).update(state=PROPOSAL_TRANSITIONS["answer"][1])
    record(
        verb="documents.proposals_answered", on=row.document, by=by.pk, at=at, unit=row.document.unit_id, head=row.pk,
        proposals=standing,
    )  # fmt: skip
    transaction.on_commit(lambda: proposals_answered.send(ProposalHead, head_id=row.pk), robust=True)
    return row


def _office(document: Document, by: Account, at: datetime) -> None:
    if not may_answer_for(by, document, on=timezone.localdate(at)):
        raise Refused(_("Chỉ cơ quan ban hành gộp và trả lời kiến nghị."))
