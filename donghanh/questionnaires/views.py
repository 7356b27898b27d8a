"""Forms and their versions: the list, one form, two wordings side by side, files of XLSForm in and out."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now
from donghanh.kernel.lists import list_page
from donghanh.kernel.parameters import parameters
from donghanh.kernel.sheets_in import Unreadable
from donghanh.kernel.spreadsheet import XLSX
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.questionnaires import actions, queries
from donghanh.questionnaires.differences import differences
from donghanh.questionnaires.forms import BIGGEST_FILE, CompareForm, NameForm, UploadForm
from donghanh.questionnaires.models import Definition, Form, FormVersion
from donghanh.questionnaires.outline import FIELD_NAMES, Document, blank, items_of
from donghanh.questionnaires.rules import Answers
from donghanh.questionnaires.sheets import Sheet, lay_out
from donghanh.questionnaires.tables import FormTable
from donghanh.questionnaires.xlsform_in import NotHeld, understand
from donghanh.questionnaires.xlsform_out import workbook


def reader(request: HttpRequest) -> Account:
    """Who is signed in; the access middleware has already asked."""
    return cast("Account", request.user)


def crumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Biểu mẫu"), reverse("questionnaires:forms")), *further]


def empty_sheet(definition: Definition) -> Sheet:
    """The form as a school of every level meets it, with nothing filled in."""
    levels = [option.code for option in definition.breakdowns.get("level", ())]
    return lay_out(definition, Answers([None] * len(definition.cells), {}), levels=levels)


def handed_out(document: Document) -> HttpResponse:
    """The document as an XLSForm file."""
    headers = {"Content-Disposition": f'attachment; filename="{document["code"]}.xlsx"'}
    return HttpResponse(workbook(document), content_type=XLSX, headers=headers)


@requires(Right.MANAGE_FORMS)
def forms(request: HttpRequest) -> HttpResponse:
    """Every form with its newest version and what is being written."""
    return list_page(
        request, queries.form_lines(), FormTable, "questionnaires/forms.html", searched="name", name="bieu-mau"
    )


@requires(Right.MANAGE_FORMS)
def new(request: HttpRequest) -> HttpResponse:
    """Start a form of one's own: name and code, the rest in the builder."""
    entry = NameForm(request.POST if request.method == "POST" else None)
    if entry.is_bound and entry.is_valid():
        if Form.objects.filter(code=entry.cleaned_data["code"]).exists():
            entry.add_error("code", _("Mã này đã là mã của một biểu mẫu. Chọn mã khác."))
        else:
            draft = actions.start_draft(document=blank(**entry.cleaned_data), by=reader(request), at=now())
            return redirect("questionnaires:draft", draft.pk)
    context = {"form": entry, "title": _("Biểu mẫu mới"), "crumbs": crumbs(), "note": ""}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if entry.errors else HTTPStatus.OK
    return render(request, "questionnaires/entry.html", context, status=status)


@requires(Right.MANAGE_FORMS)
def upload(request: HttpRequest) -> HttpResponse:
    """An XLSForm becomes a draft, with a list of what was understood; or nothing does, with a sentence a row."""
    entry = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    refusals: list[str] = []
    if entry.is_bound and entry.is_valid():
        try:
            found = understand(entry.cleaned_data["file"], max_bytes=BIGGEST_FILE)
        except Unreadable as fault:
            entry.add_error("file", str(fault))
        except NotHeld as fault:
            refusals = fault.sentences
        else:
            form = Form.objects.filter(code=found.document["code"]).first()
            draft = actions.start_draft(document=found.document, form=form, by=reader(request), at=now())
            for line in found.lines:
                messages.info(request, line)
            return redirect("questionnaires:draft", draft.pk)
    context = {"form": entry, "refusals": refusals, "crumbs": crumbs()}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if entry.errors or refusals else HTTPStatus.OK
    return render(request, "questionnaires/upload.html", context, status=status)


@requires(Right.MANAGE_FORMS)
def form(request: HttpRequest, code: str) -> HttpResponse:
    """One form: its versions, from when each applies, and drafts of the next. POST: looked at, it goes on as it is."""
    found = get_object_or_404(Form, code=code)
    if request.method == "POST":
        actions.reviewed(form=found, by=reader(request), at=now())
        messages.success(request, _("Đã ghi: biểu mẫu được xem lại và dùng tiếp."))
        return redirect("questionnaires:form", code)
    versions = list(found.versions.order_by("-number"))
    context = {
        "form": found,
        "versions": [(version, len(items_of(version.document))) for version in versions],
        "drafts": found.drafts.select_related("saved_by").order_by("-saved_at"),
        "newest": versions[0],
        "crumbs": crumbs(),
        "title": versions[0].definition.name,
    }
    return render(request, "questionnaires/form.html", context)


@requires(Right.MANAGE_FORMS)
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """What became of a form between two versions: `?tu=1&den=2`; the last two where nothing is said."""
    found = get_object_or_404(Form, code=code)
    numbers = list(found.versions.order_by("number").values_list("number", flat=True))
    asked = parameters(request, **CompareForm.base_fields)
    newer = asked["den"] if asked["den"] in numbers else numbers[-1]
    older = asked["tu"] if asked["tu"] in numbers else max((n for n in numbers if n < newer), default=newer)
    documents = dict(found.versions.filter(number__in=(older, newer)).values_list("number", "document"))
    words = {"section": _("Mục"), "item": _("Câu hỏi"), "list": _("Danh mục"), "check": _("Kiểm tra")}
    changes = {"added": _("thêm"), "removed": _("bỏ"), "changed": _("sửa")}
    rows = [
        {
            "part": words[one.part], "change": changes[one.change], "kind": one.change, "words": one.words,
            "code": one.code,
            "fields": [(FIELD_NAMES.get(f.name, f.name), f.before or "—", f.after or "—") for f in one.fields],
        }
        for one in differences(documents[older], documents[newer])
    ]  # fmt: skip
    context = {
        "form": found, "numbers": numbers, "older": older, "newer": newer, "rows": rows,
        "crumbs": crumbs((found.name_vi, reverse("questionnaires:form", args=[code]))),
    }  # fmt: skip
    return render(request, "questionnaires/differences.html", context)


def _version(version_id: int) -> FormVersion:
    return get_object_or_404(FormVersion.objects.select_related("form"), pk=version_id)


@requires(Right.MANAGE_FORMS)
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version as those who fill it in see it."""
    found = _version(version_id)
    context: dict[str, Any] = {
        "version": found, "sheet": empty_sheet(found.definition), "title": found.definition.name,
        "crumbs": crumbs((found.definition.name, reverse("questionnaires:form", args=[found.form.code]))),
    }  # fmt: skip
    return render(request, "questionnaires/version.html", context)


@requires(Right.MANAGE_FORMS)
def version_file(_request: HttpRequest, version_id: int) -> HttpResponse:
    """A version as an XLSForm."""
    return handed_out(_version(version_id).document)


@require_POST
@requires(Right.MANAGE_FORMS)
def revise(request: HttpRequest, version_id: int) -> HttpResponse:
    """Begin the next version from this one."""
    found = _version(version_id)
    draft = actions.start_draft(document=found.document, form=found.form, by=reader(request), at=now())
    return redirect("questionnaires:draft", draft.pk)
