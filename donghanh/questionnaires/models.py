from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models

from donghanh.people.models import Account
from donghanh.questionnaires.definition import (
    NUMERIC,
    WRITTEN,
    Cell,
    Check,
    Definition,
    FaultyDefinition,
    Item,
    Option,
    Section,
    read_definition,
)

__all__ = [
    "NUMERIC",
    "WRITTEN",
    "Cell",
    "Check",
    "Definition",
    "FaultyDefinition",
    "Form",
    "FormDraft",
    "FormVersion",
    "Item",
    "Option",
    "Section",
    "read_definition",
]


class Form(models.Model):
    """A form that is asked again and again; its content lives in versions."""

    code = models.CharField(max_length=40, unique=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    cites_replaced = models.CharField(max_length=200, default="", blank=True)  # code of a document no longer in force

    class Meta:
        verbose_name = "biểu mẫu"


class FormVersion(models.Model):
    """One wording of a form. The database refuses to change it: answers refer to its cells by position."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    document: models.JSONField[Any, Any] = models.JSONField()
    created_at = models.DateTimeField()
    applies_from = models.DateField(null=True)  # first day of the first period it is for; none: from the beginning

    class Meta:
        verbose_name = "phiên bản biểu mẫu"
        constraints = (models.UniqueConstraint(fields=["form", "number"], name="form_version_number_once"),)

    @cached_property
    def definition(self) -> Definition:
        """The form as an object; read once a process, since a version never changes."""
        known = _READ.get(self.pk)
        if known is None or known[0] != self.document:
            known = _READ[self.pk] = (self.document, read_definition(self.document))
        return known[1]


_READ: dict[int, tuple[Any, Definition]] = {}


class FormDraft(models.Model):
    """A wording that is still being written; it may be faulty. Published, it becomes a version and goes."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, null=True, related_name="drafts")
    document: models.JSONField[Any, Any] = models.JSONField()
    earlier: models.JSONField[Any, Any] = models.JSONField(default=list)  # the last documents, oldest first: to undo
    revision = models.PositiveIntegerField(default=1)  # whoever saves says which one they saw
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "bản soạn biểu mẫu"

    @property
    def code(self) -> str:
        return str(self.document.get("code", ""))
