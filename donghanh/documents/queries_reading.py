"""Who is asked to read what, who has, who has not: counted anew from the memberships of the day asked for.

Rows of acknowledgements are there only inside `readers_of`, `everything()` or a walled view.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from donghanh.documents.choices import ENDING, Status
from donghanh.documents.models import Document, Relation
from donghanh.documents.models_reading import Acknowledgement, Nudge, Publication
from donghanh.kernel.rows import everything, reader
from donghanh.organisations.models import Lineage, UnitType
from donghanh.organisations.queries import children, kinds, lineage_pairs, with_unit_names
from donghanh.people.choices import NOT_STAFF, Right
from donghanh.people.models import Account, Membership
from donghanh.people.queries import held, own_units, units_reached


def root_of(document: Document) -> Document:
    """The document that an entry of a book stands for: what a school took in is the office's own document."""
    return document.origin or document


def readers_of(account: Account, *, on: date) -> AbstractContextManager[None]:
    """A transaction that shows the account its own acknowledgements and those of the units it answers for."""
    return reader(account=account.pk, offices=own_units(account, Right.PUBLISH_DOCUMENTS, on=on), day=on)


def audience(publication: Publication, *, on: date) -> QuerySet[Membership]:
    """The roles by which people owe the reading on the day; a person with several comes several times."""
    below = Lineage.objects.filter(ancestor=publication.branch_id, valid__contains=on).values("descendant")
    of_kind = UnitType.objects.filter(kind__in=publication.kinds, valid__contains=on).values("unit")
    asked = Membership.objects.filter(role__in=publication.roles, valid__contains=on, account__is_active=True)
    return asked.filter(unit__in=below).filter(unit__in=of_kind)


def _read(document_id: int) -> Exists:
    return Exists(Acknowledgement.objects.filter(document=document_id, account=OuterRef("account")))


def unread(publication: Publication, unit_id: int, *, on: date) -> QuerySet[Membership]:
    """Of the audience in a unit and below it, whoever has not read."""
    within = Lineage.objects.filter(ancestor=unit_id, valid__contains=on).values("descendant")
    return audience(publication, on=on).filter(~_read(publication.document_id), unit__in=within)


def names_unread(publication: Publication, unit_id: int, *, on: date) -> QuerySet[Any]:
    """Staff of `unread`, once a unit, with names; learners and families are counted and never listed."""
    rows = unread(publication, unit_id, on=on).exclude(role__in=NOT_STAFF)
    once = rows.order_by("account", "unit", "pk").distinct("account", "unit")
    named = with_unit_names(Membership.objects.filter(pk__in=once.values("pk")).select_related("account"), on=on)
    found = Concat(F("account__full_name"), Value(" "), F("unit_name"), output_field=CharField())
    with_words: QuerySet[Any] = named.annotate(found_by=Func(found, function="dh_fold", output_field=CharField()))
    return with_words.order_by("unit_sort", "account__full_name_sort", "pk")


@dataclass(frozen=True)
class Tally:
    """People asked and people who have read; a person counts once in a unit."""

    asked: int = 0
    read: int = 0

    @property
    def left(self) -> int:
        return self.asked - self.read

    @property
    def percent(self) -> float | None:
        return self.read / self.asked * 100 if self.asked else None


def tally(publication: Publication, unit_id: int, *, on: date, nameless: bool = False) -> Tally:
    """Of a unit and all below it; `nameless`: learners and families alone."""
    within = Lineage.objects.filter(ancestor=unit_id, valid__contains=on).values("descendant")
    rows = audience(publication, on=on).filter(unit__in=within)
    if nameless:
        rows = rows.filter(role__in=NOT_STAFF)
    return _counted(rows, publication)


def _counted(rows: QuerySet[Membership], publication: Publication) -> Tally:
    done = Count("account", distinct=True, filter=_read(publication.document_id))
    counted = rows.order_by().aggregate(asked=Count("account", distinct=True), read=done)
    return Tally(counted["asked"], counted["read"])


