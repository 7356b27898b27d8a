"""The builder: the outline on the left, the form as it will be seen on the right; every change is saved at once.

Plain posts and pages; `build.js` sends the same forms and puts the answer's parts in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.forms import Form as WebForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from donghanh.kernel.access import requires
from donghanh.kernel.clock import now
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.questionnaires import actions, outline, queries
from donghanh.questionnaires.forms import (
    CHECK_KINDS,
    KINDS,
    CheckForm,
    DeedForm,
    ItemForm,
    ListForm,
    NewItemForm,
    PublishForm,
    RevisionForm,
    SectionForm,
)
from donghanh.questionnaires.models import FormDraft, read_definition
from donghanh.questionnaires.outline import Document
from donghanh.questionnaires.views import crumbs, empty_sheet, handed_out, reader

DEEDS: dict[str, Callable[[Document, Mapping[str, str]], Document]] = {
    "item_up": lambda document, to: outline.moved_item(document, to["part"], -1),
    "item_down": lambda document, to: outline.moved_item(document, to["part"], 1),
    "item_drop": lambda document, to: outline.dropped_item(
        document, to["part"], section=to["section"], before=to["before"]
    ),
    "item_copy": lambda document, to: outline.duplicated_item(document, to["part"]),
    "item_remove": lambda document, to: outline.without_item(document, to["part"]),
    "section_add": lambda document, _to: outline.with_section(document, _("Mục mới"), "New section"),
    "section_up": lambda document, to: outline.moved_section(document, to["part"], -1),
    "section_down": lambda document, to: outline.moved_section(document, to["part"], 1),
    "section_remove": lambda document, to: outline.without_section(document, to["part"]),
    "check_remove": lambda document, to: outline.with_check(document, int(to["part"] or 0), None),
    "list_remove": lambda document, to: outline.with_list(document, to["part"], ()),
}


def draft_of(draft_id: int) -> FormDraft:
    return get_object_or_404(FormDraft.objects.select_related("form", "saved_by"), pk=draft_id)


def _frame(draft: FormDraft) -> dict[str, Any]:
    """What every page of the builder shows: the draft, its fault in words, the form as it will be seen."""
    document = draft.document
    fault = queries.fault_of(document)
    place = outline.place_of(document, fault.path) if fault else ("", "")
    number = 0
    sections = []
    for section in document["sections"]:
        items = []
        for item in section["items"]:
            number += 1
            kind = KINDS.get(item["kind"], item["kind"])
            items.append({"number": number, "item": item, "kind": kind, "wrong": place == ("item", item["code"])})
        sections.append({"section": section, "items": items, "wrong": place == ("section", section["code"])})
    return {
        "draft": draft,
        "title": document.get("vi") or draft.code,
        "outline": sections,
        "lists": [
            (code, len(options), place == ("list", code)) for code, options in document.get("breakdowns", {}).items()
        ],
        "checks": [
            (at, check, CHECK_KINDS.get(check.get("kind", ""), ""), place == ("check", str(at)))
            for at, check in enumerate(document.get("checks", []))
        ],
        "fault": fault and outline.sentence_of(fault),
        "fault_place": fault and outline.place_in_words(fault.path),
        "fault_href": _href(draft, *place),
        "sheet": None if fault else empty_sheet(read_definition(document)),
        "kinds": KINDS.items(),
        "publishing": PublishForm(initial={"revision": draft.revision}),
    }


def _href(draft: FormDraft, kind: str, code: str) -> str:
    routes = {"item": "item", "section": "section", "list": "list", "check": "check"}
    return reverse(f"questionnaires:{routes[kind]}", args=[draft.pk, code]) if kind in routes else ""


def _home(draft_id: int, anchor: str = "") -> HttpResponse:
    return redirect(reverse("questionnaires:draft", args=[draft_id]) + (f"#{anchor}" if anchor else ""))


@requires(Right.MANAGE_FORMS)
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The builder of one draft."""
    found = draft_of(draft_id)
    return render(request, "questionnaires/build.html", {**_frame(found), "crumbs": crumbs()})


