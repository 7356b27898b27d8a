"""Templates of offices and the merges made with them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from donghanh.files.models import StoredFile
from donghanh.kernel.columns import folded, sort_key_of
from donghanh.organisations.models import Unit
from donghanh.papers.choices_merge import MergeState
from donghanh.people.models import Account


class PaperTemplate(models.Model):
    """A paper that an office writes again and again. What it says stands in its versions."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    name_sort = sort_key_of("name")
    name_folded = folded("name")
    type_code = models.CharField(max_length=5)  # a key of choices.DOCUMENT_TYPES
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "mẫu văn bản"
        constraints = (
            models.UniqueConstraint(
                "unit", "name_folded", condition=models.Q(retired_at=None), name="template_name_once_in_use"
            ),
            models.CheckConstraint(
                condition=models.Q(retired_at=None, retired_by=None) | models.Q(retired_at__isnull=False),
                name="template_retired_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """What a template says. A draft is written over until it is published, then never again."""

    template = models.ForeignKey(PaperTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()  # from 1
    texts = models.JSONField()  # template_document.TEXTS → a text in the language of templates
    word = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")  # the office's own
    figures = ArrayField(models.CharField(max_length=60), default=list)  # codes of indicators that it asks for
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "phiên bản mẫu văn bản"
        constraints = (
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["template"], condition=models.Q(published_at=None), name="template_one_draft"
            ),
        )

    def __str__(self) -> str:
        return f"{self.template} ({self.number})"


class Merge(models.Model):
    """One version filled for many units in one job; all files together are one archive, or there is none."""

    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="merges")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")  # the office that merges
    given: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()  # merge_values.Given
    state = models.CharField(max_length=10, choices=MergeState, default=MergeState.WAITING)
    done = models.PositiveIntegerField(default=0)  # units so far
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lần trộn văn bản"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(file=None) | models.Q(state=MergeState.DONE), name="merge_file_only_when_done"
            ),
        )


class MergeLine(models.Model):
    """One unit of a merge and what became of its paper."""

    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="lines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # its place in the archive, from 1
    made: models.BooleanField[bool | None, bool | None] = models.BooleanField(null=True)
    sentence = models.TextField(blank=True)  # why there is none

    class Meta:
        verbose_name = "văn bản đã trộn"
        constraints = (models.UniqueConstraint(fields=["merge", "unit"], name="merge_unit_once"),)
