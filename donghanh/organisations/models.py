from __future__ import annotations

import re
from typing import ClassVar, Self

from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from donghanh.files.models import StoredFile
from donghanh.kernel.columns import folded, sort_key_of
from donghanh.kernel.models import Dated, never_two_at_once
from donghanh.organisations.choices import (
    CodeScheme,
    EventKind,
    Group,
    GroupSet,
    ImportState,
    LineVerdict,
    Part,
    UnitKind,
)


def uid_of(unit_id: int) -> str:
    """A unit's stable identifier in the form that DHIS2 wants: a letter, then ten letters or digits."""
    return f"dh{unit_id:09}"


def unit_of_uid(uid: str) -> int | None:
    """The unit id behind `uid_of`; None for identifiers of others."""
    found = re.fullmatch(r"dh(\d{9})", uid)
    return int(found[1]) if found else None


class Unit(models.Model):
    """An identity. What it is called, what it is and whom it belongs to are dated rows beside it. Never deleted."""

    existence = DateRangeField()  # from opening to closing; empty: the opening was undone
    generated = models.BooleanField(default=False)  # demo data; shown wherever the unit is shown

    # What held on the day asked for: only rows of `queries.units_on` and its relatives carry these four.
    name: str
    name_sort: str
    kind: str
    parent_id_on: int | None

    class Meta:
        verbose_name = "đơn vị"
        indexes = (GistIndex(fields=["existence"], name="unit_existence"),)

    @property
    def kind_label(self) -> str:
        return str(UnitKind(self.kind).label)


class Held[M: models.Model](models.Manager[M]):
    """Rows that hold on some day. What an event replaced on its very day, or its undoing took back, holds on none."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(valid__isempty=False)


class Said(Dated):
    """What is said of a unit over some days. Nothing but the days of such a row ever changes, and none is deleted."""

    objects: ClassVar[Held[Self]] = Held()
    every: ClassVar[models.Manager[Self]] = models.Manager()  # those too that hold on no day

    class Meta:
        abstract = True


class UnitName(Said):
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=200)
    name_sort = sort_key_of("name")
    name_folded = folded("name")

    class Meta:
        verbose_name = _("tên đơn vị")
        constraints = (never_two_at_once("unit_one_name_at_a_time", "unit"),)
        indexes = (
            GinIndex(OpClass("name_folded", "gin_trgm_ops"), name="unit_name_search"),
            models.Index(fields=["name_sort", "unit"], name="unit_name_in_order"),  # the first page of the register
        )


class UnitType(Said):
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="types")
    kind = models.CharField(max_length=20, choices=UnitKind)

    class Meta:
        verbose_name = _("loại hình đơn vị")
        constraints = (never_two_at_once("unit_one_kind_at_a_time", "unit"),)


class UnitParent(Said):
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="children")

    class Meta:
        verbose_name = _("đơn vị quản lý")
        constraints = (
            never_two_at_once("unit_one_parent_at_a_time", "unit"),
            models.CheckConstraint(condition=~models.Q(unit=models.F("parent")), name="unit_not_its_own_parent"),
        )


class UnitCode(Said):
    """A code in one scheme; never parsed for meaning: areas change under it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="codes")
    scheme = models.CharField(max_length=20, choices=CodeScheme)
    code = models.CharField(max_length=20)

    class Meta:
        verbose_name = _("mã đơn vị")
        constraints = (
            never_two_at_once("unit_one_code_a_scheme_at_a_time", "unit", "scheme"),
            never_two_at_once("code_one_unit_at_a_time", "scheme", "code"),
        )


class Headcount(Said):
    """Staff and learners of a unit as its register states them (source: start-of-year count)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="headcounts")
    staff = models.PositiveIntegerField()
    learners = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("quy mô đơn vị")
        constraints = (never_two_at_once("unit_one_headcount_at_a_time", "unit"),)


class UnitGroup(Said):
    """Membership of a set that cuts across the tree: ownership, semi-boarding, own groups."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="groups")
    group = models.CharField(max_length=40)  # "private", "semi_boarding"

    class Meta:
        verbose_name = _("nhóm đơn vị")
        constraints = (never_two_at_once("unit_once_in_a_group_at_a_time", "unit", "group"),)

    @property
    def label(self) -> str:
        """The group's name where the product knows it, else its code."""
        known = str(Group(self.group).label) if self.group in Group.values else ""
        return known or getattr(self, "own_name", None) or self.group


