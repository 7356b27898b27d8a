from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.kernel.verdict import Refused
from donghanh.people.models import Account
from donghanh.questionnaires.definition import Definition, read_definition
from donghanh.questionnaires.models import Form, FormDraft, FormVersion
from donghanh.questionnaires.queries import names_document
from donghanh.questionnaires.rules_drafts import may_publish, may_write

MOST_EARLIER = 20  # states that undoing reaches back


class Stale(Refused):
    """Somebody else saved since the draft was read: nothing of theirs is lost, and this change is not written."""


@transaction.atomic
def load_form(document: dict[str, Any], *, at: datetime, by: int | None = None) -> FormVersion:
    """The form's current version, made anew only where the document changed. FaultyDefinition where it is no form."""
    definition = read_definition(document)
    form = _form_of(definition)
    latest = form.versions.order_by("-number").first()
    if latest and latest.document == document:
        return latest
    version = _next_version(form, definition, document, at=at)
    record(verb="questionnaires.form_loaded", on=version, by=by, at=at, number=version.number)
    return version


def _form_of(definition: Definition) -> Form:
    """The form, locked: two new versions at once come one after the other."""
    names = {"name_vi": definition.vi, "name_en": definition.en}
    Form.objects.get_or_create(code=definition.code, defaults=names)
    return Form.objects.select_for_update().get(code=definition.code)


def _next_version(
    form: Form, definition: Definition, document: dict[str, Any], *, at: datetime, applies_from: date | None = None
) -> FormVersion:
    still = form.cites_replaced if names_document(document, form.cites_replaced) else ""
    Form.objects.filter(pk=form.pk).update(name_vi=definition.vi, name_en=definition.en, cites_replaced=still)
    latest = form.versions.order_by("-number").first()
    number = latest.number + 1 if latest else 1
    return FormVersion.objects.create(
        form=form, number=number, document=document, created_at=at, applies_from=applies_from
    )


@transaction.atomic
def start_draft(*, document: dict[str, Any], by: Account, at: datetime, form: Form | None = None) -> FormDraft:
    """A draft of a new form, or with `form` of its next version; it may be faulty still."""
    may_write(by, on=timezone.localdate(at)).enforce()
    draft = FormDraft.objects.create(document=document, form=form, created_at=at, saved_at=at, saved_by=by)
    record(verb="questionnaires.draft_started", on=draft, by=by.pk, at=at)
    return draft


@transaction.atomic
def save_draft(*, draft_id: int, document: dict[str, Any], revision: int, by: Account, at: datetime) -> FormDraft:
    """Write what became of the draft. `revision`: the one that was read; Stale where another was saved since."""
    draft = _locked(draft_id, revision, by=by, at=at)
    if draft.document == document:
        return draft
    return _saved(draft, document, [*draft.earlier, draft.document][-MOST_EARLIER:], by=by, at=at)


@transaction.atomic
def undo_draft(*, draft_id: int, revision: int, by: Account, at: datetime) -> FormDraft:
    """The draft as it was one change ago; the same where there was none."""
    draft = _locked(draft_id, revision, by=by, at=at)
    if not draft.earlier:
        return draft
    return _saved(draft, draft.earlier[-1], draft.earlier[:-1], by=by, at=at)


@transaction.atomic
def discard_draft(*, draft_id: int, revision: int, by: Account, at: datetime) -> None:
    """Throw a draft away."""
    draft = _locked(draft_id, revision, by=by, at=at)
    record(verb="questionnaires.draft_discarded", on=draft, by=by.pk, at=at)
    draft.delete()


@transaction.atomic
def publish(*, draft_id: int, revision: int, applies_from: date | None, by: Account, at: datetime) -> FormVersion:
    """The draft becomes the form's next version and goes. Refused with the place where it is no form yet."""
    draft = _locked(draft_id, revision, by=by, at=at)
    may_publish(draft).enforce()
    definition = read_definition(draft.document)
    form = _form_of(definition)
    version = _next_version(form, definition, draft.document, at=at, applies_from=applies_from)
    record(verb="questionnaires.form_published", on=version, by=by.pk, at=at, number=version.number)
    draft.delete()
    return version


def ask_to_review(*, codes: Collection[str]) -> int:
    """Documents ("05/QĐ-SGDĐT") are no longer in force: forms whose newest wording names one. How many are new."""
    newest = {version.form_id: version for version in FormVersion.objects.order_by("number")}
    cited = {
        form_id: code for form_id, version in newest.items() for code in codes if names_document(version.document, code)
    }
    asked = [Form(pk=form_id, cites_replaced=code) for form_id, code in cited.items()]
    return Form.objects.bulk_update(asked, ["cites_replaced"])


@transaction.atomic
def reviewed(*, form: Form, by: Account, at: datetime) -> None:
    """Somebody has looked at a form that names a replaced document: it stays as it is."""
    may_write(by, on=timezone.localdate(at)).enforce()
    Form.objects.filter(pk=form.pk).update(cites_replaced="")
    record(verb="questionnaires.form_reviewed", on=form, by=by.pk, at=at, document=form.cites_replaced)


def _locked(draft_id: int, revision: int, *, by: Account, at: datetime) -> FormDraft:
    may_write(by, on=timezone.localdate(at)).enforce()
    draft = FormDraft.objects.select_for_update(of=("self",)).select_related("saved_by", "form").get(pk=draft_id)
    if draft.revision != revision:
        when = timezone.localtime(draft.saved_at).strftime("%H:%M")
        raise Stale(
            _("%(name)s đã sửa bản này lúc %(when)s. Thầy cô xem bản mới nhất rồi làm lại việc vừa rồi.")
            % {"name": draft.saved_by.full_name, "when": when}
        )
    return draft


def _saved(draft: FormDraft, document: dict[str, Any], earlier: list[Any], *, by: Account, at: datetime) -> FormDraft:
    draft.document, draft.earlier, draft.saved_by, draft.saved_at = document, earlier, by, at
    draft.revision += 1
    draft.save(update_fields=["document", "earlier", "saved_by", "saved_at", "revision"])
    return draft
