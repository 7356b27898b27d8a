from __future__ import annotations

from django.db import models

from donghanh.explorer.choices import LetterState, Rhythm
from donghanh.files.models import StoredFile
from donghanh.kernel.columns import folded, sort_key_of
from donghanh.organisations.models import Unit
from donghanh.people.models import Account


class Kept(models.Model):
    """What a person keeps: named, theirs alone until it is shared, deleted so that it can be taken back."""

    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # where its owner kept it
    name = models.CharField(max_length=120)
    name_sort = sort_key_of("name")
    name_folded = folded("name")
    description = models.CharField(max_length=500, blank=True)
    shared = models.BooleanField(default=False)  # with everyone of the office who reads figures
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class SavedView(Kept):
    """A look that is kept: its question and its layout, never its figures."""

    query = models.TextField(blank=True)  # as in an address (`look.Look`); empty: the usual look
    token = models.CharField(max_length=43, unique=True, null=True)  # noqa: DJ001  # of its link; null, as it is unique

    class Meta:
        verbose_name = "bảng số liệu đã lưu"
        indexes = (models.Index(fields=["owner", "name_sort"], name="views_of_an_owner"),)


class Dashboard(Kept):
    """Saved views side by side."""

    class Meta:
        verbose_name = "bảng theo dõi"
        indexes = (models.Index(fields=["owner", "name_sort"], name="dashboards_of_an_owner"),)


class Tile(models.Model):
    """One view on a dashboard."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="tiles")
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    wide = models.BooleanField(default=False)  # the whole width, else half of it

    class Meta:
        verbose_name = "ô của bảng theo dõi"
        constraints = (
            models.UniqueConstraint(
                fields=["dashboard", "position"], name="tile_place_once", deferrable=models.Deferrable.DEFERRED
            ),
        )


class Subscription(models.Model):
    """A view or a dashboard that is sent on certain days."""

    owner = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    view = models.ForeignKey(SavedView, on_delete=models.PROTECT, null=True, related_name="subscriptions")
    dashboard = models.ForeignKey(Dashboard, on_delete=models.PROTECT, null=True, related_name="subscriptions")
    rhythm = models.CharField(max_length=10, choices=Rhythm)
    day = models.PositiveSmallIntegerField(default=1)  # 1 Monday … 7; of a month 1 … 28; daily: unused
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lịch gửi số liệu"
        constraints = (
            models.CheckConstraint(
                name="subscription_to_one", condition=models.Q(view=None) ^ models.Q(dashboard=None)
            ),
        )


class Receiver(models.Model):
    """Who gets it, each with the figures that are theirs to see on the day."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="receivers")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)  # wants it no more

    class Meta:
        verbose_name = "người nhận số liệu"
        constraints = (models.UniqueConstraint(fields=["subscription", "account"], name="receiver_once"),)


class Letter(models.Model):
    """What one receiver was sent on one day; kept so that it is there without any mail."""

    receiver = models.ForeignKey(Receiver, on_delete=models.CASCADE, related_name="letters")
    on = models.DateField()
    at = models.DateTimeField()
    title = models.CharField(max_length=200)
    title_folded = folded("title")
    text = models.TextField()
    file = models.ForeignKey(StoredFile, on_delete=models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=LetterState)

    class Meta:
        verbose_name = "thư số liệu"
        constraints = (models.UniqueConstraint(fields=["receiver", "on"], name="letter_once_a_day"),)


class MailAddress(models.Model):
    """Where a person wants letters; only they write it."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="+")
    address = models.EmailField()

    class Meta:
        verbose_name = "địa chỉ nhận thư"