type UnitRow = UnitName | UnitType | UnitParent | UnitCode | Headcount | UnitGroup  # what is said of one unit
DATED_ROWS: tuple[type[UnitRow], ...] = (UnitName, UnitType, UnitParent, UnitCode, Headcount, UnitGroup)


class Lineage(Dated):
    """Closure of the dated tree: `descendant` is `depth` steps below `ancestor` on these days (0: itself)."""

    ancestor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="below")
    descendant = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="above")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = "quan hệ trên dưới"
        constraints = (never_two_at_once("lineage_once_at_a_time", "ancestor", "descendant"),)
        indexes = (models.Index(fields=["descendant", "depth"], name="lineage_upwards"),)


class UnitEvent(models.Model):
    """A change of the tree, with the decision that ordered it."""

    kind = models.CharField(max_length=20, choices=EventKind)
    on = models.DateField()
    decision = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)  # null: it stands
    undone_by = models.BigIntegerField(null=True)
    undone_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "biến động đơn vị"


class EventPart(models.Model):
    event = models.ForeignKey(UnitEvent, on_delete=models.PROTECT, related_name="parts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="event_parts")
    part = models.CharField(max_length=10, choices=Part)
    share = models.DecimalField(max_digits=5, decimal_places=4, default=1)  # how much of a split unit a target takes

    class Meta:
        verbose_name = "đơn vị trong biến động"
        constraints = (
            models.UniqueConstraint(fields=["event", "unit", "part"], name="event_unit_once_a_part"),
            models.CheckConstraint(condition=models.Q(share__gt=0, share__lte=1), name="event_share_between_0_and_1"),
        )


class OwnGroup(models.Model):
    """A group that an office made for itself; who is in it are the rows of `UnitGroup` with its code."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100, unique=True)
    group_set = models.CharField(max_length=20, choices=GroupSet, default=GroupSet.OWN)

    class Meta:
        verbose_name = "nhóm riêng"


class UnitBoundary(models.Model):
    """Where the unit lies: a GeoJSON geometry, longitude and latitude in degrees (WGS 84)."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="boundary")
    geometry = models.JSONField()
    source = models.CharField(max_length=200)  # the file it came from
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = "ranh giới đơn vị"


class UnitImport(models.Model):
    """A file of units that was looked at, what it would do, and whether it was done."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()  # the day from which its changes hold
    decision = models.CharField(max_length=200)
    options = models.JSONField(default=dict)  # `imports.Options`
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.CHECKED)
    sentence = models.TextField(blank=True)  # why it was refused
    done = models.PositiveIntegerField(default=0)  # changes written so far, while it is applying
    fingerprint = models.CharField(max_length=64)  # of every line's verdict and changes
    checked_at = models.DateTimeField()
    checked_by = models.BigIntegerField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lần nhập đơn vị"


class ImportLine(models.Model):
    """One line of the file with its verdict; the words are those of the moment of the check."""

    unit_import = models.ForeignKey(UnitImport, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()  # the row of the file
    verdict = models.CharField(max_length=10, choices=LineVerdict)
    name = models.TextField()
    name_folded = folded("name")
    unit_id_found = models.BigIntegerField(null=True)  # the unit it speaks of, if that exists
    cells = models.JSONField(default=dict)  # field → what stands there
    faults = models.JSONField(default=dict)  # field → sentence
    notes = models.JSONField(default=list)  # sentences
    changes = models.JSONField(default=list)  # [field, before, after]

    class Meta:
        verbose_name = "dòng nhập đơn vị"
        constraints = (models.UniqueConstraint(fields=["unit_import", "number"], name="import_line_once"),)


class EventRow(models.Model):
    """One row that an event wrote, and on which days it held before and after: what undoing gives back."""

    event = models.ForeignKey(UnitEvent, on_delete=models.PROTECT, related_name="rows", db_index=False)  # see below
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="event_rows")
    table = models.CharField(max_length=20)  # a key of WRITTEN
    row = models.BigIntegerField()
    before = DateRangeField()  # empty: the event made the row
    after = DateRangeField()

    class Meta:
        verbose_name = "dòng của biến động"  # an event's rows are found by the constraint, which begins with it
        constraints = (models.UniqueConstraint(fields=["event", "table", "row"], name="event_row_once"),)
        indexes = (models.Index(fields=["table", "row"], name="event_row_of"),)


WRITTEN: dict[str, type[Unit | UnitRow]] = {str(model._meta.model_name): model for model in (Unit, *DATED_ROWS)}
