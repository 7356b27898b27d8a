"""A person's calendar, fetched by the calendar on their phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from icalendar import Calendar, Event

from donghanh.agenda.queries import Entry, entries_of, feed_of
from donghanh.kernel.access import public
from donghanh.kernel.clock import today

BACK, AHEAD = timedelta(days=60), timedelta(days=400)


@public
@never_cache
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """iCalendar (RFC 5545): what is due from the person's own units, from two months ago to thirteen months ahead."""
    found = feed_of(secret)
    if found is None:
        raise Http404
    day = today()
    calendar = Calendar()
    calendar.add("prodid", "-//Dong Hanh//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Đồng Hành: việc đến hạn"))
    for entry in entries_of(found.account, day - BACK, day + AHEAD, on=day):
        calendar.add_component(_event(request, entry, stamp=found.made_at))
    answer = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="dong-hanh.ics"'
    return answer


def _event(request: HttpRequest, entry: Entry, *, stamp: datetime) -> Event:
    event = Event()
    same = sha256(f"{entry.kind} {entry.unit_id} {entry.on} {entry.title}".encode()).hexdigest()[:24]
    event.add("uid", f"{same}@{request.get_host()}")  # the same at each fetch: nothing doubles on the phone
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", f"✓ {entry.title}" if entry.done else entry.title)
    event.add("categories", [str(entry.kind.label)])
    if entry.href:
        event.add("url", request.build_absolute_uri(entry.href))
    return event
