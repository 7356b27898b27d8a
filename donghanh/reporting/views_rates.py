"""Reporting rates of every form by area, and what the checks over time say should be looked at again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.kernel.text import sort_key
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.reporting import findings, queries, rates
from donghanh.reporting.tables_rates import FindingTable, RateTable
from donghanh.reporting.views import reader
from donghanh.statistics.actions import look_at_finding
from donghanh.statistics.choices import FindingKind

MOST_ROUNDS = 24  # shown at once: two years of months


class SeenForm(forms.Form):
    word = forms.CharField(
        max_length=200, error_messages={"required": gettext_lazy("Hãy ghi đã xem thấy gì, ví dụ: đã xem: đúng.")}
    )


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Theo dõi báo cáo"), reverse("reporting:board"))]


@requires(Right.REVIEW_REPORTS)
def reporting_rates(request: HttpRequest) -> HttpResponse:
    """Every form at once, a line a form, period and area: expected, sent, on time, accepted."""
    rounds = list(queries.collections_visible_to(reader(request), on=today())[:MOST_ROUNDS])
    rows = [
        {
            "form": line.collection.form_version.definition.name, "period": line.collection.period.short_label,
            "area": line.name or _("Trực thuộc"), "area_sort": (not line.name, sort_key(line.name)),
            "expected": line.expected, "sent": line.sent, "sent_share": line.sent_share, "on_time": line.on_time,
            "on_time_share": line.on_time_share, "accepted": line.accepted,
            "searched": f"{line.name} {line.collection.period.short_label}",
        }
        for line in rates.rates_of(reader(request), rounds, on=today())
    ]  # fmt: skip
    return list_page(
        request, rows, RateTable, "reporting/rates.html",
        searched="searched", name="ty-le-bao-cao", crumbs=_crumbs(),
    )  # fmt: skip


@requires(Right.REVIEW_REPORTS)
def to_look_at(request: HttpRequest) -> HttpResponse:
    """What the checks over time found, `?loai=` one kind of it, each with the way to its report."""
    kinds = [("", _("Tất cả")), *FindingKind.choices]
    asked = parameters(request, loai=forms.ChoiceField(required=False, choices=kinds, initial=""))["loai"]
    every = findings.findings_visible_to(reader(request), on=today())
    tabs = [
        {"label": label, "href": f"?loai={kind}" if kind else "?", "current": kind == asked} for kind, label in kinds
    ]
    return list_page(
        request, every.filter(kind=asked) if asked else every, FindingTable, "reporting/findings.html",
        searched="unit_folded", name="can-xem-lai", kept={"loai": asked} if asked else {}, tabs=tabs,
        crumbs=_crumbs(),
    )  # fmt: skip


@require_POST
@requires(Right.REVIEW_REPORTS)
def see_finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it was looked at, with a word."""
    finding = get_object_or_404(findings.findings_visible_to(reader(request), on=today()), pk=pk)
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.warning(request, str(form.errors["word"][0]))
        return redirect("reporting:findings")
    try:
        look_at_finding(finding=finding, word=form.cleaned_data["word"], by=reader(request).pk, at=now())
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Đã ghi. Số liệu này không báo lại nữa, trừ khi thay đổi."))
    return redirect("reporting:findings")
