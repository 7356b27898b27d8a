"""What this room counts for reports: people in term, working groups, meetings held.

Lines name nobody: who may read a report need not keep the roster. The link leads to it, for those who do.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.collaborators.choices import Category
from donghanh.collaborators.models import Collaborator, Meeting, WorkingGroup
from donghanh.collaborators.queries import collaborator_counts
from donghanh.measures.queries import Line, Measure, offer
from donghanh.periods.queries import Span


def register() -> None:
    """Offer the measures of this room."""
    roster = gettext_lazy("danh sách cộng tác viên")
    offer(
        Measure(
            code="collaborators.people", name=gettext_lazy("Cộng tác viên"), source=roster,
            count=_people, lines=_people_lines,
        ),
        Measure(
            code="collaborators.groups", name=gettext_lazy("Tổ công tác"), source=gettext_lazy("danh sách tổ công tác"),
            count=_groups, lines=_group_lines,
        ),
        Measure(
            code="collaborators.meetings", name=gettext_lazy("Cuộc họp của tổ công tác"),
            source=gettext_lazy("sổ họp của tổ công tác"), count=_meetings, lines=_meeting_lines,
        ),
    )  # fmt: skip


def _people(unit: int, span: Span) -> dict[str, float]:
    """In term on the period's last day, by category and in total."""
    counted = collaborator_counts([unit], on=span.end)[unit]
    return {"": counted.total(), **{category: counted[category] for category in Category.values}}


def _people_lines(unit: int, span: Span) -> Iterable[Line]:
    href = reverse("collaborators:unit", args=[unit])
    for row in Collaborator.objects.filter(unit=unit, valid__contains=span.end).order_by("category", "valid", "pk"):
        words = {"category": row.get_category_display(), "day": date_format(row.first_day, "j/n/Y")}
        yield Line(_("%(category)s, từ %(day)s") % words, href)


def _groups(unit: int, span: Span) -> dict[str, float]:
    """In term on the period's last day."""
    return {"": WorkingGroup.objects.filter(unit=unit, valid__contains=span.end).count()}


def _group_lines(unit: int, span: Span) -> Iterable[Line]:
    for row in WorkingGroup.objects.filter(unit=unit, valid__contains=span.end).order_by("name_sort", "pk"):
        words = {"group": row.name, "decision": row.decision}
        yield Line(_("%(group)s, quyết định %(decision)s") % words, reverse("collaborators:group", args=[row.pk]))


def _meetings(unit: int, span: Span) -> dict[str, float]:
    """Held in the period."""
    return {"": Meeting.objects.filter(group__unit=unit, day__range=(span.start, span.end)).count()}


def _meeting_lines(unit: int, span: Span) -> Iterable[Line]:
    rows = Meeting.objects.filter(group__unit=unit, day__range=(span.start, span.end)).select_related("group")
    for row in rows.annotate(present=Count("attended")).order_by("day", "pk"):
        words = {"group": row.group.name, "day": date_format(row.day, "j/n/Y"), "present": row.present}
        line = _("%(group)s họp ngày %(day)s, %(present)s người dự") % words
        yield Line(line, reverse("collaborators:meeting", args=[row.pk]))
