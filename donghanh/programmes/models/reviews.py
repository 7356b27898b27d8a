from __future__ import annotations

from django.db import models

from donghanh.documents.models import Document
from donghanh.organisations.models import Unit
from donghanh.papers.models import Paper
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.programmes.choices import ReviewKind, ReviewMove, ReviewState
from donghanh.programmes.models.plans import Programme


class Review(models.Model):
    """What a unit says of a programme over a period: figures that were drawn, and what people wrote about them."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="reviews")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ReviewKind)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.DRAFT)
    latest = models.ForeignKey("ReviewVersion", on_delete=models.PROTECT, null=True, related_name="+")
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+"
    )  # once it has a number
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, null=True, related_name="+")  # laid out, to be signed

    class Meta:
        verbose_name = "báo cáo sơ kết, tổng kết"
        constraints = (
            models.UniqueConstraint(fields=["programme", "unit", "kind", "period"], name="review_once_a_period"),
        )


class ReviewVersion(models.Model):
    """One wording; the database refuses to change it.

    `content`: section → {"figures": [[sentence, address of its source], …], "text": what people wrote}.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bản của báo cáo"
        constraints = (models.UniqueConstraint(fields=["review", "number"], name="review_version_once"),)


class ReviewTransition(models.Model):
    """One move, of one wording; the database refuses to change it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="transitions")
    version = models.ForeignKey(ReviewVersion, on_delete=models.PROTECT, related_name="+")
    move = models.CharField(max_length=10, choices=ReviewMove)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bước của báo cáo"
