"""What this room counts for reports: commendations and practices; lines name nobody."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy

from donghanh.measures.queries import Line, Measure, offer
from donghanh.periods.queries import Span
from donghanh.recognition.choices import PracticeState, State
from donghanh.recognition.models import Nomination, Practice


def register() -> None:
    """Offer the measures of this room."""
    offer(
        Measure(
            code="recognition.commended", name=gettext_lazy("Tập thể, cá nhân được khen"),
            source=gettext_lazy("sổ khen thưởng"), count=_commended, lines=_commended_lines,
        ),
        Measure(
            code="recognition.practices", name=gettext_lazy("Kinh nghiệm hay đã chia sẻ"),
            source=gettext_lazy("kho kinh nghiệm hay"), count=_practices, lines=_practice_lines,
        ),
    )  # fmt: skip


def _rows(unit: int, span: Span) -> list[Nomination]:
    rows = Nomination.objects.filter(unit=unit, state=State.COMMENDED, round__decided_on__range=(span.start, span.end))
    return list(rows.order_by("pk"))


def _commended(unit: int, span: Span) -> dict[str, float]:
    return {"": float(len(_rows(unit, span)))}


def _commended_lines(unit: int, span: Span) -> Iterable[Line]:
    for row in _rows(unit, span):
        yield Line(
            f"{row.get_form_display()} – {row.get_kind_display()}", reverse("recognition:nomination", args=[row.pk])
        )


def _shared(unit: int, span: Span) -> list[Practice]:
    rows = Practice.objects.filter(
        unit=unit, state=PracticeState.PUBLISHED, published_at__date__range=(span.start, span.end)
    )
    return list(rows.order_by("title_sort", "pk"))


def _practices(unit: int, span: Span) -> dict[str, float]:
    return {"": float(len(_shared(unit, span)))}


def _practice_lines(unit: int, span: Span) -> Iterable[Line]:
    for row in _shared(unit, span):
        yield Line(row.title, reverse("recognition:practice", args=[row.pk]))
