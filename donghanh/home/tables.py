from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from donghanh.home.numbers import MOST_DECIMALS, cells_of
from donghanh.kernel.tables import NumberColumn, PercentColumn
from donghanh.kernel.templatetags.dh import number, percent, status
from donghanh.reporting.choices import COUNTED
from donghanh.reporting.models import Submission
from donghanh.reporting.queries import shown_state
from donghanh.statistics.choices import DatumKind
from donghanh.statistics.queries import Cell, Origin

NOTHING: Final = Cell()
MOMENT: Final = '<span>{}<span class="dh-list-note">{}</span></span>'


class SchoolTable(tables.Table):
    """The schools behind a percentage."""

    name = tables.Column(verbose_name=_("Trường"), order_by="sort")
    value = PercentColumn(verbose_name=_("Kết quả"))
    numerator = NumberColumn(verbose_name=_("Tử số"))
    denominator = NumberColumn(verbose_name=_("Mẫu số"))
    report = tables.Column(verbose_name=_("Báo cáo"), orderable=False)

    def render_name(self, record: dict[str, Any]) -> SafeString | str:
        if not record["report"]:
            return str(record["name"])
        return format_html(
            '<a href="{}">{}</a>', reverse("reporting:report", args=[record["report"].pk]), record["name"]
        )

    def value_name(self, record: dict[str, Any]) -> str:
        return str(record["name"])

    def render_value(self, record: dict[str, Any]) -> SafeString:
        return format_html('<a href="{}">{}</a>', record["opens"], percent(record["value"]))

    def value_value(self, record: dict[str, Any]) -> float | None:
        found: float | None = record["value"]
        return found

    def render_report(self, value: Submission) -> SafeString:
        return render_to_string("components/status.html", status(shown_state(value)))

    def value_report(self, value: Submission) -> str:
        return str(value.get_state_display())


class BehindTable(tables.Table):
    """The reports behind a figure, each with what it gives to it, who sent it and which office accepted it."""

    origin: Origin  # of the figure
    unit_name = tables.Column(
        verbose_name=_("Đơn vị"), order_by="unit_sort", linkify=("reporting:report", {"pk": tables.A("pk")})
    )
    value = NumberColumn(verbose_name=_("Góp vào số này"), empty_values=(), accessor="state", orderable=False)
    numerator = NumberColumn(verbose_name=_("Tử số"), empty_values=(), accessor="state", orderable=False)
    denominator = NumberColumn(verbose_name=_("Mẫu số"), empty_values=(), accessor="state", orderable=False)
    state = tables.Column(verbose_name=_("Tình trạng"))
    sent_at = tables.Column(verbose_name=_("Gửi"), accessor="latest__sent_at", order_by="latest__sent_at", default="")
    accepted_at = tables.Column(verbose_name=_("Duyệt"), default="")

    class Meta:
        model = Submission
        fields: tuple[str, ...] = ("unit_name",)
        sequence = ("unit_name", "value", "numerator", "denominator", "state", "sent_at", "accepted_at")
        empty_text = _("Chưa có báo cáo nào được duyệt")

    def render_state(self, record: Submission) -> SafeString:
        return render_to_string("components/status.html", status(shown_state(record)))

    def value_state(self, record: Submission) -> str:
        return str(record.get_state_display())

    def render_numerator(self, record: Any) -> str:
        return number(self.value_numerator(record), self._decimals(self.value_numerator(record)))

    def value_numerator(self, record: Any) -> float | None:
        return self._given(record).numerator

    def render_denominator(self, record: Any) -> str:
        return number(self.value_denominator(record), self._decimals(self.value_denominator(record)))

    def value_denominator(self, record: Any) -> float | None:
        return self._given(record).denominator

    def render_value(self, record: Any) -> str:
        cell = self._given(record)
        if self.origin.is_share:
            shown = number(cell.value, self.origin.decimals)
            return f"{shown}\N{NARROW NO-BREAK SPACE}%" if shown and self.origin.unit == "%" else shown
        return number(cell.value, self._decimals(cell.value))

    def value_value(self, record: Any) -> float | None:
        return self._given(record).value

    def render_sent_at(self, record: Any) -> SafeString:
        return format_html(MOMENT, *self._sent(record))

    def value_sent_at(self, record: Any) -> str:
        return ", ".join(self._sent(record))

    def render_accepted_at(self, record: Any) -> SafeString:
        return format_html(MOMENT, *self._accepted(record))

    def value_accepted_at(self, record: Any) -> str:
        return ", ".join(self._accepted(record))

    def _sent(self, record: Any) -> tuple[str, str]:
        told = {"number": record.latest.number, "who": record.latest.sent_by.full_name}
        return _moment(record.latest.sent_at), gettext("lần %(number)s, %(who)s") % told

    def _accepted(self, record: Any) -> tuple[str, str]:
        who = ", ".join(filter(None, [record.accepted_office, record.accepted_by]))
        return _moment(record.accepted_at), who

    def _given(self, record: Any) -> Cell:
        """Reckoned once a row, whichever column asks first."""
        if not hasattr(record, "given"):
            record.given = (
                self.origin.given(record.expected.unit_id, cells_of(record)) if record.state in COUNTED else NOTHING
            )
        given: Cell = record.given
        return given

    @staticmethod
    def _decimals(value: float | None) -> int:
        return 0 if value is None or value == int(value) else MOST_DECIMALS


def behind_table(origin: Origin, *, states: bool) -> type[BehindTable]:
    """Its columns for one figure: both sides of a share, one number of a count, none for a reporting rate.

    `states`: reports that are not accepted stand among them.
    """
    left_out: dict[str, tuple[str, ...]] = {
        DatumKind.RATE: ("value", "numerator", "denominator"),
        DatumKind.ELEMENT: ("numerator", "denominator"),
        DatumKind.INDICATOR: (),
    }
    gone = [*left_out[origin.datum.kind], *(() if states else ("state",))]
    heading = {"value": NumberColumn(verbose_name=_("Kết quả"), empty_values=(), accessor="state", orderable=False)}
    named = heading if origin.is_share and origin.indicator else {}
    return type("OneBehindTable", (BehindTable,), {**named, **dict.fromkeys(gone), "origin": origin})


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "H:i j/n/Y")
