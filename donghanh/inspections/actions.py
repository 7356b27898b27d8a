"""Every write of visits: planned, recorded from a tablet, remarked on; and of the units' yearly feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.files.actions import store_upload
from donghanh.files.rules import PICTURES, kind_of
from donghanh.inspections import rules, signals
from donghanh.inspections.actions_findings import follow_units
from donghanh.inspections.choices import VisitState
from donghanh.inspections.models import Feedback, Visit, VisitMember, VisitPicture, VisitSending
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.queries import reviewer_of
from donghanh.people.models import Account
from donghanh.periods.models import Period
from donghanh.questionnaires.models import FormVersion

__all__ = [
    "cancel_visit", "follow_units", "give_feedback", "plan_visits", "record_visit", "remark_on",
]  # fmt: skip


@transaction.atomic
def plan_visits(
    *, office_id: int, units: Sequence[int], day: date, purpose: str, decision: str, checklist: FormVersion,
    team: Sequence[Account], by: Account, at: datetime,
) -> list[int]:  # fmt: skip
    """The same visit to each of these units; the ids."""
    rules.may_plan(by, office_id, units, day, on=timezone.localdate(at)).enforce()
    made = Visit.objects.bulk_create(
        Visit(
            office_id=office_id, unit_id=unit, on=day, purpose=nfc(purpose), decision=nfc(decision), checklist=checklist
        )
        for unit in dict.fromkeys(units)
    )  # fmt: skip
    VisitMember.objects.bulk_create(VisitMember(visit=visit, account=one) for visit in made for one in team)
    for visit in made:
        record(verb="inspections.planned", on=visit, by=by.pk, at=at, unit=visit.unit_id)
    ids = [visit.pk for visit in made]
    transaction.on_commit(lambda: signals.visits_planned.send(sender=Visit, visit_ids=ids))
    return ids


@transaction.atomic
def cancel_visit(*, visit: Visit, by: Account, at: datetime) -> None:
    rules.may_cancel(by, visit, on=timezone.localdate(at)).enforce()
    Visit.objects.filter(pk=visit.pk, state=VisitState.PLANNED).update(state=VisitState.CANCELLED)
    record(verb="inspections.cancelled", on=visit, by=by.pk, at=at, unit=visit.unit_id)


@transaction.atomic
def record_visit(
    *, visit: Visit, typed: Mapping[str, str], revision: int, key: UUID, pictures: Sequence[tuple[str, bytes]],
    by: Account, at: datetime,
) -> Visit:  # fmt: skip
    """What was seen, from the page or from a tablet that was without network; the same `key` a second time is nothing.

    Refused where somebody else wrote in between: `revision` is the one that the writer had before them.
    """
    visit = Visit.objects.select_for_update(of=("self",)).select_related("checklist").get(pk=visit.pk)
    if VisitSending.objects.filter(key=key, visit=visit).exists():
        return visit
    rules.may_record(by, visit, on=timezone.localdate(at)).enforce()
    if revision != visit.revision:
        raise Refused(_("Có người vừa ghi vào cuộc kiểm tra này. Thầy cô tải lại trang rồi ghi tiếp phần của mình."))
    rules.room_for(visit, len(pictures)).enforce()
    boxes = set(visit.checklist.definition.boxes)
    visit.typed = {name: nfc(text) for name, text in typed.items() if name in boxes and text.strip()}
    visit.revision, visit.state = visit.revision + 1, VisitState.HELD
    visit.save(update_fields=["typed", "revision", "state"])
    for name, content in pictures:
        if kind_of(content) not in PICTURES:
            raise Refused(_("“%(name)s” không phải là ảnh.") % {"name": name}, "pictures")
        kept = store_upload(content=content, name=name, unit=visit.unit_id, by=by.pk, at=at)  # without its place
        VisitPicture.objects.create(visit=visit, file=kept)
    VisitSending.objects.create(visit=visit, key=key, by=by, at=at)
    record(verb="inspections.recorded", on=visit, by=by.pk, at=at, unit=visit.unit_id)
    return visit


@transaction.atomic
def remark_on(*, visit: Visit, words: str, by: Account, at: datetime) -> None:
    """The visited unit's own words; from then on the record stands."""
    rules.may_remark(by, visit, on=timezone.localdate(at)).enforce()
    if not words.strip():
        raise Refused(_("Ghi ý kiến của đơn vị; đồng ý thì ghi “Nhất trí”."), "words")
    Visit.objects.filter(pk=visit.pk).update(remark=nfc(words), remarked_by=by)
    record(verb="inspections.remarked", on=visit, by=by.pk, at=at, unit=visit.unit_id)


@transaction.atomic
def give_feedback(
    *, unit_id: int, period: Period, useful: int, guidance: int, burden: int, words: str, by: Account, at: datetime
) -> Feedback:
    """The unit's word on the year, once; said again it replaces the first."""
    on = timezone.localdate(at)
    rules.may_give_feedback(by, unit_id, on=on).enforce()
    row, _new = Feedback.objects.update_or_create(
        unit_id=unit_id, period=period,
        defaults={
            "office_id": reviewer_of([unit_id], on=on)[unit_id], "useful": useful, "guidance": guidance,
            "burden": burden, "words": nfc(words), "by": by, "at": at,
        },
    )  # fmt: skip
    record(verb="inspections.feedback_given", on=row, by=by.pk, at=at, unit=unit_id)
    return row
