"""What scripts ask: news of an open sheet, a sending from the device's queue, the service worker itself."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from donghanh.kernel.access import public, requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.reporting import actions, queries
from donghanh.reporting.forms import SendingForm
from donghanh.reporting.models import Submission
from donghanh.reporting.rules import may_fill
from donghanh.reporting.views import body_of, first_fault, open_sheet, reader

STILL_HERE = timedelta(minutes=2)  # after a save of another person: “cũng đang điền”
KEPT_FOLDERS = ("dh/", "inspections/", "questionnaires/", "reporting/", "vendor/")  # of static files a device keeps
NOT_KEPT = ("echarts", "reporting/worker.js", ".map")
KEPT_ENDINGS = (".css", ".js", ".svg", ".woff2")
QUEUE = "dh/sending.js"
WORKER = "reporting/worker.js"


@require_POST
@requires(Right.FILL_REPORTS)
def send(request: HttpRequest, pk: int) -> JsonResponse:
    """A sending by script: the same action as the page. One key is one sending, however often it comes."""
    sheet = open_sheet(request, pk)
    form = SendingForm(sheet.definition, body_of(request))
    if not form.is_valid():
        return JsonResponse({"sentence": first_fault(form)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = form.cleaned_data
    try:
        version = actions.send(sheet=sheet, by=reader(request), at=now(), **asked)
    except actions.NotReady as refused:
        faults = sheet.read(asked["typed"]).faults
        told = {"sentence": str(refused), "faults": faults}
        return JsonResponse(told, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Refused as refused:
        moved = isinstance(refused, actions.Conflict)
        return JsonResponse({"sentence": str(refused), "moved": moved}, status=HTTPStatus.CONFLICT)
    at = date_format(timezone.localtime(version.sent_at), "H:i j/n/Y")
    return JsonResponse({"number": version.number, "receipt": queries.receipt_number(version), "at": at})


@never_cache
@requires(Right.FILL_REPORTS)
def news(request: HttpRequest, pk: int, seen: int) -> HttpResponse:
    """Has the sheet changed since revision `seen`? 204 if not; else what stands in it, and who is writing."""
    account, moment = reader(request), now()
    try:
        row = queries.news_of(account, pk, on=today())
    except Submission.DoesNotExist:
        raise Http404 from None
    if row.revision == seen:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    verdict = may_fill(row, account, on=today())
    other = row.saved_by_id != account.pk and row.saved_at and moment - row.saved_at < STILL_HERE
    told = {"revision": row.revision, "draft": row.draft, "clashes": {}, "saved": ""}
    return JsonResponse(told | {"writer": row.writer if other else "", "sentence": verdict.reason})


@never_cache
@requires(Right.FILL_REPORTS)
def sender(request: HttpRequest) -> JsonResponse:
    """Who would send now, and the token for it: asked by the queue before it sends what lay on the device."""
    return JsonResponse({"account": reader(request).pk, "token": get_token(request)})


@public
def offline(request: HttpRequest) -> HttpResponse:
    """What a page that is not on the device shows in its place when there is no network."""
    return render(request, "reporting/offline.html")


@public
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of files that it keeps; at the root, so that it may answer for every page."""
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    answer.headers["Service-Worker-Allowed"], answer.headers["Cache-Control"] = "/", "no-cache"
    return answer


@cache
def _worker() -> str:
    parts = [Path(str(finders.find(name))).read_text(encoding="utf-8") for name in (QUEUE, WORKER)]
    source = "\n".join(parts).replace("\nexport ", "\n")  # one script: not every browser's worker imports modules
    files = [static(name) for name in _kept_files()]
    version = hashlib.sha256("\n".join([source, *files]).encode()).hexdigest()[:12]
    shell: dict[str, Any] = {
        "version": version,
        "files": files,
        "offline": reverse("reporting_root:offline"),
        "owed": reverse("reporting:owed"),
        "sender": reverse("reporting:sender"),
    }
    return f"const SHELL = {json.dumps(shell)};\n{source}"


def _kept_files() -> list[str]:
    found = {
        name.replace("\\", "/")
        for finder in finders.get_finders()
        for name, _storage in finder.list([])
        if name.endswith(KEPT_ENDINGS)
    }
    return sorted(
        name for name in found if name.startswith(KEPT_FOLDERS) and not any(part in name for part in NOT_KEPT)
    )
