"""Metadata in: all of a file or nothing of it, with a report on every object; and out again."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.api.dhis2.callers import Caller
from donghanh.api.dhis2.catalogue import Catalogue
from donghanh.api.dhis2.choices import Code
from donghanh.api.dhis2.described import Described
from donghanh.api.dhis2.faults import Fault, conflict, message
from donghanh.api.dhis2.fields import Fields, shown
from donghanh.api.dhis2.metadata_plan import KINDS, Plan, Planner
from donghanh.api.models import Identity
from donghanh.kernel.verdict import Refused
from donghanh.people.choices import Right
from donghanh.questionnaires.actions import publish, start_draft
from donghanh.questionnaires.models import Form, FormVersion
from donghanh.statistics.actions import define

EXPORTED = (
    "optionSets", "options", "categoryOptions", "categories", "categoryCombos", "categoryOptionCombos", "dataElements",
    "dataSets", "indicatorTypes", "indicators", "validationRules", "organisationUnitGroups",
    "organisationUnitGroupSets", "organisationUnitLevels",
)  # fmt: skip


def take_metadata(*, document: object, dry_run: bool, caller: Caller, at: datetime) -> dict[str, Any]:
    """Write what the file describes: forms are published as new versions, elements and indicators defined.

    Atomic: one object that cannot be taken keeps all out. The answer is DHIS2's import report.
    """
    if not caller.may(Right.MANAGE_FORMS, on=timezone.localdate(at)):
        raise Fault(HTTPStatus.FORBIDDEN, _("Chỉ người được soạn biểu mẫu mới nhập được siêu dữ liệu."))
    plan = Planner(document, Catalogue()).made()
    if not plan.reports:
        try:
            with transaction.atomic():
                _write(plan, caller, at)
                transaction.set_rollback(dry_run)
        except Refused as refused:
            raise conflict(str(refused), Code.NOT_ALLOWED) from None
        except IntegrityError:
            raise conflict(_("Có mã định danh đã thuộc về đối tượng khác."), Code.NOT_UNIQUE) from None
    return _report(plan)


def _write(plan: Plan, caller: Caller, at: datetime) -> None:
    for (kind, ours), (uid, code, name) in plan.identities.items():
        Identity.objects.update_or_create(kind=kind, ours=ours, defaults={"uid": uid, "code": code, "name": name})
    define({"elements": plan.elements, "indicators": plan.indicators, "rules": plan.rules}, at=at)
    for document in plan.forms:
        form = Form.objects.filter(code=document["code"]).first()
        newest = FormVersion.objects.filter(form=form).order_by("-number").first() if form else None
        if newest and newest.document == document:
            continue
        draft = start_draft(document=document, form=form, by=caller.account, at=at)
        publish(draft_id=draft.pk, revision=draft.revision, applies_from=None, by=caller.account, at=at)


def _report(plan: Plan) -> dict[str, Any]:
    total: Counter[str] = Counter()
    types = []
    for plural, objects in plan.objects.items():
        kind = KINDS.get(plural)
        wrong = {place: said for (name, place), said in plan.reports.items() if name == plural}
        counts = Counter(plan.counts.get(plural, ())) if not plan.reports else Counter[str]()
        if plural in plan.skipped or plan.reports:
            counts = Counter(ignored=len(objects))
        elif not counts:
            counts = Counter(created=len(objects))  # what stands within forms: categories, options
        counts["total"] = len(objects)
        total += counts
        class_ = kind[1] if kind else plural
        objects_said = [
            {
                "klass": class_, "index": place, "uid": objects[place].get("id"),
                "errorReports": [
                    {
                        "message": one.sentence, "mainKlass": class_, "errorCode": str(one.code),
                        "errorProperty": one.property, "errorProperties": [one.property],
                    }
                    for one in said
                ],
            }
            for place, said in sorted(wrong.items())
        ]  # fmt: skip
        types.append({"klass": class_, "stats": _stats(counts), "objectReports": objects_said})
        if plural in plan.skipped:
            types[-1]["message"] = plan.skipped[plural]
    word = "ERROR" if plan.reports else "WARNING" if plan.skipped else "OK"
    status = HTTPStatus.CONFLICT if plan.reports else HTTPStatus.OK
    first = next((one.sentence for said in plan.reports.values() for one in said), "")
    response = {"responseType": "ImportReport", "status": word, "stats": _stats(total), "typeReports": types}
    return message(status, word, first) | {"response": response}


def _stats(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in ("created", "updated", "deleted", "ignored", "total")}


def exported(described: Described, wanted: dict[str, Any]) -> dict[str, Any]:
    """Everything that is described here, as a file that `take_metadata` reads back. `wanted`: plural → yes or no."""
    chosen = [plural for plural in EXPORTED if wanted.get(plural)] or [
        plural for plural in EXPORTED if wanted.get(plural) is not False
    ]
    everything = Fields(all=True)
    return {plural: [shown(one, everything, described.open) for one in described.kinds[plural]()] for plural in chosen}
