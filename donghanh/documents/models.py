from __future__ import annotations

from django.db import models
from django.db.models import F, Func, GeneratedField, Q, TextField, Value
from django.db.models.functions import Concat

from donghanh.documents.choices import (
    COPY_TYPES,
    ENDING,
    OFFICIAL_LETTER,
    TYPES,
    Direction,
    RelationKind,
    Reply,
    Security,
    SeriesKind,
    Status,
    Urgency,
)
from donghanh.files.models import StoredFile
from donghanh.kernel.columns import sort_key_of
from donghanh.organisations.models import Unit
from donghanh.people.models import Account


class NumberSeries(models.Model):
    """Numbers that a unit gives from 1 January to 31 December. Its row is the lock under which each is given."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=SeriesKind)
    name = models.CharField(max_length=200, blank=True, default="")  # of a council; it issues under its own name
    type = models.CharField(max_length=4, blank=True, default="")  # "": documents of all types together
    per_type = models.BooleanField(default=False)  # of an ordinary series: it only leads to one series a type
    first_number = models.PositiveIntegerField(default=1)  # lower ones were given on paper before this system
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "dãy số văn bản"
        constraints = (
            models.UniqueConstraint(fields=["unit", "year", "kind", "name", "type"], name="series_once_a_year"),
            models.CheckConstraint(condition=Q(last_number__gte=F("first_number") - 1), name="series_counts_upwards"),
            models.CheckConstraint(
                condition=(Q(kind=SeriesKind.COUNCIL) & ~Q(name="")) | (~Q(kind=SeriesKind.COUNCIL) & Q(name="")),
                name="series_council_has_name",
            ),
            models.CheckConstraint(
                condition=Q(per_type=False) | (Q(kind=SeriesKind.ORDINARY, type="") & Q(last_number=0)),
                name="series_per_type_gives_none_itself",
            ),
        )

    @property
    def begun(self) -> bool:
        """Has the system given a number of it?"""
        return self.last_number >= self.first_number


class Document(models.Model):
    """An official document that a unit issued or received, as its register tells it (Decree 30, App. IV and VI)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="documents")  # whose register it stands in
    direction = models.CharField(max_length=3, choices=Direction)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    type = models.CharField(max_length=4, choices=list(TYPES.items()))
    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField(null=True, blank=True)  # of an own document
    number_text = models.CharField(max_length=11, blank=True, default="")  # as written: "05"; of others "05a"
    symbol = models.CharField(max_length=30)  # "QĐ-SGDĐT"
    date = models.DateField()
    issuer_name = models.CharField(max_length=200)
    issuer = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    abstract = models.CharField(max_length=500)
    abstract_sort = sort_key_of("abstract")
    signer_name = models.CharField(max_length=50, blank=True, default="")
    signer_position = models.CharField(max_length=100, blank=True, default="")
    signer_authority = models.CharField(max_length=10, blank=True, default="")  # "KT.", "TL."
    security = models.CharField(max_length=10, choices=Security, default=Security.NORMAL)
    urgency = models.CharField(max_length=11, choices=Urgency, default=Urgency.NORMAL)
    copies = models.PositiveSmallIntegerField(default=1)
    pages = models.PositiveSmallIntegerField(default=1)
    language = models.CharField(max_length=30, default="Tiếng Việt")
    drafting_unit = models.CharField(max_length=200, blank=True, default="")
    kept_by = models.CharField(max_length=200, blank=True, default="")  # who has the copy that stays
    in_force_from = models.DateField(null=True, blank=True)  # null: from its date
    in_force_to = models.DateField(null=True, blank=True)  # the last day; null: until replaced
    due_date = models.DateField(null=True, blank=True)  # an answer is asked for by then
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    arrival_date = models.DateField(null=True, blank=True)
    arrival_number = models.PositiveIntegerField(null=True, blank=True)
    sender_note = models.CharField(max_length=200, blank=True, default="")  # who handed it in, if not the issuer
    handled_by = models.CharField(max_length=1000, blank=True, default="")  # "Đơn vị hoặc người nhận"
    passed_on_date = models.DateField(null=True, blank=True)  # "Ngày chuyển"
    signed_for = models.CharField(max_length=100, blank=True, default="")  # "Ký nhận"
    note = models.CharField(max_length=500, blank=True, default="")
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="arrivals")
    exchange_id = models.CharField(max_length=100, blank=True, default="")  # edXML DocumentId of a received package
    generated = models.BooleanField(default=False)  # demo data
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(null=True, blank=True)
    registered_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recalled_at = models.DateTimeField(null=True, blank=True)
    recalled_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recall_reason = models.CharField(max_length=200, blank=True, default="")
    found_by = GeneratedField(
        expression=Func(
            Concat(
                F("number_text"), Value("/"), F("symbol"), Value(" · "), F("abstract"), Value(" · "),
                F("issuer_name"), Value(" · "), F("signer_name"), output_field=TextField(),
            ),
            function="dh_fold",
        ),
        output_field=TextField(), db_persist=True,
    )  # fmt: skip

    class Meta:
        verbose_name = "văn bản"
        constraints = (
            models.UniqueConstraint(fields=["series", "number"], name="document_number_once"),
            models.UniqueConstraint(fields=["series", "arrival_number"], name="document_arrival_once"),
            models.UniqueConstraint(
                fields=["unit", "exchange_id"], condition=~Q(exchange_id=""), name="document_received_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "origin"], condition=Q(origin__isnull=False), name="document_taken_in_once"
            ),
            models.CheckConstraint(condition=Q(security=Security.NORMAL), name="document_never_secret"),
            models.CheckConstraint(
                condition=Q(direction=Direction.IN, number__isnull=True)
                | Q(direction=Direction.OUT, arrival_number__isnull=True),
                name="document_one_kind_of_number",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT, series__isnull=True, number__isnull=True, number_text="")
                | Q(direction=Direction.OUT, series__isnull=False, number__gte=1) & ~Q(status=Status.DRAFT)
                | Q(direction=Direction.IN, series__isnull=False, arrival_number__gte=1, arrival_date__isnull=False)
                & ~Q(status=Status.DRAFT),
                name="document_numbered_when_registered",
            ),
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True)
                | Q(in_force_from__isnull=True, in_force_to__gte=F("date"))
                | Q(in_force_to__gte=F("in_force_from")),
                name="document_force_ends_after_it_begins",
            ),
        )
        indexes = (models.Index(fields=["unit", "direction", "-date"], name="document_register"),)

    def __str__(self) -> str:
        return f"{self.type_name} {self.code}".strip()

    @property
    def type_name(self) -> str:
        return TYPES[self.type]

    @property
    def code(self) -> str:
        """Number and symbol, "05/QĐ-SGDĐT"; "" while it has no number."""
        return f"{self.number_text}/{self.symbol}" if self.number_text else ""

    @property
    def heading(self) -> str:
        """Type and abstract as a register writes them; an official letter's begins with V/v."""
        return f"V/v {self.abstract}" if self.type == OFFICIAL_LETTER else f"{self.type_name} {self.abstract}"

    @property
    def signer(self) -> str:
        return " ".join(part for part in (self.signer_authority, self.signer_position, self.signer_name) if part)


