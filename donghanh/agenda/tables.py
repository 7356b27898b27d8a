from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.agenda.choices import MOST_A_WEEK
from donghanh.agenda.models import BusySpan
from donghanh.agenda.queries import Entry, loads, monday_of
from donghanh.kernel.tables import NumberColumn
from donghanh.kernel.text import fold


class EntryTable(tables.Table):
    on = tables.DateColumn(verbose_name=gettext_lazy("Ngày"), format="d/m/Y")
    title = tables.Column(verbose_name=gettext_lazy("Việc"), linkify=lambda record: record["href"] or None)
    kind = tables.Column(verbose_name=gettext_lazy("Loại"))
    state = tables.Column(verbose_name=gettext_lazy("Tình trạng"), orderable=False)
    week = tables.Column(verbose_name=gettext_lazy("Tuần"), orderable=False)
    load = NumberColumn(verbose_name=gettext_lazy("Số việc của tuần"))
    note = tables.Column(verbose_name=gettext_lazy("Lưu ý"), orderable=False, default="")


def entry_rows(found: Iterable[Entry], busy: Iterable[BusySpan], *, on: date) -> list[dict[str, Any]]:
    """Lines of EntryTable of one unit. A week with too much, or within busy days, says so in words."""
    found, spans = list(found), list(busy)
    owed = loads(found)

    def state(entry: Entry) -> str:
        if entry.done:
            return _("đã xong")
        return _("quá hạn") if entry.on < on else _("chưa xong")

    def note(entry: Entry) -> str:
        words = [span.name for span in spans if entry.on in span.valid]
        if owed[entry.unit_id, monday_of(entry.on)] > MOST_A_WEEK:
            words.append(_("tuần dồn nhiều việc"))
        return "; ".join(words)

    return [
        {
            "on": entry.on,
            "title": entry.title,
            "href": entry.href,
            "kind": str(entry.kind.label),
            "state": state(entry),
            "week": date_format(monday_of(entry.on), "j/n"),
            "load": owed[entry.unit_id, monday_of(entry.on)],
            "note": note(entry),
            "found_by": fold(f"{entry.title} {entry.kind.label}"),
        }
        for entry in found
    ]
