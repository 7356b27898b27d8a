from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from donghanh.documents.choices import ENDING, INVERSE, OFFICIAL_LETTER, Direction, RelationKind, SeriesKind, Status
from donghanh.documents.models import Document, NumberSeries, Recipient, Relation
from donghanh.documents.queries_proposals import waiting_at
from donghanh.documents.queries_reading import Deadline, count_to_read, deadlines
from donghanh.files.models import StoredFile
from donghanh.kernel.text import fold, nfc
from donghanh.organisations.models import Lineage, Unit
from donghanh.organisations.queries import ancestors, units_on
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached

__all__ = ("Deadline", "count_to_read", "deadlines", "waiting_at")  # what higher rooms ask of reading and proposals

DEEPEST, MOST_NODES = 12, 200  # of a graph that a page draws
REACHES = """
WITH RECURSIVE below(id) AS (
    SELECT %(start)s::bigint
    UNION
    SELECT relation.earlier_id FROM documents_relation relation JOIN below ON relation.later_id = below.id
    WHERE relation.withdrawn_at IS NULL)
SELECT EXISTS (SELECT FROM below WHERE id = %(sought)s)
"""


def documents_visible_to(account: Account, *, on: date) -> QuerySet[Document]:
    """Documents of the registers that the account reads, and issued ones whose recipients are its units."""
    reached = units_reached(account, Right.READ_DOCUMENTS, on=on)
    return Document.objects.filter(Q(unit__in=reached) | _sent_to(account, on=on))


def received_by(account: Account, *, on: date) -> QuerySet[Document]:
    """Issued documents of others that name the account's own units, or all below an office above, newest first."""
    own = own_units(account, Right.READ_DOCUMENTS, on=on)
    rows = Document.objects.filter(_sent_to(account, on=on)).exclude(unit__in=own)
    return rows.order_by("-date", "-pk")


def workable_by(account: Account, *, on: date) -> QuerySet[Document]:
    """Documents on whose page the account may do something: of its registers, and those sent to its units."""
    reached = units_reached(account, Right.REGISTER_DOCUMENTS, on=on)
    return Document.objects.filter(Q(unit__in=reached) | _sent_to(account, on=on, right=Right.REGISTER_DOCUMENTS))


def _sent_to(account: Account, *, on: date, right: str = Right.READ_DOCUMENTS) -> Q:
    own = own_units(account, right, on=on)
    above = Lineage.objects.filter(descendant__in=own, valid__contains=on).values("ancestor")
    named = Recipient.objects.filter(document=OuterRef("pk")).filter(
        Q(unit__in=own) | Q(unit__in=above, with_below=True)
    )
    return Q(Exists(named), direction=Direction.OUT) & ~Q(status=Status.DRAFT)


def units_reading(account: Account, *, on: date) -> QuerySet[Unit]:
    """Units whose registers the account reads, as `units_on` gives them."""
    return units_on(on).filter(pk__in=units_reached(account, Right.READ_DOCUMENTS, on=on))


def units_registering(account: Account, *, on: date) -> QuerySet[Unit]:
    """Units for which the account registers documents and gives numbers."""
    return units_on(on).filter(pk__in=units_reached(account, Right.REGISTER_DOCUMENTS, on=on))


def register(unit_id: int, direction: str, *, year: int | None = None) -> QuerySet[Document]:
    """One book of one unit, newest first; `year`: of one year only. Who may read it is asked by `units_reading`."""
    rows = Document.objects.filter(unit=unit_id, direction=direction).prefetch_related("recipients")
    if year is not None:
        rows = rows.filter(Q(arrival_date__year=year) if direction == Direction.IN else Q(date__year=year))
    order = "arrival_number" if direction == Direction.IN else "number"
    return rows.order_by("-date", F(order).desc(nulls_first=True), "-pk")


def in_force(rows: QuerySet[Document], *, on: date) -> QuerySet[Document]:
    """Those in force on the day: registered, begun, not run out, not replaced or cancelled by a registered document."""
    ended = Relation.objects.filter(
        earlier=OuterRef("pk"), kind__in=ENDING, withdrawn_at__isnull=True, from_date__lte=on,
        later__status=Status.REGISTERED,
    )  # fmt: skip
    begun = rows.annotate(begins=Coalesce("in_force_from", "date"))
    running = Q(in_force_to__isnull=True) | Q(in_force_to__gte=on)
    return begun.filter(running, ~Exists(ended), status=Status.REGISTERED, begins__lte=on)


def in_force_for(unit_id: int, *, on: date) -> QuerySet[Document]:
    """What is in force on the day for a unit: documents of its registers and of those above it, each once."""
    chain = [unit_id, *(unit.pk for unit in ancestors(unit_id, on=on))]
    rows = Document.objects.filter(unit__in=chain).exclude(origin__unit__in=chain)
    return in_force(rows, on=on).order_by("-date", "-pk")


def files_of(document: Document) -> list[StoredFile]:
    """The document itself, then what came with it."""
    annexes = document.annexes.select_related("file").order_by("position")
    return [*([document.file] if document.file else []), *(one.file for one in annexes)]


