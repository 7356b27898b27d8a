"""edXML packages out and in."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.documents import actions_exchange, edxml
from donghanh.documents.forms import PackageForm
from donghanh.documents.queries import workable_by
from donghanh.documents.tables import page_of
from donghanh.documents.views import reader, registering_unit
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right


@requires(Right.REGISTER_DOCUMENTS)
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """An issued document as an .edxml file; of one that came by edXML, the last status that was given to its sender."""
    found = get_object_or_404(workable_by(reader(request), on=today()).select_related("file"), pk=pk)
    content = actions_exchange.package_of(document=found, by=reader(request), at=now())
    name = f"{found.number_text}-{found.symbol}".encode("ascii", "ignore").decode() or "van-ban"
    headers = {"Content-Disposition": f'attachment; filename="{name}.edxml"'}
    return HttpResponse(content, content_type="application/xml", headers=headers)


@requires(Right.REGISTER_DOCUMENTS)
def take_in(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Enter what an .edxml file holds: a document among the arrivals, a status at the document it answers."""
    unit = registering_unit(request, unit_id)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PackageForm(*sent)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            content = upload.read(edxml.LARGEST_PACKAGE + 1)
            row = actions_exchange.take_package(unit=unit, content=content, by=reader(request), at=now())
        except Refused as fault:
            form.add_error("file", str(fault))
        else:
            messages.success(request, _("Đã nhận gói: %(document)s.") % {"document": row})
            return redirect(page_of(row))
    crumbs = [(_("Sổ văn bản đến"), f"{reverse('documents:register')}?so=den&don_vi={unit.pk}")]
    context = {"form": form, "title": _("Nhận gói văn bản điện tử"), "crumbs": crumbs}
    status = HTTPStatus.UNPROCESSABLE_CONTENT if form.is_bound else HTTPStatus.OK
    return render(request, "documents/form.html", context, status=status)