def tallies_below(publication: Publication, unit_id: int, *, on: date) -> list[dict[str, Any]]:
    """The unit's own people, then a row for each unit directly below where somebody is asked.

    Keys: pk (None: the unit itself), name, name_sort, kind, asked, read, left, percent.
    """
    units = list(children(unit_id, on=on))
    person = "descendant__memberships__account"
    lines = Lineage.objects.filter(ancestor__in=units, valid__contains=on).filter(
        descendant__memberships__in=audience(publication, on=on)
    )
    done = Acknowledgement.objects.filter(document=publication.document_id).values("account")
    counted = lines.order_by().values("ancestor").annotate(
        asked=Count(person, distinct=True), read=Count(person, distinct=True, filter=Q(**{f"{person}__in": done}))
    )  # fmt: skip
    of = {row["ancestor"]: Tally(row["asked"], row["read"]) for row in counted}
    own = _counted(audience(publication, on=on).filter(unit=unit_id), publication)
    rows = [_row(own, pk=None, name=_("Tại chính đơn vị"), name_sort="", kind="")] if own.asked else []
    return rows + [
        _row(of[unit.pk], pk=unit.pk, name=unit.name, name_sort=unit.name_sort, kind=unit.kind)
        for unit in units
        if unit.pk in of
    ]


def _row(count: Tally, **unit: Any) -> dict[str, Any]:
    return {**unit, "asked": count.asked, "read": count.read, "left": count.left, "percent": count.percent}


def publications_for(account: Account, *, on: date) -> QuerySet[Publication]:
    """Open publications in whose audience the account is, of each document the one that is due first."""
    posts = held(account, on=on)
    kind_of = kinds({row.unit_id for row in posts}, on=on)
    above: dict[int, list[int]] = {}
    for ancestor, unit in lineage_pairs({row.unit_id for row in posts}, on=on):
        above.setdefault(unit, []).append(ancestor)
    meant = Q()
    for row in posts:
        if row.unit_id in kind_of:
            meant |= Q(
                branch__in=above.get(row.unit_id, []), roles__contains=[row.role],
                kinds__contains=[kind_of[row.unit_id]],
            )  # fmt: skip
    if not meant:
        return Publication.objects.none()
    rows = Publication.objects.filter(meant, closed_at__isnull=True)
    first = rows.order_by("document", "due_on", "pk").distinct("document")
    nudges = Nudge.objects.filter(publication=OuterRef("pk"), unit__in={one for some in above.values() for one in some})
    found = Publication.objects.filter(pk__in=first.values("pk")).select_related("document", "document__file")
    return found.annotate(nudged_on=Subquery(nudges.order_by("-on").values("on")[:1])).order_by("due_on", "pk")


def to_read(account: Account, *, on: date) -> QuerySet[Publication]:
    """What the account has still to read, due first first; `late`: its last day is over."""
    done = Acknowledgement.objects.filter(account=account, document=OuterRef("document"))
    late = ExpressionWrapper(Q(due_on__lt=on), output_field=BooleanField())
    return publications_for(account, on=on).filter(~Exists(done)).annotate(late=late)


def count_to_read(account: Account, *, on: date) -> int:
    with readers_of(account, on=on):
        return to_read(account, on=on).count()


def read_by(account: Account) -> QuerySet[Acknowledgement]:
    """What the account has read, the latest first."""
    rows = Acknowledgement.objects.filter(account=account).select_related("document", "document__file")
    return rows.order_by("-at", "-pk")


def readable_by(account: Account, *, on: date) -> QuerySet[Document]:
    """Documents that the account is asked to read, or has read; the gate of a reader's page."""
    asked = publications_for(account, on=on).values("document")
    return Document.objects.filter(Q(pk__in=asked) | Q(pk__in=read_by(account).values("document")))


