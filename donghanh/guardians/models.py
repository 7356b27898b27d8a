from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from donghanh.guardians.choices import RUNNING, LinkState, Relation, Why
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.rosters.models import Learner


class Guardianship(models.Model):
    """A guardian's link with a child, from the code on paper to its end. Behind the second wall."""

    child = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the child's school, for the wall
    state = models.CharField(max_length=20, choices=LinkState, default=LinkState.INVITED)
    code_hash = models.CharField(max_length=64, unique=True)  # keyed; the code itself stands on the paper alone
    in_person = models.BooleanField()  # handed over to a person the school knows: claiming it is enough
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    guardian = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    relation = models.CharField(max_length=20, choices=Relation, blank=True)
    claimed_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")  # null: in person
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")  # null: by a rule
    why = models.CharField(max_length=20, choices=Why, blank=True)

    class Meta:
        verbose_name = "liên kết cha mẹ"
        constraints = (
            models.UniqueConstraint(
                "guardian",
                "child",
                name="one_link_of_a_guardian",
                condition=Q(state__in=[one.value for one in RUNNING]),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[one.value for one in RUNNING])
                | Q(guardian__isnull=False, claimed_at__isnull=False) & ~Q(relation=""),
                name="link_of_a_guardian",
            ),
            models.CheckConstraint(
                condition=Q(state=LinkState.REVOKED, ended_at__isnull=False)
                | (~Q(state=LinkState.REVOKED) & Q(ended_at=None)),
                name="link_ended_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=LinkState.VERIFIED) | Q(verified_at__isnull=False), name="link_verified_at_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(guardian=None) | ~Q(guardian=F("child_id")), name="nobody_is_their_own_guardian"
            ),
        )
        indexes = (models.Index(fields=["unit", "state"], name="links_of_a_school"),)


class CustodyBlock(models.Model):
    """A decision by which this account sees nothing of this child. Behind the second wall.

    Without an account: somebody who has none yet; until it is lifted, no code of the child counts without the school.
    """

    child = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    guardian = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.CharField(max_length=80)  # number of the decision; what stands in it stays in the school's files
    document_day = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    lifted_document = models.CharField(max_length=80, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "quyết định hạn chế"
        constraints = (
            models.UniqueConstraint("guardian", "child", name="one_block_of_a_guardian", condition=Q(lifted_at=None)),
            models.UniqueConstraint(
                "child", name="one_block_without_an_account", condition=Q(lifted_at=None, guardian=None)
            ),
            models.CheckConstraint(condition=~Q(document=""), name="block_names_its_document"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_document="") | (Q(lifted_at__isnull=False) & ~Q(lifted_document="")),
                name="block_lifted_by_a_document",
            ),
        )


class ClaimFailure(models.Model):
    """A code that was wrong, counted for a day. The code typed is not kept."""

    account_id = models.BigIntegerField(null=True)  # no foreign key: nothing of an account hangs on it
    address = models.GenericIPAddressField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "mã liên kết nhập sai"
        indexes = (
            models.Index(fields=["account_id", "at"], name="claims_of_an_account"),
            models.Index(fields=["address", "at"], name="claims_from_an_address"),
        )
