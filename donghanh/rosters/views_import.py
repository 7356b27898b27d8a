"""Pages of rosters coming in: upload, what was found, write or drop."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import MOST_ROWS_IN_A_FILE, list_page
from donghanh.kernel.rows import walled
from donghanh.kernel.spreadsheet import download
from donghanh.organisations.queries import named
from donghanh.people.choices import Right
from donghanh.rosters import actions, queries, rules, sheet
from donghanh.rosters.choices import ImportState
from donghanh.rosters.exports import directory_file
from donghanh.rosters.forms import DecisionForm, DirectoryForm, UploadForm
from donghanh.rosters.models import RosterImport
from donghanh.rosters.tables import SHOWN_OUTCOMES, LineTable
from donghanh.rosters.views import reader

MOST_SHOWN = 20
CONVERTED = "typed"  # beside the outcomes: names that were typed for an old font


@requires(Right.MANAGE_LEARNERS)
@walled
def rosters(request: HttpRequest) -> HttpResponse:
    """Upload a roster; those brought in before."""
    units = named(queries.offices_of(reader(request), on=today()), on=today())
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        units=units,
        years=queries.school_years(on=today()),
    )
    if form.is_valid():
        said = form.cleaned_data
        received = actions.receive(
            name=said["file"].name, chunks=said["file"].chunks(), unit_id=said["unit"],
            school_year=said["school_year"], whole=said["whole"], by=reader(request), at=now(),
        )  # fmt: skip
        return redirect("rosters:roster", pk=received.pk)
    context = {"form": form, "imports": queries.imports_of(reader(request), on=today())[:MOST_SHOWN]}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "rosters/rosters.html", context, status=status)


@requires(Right.MANAGE_LEARNERS)
def template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # a view takes its request
    """The sheet that a school fills in."""
    return download(sheet.TEMPLATE, name="mau-danh-sach-lop", title=_("Danh sách"))


@requires(Right.MANAGE_LEARNERS)
@walled
def roster(request: HttpRequest, pk: int, outcome: str = "") -> HttpResponse:
    """One roster: how far it is, what it would do line by line, and the decision."""
    found = get_object_or_404(queries.imports_of(reader(request), on=today()), pk=pk)
    if outcome not in ("", CONVERTED, *SHOWN_OUTCOMES):
        raise Http404
    if request.method == "POST":
        return _decide(request, found)
    converted = queries.converted(found)
    verdict = rules.may_write(found, reader(request), on=today())
    return list_page(
        request, queries.lines_of(found, outcome), LineTable, "rosters/roster.html",
        searched="full_name_folded", name="danh-sach-nhap", roster=found, converted=converted,
        unit_name=named([found.unit_id], on=today()).get(found.unit_id, ""), verdict=verdict,
        waits=found.state in (ImportState.CHECKED, ImportState.FAILED),
        tabs=_tabs(found, outcome, converted), figures=_figures(found),
    )  # fmt: skip


def _tabs(found: RosterImport, chosen: str, converted: int) -> list[dict[str, object]]:
    counts: list[tuple[str, str, int]] = [(code, str(code.label), found.counts.get(code, 0)) for code in SHOWN_OUTCOMES]
    counts += [(CONVERTED, _("Tên gõ phông cũ"), converted)]
    every = sum(count for code, _label, count in counts if code != CONVERTED)
    return [
        {
            "label": label,
            "count": count,
            "href": reverse("rosters:roster", args=[found.pk, code] if code else [found.pk]),
            "current": code == chosen,
        }
        for code, label, count in [("", _("Tất cả"), every), *counts]
        if count or code in ("", chosen)
    ]


def _figures(found: RosterImport) -> list[tuple[str, str]]:
    return [
        (_("Học sinh trong tệp"), str(found.counts.get("student", 0))),
        (_("Giáo viên trong tệp"), str(found.counts.get("teacher", 0))),
    ]


def _decide(request: HttpRequest, found: RosterImport) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return redirect("rosters:roster", pk=found.pk)
    if form.cleaned_data["move"] == "write":
        actions.ask_to_write(roster=found, by=reader(request), at=now())
        return redirect("rosters:roster", pk=found.pk)
    actions.drop(roster=found, by=reader(request), at=now())
    messages.success(request, _("Đã bỏ danh sách; các dòng đã đọc bị xóa."))
    return redirect("rosters:rosters")


@requires(Right.MANAGE_LEARNERS)
@never_cache
@walled
def directory(request: HttpRequest) -> HttpResponse:
    """Learners as the bulk upload of another directory: those for whom that is consented to."""
    form = DirectoryForm(request.POST if request.method == "POST" else None)
    account = reader(request)
    chosen, left_out = queries.learners_to_hand_out(account, on=today())
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        context = {"form": form, "going": chosen.count(), "left_out": left_out}
        return render(request, "rosters/directory.html", context, status=status)
    kind, learners = form.cleaned_data["kind"], chosen[:MOST_ROWS_IN_A_FILE]
    text = directory_file(kind, learners, domain=form.cleaned_data["domain"])
    actions.note_export(
        unit_ids=queries.offices_of(account, on=today()), kind=kind, learners=len(learners), by=account, at=now()
    )
    headers = {"Content-Disposition": f'attachment; filename="{kind}.csv"'}
    return HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers)


@requires(Right.MANAGE_LEARNERS)
@walled
def roster_news(request: HttpRequest, pk: int, state: str, done: int) -> HttpResponse:
    """Has the job moved on since the page was drawn? 204: no."""
    found = get_object_or_404(queries.imports_of(reader(request), on=today()), pk=pk)
    same = found.state == state and found.done == done
    return HttpResponse(status=HTTPStatus.NO_CONTENT) if same else HttpResponse(found.state)
