"""The calendar as a page, and the forms by which an office sets what a decision sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.kernel.access import requires, signed_in
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.periods import actions, queries
from donghanh.periods.choices import Calendar, PeriodKind
from donghanh.periods.forms import OwnPeriodForm, SchoolYearForm, SpecialDayForm
from donghanh.periods.models import Period
from donghanh.periods.tables import HolidayTable, PeriodTable, period_rows

MANAGE_UNITS = "units.manage"  # a right of `people`, which stands above this room
YEARS_SHOWN = 6


@signed_in
def calendar(request: HttpRequest) -> HttpResponse:
    """The school year that has begun last; a page of its own while there is none."""
    years = queries.school_years()
    if not years:
        return render(request, "periods/no_year.html", {"may_manage": may_manage(request)})
    begun = [year for year in years if year.days.lower <= today()] or years
    return redirect("periods:year", code=begun[-1].code, kind=Calendar.SCHOOL)


@signed_in
def year(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Periods and cut-offs of one calendar that close in one school year, and the days off."""
    if kind not in Calendar.values:
        raise Http404
    found = get_object_or_404(Period, code=code, kind=PeriodKind.SCHOOL_YEAR)
    days, years = queries.WorkingDays(found.place), queries.school_years(place=found.place)
    rows = period_rows(queries.calendar_of(found, kind), days)
    context: dict[str, Any] = {
        "year": found,
        "kind": kind,
        "years": _links([(one.short_label, one.code, kind) for one in reversed(years[-YEARS_SHOWN:])], (code, kind)),
        "kinds": _links([(label, code, value) for value, label in Calendar.choices], (code, kind)),
        "facts": _facts(found, days),
        "holidays": HolidayTable(_holidays(found, days), empty_text=_("Không có ngày nghỉ nào")),
        "may_manage": may_manage(request),
    }
    return list_page(request, rows, PeriodTable, "periods/year.html", searched="label", name=f"lich-{code}", **context)


def _links(pages: Iterable[tuple[str | Promise, str, str]], here: tuple[str, str]) -> list[dict[str, Any]]:
    """Tabs to (label, code of the school year, calendar)."""
    return [
        {"label": label, "href": reverse("periods:year", args=[code, kind]), "current": (code, kind) == here}
        for label, code, kind in pages
    ]


def may_manage(request: HttpRequest) -> bool:
    return MANAGE_UNITS in request.rights  # type: ignore[attr-defined]  # set by the access middleware


def _facts(year: Period, days: queries.WorkingDays) -> list[tuple[str, object]]:
    span = year.span
    said: list[tuple[str, object]] = [
        (_("Bắt đầu"), f"{span.start:%d/%m/%Y}"),
        (_("Kết thúc"), f"{span.end:%d/%m/%Y}"),
        (_("Ngày làm việc"), days.between(span.start, span.end)),
    ]
    weeks = [row.teaching_weeks for row in queries.semesters(year)]
    if all(weeks) and weeks:
        said.append((_("Tuần thực học"), f"{sum(filter(None, weeks))} ({' + '.join(map(str, weeks))})"))
    return [*said, (_("Văn bản quy định"), year.decision)] if year.decision else said


def _holidays(year: Period, days: queries.WorkingDays) -> list[dict[str, Any]]:
    named = days.named(year.span.start, year.span.end)
    return [{"day": day, "name": name, "works": works} for day, name, works in named]


@requires(MANAGE_UNITS)
def school_year(request: HttpRequest) -> HttpResponse:
    """Set a school year with its semesters."""

    def act(form: SchoolYearForm) -> str:
        said = form.cleaned_data
        year = actions.decide_school_year(
            first_day=said["first_day"], last_day=said["last_day"], semesters=form.semesters, place=said["place"],
            decision=said["decision"], by=request.user.pk, at=now(),
        )  # fmt: skip
        return _("Đã ghi %(year)s.") % {"year": year.label}

    return _form_page(request, SchoolYearForm, gettext_lazy("Đặt năm học"), act)


@requires(MANAGE_UNITS)
def own_period(request: HttpRequest) -> HttpResponse:
    """Add a one-off period."""

    def act(form: OwnPeriodForm) -> str:
        period = actions.add_own_period(**form.cleaned_data, by=request.user.pk, at=now())
        return _("Đã thêm kỳ “%(name)s”.") % {"name": period.name}

    return _form_page(request, OwnPeriodForm, gettext_lazy("Thêm kỳ riêng"), act)


@requires(MANAGE_UNITS)
def special_day(request: HttpRequest) -> HttpResponse:
    """Add a day off, or a make-up day."""

    def act(form: SpecialDayForm) -> str:
        row = actions.set_special_day(**form.cleaned_data, by=request.user.pk, at=now())
        return _("Đã ghi ngày %(day)s.") % {"day": f"{row.day:%d/%m/%Y}"}

    return _form_page(request, SpecialDayForm, gettext_lazy("Ghi ngày nghỉ, làm bù"), act)


def _form_page[F: forms.Form](
    request: HttpRequest, form_class: type[F], title: str | Promise, act: Callable[[F], str]
) -> HttpResponse:
    """Show the form; when it is right, do it and go back to the calendar."""
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        messages.success(request, act(form))
        return redirect("periods:calendar")
    crumbs = [(_("Lịch báo cáo"), reverse("periods:calendar"))]
    return render(
        request, "periods/form.html", {"form": form, "title": title, "crumbs": crumbs},
        status=422 if form.is_bound else 200,
    )  # fmt: skip