def watched_by(account: Account, *, on: date) -> QuerySet[Publication]:
    """Publications whose readers the account may look at, newest first: its offices' own, and of others what asks its
    own units. Of which units, `units_watched` says."""
    own = own_units(account, Right.PUBLISH_DOCUMENTS, on=on)
    above = Lineage.objects.filter(descendant__in=own, valid__contains=on).values("ancestor")
    reached = units_reached(account, Right.PUBLISH_DOCUMENTS, on=on)
    rows = Publication.objects.filter(Q(branch__in=above) | Q(branch__in=reached)).select_related("document")
    return rows.order_by("-published_at", "-pk")


def units_watched(account: Account, publication: Publication, *, on: date) -> QuerySet[Any, Any]:
    """Ids of the units of the publication's branch whose readers the account may look at: its own and those below."""
    within = Lineage.objects.filter(ancestor=publication.branch_id, valid__contains=on).values("descendant")
    return units_reached(account, Right.PUBLISH_DOCUMENTS, on=on).filter(descendant__in=within)


def first_unit_watched(account: Account, publication: Publication, *, on: date) -> int | None:
    """Where the list begins: the whole branch, else the account's own unit in it; None: nothing of it is theirs."""
    seen = units_watched(account, publication, on=on)
    if seen.filter(descendant=publication.branch_id).exists():
        return publication.branch_id
    own = own_units(account, Right.PUBLISH_DOCUMENTS, on=on)
    first: int | None = (
        seen.filter(descendant__in=own).order_by("descendant").values_list("descendant", flat=True).first()
    )
    return first


def nudged_today(publication: Publication, *, on: date) -> set[int]:
    """Units whose people were already reminded of the document on the day, by whichever office."""
    units = Nudge.objects.filter(publication__document=publication.document_id, on=on).values("unit")
    below = Lineage.objects.filter(ancestor__in=units, valid__contains=on).order_by()
    return set(below.values_list("descendant", flat=True))


def ended_by(document: Document, *, on: date) -> Document | None:
    """The document that has replaced or cancelled this one by the day."""
    rows = Relation.objects.filter(
        earlier=document, kind__in=ENDING, withdrawn_at__isnull=True, from_date__lte=on, later__status=Status.REGISTERED
    )
    row = rows.select_related("later").order_by("pk").first()
    return row.later if row else None


@dataclass(frozen=True)
class Standing:
    """A document and one reader: what is asked of them, when they confirmed, how far those they watch have come."""

    owed: Publication | None
    read_at: datetime | None
    watched: Publication | None
    tally: Tally | None


def standing(account: Account, document: Document, *, on: date) -> Standing:
    """For the page of a document."""
    with readers_of(account, on=on):
        owed = publications_for(account, on=on).filter(document=document).first()
        read_at = read_by(account).filter(document=document).values_list("at", flat=True).first()
        watched = watched_by(account, on=on).filter(document=document).first()
        unit = first_unit_watched(account, watched, on=on) if watched else None
        counted = tally(watched, unit, on=on) if watched and unit else None
    return Standing(owed, read_at, watched if unit else None, counted)


@dataclass(frozen=True)
class Deadline:
    """A unit's people have a document to read by a day; `done`: all of them have."""

    on: date
    document: Document
    unit_id: int
    done: bool


def deadlines(units: Collection[int], first: date, last: date) -> Iterator[Deadline]:
    """What these units' people are to have read from `first` to `last`; the audience is that of the last day each."""
    rows = Publication.objects.filter(due_on__range=(first, last), closed_at__isnull=True)
    for row in rows.select_related("document").order_by("due_on", "pk"):
        with everything():
            posts = audience(row, on=row.due_on).filter(unit__in=units).order_by("unit")
            counted = posts.values("unit").annotate(
                left=Count("account", distinct=True, filter=~_read(row.document_id))
            )
            left = list(counted.values_list("unit", "left"))
        for unit, many in left:
            yield Deadline(row.due_on, row.document, unit, not many)
