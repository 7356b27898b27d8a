"""Proposals on a document: whose each reader sees, and what was answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from donghanh.documents.choices import Direction, ProposalState, Status
from donghanh.documents.models import Document
from donghanh.documents.models_reading import Proposal, ProposalAuthor, ProposalHead
from donghanh.kernel.rows import reader
from donghanh.organisations.queries import with_unit_names
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import holds, own_units

PUBLIC = (ProposalState.MERGED, ProposalState.ANSWERED)
WAITING = (ProposalState.OPEN, ProposalState.MERGED)


def may_answer_for(account: Account, document: Document, *, on: date) -> bool:
    """Does the account answer for the office that issued the document?"""
    return document.direction == Direction.OUT and holds(account, Right.PUBLISH_DOCUMENTS, document.unit_id, on=on)


def proposals_visible_to(account: Account, document: Document, *, on: date) -> QuerySet[Proposal]:
    """Of a document that the account sees: all of its own units; to the issuing office all that were not withdrawn; to
    others those it has taken up. Each with `unit_name`, `unit_sort` and never with a person."""
    own = own_units(account, Right.READ_DOCUMENTS, on=on)
    seen = Q(unit__in=own)
    if may_answer_for(account, document, on=on):
        seen |= ~Q(state=ProposalState.WITHDRAWN)
    else:
        seen |= Q(state__in=PUBLIC)
    rows = Proposal.objects.filter(seen, document=document).select_related("head")
    return with_unit_names(rows, on=on).order_by("-proposed_at", "-pk")


def heads_of(document: Document) -> QuerySet[ProposalHead]:
    """What the office has taken up, unanswered first, then the latest answered; `units`: how many stand behind it."""
    standing = Q(proposals__state__in=PUBLIC)
    rows = ProposalHead.objects.filter(document=document)
    counted = rows.annotate(units=Count("proposals__unit", distinct=True, filter=standing))
    return counted.filter(Exists(Proposal.objects.filter(head=OuterRef("pk")))).order_by(
        F("answered_at").desc(nulls_first=True), "-made_at", "pk"
    )


def under(head: ProposalHead, *, on: date) -> QuerySet[Proposal]:
    """What stands under a head, by unit; what was withdrawn stays there without its words."""
    rows = with_unit_names(Proposal.objects.filter(head=head), on=on)
    return rows.order_by("unit_sort", "proposed_at", "pk")


def written_by(account: Account, document: Document, *, on: date) -> set[int]:
    """Ids of the proposals on the document that the account wrote itself: the wall tells nobody else."""
    with reader(account=account.pk, day=on):
        rows = ProposalAuthor.objects.filter(account=account, proposal__document=document)
        return set(rows.order_by().values_list("proposal", flat=True))


def waiting_on(document: Document) -> QuerySet[Proposal]:
    """What has not been answered yet, for the office that answers."""
    return Proposal.objects.filter(document=document, state__in=WAITING).order_by("proposed_at", "pk")


def waiting_at(account: Account, *, on: date) -> QuerySet[Any]:
    """Documents of the account's own offices on which proposals wait, longest first; `waiting`: how many."""
    own = own_units(account, Right.PUBLISH_DOCUMENTS, on=on)
    waits = Q(proposals__state__in=WAITING)
    oldest = Proposal.objects.filter(document=OuterRef("pk"), state__in=WAITING).order_by("proposed_at")
    rows = Document.objects.filter(unit__in=own, direction=Direction.OUT).exclude(status=Status.DRAFT)
    counted = rows.annotate(waiting=Count("proposals", filter=waits), since=Subquery(oldest.values("proposed_at")[:1]))
    waiting: QuerySet[Any] = counted.filter(waiting__gt=0)
    return waiting.order_by("since", "pk")


def proposing_units(account: Account, document: Document, *, on: date) -> list[int]:
    """Units for which the account may propose: its own, below the office that issued the document or beside it."""
    return [unit for unit in own_units(account, Right.PROPOSE_CHANGES, on=on) if unit != document.unit_id]