class DocumentAnnex(models.Model):
    """One more file of a document, in the order in which they came."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="annexes")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()  # from 1

    class Meta:
        verbose_name = "tệp kèm văn bản"
        constraints = (models.UniqueConstraint(fields=["document", "position"], name="annex_position_once"),)


class Recipient(models.Model):
    """One line of "Nơi nhận": a unit of the tree, maybe with all below it, or a name. Keeps when it took the document
    in and when it confirmed that a recall reached it."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="recipients")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    with_below = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # that the recalled document is used no more
    confirmed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "nơi nhận"
        constraints = (
            models.UniqueConstraint(
                fields=["document", "unit"], condition=Q(unit__isnull=False), name="recipient_unit_once"
            ),
            models.CheckConstraint(
                condition=Q(with_below=False) | Q(unit__isnull=False), name="recipient_below_a_unit"
            ),
        )


class Relation(models.Model):
    """The later document replaces, cancels, amends or implements the earlier one from a day on."""

    later = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="relations_to_earlier")
    earlier = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="relations_from_later")
    kind = models.CharField(max_length=10, choices=RelationKind)
    from_date = models.DateField()
    clause = models.CharField(max_length=200, blank=True, default="")  # which part of the earlier one
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # by the recall of the later one
    announced_at = models.DateTimeField(null=True, blank=True)  # `document_replaced` was sent

    class Meta:
        verbose_name = "quan hệ văn bản"
        constraints = (
            models.UniqueConstraint(fields=["later", "earlier", "kind"], name="relation_once"),
            models.UniqueConstraint(
                fields=["earlier"], condition=Q(kind__in=ENDING, withdrawn_at__isnull=True), name="document_ended_once"
            ),
            models.CheckConstraint(condition=~Q(later=F("earlier")), name="relation_between_two"),
        )


class DocumentCopy(models.Model):
    """A copy that the unit made of a document, with its number: one series for all kinds (Decree 30, App. I.II.2)."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="copies_made")
    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=3, choices=list(COPY_TYPES.items()))
    symbol = models.CharField(max_length=30)  # "SY-SGDĐT"
    date = models.DateField()
    amount = models.PositiveSmallIntegerField(default=1)
    made_for = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "bản sao văn bản"
        constraints = (models.UniqueConstraint(fields=["series", "number"], name="copy_number_once"),)

    @property
    def code(self) -> str:
        return f"{self.number:02}/{self.symbol}"


class ExchangeReply(models.Model):
    """A status package: one that this unit gave to the sender of a document, or one that a receiver sent back."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="replies")
    sender_id = models.CharField(max_length=13)  # OrganId of who says it
    sender_name = models.CharField(max_length=200)
    code = models.CharField(max_length=2, choices=Reply)
    description = models.CharField(max_length=500, blank=True, default="")
    stated_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "phản hồi văn bản"
        constraints = (
            models.UniqueConstraint(fields=["document", "sender_id", "code", "stated_at"], name="exchange_reply_once"),
        )


from donghanh.documents import models_reading  # noqa: E402, F401  # its rows hang on those above