def is_in_force(document: Document, *, on: date) -> bool:
    return in_force(Document.objects.filter(pk=document.pk), on=on).exists()


def twins(
    unit_id: int, *, number_text: str, symbol: str, issuer_name: str, year: int, but: int | None = None
) -> QuerySet[Document]:
    """Received documents of the unit with the same number, symbol, issuer and year (Decree 30, App. VI.I.III.1.h)."""
    rows = Document.objects.filter(
        unit=unit_id, direction=Direction.IN, number_text=number_text, symbol__iexact=symbol, date__year=year
    ).exclude(status=Status.RECALLED)
    same = [row.pk for row in rows.order_by("pk") if fold(row.issuer_name) == fold(issuer_name) and row.pk != but]
    return Document.objects.filter(pk__in=same).order_by("pk")


def series_of(unit_id: int) -> QuerySet[NumberSeries]:
    """Every series of a unit, newest year first."""
    return NumberSeries.objects.filter(unit=unit_id).order_by("-year", "kind", "name", "type")


def last_symbol(unit_id: int, *, council: bool = False) -> str:
    """What came after the type in the unit's latest symbol, "SGDĐT", to be offered for the next; "" at first."""
    kind = SeriesKind.COUNCIL if council else SeriesKind.ORDINARY
    latest = Document.objects.filter(unit=unit_id, series__kind=kind).exclude(type=OFFICIAL_LETTER).order_by("-pk")
    found = latest.values_list("symbol", flat=True).first()
    return found.partition("-")[2] if found else ""


def called_by_code(rows: QuerySet[Document], code: str) -> list[Document]:
    """Of these documents the registered ones with this number and symbol, "05/QĐ-SGDĐT", newest first."""
    number, _slash, symbol = nfc(code).partition("/")
    found = rows.filter(number_text__iexact=number, symbol__iexact=symbol, status=Status.REGISTERED)
    if number.isdigit() and len(number) == 1:
        found = found | rows.filter(number_text=f"0{number}", symbol__iexact=symbol, status=Status.REGISTERED)
    return list(found.order_by("-date", "pk")[:20])


def relations_of(document: Document) -> QuerySet[Relation]:
    """What stands between this document and others, recalled ones left out."""
    rows = Relation.objects.filter(Q(later=document) | Q(earlier=document), withdrawn_at__isnull=True)
    return rows.select_related("later", "earlier").order_by("from_date", "pk")


def reaches(earlier_id: int, later_id: int) -> bool:
    """Does the earlier document already stand, over any number of steps, upon the later one?"""
    with connection.cursor() as cursor:
        cursor.execute(REACHES, {"start": earlier_id, "sought": later_id})
        found: tuple[bool] = cursor.fetchone()
    return found[0]


@dataclass(frozen=True)
class Node:
    """One line of a drawn graph: `depth` steps from the document in the middle, `words` tie it to the line above."""

    document: Document
    depth: int
    words: str
    relation: Relation
    in_force: bool

    @property
    def padding(self) -> str:
        return "— " * (self.depth - 1)


def graph(document: Document, *, visible: QuerySet[Document], on: date) -> tuple[list[Node], list[Node]]:
    """(what it stands upon, what stands upon it), each as a tree read from top to bottom; only visible documents.

    A query a step, and one more a side for what is in force.
    """
    return _side(document, visible, on, upwards=True), _side(document, visible, on, upwards=False)


def _side(document: Document, visible: QuerySet[Document], on: date, *, upwards: bool) -> list[Node]:
    near, far = ("later", "earlier") if upwards else ("earlier", "later")
    tied: dict[int, list[Relation]] = {}
    level, met = {document.pk}, {document.pk}
    for _step in range(DEEPEST):
        rows = Relation.objects.filter(
            **{f"{near}__in": level, f"{far}__in": visible}, withdrawn_at__isnull=True
        ).select_related(far)
        level = set()
        for row in rows.order_by("from_date", "pk"):
            tied.setdefault(getattr(row, f"{near}_id"), []).append(row)
            if getattr(row, f"{far}_id") not in met:
                level.add(getattr(row, f"{far}_id"))
        met |= level
        if not level or len(met) > MOST_NODES:
            break
    holding = set(in_force(Document.objects.filter(pk__in=met), on=on).values_list("pk", flat=True))
    words: dict[Any, Any] = dict(RelationKind.choices) if upwards else {**INVERSE}
    return list(_walk(document.pk, tied, far, words, holding))


def _walk(
    start: int, tied: dict[int, list[Relation]], far: str, words: dict[str, Any], holding: Collection[int]
) -> list[Node]:
    nodes: list[Node] = []
    seen: set[int] = set()
    waiting = [(row, 1) for row in reversed(tied.get(start, []))]
    while waiting and len(nodes) < MOST_NODES:
        row, depth = waiting.pop()
        found: Document = getattr(row, far)
        nodes.append(Node(found, depth, str(words[row.kind]), row, found.pk in holding))
        if found.pk not in seen:  # a document tied in twice shows what hangs on it once
            seen.add(found.pk)
            waiting += [(below, depth + 1) for below in reversed(tied.get(found.pk, []))]
    return nodes
