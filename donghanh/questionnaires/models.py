from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models

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

    class Meta:
        verbose_name = "biểu mẫu"


class FormVersion(models.Model):
    """One wording of a form. The database refuses to change it: answers refer to its cells by position."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    document: models.JSONField[Any, Any] = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "phiên bản biểu mẫu"
        constraints = (models.UniqueConstraint(fields=["form", "number"], name="form_version_number_once"),)

    @cached_property
    def definition(self) -> Definition:
        return read_definition(self.document)