@requires(Right.MANAGE_FORMS)
def preview(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The form as it will be seen, alone."""
    return render(request, "questionnaires/preview.html", _frame(draft_of(draft_id)))


@requires(Right.MANAGE_FORMS)
def draft_file(_request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft as an XLSForm; one that is no form yet says where."""
    found = draft_of(draft_id)
    if fault := queries.fault_of(found.document):
        place = outline.place_in_words(fault.path)
        raise Refused(f"{place}: {outline.sentence_of(fault)}")
    return handed_out(found.document)


@require_POST
@requires(Right.MANAGE_FORMS)
def deed(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One change of the outline."""
    found, entry = draft_of(draft_id), DeedForm(request.POST)
    if not entry.is_valid():
        return _refused(request, found, _("Không hiểu được việc này. Tải lại trang rồi làm lại."))
    asked = entry.cleaned_data
    about: Any = {"draft_id": draft_id, "revision": asked["revision"], "by": reader(request), "at": now()}
    try:
        if asked["deed"] == "discard":
            actions.discard_draft(**about)
            messages.success(request, _("Đã bỏ bản soạn."))
            return redirect("questionnaires:forms")
        if asked["deed"] == "undo":
            actions.undo_draft(**about)
        else:
            actions.save_draft(document=DEEDS[asked["deed"]](found.document, asked), **about)
    except Refused as refused:
        return _refused(request, draft_of(draft_id), str(refused))
    return _home(draft_id, f"cau-{asked['part']}" if asked["deed"].startswith("item_") else "")


def _refused(request: HttpRequest, found: FormDraft, sentence: str) -> HttpResponse:
    """The builder as it now stands, with the sentence above it."""
    context = {**_frame(found), "crumbs": crumbs(), "refusal": sentence}
    return render(request, "questionnaires/build.html", context, status=HTTPStatus.CONFLICT)


@require_POST
@requires(Right.MANAGE_FORMS)
def new_item(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One item more; its page asks the rest."""
    found, entry = draft_of(draft_id), NewItemForm(request.POST)
    if not entry.is_valid() or outline.section_of(found.document, entry.cleaned_data["section"]) is None:
        return _refused(request, found, _("Chưa thêm được câu: cần ghi lời của câu hỏi."))
    asked = entry.cleaned_data
    code = outline.free_code(found.document, asked["vi"])
    values = {"code": code, "kind": asked["kind"], "vi": asked["vi"], "en": asked["vi"]}
    document = outline.with_item(found.document, asked["section"], values)
    try:
        actions.save_draft(
            draft_id=draft_id, document=document, revision=asked["revision"], by=reader(request), at=now()
        )
    except Refused as refused:
        return _refused(request, draft_of(draft_id), str(refused))
    return redirect("questionnaires:item", draft_id, code)


def _edited(
    request: HttpRequest,
    found: FormDraft,
    entry: WebForm,
    change: Callable[[], Document],
    title: str,
    after: Callable[[], HttpResponse],
) -> HttpResponse:
    """Ask with a form, save the change: to the page `after` where all is well, else the form again with the reason."""
    revision, sentence = RevisionForm(request.POST if entry.is_bound else None), ""
    if entry.is_bound and entry.is_valid() and revision.is_valid():
        about: Any = {"revision": revision.cleaned_data["revision"], "by": reader(request), "at": now()}
        try:
            actions.save_draft(draft_id=found.pk, document=change(), **about)
        except Refused as refused:
            sentence, found = str(refused), draft_of(found.pk)
        else:
            return after()
    status = HTTPStatus.CONFLICT if sentence else HTTPStatus.OK
    if entry.errors or (entry.is_bound and revision.errors):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    form_title = found.document.get("vi") or found.code
    context = {
        **_frame(found), "form": entry, "refusal": sentence, "title": title,
        "crumbs": crumbs((form_title, reverse("questionnaires:draft", args=[found.pk]))),
    }  # fmt: skip
    return render(request, "questionnaires/build_part.html", context, status=status)


@requires(Right.MANAGE_FORMS)
def item(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """Everything about one item."""
    found = draft_of(draft_id)
    if (held := outline.item_of(found.document, code)) is None:
        raise Http404
    entry = ItemForm(found.document, held, request.POST if request.method == "POST" else None)
    return _edited(
        request, found, entry, lambda: outline.changed_item(found.document, code, entry.values),
        str(held["vi"]), lambda: redirect("questionnaires:item", draft_id, entry.values["code"]),
    )  # fmt: skip


@requires(Right.MANAGE_FORMS)
def section(request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """The name and the condition of a section."""
    found = draft_of(draft_id)
    if (held := outline.section_of(found.document, code)) is None:
        raise Http404
    entry = SectionForm(request.POST if request.method == "POST" else None, initial=held)
    return _edited(
        request, found, entry, lambda: outline.changed_section(found.document, code, entry.cleaned_data),
        str(held["vi"]), lambda: _home(draft_id),
    )  # fmt: skip


@requires(Right.MANAGE_FORMS)
def option_list(request: HttpRequest, draft_id: int, code: str = "") -> HttpResponse:
    """A list of options: of a choice, or the columns or rows of a table."""
    found = draft_of(draft_id)
    options = found.document.get("breakdowns", {}).get(code)
    if code and options is None:
        raise Http404
    lines = "\n".join(f"{one['code']} | {one['vi']} | {one['en']}" for one in options or ())
    entry = ListForm(request.POST if request.method == "POST" else None, initial={"code": code, "options": lines})
    if code:
        entry.fields["code"].disabled = True
    return _edited(
        request, found, entry,
        lambda: outline.with_list(found.document, entry.cleaned_data["code"], entry.cleaned_data["options"]),
        _("Danh mục “%(code)s”") % {"code": code} if code else _("Danh mục mới"), lambda: _home(draft_id, "danh-muc"),
    )  # fmt: skip


@requires(Right.MANAGE_FORMS)
def check(request: HttpRequest, draft_id: int, number: int | None = None) -> HttpResponse:
    """One relation between answers."""
    found = draft_of(draft_id)
    checks = found.document.get("checks", [])
    if number is not None and number >= len(checks):
        raise Http404
    at = len(checks) if number is None else number
    held = checks[at] if at < len(checks) else {"severity": "error", "code": f"check_{at + 1}"}
    entry = CheckForm(found.document, held, request.POST if request.method == "POST" else None)
    return _edited(
        request, found, entry, lambda: outline.with_check(found.document, at, entry.values),
        _("Kiểm tra %(number)s") % {"number": at + 1}, lambda: _home(draft_id, "kiem-tra"),
    )  # fmt: skip


@require_POST
@requires(Right.MANAGE_FORMS)
def publish(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The draft becomes the form's next version."""
    found, entry = draft_of(draft_id), PublishForm(request.POST)
    if not entry.is_valid():
        context = {**_frame(found), "crumbs": crumbs(), "publishing": entry}
        return render(request, "questionnaires/build.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        version = actions.publish(draft_id=draft_id, by=reader(request), at=now(), **entry.cleaned_data)
    except Refused as refused:
        return _refused(request, draft_of(draft_id), str(refused))
    messages.success(request, _("Đã công bố bản %(number)s.") % {"number": version.number})
    return redirect("questionnaires:form", version.form.code)
