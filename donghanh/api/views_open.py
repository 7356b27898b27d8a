"""Open data: what an office publishes for everyone, and how it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_POST

from donghanh.api import actions, queries, sdmx
from donghanh.api.asking import question_of
from donghanh.api.choices import LICENCE_TEXTS, Licence
from donghanh.api.forms import PublishForm
from donghanh.api.models import OpenDataSet
from donghanh.api.tables import OpenFigureTable
from donghanh.kernel.access import public, requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import list_page
from donghanh.kernel.text import sort_key
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import called
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.periods.choices import PeriodKind
from donghanh.periods.queries import periods
from donghanh.statistics.queries import Answer, Cell, Place, indicators

FRESH = timedelta(minutes=10)
MOST_LISTED = 200
FORMS = {"csv": sdmx.CSV_TYPE, "json": sdmx.JSON_TYPE}
LINKED_DATA = "application/ld+json"


@public
def catalogue(request: HttpRequest) -> HttpResponse:
    """Everything that is published, newest first."""
    found = list(queries.open_data()[:MOST_LISTED])
    owners = called({one.owner_id for one in found}, on=today())
    may = Right.ISSUE_PAPERS in request.rights  # type: ignore[attr-defined]  # people.middleware
    rows = [{"data": one, "owner": owners[one.owner_id], "licence": one.get_licence_display()} for one in found]
    return render(request, "api/open_data.html", {"rows": rows, "may_publish": may})


@public
def data_set(request: HttpRequest, pk: int) -> HttpResponse:
    """One data set: what it is, its figures, its files."""
    found = get_object_or_404(queries.open_data(), pk=pk)
    answer, cells = queries.public_answer(found)
    owner = called([found.owner_id], on=today())[found.owner_id]
    publishes = request.user.is_authenticated and found.owner_id in queries.offices_that_publish(
        request.user, on=today()
    )
    context: dict[str, Any] = {
        "data": found, "owner": owner, "licence_text": LICENCE_TEXTS[Licence(found.licence)],
        "publishes": publishes, "written_at": answer.written_at,
    }  # fmt: skip
    rows = lines(answer, cells, called(answer.question.units, on=timezone.localdate(found.published_at)))
    return list_page(
        request, rows, OpenFigureTable, "api/open_data_set.html", searched="name", name=f"du-lieu-mo-{pk}", **context
    )


def lines(answer: Answer, cells: Mapping[Place, Cell], units: Mapping[int, str]) -> list[dict[str, Any]]:
    """Plain rows of the table, one a cell."""
    names = queries.names_of(answer.question.data)
    found = [
        {"name": units[place.unit], "sort": sort_key(units[place.unit]), "period": place.span.short_label,
         "start": place.span.start, "datum": names[place.datum], "value": cell.value, "numerator": cell.numerator,
         "denominator": cell.denominator, "reported": cell.reported, "expected": cell.expected,
         "status": _("không công bố vì quá ít") if cell.suppressed else ""}
        for place, cell in cells.items()
    ]  # fmt: skip
    return sorted(found, key=lambda row: (row["sort"], row["start"], row["datum"]))


def _etag(_request: HttpRequest, pk: int, form: str) -> str | None:
    found = queries.open_data().filter(pk=pk).first()
    return f'"{pk}-{form}-{queries.last_written(found)}"' if found else None


@public
@condition(etag_func=_etag)
def file(request: HttpRequest, pk: int, form: str) -> HttpResponse:  # noqa: ARG001  # the same for everyone
    """The figures as SDMX-CSV 2.0 or as an SDMX-JSON 2.0.0 data message; the page has them as a spreadsheet."""
    if form not in FORMS:
        raise Http404
    found = get_object_or_404(queries.open_data(), pk=pk)
    answer, cells = queries.public_answer(found)
    if form == "csv":
        content = sdmx.as_csv(cells)
    else:
        units = called(answer.question.units, on=timezone.localdate(found.published_at))
        names = queries.names_of(answer.question.data)
        told = sdmx.message(answer.question, cells, names=names, units=units, at=now())
        content = json.dumps(told, ensure_ascii=False)
    headers = {"Content-Disposition": f'attachment; filename="du-lieu-mo-{pk}.{form}"'}
    return _kept(HttpResponse(content, content_type=FORMS[form], headers=headers))


def _kept(answer: HttpResponse) -> HttpResponse:
    """For everybody alike: whoever stands between may keep it for ten minutes."""
    patch_cache_control(answer, public=True, max_age=int(FRESH.total_seconds()))
    patch_vary_headers(answer, ("Cookie",))  # the language
    return answer


@public
def described(request: HttpRequest, pk: int) -> HttpResponse:
    """The data set for search engines: schema.org/Dataset as JSON-LD, a file of its own as every script here is."""
    found = get_object_or_404(queries.open_data(), pk=pk)
    owner = called([found.owner_id], on=today())[found.owner_id]

    def at(name: str, **place: Any) -> str:
        return request.build_absolute_uri(reverse(f"api:{name}", kwargs={"pk": pk, **place}))

    told = {
        "@context": "https://schema.org", "@type": "Dataset", "@id": at("open_data_set"), "url": at("open_data_set"),
        "name": found.title, "description": found.description, "license": LICENCE_TEXTS[Licence(found.licence)],
        "creator": {"@type": "Organization", "name": owner}, "isAccessibleForFree": True,
        "datePublished": timezone.localdate(found.published_at).isoformat(),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind.partition(";")[0], "contentUrl": at("open_file", form=one)}
            for one, kind in FORMS.items()
        ],
    }  # fmt: skip
    return _kept(HttpResponse(json.dumps(told, ensure_ascii=False), content_type=LINKED_DATA))


@requires(Right.ISSUE_PAPERS)
def publishing(request: HttpRequest) -> HttpResponse:
    """Choose figures and publish them."""
    account, day = cast("Account", request.user), today()
    choices = {
        "indicators": [(f"indicator:{one.code}", one.name) for one in indicators()],
        "periods": [(one.code, one.label) for one in reversed(periods(PeriodKind.SCHOOL_YEAR))],
    }
    form = PublishForm(
        data=request.POST if request.method == "POST" else None,
        owners=queries.offices_that_publish(account, on=day), chosen=choices,
    )  # fmt: skip
    if form.is_valid():
        said = form.cleaned_data
        units = queries.areas_of(said["owner"], said["levels"], on=day)
        words = {name: said[name] for name in ("owner", "title", "description", "licence", "approval")}
        try:
            question = question_of(said | {"data": said["indicators"]}, on=day, units=units)
            made = actions.publish(**words, question=question, by=account, at=now())
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            messages.success(request, _("Đã công bố. Ai cũng xem và tải về được."))
            return redirect("api:open_data_set", pk=made.pk)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "api/publishing.html", {"form": form}, status=status)


@requires(Right.ISSUE_PAPERS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a data set back."""
    account = cast("Account", request.user)
    own = OpenDataSet.objects.filter(owner__in=queries.offices_that_publish(account, on=today()))
    found = get_object_or_404(own, pk=pk)
    actions.withdraw(data_set=found, by=account, at=now())
    messages.success(request, _("Đã rút bộ dữ liệu “%(title)s”.") % {"title": found.title})
    return redirect("api:open_data")
