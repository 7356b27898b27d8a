from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from donghanh.documents.models import Document
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.programmes.choices import MOST_MONEY, EntryKind, MoneySource
from donghanh.programmes.models.plans import PlanTask, Programme


class BudgetLine(models.Model):
    """What one unit has in one year from one source for one task. Its sums are those of its entries, never stored."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()  # of the state budget: a calendar year
    source = models.CharField(max_length=10, choices=MoneySource)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(PlanTask, on_delete=models.PROTECT, null=True, related_name="+")  # None: the whole plan

    class Meta:
        verbose_name = "dòng dự toán"
        constraints = (
            models.UniqueConstraint(
                fields=["unit", "year", "source", "programme", "task"], name="budget_line_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="budget_line_year"),
        )
        indexes = (models.Index(fields=["year", "unit"], name="budget_lines_of_a_year"),)


class MoneyEntry(models.Model):
    """One amount in đồng; the database refuses to change it, so a correction is a row that reverses another.

    Money handed down is one row that leaves `line` and arrives at `to`: no sum can see the one end without the other.
    That a commitment fits its budget and spending its commitment is held by a trigger (migration 0002).
    """

    line = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    amount = models.BigIntegerField()  # below 0 in a reversing row alone
    to = models.ForeignKey(BudgetLine, on_delete=models.PROTECT, null=True, related_name="incoming")
    commitment = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="spendings")
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reversals")
    purpose = models.CharField(max_length=300, blank=True)
    paper = models.CharField(max_length=200, blank=True)  # number and symbol of what it stands on, in words
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)  # of a correction
    on = models.DateField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "khoản kinh phí"
        constraints = (
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="money_below_zero_only_reverses",
            ),
            models.CheckConstraint(
                condition=Q(amount__range=(-MOST_MONEY, MOST_MONEY)), name="money_within_reason"
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.TRANSFER, to__isnull=False) | ~Q(kind=EntryKind.TRANSFER) & Q(to=None),
                name="money_goes_somewhere",
            ),
            models.CheckConstraint(condition=Q(to=None) | ~Q(to=F("line")), name="money_goes_elsewhere"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.SPENDING, commitment__isnull=False)
                | ~Q(kind=EntryKind.SPENDING) & Q(commitment=None),
                name="spending_has_its_commitment",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reason=""), name="a_reversal_says_why"
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=["line", "kind"], name="money_of_a_line"),)


class ClosedYear(models.Model):
    """A unit's year that was settled: from then on only corrections with a reason are written."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "năm đã khóa sổ kinh phí"
        constraints = (models.UniqueConstraint(fields=["unit", "year"], name="year_closed_once"),)
