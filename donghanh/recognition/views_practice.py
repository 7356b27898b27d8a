"""The library of good practice, and the yearly counts of discipline."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from donghanh.files.queries import as_download
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.organisations.choices import SCHOOL_KINDS
from donghanh.organisations.queries import called, kinds
from donghanh.people.choices import Right
from donghanh.people.queries import own_units
from donghanh.periods.models import Period
from donghanh.recognition import actions_practice as actions
from donghanh.recognition import queries, rules
from donghanh.recognition.choices import Discipline
from donghanh.recognition.forms import DisciplineForm, PracticeForm, ReviewForm, TrialForm
from donghanh.recognition.models import Practice
from donghanh.recognition.tables import PracticeTable
from donghanh.recognition.views import reader

YEARS_SHOWN = 5


@requires(Right.SHARE_PRACTICE)
def practices(request: HttpRequest) -> HttpResponse:
    """What worked elsewhere, the most reused first."""
    rows = queries.practices_visible_to(reader(request), on=today())
    return list_page(
        request, rows, PracticeTable, "recognition/practices.html", searched="title_folded", name="kinh-nghiem-hay"
    )


@requires(Right.SHARE_PRACTICE)
def new_practice(request: HttpRequest) -> HttpResponse:
    """Tell one of one's own unit."""
    own = own_units(reader(request), Right.SHARE_PRACTICE, on=today())
    return _written(request, Practice(unit_id=own[0], written_by=reader(request)))


@requires(Right.SHARE_PRACTICE)
def change_practice(request: HttpRequest, pk: int) -> HttpResponse:
    """Another wording, before it is shared."""
    found = get_object_or_404(queries.practices_visible_to(reader(request), on=today()), pk=pk)
    verdict = rules.may_share(reader(request), found, on=today())
    if not verdict:
        messages.info(request, verdict.reason)
        return redirect("recognition:practice", pk=pk)
    return _written(request, found)


def _written(request: HttpRequest, practice: Practice) -> HttpResponse:
    form = PracticeForm(request.POST or None, request.FILES or None, instance=practice)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.write_practice(
                practice=practice, words=form.words, file=form.cleaned_data["file_"], send="send" in request.POST,
                by=reader(request), at=now(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Đã ghi."))
            return redirect("recognition:practice", pk=made.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "recognition/practice_form.html", {"form": form, "practice": practice}, status=status)


@requires(Right.SHARE_PRACTICE)
def practice(request: HttpRequest, pk: int) -> HttpResponse:
    """One practice: read, shared or returned by the office above, tried by others."""
    account, day = reader(request), today()
    found = get_object_or_404(queries.practices_visible_to(account, on=day), pk=pk)
    units = own_units(account, Right.SHARE_PRACTICE, on=day)
    act = pressed(request)
    trial, reviewed = TrialForm(request.POST if act == "try" else None), ReviewForm(request.POST if act else None)
    if act:
        place: Form = trial if act == "try" else reviewed
        try:
            if place.is_valid():
                _practice_done(request, found, act, place.cleaned_data, units)
                return redirect("recognition:practice", pk=pk)
        except Refused as refused:
            place.add_error(refused.about if refused.about in place.fields else None, str(refused))
    context = {
        "practice": found,
        "trials": found.trials.order_by("-at", "pk"),
        "may_share": rules.may_share(account, found, on=day),
        "may_review": rules.may_review(account, found, on=day),
        "may_try": rules.may_try(account, found, units[0], on=day),
        "trial": trial,
        "review": reviewed,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if trial.errors or reviewed.errors else HTTPStatus.OK
    return render(request, "recognition/practice.html", context, status=status)


def _practice_done(request: HttpRequest, found: Practice, act: str, said: dict[str, Any], units: list[int]) -> None:
    signed: dict[str, Any] = {"practice": found, "by": reader(request), "at": now()}
    if act == "try":
        actions.tell_trial(unit_id=units[0], outcome=said["outcome"], words=said["words"], **signed)
    else:
        actions.review_practice(share=act == "share", remark=said["remark"], **signed)
    messages.success(request, _("Đã ghi."))


@requires(Right.SHARE_PRACTICE)
def practice_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file beside a practice, always as a download."""
    rows = queries.practices_visible_to(reader(request), on=today()).filter(file__isnull=False)
    kept: Any = get_object_or_404(rows, pk=pk).file
    return as_download(kept)


@requires(Right.READ_REPORTS)
def discipline(request: HttpRequest) -> HttpResponse:
    """How often, by category and year: a school enters its own numbers, an office reads one sum."""
    account, day = reader(request), today()
    year, closed = queries.years_of_discipline(on=day)
    if year is None:
        return redirect("periods:calendar")
    own = own_units(account, Right.FILL_REPORTS, on=day)
    schools = [unit for unit, kind in kinds(own, on=day).items() if kind in SCHOOL_KINDS]
    counted = queries.discipline_of(schools[0], year) if schools else {}
    form = DisciplineForm(request.POST if request.method == "POST" else None, counted=counted)
    if schools and form.is_valid():
        actions.count_discipline(unit_id=schools[0], period=year, counts=form.cleaned_data, by=account, at=now())
        messages.success(request, _("Đã ghi số lượt của năm học."))
        return redirect("recognition:discipline")
    offices = [] if schools else own_units(account, Right.READ_FIGURES, on=day)
    sums = [line for one in closed[:YEARS_SHOWN] for line in _sums(offices, one)]
    context = {"form": form if schools else None, "year": year, "sums": sums, "offices": offices}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "recognition/discipline.html", context, status=status)


def _sums(offices: list[int], year: Period) -> list[tuple[str, int, list[tuple[str, str]]]]:
    """For each office: year and name, schools that counted, each category with its sum in words."""
    names = called(offices, on=year.reference_day)
    lines = []
    for office, (schools, found) in queries.discipline_over(offices, year).items():
        said = [
            (str(Discipline(code).label), _("không nêu") if total is None else number_format(int(total)))
            for code, total in found.items()
        ]
        lines.append((f"{year.label} – {names.get(office, '')}", schools, said))
    return lines
