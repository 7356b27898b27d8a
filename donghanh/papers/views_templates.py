"""An office's templates: their list, one of them, the page on which it is written."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from donghanh.files.queries import as_download
from donghanh.kernel.access import requires
from donghanh.kernel.clock import now, today
from donghanh.kernel.forms import pressed
from donghanh.kernel.lists import ROWS_A_PAGE, list_page, paged
from donghanh.kernel.verdict import Refused
from donghanh.organisations.choices import OFFICE_KINDS, UnitKind
from donghanh.organisations.queries import called, children, kinds
from donghanh.papers import actions_merge as actions
from donghanh.papers import queries_merge as queries
from donghanh.papers import rules_merge as rules
from donghanh.papers.actions_signing import DOCX, PDF
from donghanh.papers.choices import DOCUMENT_TYPES
from donghanh.papers.forms_merge import BeginForm, MergeForm, WriteForm
from donghanh.papers.models_merge import PaperTemplate, TemplateVersion
from donghanh.papers.tables_merge import MergeTable, TemplateTable, look_of
from donghanh.papers.template_fields import FIELDS, figures_known
from donghanh.papers.views import reader
from donghanh.people.choices import Right
from donghanh.people.queries import own_units

TYPES = {"pdf": PDF, "docx": DOCX}
FIRST_TEXTS = {"addressees": "{{ ten_don_vi }}"}


def visible_template(request: HttpRequest, pk: int) -> Any:
    return get_object_or_404(queries.templates_visible_to(reader(request), on=today()), pk=pk)


def crumbs(template: PaperTemplate | None = None) -> list[tuple[str, str]]:
    """The way up from a page of templates."""
    way = [(_("Văn bản trình ký"), reverse("papers:papers"))]
    if template:
        way += [
            (_("Mẫu văn bản"), reverse("papers:templates")),
            (template.name, reverse("papers:template", args=[template.pk])),
        ]
    return way


@requires(Right.READ_DOCUMENTS)
def templates(request: HttpRequest) -> HttpResponse:
    """Templates of the reader's units; a new one is begun here."""
    account, day = reader(request), today()
    writes = called(own_units(account, Right.PUBLISH_DOCUMENTS, on=day), on=day)
    form = BeginForm(request.POST if request.method == "POST" else None, units=writes)
    if form.is_valid():
        try:
            template = actions.begin_template(**form.cleaned_data, by=account, at=now())
        except Refused as refused:
            form.add_error(refused.about or None, str(refused))
        else:
            return redirect("papers:write_template", pk=template.pk)
    rows = queries.templates_visible_to(account, on=day)
    answer = list_page(
        request, rows, TemplateTable, "papers/templates.html", searched="name_folded", name="mau-van-ban",
        form=form if writes else None, crumbs=crumbs(),
    )  # fmt: skip
    if form.errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


@requires(Right.READ_DOCUMENTS)
def template(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One template: put to use, looked at for one unit, merged for many, retired."""
    found = visible_template(request, pk)
    version, act = queries.newest(found), pressed(request)
    form = _merge_form(request, found, bound=act in ("preview", "merge"))
    try:
        if act in ("publish", "retire"):
            return _put(request, found, act)
        if form.is_valid() and version:
            if act == "merge":
                return _merged(request, found, form)
            return _previewed(request, found, version, form)
    except Refused as refused:
        if form.is_bound:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
        else:
            messages.error(request, str(refused))
    merges = MergeTable(queries.merges_visible_to(reader(request), on=today()).filter(version__template=found))
    paged(request, merges, ROWS_A_PAGE)
    context = {
        "template": found, "version": version, "form": form, "merges": merges, "crumbs": crumbs(found)[:-1],
        "may_write": bool(rules.may_write(reader(request), found, on=today())),
        "versions": found.versions.select_related("made_by", "published_by").order_by("-number"),
        "state": look_of(found), "type_name": DOCUMENT_TYPES[found.type_code],
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "papers/template.html", context, status=status)


def _put(request: HttpRequest, found: PaperTemplate, act: str) -> HttpResponse:
    if act == "publish":
        actions.publish_template(template=found, by=reader(request), at=now())
        messages.success(request, _("Mẫu đã được đưa vào dùng."))
    else:
        actions.retire_template(template=found, by=reader(request), at=now())
        messages.success(request, _("Mẫu đã ngừng dùng. Các lần trộn trước vẫn còn."))
    return redirect("papers:template", pk=found.pk)


def _merge_form(request: HttpRequest, found: PaperTemplate, *, bound: bool) -> MergeForm:
    day = today()
    below = queries.units_for(found, on=day).order_by().values_list("pk", flat=True)
    offices = children(found.unit_id, on=day).filter(
        types__kind__in=(*OFFICE_KINDS, UnitKind.COMMUNE), types__valid__contains=day
    )
    return MergeForm(
        request.POST if bound else None, template=found, today=day, kinds=set(kinds(below, on=day).values()),
        offices={unit.pk: unit.name for unit in offices},
    )  # fmt: skip


def _merged(request: HttpRequest, found: PaperTemplate, form: MergeForm) -> HttpResponse:
    merge = actions.ask_to_merge(template=found, given=form.given, **form.where, by=reader(request), at=now())
    return redirect("papers:merge", pk=merge.pk)


def _previewed(request: HttpRequest, found: PaperTemplate, version: TemplateVersion, form: MergeForm) -> FileResponse:
    """The newest wording for one unit, a draft too; nothing is kept."""
    first = queries.units_for(found, **form.where, on=form.given.day).values_list("pk", flat=True).first()
    files = actions.preview(
        version=version, unit_id=form.cleaned_data["unit"] or first or 0, given=form.given, by=reader(request), at=now()
    )
    ending = "pdf" if "pdf" in files else "docx"
    name = _("%(name)s - xem thử") % {"name": found.name}
    return FileResponse(
        BytesIO(files[ending]), as_attachment=True, filename=f"{name}.{ending}", content_type=TYPES[ending]
    )  # fmt: skip


@requires(Right.PUBLISH_DOCUMENTS)
def write_template(request: HttpRequest, pk: int) -> HttpResponse:
    """The texts of a template beside the fields that it may ask for."""
    found = visible_template(request, pk)
    if not rules.may_write(reader(request), found, on=today()):
        raise Http404
    version = queries.newest(found)
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    texts = version.texts if version else {"issuing_body": found.unit_name, **FIRST_TEXTS}
    form = WriteForm(*bound, texts=texts, has_word=bool(version and version.word))
    if form.is_valid():
        try:
            actions.write_template(template=found, **form.said, by=reader(request), at=now())
        except Refused as refused:
            form.add_error(refused.about if refused.about in form.fields else None, str(refused))
        else:
            messages.success(request, _("Đã ghi bản nháp."))
            return redirect("papers:template", pk=pk)
    context = {
        "template": found, "version": version, "form": form, "crumbs": crumbs(found), "fields": FIELDS.values(),
        "figures": figures_known(),
    }  # fmt: skip
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "papers/write_template.html", context, status=status)


@requires(Right.READ_DOCUMENTS)
def template_word(request: HttpRequest, pk: int) -> FileResponse:
    """The office's own Word file of the newest version."""
    version = queries.newest(visible_template(request, pk))
    if version is None or version.word is None:
        raise Http404
    return as_download(version.word)
