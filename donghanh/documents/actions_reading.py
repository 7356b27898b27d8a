"""Asking an audience to read a document, saying that one has, reminding those who have not."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from donghanh.audit.actions import record
from donghanh.documents.models import Document
from donghanh.documents.models_reading import Acknowledgement, Nudge, Publication
from donghanh.documents.queries_reading import audience, nudged_today, readers_of, root_of, unread
from donghanh.documents.rules_reading import Wanted, may_acknowledge, may_close, may_nudge, may_publish, may_send
from donghanh.documents.signals import document_published, reading_nudged
from donghanh.kernel.text import nfc
from donghanh.kernel.verdict import Refused
from donghanh.organisations.models import Unit
from donghanh.people.models import Account


@transaction.atomic
def publish(*, document: Document, office: Unit, wanted: Wanted, by: Account, at: datetime) -> Publication:
    """Ask an audience to read the document by a day; who has confirmed it already, for whichever office, has."""
    on = timezone.localdate(at)
    row = Document.objects.select_for_update(of=("self",)).get(pk=root_of(document).pk)
    may_publish(by, row, office.pk, on=on).enforce()
    may_send(wanted, office.pk, on=on).enforce()
    made = Publication.objects.create(
        document=row, office=office, branch_id=wanted.branch_id, kinds=sorted(wanted.kinds), roles=sorted(wanted.roles),
        due_on=wanted.due_on, published_at=at, published_by=by,
    )  # fmt: skip
    if not audience(made, on=on).exists():
        raise Refused(_("Hôm nay không có ai giữ vai trò này ở các đơn vị đã chọn."), "roles")
    record(verb="documents.published", on=row, by=by.pk, at=at, unit=office.pk, publication=made.pk)
    transaction.on_commit(lambda: document_published.send(Publication, publication_id=made.pk), robust=True)
    return made


@transaction.atomic
def close(*, publication: Publication, remark: str, by: Account, at: datetime) -> Publication:
    """Ask no further; what was confirmed stays."""
    on = timezone.localdate(at)
    row = Publication.objects.select_for_update().select_related("document").get(pk=publication.pk)
    may_close(by, row, on=on).enforce()
    if not nfc(remark):
        raise Refused(_("Ghi lý do khép."), "remark")
    row.closed_at, row.closed_by, row.remark = at, by, nfc(remark)
    row.save(update_fields=["closed_at", "closed_by", "remark"])
    record(verb="documents.publication_closed", on=row.document, by=by.pk, at=at, unit=row.office_id)
    return row


@transaction.atomic
def acknowledge(*, document: Document, by: Account, at: datetime) -> Acknowledgement:
    """The person has read and understood. Pressed twice, the first day stands."""
    on = timezone.localdate(at)
    with readers_of(by, on=on):
        known = Acknowledgement.objects.filter(document=document, account=by).first()
        if known:
            return known
        may_acknowledge(by, document, on=on).enforce()
        try:
            with transaction.atomic():
                made = Acknowledgement.objects.create(document=document, account=by, at=at)
        except IntegrityError:  # the same button in two windows
            return Acknowledgement.objects.get(document=document, account=by)
    record(verb="documents.acknowledged", on=document, by=by.pk, at=at, unit=document.unit_id)
    return made


@transaction.atomic
def nudge(*, publication: Publication, unit: Unit, by: Account, at: datetime) -> Nudge:
    """Remind those of the unit and below it who have not read and were not reminded of the document today."""
    on = timezone.localdate(at)
    row = Publication.objects.select_for_update().select_related("document").get(pk=publication.pk)
    may_nudge(by, row, unit.pk, on=on).enforce()
    with readers_of(by, on=on):
        left = unread(row, unit.pk, on=on).exclude(unit__in=nudged_today(row, on=on)).order_by("account")
        people = list(left.values_list("account", flat=True).distinct())
    if not people:
        raise Refused(_("Không còn ai để nhắc: mọi người đã đọc, hoặc hôm nay đã được nhắc."))
    made = Nudge.objects.create(publication=row, unit=unit, on=on, at=at, by=by, people=len(people))
    record(verb="documents.nudged", on=row.document, by=by.pk, at=at, unit=unit.pk, people=len(people))
    told = {"publication_id": row.pk, "account_ids": people}
    transaction.on_commit(lambda: reading_nudged.send(Nudge, **told), robust=True)
    return made
