"""The clock. Only views, jobs and commands read it; everything below takes `at=`."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in the local zone. In a demo: today's time of day on the demo's own day."""
    moment = timezone.localtime()
    if settings.DEMO_DAY:
        day = date.fromisoformat(settings.DEMO_DAY)
        moment = moment.replace(year=day.year, month=day.month, day=day.day)
    return moment


def today() -> date:
    return now().date()
