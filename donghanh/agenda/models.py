from __future__ import annotations

from django.db import models

from donghanh.agenda.choices import BusyKind
from donghanh.kernel.models import Dated
from donghanh.organisations.models import Unit
from donghanh.people.models import Account


class BusySpan(Dated):
    """Days in which a unit and all below it have their hands full."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=BusyKind)

    class Meta:
        verbose_name = "thời gian bận"


class Feed(models.Model):
    """The address under which a person's calendar is fetched; the secret in it is kept nowhere."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 in hex
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "địa chỉ lịch cá nhân"
