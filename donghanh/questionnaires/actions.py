from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from donghanh.audit.actions import record
from donghanh.questionnaires.definition import read_definition
from donghanh.questionnaires.models import Form, FormVersion


@transaction.atomic
def load_form(document: dict[str, Any], *, at: datetime, by: int | None = None) -> FormVersion:
    """The form's current version, made anew only where the document changed. FaultyDefinition where it is no form."""
    definition = read_definition(document)
    names = {"name_vi": definition.vi, "name_en": definition.en}
    Form.objects.get_or_create(code=definition.code, defaults=names)
    form = Form.objects.select_for_update().get(code=definition.code)  # two loads at once: one after the other
    latest = form.versions.order_by("-number").first()
    if latest and latest.document == document:
        return latest
    Form.objects.filter(pk=form.pk).update(**names)
    number = latest.number + 1 if latest else 1
    version = FormVersion.objects.create(form=form, number=number, document=document, created_at=at)
    record(verb="questionnaires.form_loaded", on=version, by=by, at=at, number=number)
    return version
