from __future__ import annotations

import json
import re
from datetime import date

from django.db.models import Q, QuerySet

from donghanh.questionnaires.definition import FaultyDefinition, read_definition
from donghanh.questionnaires.models import Form, FormDraft, FormVersion


def current_version(code: str) -> FormVersion:
    """The latest wording of a form; FormVersion.DoesNotExist where the form was never loaded."""
    return FormVersion.objects.select_related("form").filter(form__code=code).latest("number")


def version_for(form: Form, first_day: date) -> FormVersion:
    """The newest wording for a period that begins on `first_day`; FormVersion.DoesNotExist where there is none."""
    applies = Q(applies_from=None) | Q(applies_from__lte=first_day)
    return form.versions.select_related("form").filter(applies).latest("number")


def fault_of(document: object) -> FaultyDefinition | None:
    """What first keeps a document from being a form; None where nothing does."""
    try:
        read_definition(document)
    except FaultyDefinition as fault:
        return fault
    return None


def names_document(document: object, code: str) -> bool:
    """Does the wording of a form name this official document ("05/QĐ-SGDĐT")? Never one without a number."""
    written = json.dumps(document, ensure_ascii=False)
    return bool(code) and bool(re.search(rf"(?<!\d){re.escape(code)}(?![\w-])", written))


def to_review() -> QuerySet[Form]:
    """Forms whose newest wording names a document that is no longer in force."""
    return Form.objects.exclude(cites_replaced="").order_by("name_vi", "pk")


def form_lines() -> list[dict[str, object]]:
    """One line a form and one a draft of no form yet, drafts of a form beside it; by name."""
    newest = {v.form_id: v for v in FormVersion.objects.order_by("number").defer("document")}
    drafts = FormDraft.objects.select_related("form", "saved_by").order_by("-saved_at", "pk")
    writing: dict[int | None, list[FormDraft]] = {}
    for draft in drafts:
        writing.setdefault(draft.form_id, []).append(draft)
    lines: list[dict[str, object]] = [
        {
            "name": form.name_vi, "code": form.code, "version": newest.get(form.pk), "drafts": writing.get(form.pk, []),
            "draft_id": None, "replaced": form.cites_replaced,
        }
        for form in Form.objects.order_by("name_vi", "pk")
    ]  # fmt: skip
    alone = [
        {
            "name": draft.document.get("vi") or draft.code, "code": draft.code, "version": None, "drafts": [draft],
            "draft_id": draft.pk, "replaced": "",
        }
        for draft in writing.get(None, [])
    ]  # fmt: skip
    return [*alone, *lines]
