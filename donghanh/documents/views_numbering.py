"""How a unit numbers its documents, and how far each series has come."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.documents.actions_numbering import set_numbering
from donghanh.documents.forms import SeriesForm
from donghanh.documents.queries import series_of
from donghanh.documents.tables import SeriesTable
from donghanh.documents.views import reader, registering_unit
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.lists import paged
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right


@requires(Right.REGISTER_DOCUMENTS)
def numbering(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The series of a unit, and the form that says how a year is numbered."""
    unit = registering_unit(request, unit_id)
    form = SeriesForm(request.POST if request.method == "POST" else None, initial={"year": today().year})
    if form.is_valid():
        try:
            set_numbering(unit=unit, **form.cleaned_data, by=reader(request), at=now())
        except Refused as fault:
            form.add_error("first_number", str(fault))
        else:
            messages.success(request, _("Đã đặt cách đánh số năm %(year)s.") % {"year": form.cleaned_data["year"]})
            return redirect("documents:numbering", unit_id)
    table = SeriesTable(series_of(unit_id), empty_text=_("Đơn vị chưa cấp số nào"))
    paged(request, table, 25)
    context = {
        "form": form, "table": table, "unit": unit,
        "crumbs": [(_("Sổ văn bản đi"), f"{reverse('documents:register')}?don_vi={unit.pk}")],
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form.is_bound else HTTPStatus.OK
    return render(request, "documents/numbering.html", context, status=status)
