"""Units go in and out as files. Whoever holds `units.manage` sees the files that they themselves looked at."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.files.queries import content_of
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import ROWS_A_PAGE, paged
from donghanh.kernel.parameters import parameters
from donghanh.kernel.sheets_in import Unreadable
from donghanh.kernel.spreadsheet import XLSX
from donghanh.kernel.text import fold
from donghanh.kernel.verdict import Refused
from donghanh.organisations import exports, imports
from donghanh.organisations.choices import ImportState, LineVerdict
from donghanh.organisations.import_checks import Options, Reach
from donghanh.organisations.import_files import MOST_BYTES
from donghanh.organisations.import_forms import VERDICTS, ImportForm, ResultForm
from donghanh.organisations.import_tables import ImportTable, LineTable
from donghanh.organisations.models import ImportLine, UnitImport
from donghanh.organisations.views import MANAGE_UNITS, READ_UNITS


def reader_id(request: HttpRequest) -> int:
    """Who is signed in; the access middleware has already asked."""
    return cast("int", request.user.pk)


def own_imports(request: HttpRequest) -> QuerySet[UnitImport]:
    found = UnitImport.objects.filter(checked_by=reader_id(request))
    return found.select_related("file").order_by("-pk")


def reach_of(request: HttpRequest) -> Reach:
    """Which units this reader may change; `people.middleware` knows."""
    reach: Reach = partial(request.reached, MANAGE_UNITS)  # type: ignore[attr-defined]  # set by the access middleware
    return reach


@requires(MANAGE_UNITS)
def upload(request: HttpRequest) -> HttpResponse:
    """“Nhập đơn vị từ tệp”: the file is looked at; nothing is written yet."""
    form = ImportForm(request.POST or None, request.FILES or None, initial={"on": today()})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            found = imports.check(
                content=said["file"].read(MOST_BYTES + 1), file_name=said["file"].name, decision=said["decision"],
                on=said["on"], options=form.options, reach=reach_of(request), by=reader_id(request), at=now(),
            )  # fmt: skip
        except (Unreadable, Refused) as refused:
            form.add_error("file" if isinstance(refused, Unreadable) else "decision", str(refused))
        else:
            return redirect("organisations:import_result", import_id=found.pk)
    earlier = ImportTable(own_imports(request))
    paged(request, earlier, ROWS_A_PAGE)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    crumbs = [(_("Đơn vị"), reverse("organisations:units"))]
    return render(
        request, "organisations/import.html", {"form": form, "table": earlier, "crumbs": crumbs}, status=status
    )


@requires(MANAGE_UNITS)
def import_result(request: HttpRequest, import_id: int) -> HttpResponse:
    """What each line would do, or did: `?ket_qua=bad&q=hoa+son`."""
    return _result_page(request, get_object_or_404(own_imports(request), pk=import_id))


def _result_page(request: HttpRequest, found: UnitImport, sentence: str = "") -> HttpResponse:
    asked = parameters(
        request,
        ket_qua=forms.ChoiceField(required=False, choices=LineVerdict.choices, initial=""),
        q=forms.CharField(required=False, max_length=100, initial=""),
    )
    lines = ImportLine.objects.filter(unit_import=found).order_by("number")
    counts = dict(lines.order_by("verdict").values_list("verdict").annotate(lines=Count("pk")))
    verdict, text = asked["ket_qua"], asked["q"]
    shown = lines.filter(verdict=verdict) if verdict else lines
    table = LineTable(shown.filter(name_folded__contains=fold(text)) if text else shown)
    paged(request, table, ROWS_A_PAGE)
    to_write = counts.get(LineVerdict.NEW, 0) + counts.get(LineVerdict.CHANGED, 0)
    bad = counts.get(LineVerdict.BAD, 0)
    context: dict[str, Any] = {
        "found": found,
        "table": table,
        "tabs": _tabs(asked, counts),
        "q": text,
        "verdict": verdict,
        "to_write": to_write,
        "bad": bad,
        "may_write": found.state in (ImportState.CHECKED, ImportState.REFUSED) and to_write and not bad,
        "legacy": bad and not found.options["convert"] and lines.filter(faults__icontains="TCVN3, VNI").exists(),
        "sentence": sentence or (found.sentence if found.state == ImportState.REFUSED else ""),
        "crumbs": [(_("Đơn vị"), reverse("organisations:units")), (_("Nhập từ tệp"), reverse("organisations:import"))],
    }
    status = HTTPStatus.CONFLICT if sentence else HTTPStatus.OK
    return render(request, "organisations/import_result.html", context, status=status)


def _tabs(asked: dict[str, Any], counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "count": counts.get(verdict, 0) if verdict else sum(counts.values()),
            "href": f"?{urlencode(asked | {'ket_qua': verdict})}",
            "current": verdict == asked["ket_qua"],
        }
        for verdict, label in VERDICTS
    ]


@require_POST
@requires(MANAGE_UNITS)
def import_apply(request: HttpRequest, import_id: int) -> HttpResponse:
    """Write what was looked at; or look again, reading TCVN3 and VNI as what they mean."""
    found = get_object_or_404(own_imports(request), pk=import_id)
    form = ResultForm(request.POST)
    if not form.is_valid():
        return redirect("organisations:import_result", import_id=import_id)
    said: dict[str, Any] = {"reach": reach_of(request), "by": reader_id(request), "at": now()}
    try:
        if form.cleaned_data["move"] == "convert":
            found = _look_again(found, **said)
        else:
            imports.begin(unit_import=found, **said)
    except Refused as refused:
        return _result_page(request, found, str(refused))
    if found.state == ImportState.APPLIED:
        messages.success(request, _("Đã ghi mọi thay đổi của tệp."))
    return redirect("organisations:import_result", import_id=found.pk)


def _look_again(found: UnitImport, **said: Any) -> UnitImport:
    with content_of(found.file) as file:
        content = file.read()
    options = Options(**(found.options | {"convert": True}))
    return imports.check(
        content=content, file_name=found.file.name, decision=found.decision, on=found.on, options=options, **said
    )


@requires(MANAGE_UNITS)
def import_workbook(request: HttpRequest, import_id: int) -> HttpResponse:
    """The lines as Excel, wrong cells marked."""
    found = get_object_or_404(own_imports(request), pk=import_id)
    headers = {"Content-Disposition": 'attachment; filename="ket-qua-nhap.xlsx"'}
    return HttpResponse(exports.import_result(found), content_type=XLSX, headers=headers)


@requires(READ_UNITS)
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The register of a day as a file: `xuat/dhis2-json/?day=2025-06-30`."""
    if form not in exports.FORMS:
        raise Http404
    day = parameters(request, day=forms.DateField(required=False, initial=today()))["day"]
    end, content_type, write = exports.FORMS[form]
    headers = {"Content-Disposition": f'attachment; filename="don-vi-{day:%Y-%m-%d}{end}"'}
    return HttpResponse(write(day), content_type=content_type, headers=headers)


@requires(READ_UNITS)
def files(request: HttpRequest) -> HttpResponse:
    """“Tải danh sách đơn vị”: the day and the form of the file."""
    day = parameters(request, day=forms.DateField(required=False, initial=today()))["day"]
    crumbs = [(_("Đơn vị"), reverse("organisations:units"))]
    return render(request, "organisations/files.html", {"day": day, "crumbs": crumbs})
