"""Who is asked to read a document and has, and what units propose to change in it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, TextField, Value
from django.db.models.functions import Concat

from donghanh.documents.choices import Outcome, ProposalState
from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.people.choices import ROLES
from donghanh.people.models import Account


class Publication(models.Model):
    """An office asks an audience to read a document by a day.

    The audience is a rule, never a list: who holds one of `roles` on the day one asks, in a unit of one of `kinds`, in
    the branch or below it. Whoever comes later owes it too.
    """

    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="publications")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the office or a unit below it
    kinds = ArrayField(models.CharField(max_length=20, choices=UnitKind))
    roles = ArrayField(models.CharField(max_length=40, choices=[(role.code, role.name) for role in ROLES.values()]))
    due_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")  # null: by itself
    remark = models.CharField(max_length=300, blank=True, default="")  # why it was closed

    class Meta:
        verbose_name = "lần phổ biến văn bản"
        constraints = (
            models.UniqueConstraint(
                fields=["document", "office"], condition=Q(closed_at__isnull=True), name="published_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(kinds__len__gte=1, roles__len__gte=1), name="publication_to_somebody"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, remark="")
                | Q(closed_at__isnull=False) & ~Q(remark=""),
                name="publication_closed_with_remark",
            ),
        )
        indexes = (GinIndex(fields=["roles"], name="publication_roles"),)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Acknowledgement(models.Model):
    """A person said "read and understood" of a document. Once, never unsaid; behind the second wall.

    Nothing else of the reading is kept: no opening, no scrolling, no time spent.
    """

    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="acknowledgements")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "xác nhận đã đọc"
        constraints = (models.UniqueConstraint(fields=["document", "account"], name="acknowledged_once"),)


class Nudge(models.Model):
    """Those of a unit and below it who had not read were reminded on a day. How many they were, not who."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="nudges")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    people = models.PositiveIntegerField()

    class Meta:
        verbose_name = "lần nhắc đọc"
        constraints = (models.UniqueConstraint(fields=["publication", "unit", "on"], name="nudged_once_a_day"),)


class ProposalHead(models.Model):
    """What several units propose, put into one question and answered once, for all who may see the document."""

    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="proposal_heads")
    title = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default="")
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "nhóm kiến nghị"
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="", outcome="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="") & ~Q(outcome=""),
                name="head_answered_in_full",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Proposal(models.Model):
    """A unit says which clause does not work, why, and what would. Speaks for the unit; who wrote it stands apart."""

    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="proposals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=200)  # "Điều 5, khoản 2"
    problem = models.TextField()
    wish = models.TextField()
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    head = models.ForeignKey(ProposalHead, on_delete=models.PROTECT, null=True, related_name="proposals")
    proposed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    found_by = GeneratedField(
        expression=Func(
            Concat(
                F("clause"), Value(" · "), F("problem"), Value(" · "), F("wish"), output_field=TextField()
            ),
            function="dh_fold",
        ),
        output_field=TextField(), db_persist=True,
    )  # fmt: skip

    class Meta:
        verbose_name = "kiến nghị sửa đổi văn bản"
        constraints = (
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, head__isnull=True, withdrawn_at__isnull=True)
                | Q(state__in=(ProposalState.MERGED, ProposalState.ANSWERED), head__isnull=False)
                & Q(withdrawn_at__isnull=True)
                | Q(state=ProposalState.WITHDRAWN, withdrawn_at__isnull=False),
                name="proposal_as_its_state_says",
            ),
        )
        indexes = (models.Index(fields=["document", "state"], name="proposals_of_a_document"),)


class ProposalAuthor(models.Model):
    """Who wrote a proposal. The database shows this row to that person and to nobody else."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="author")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "người viết kiến nghị"
