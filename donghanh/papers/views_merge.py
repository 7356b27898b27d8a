"""A merge: how far it is, what became of each unit, its archive."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.files.queries import as_download
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.lists import list_page
from donghanh.kernel.verdict import Refused
from donghanh.papers import actions_merge as actions
from donghanh.papers import queries_merge as queries
from donghanh.papers.merge_values import Given
from donghanh.papers.models_merge import PaperTemplate
from donghanh.papers.tables_merge import LineTable
from donghanh.papers.views import reader
from donghanh.people.choices import Right


def visible_merge(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(queries.merges_visible_to(reader(request), on=today()), pk=pk)


@requires(Right.READ_DOCUMENTS)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress while it runs, then the archive and the units without a paper, first in the list."""
    found = visible_merge(request, pk)
    if pressed(request) == "again":
        try:
            again = actions.merge_again(merge=found, by=reader(request), at=now())
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("papers:merge", pk=pk)
        return redirect("papers:merge", pk=again.pk)
    return list_page(
        request, queries.lines_of(found), LineTable, "papers/merge.html", searched="unit_folded", name="ket-qua-tron",
        merge=found, given=Given.of(found.given), crumbs=_way_up(found.version.template),
    )  # fmt: skip


def _way_up(template: PaperTemplate) -> list[tuple[str, str]]:
    here = (template.name, reverse("papers:template", args=[template.pk]))
    return [(_("Mẫu văn bản"), reverse("papers:templates")), here]


@requires(Right.READ_DOCUMENTS)
def merge_file(request: HttpRequest, pk: int) -> FileResponse:
    """Every paper of a merge as one archive."""
    found = visible_merge(request, pk)
    if found.file is None:
        raise Http404
    return as_download(found.file)
