"""Templates and merges that an account reads."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery

from donghanh.files.models import StoredFile
from donghanh.files.queries import content_of
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import descendants, with_unit_names
from donghanh.papers.merge_files import Wording
from donghanh.papers.models_merge import Merge, MergeLine, PaperTemplate, TemplateVersion
from donghanh.papers.template_document import Written
from donghanh.papers.template_fields import figures_known
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units


def templates_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Templates of the units in which the account reads documents, in use first; with `unit_name` and `published`."""
    published = TemplateVersion.objects.filter(template=OuterRef("pk"), published_at__isnull=False).order_by("-number")
    rows = PaperTemplate.objects.filter(unit__in=own_units(account, Right.READ_DOCUMENTS, on=on))
    rows = rows.annotate(published=Subquery(published.values("number")[:1], output_field=IntegerField()))
    return with_unit_names(rows, on=on).order_by("retired_at", "name_sort", "pk")


def merges_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Merges of those units, the newest first; with `total`, `made` and `failed` of their units."""
    rows = Merge.objects.filter(unit__in=own_units(account, Right.READ_DOCUMENTS, on=on))
    rows = rows.select_related("version__template", "file", "made_by").annotate(
        total=Count("lines"), made=Count("lines", filter=Q(lines__made=True)),
        failed=Count("lines", filter=Q(lines__made=False)),
    )  # fmt: skip
    return rows.order_by("-made_at", "-pk")


def lines_of(merge: Merge) -> QuerySet[Any]:
    """Its units with `unit_name` of the paper's day, those without a paper first."""
    rows = with_unit_names(MergeLine.objects.filter(merge=merge), on=date.fromisoformat(merge.given["day"]))
    return rows.order_by("made", "number")


def units_for(template: PaperTemplate, *, kinds: Collection[str] = (), under: int = 0, on: date) -> QuerySet[Unit]:
    """Units that an office writes to: all below it (below `under` where that is said) of these kinds, without itself
    unless it stands alone.
    """
    below = descendants(template.unit_id, on=on)
    if below.exclude(pk=template.unit_id).exists():
        below = below.exclude(pk=template.unit_id)
    if under:
        below = below.filter(pk__in=descendants(under, on=on).order_by().values("pk"))
    return below.filter(types__kind__in=kinds, types__valid__contains=on) if kinds else below


def newest(template: PaperTemplate) -> TemplateVersion | None:
    """What is worked on: the draft, else the version in use."""
    return template.versions.order_by("-number").select_related("word", "template").first()


def in_use(template: PaperTemplate) -> TemplateVersion | None:
    """What is merged."""
    published = template.versions.filter(published_at__isnull=False)
    return published.order_by("-number").select_related("word", "template").first()


def bytes_of(file: StoredFile | None) -> bytes | None:
    """What a stored file holds; None where there is none."""
    if file is None:
        return None
    with content_of(file) as opened:
        return opened.read()


def wording_of(version: TemplateVersion) -> Wording:
    """The version as the files are made from."""
    written = Written(type_code=version.template.type_code, **version.texts)
    return Wording(written, bytes_of(version.word), frozenset(figures_known()))
