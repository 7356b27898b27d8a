"""What the register says of a unit, for reports: staff and learners as the start-of-year count states them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from donghanh.measures.queries import Line, Measure, offer
from donghanh.organisations.queries import headcount
from donghanh.periods.queries import Span

SOURCE = gettext_lazy("sổ đăng ký đơn vị")
WORDS = {
    "staff": gettext_lazy("%(number)s cán bộ, giáo viên, nhân viên"),
    "learners": gettext_lazy("%(number)s học sinh, sinh viên"),
}


def register() -> None:
    """Offer the measures of this room."""
    names = {"staff": gettext_lazy("Cán bộ, giáo viên, nhân viên"), "learners": gettext_lazy("Học sinh, sinh viên")}
    for what, name in names.items():
        count, lines = partial(_number, what), partial(_line, what)
        offer(Measure(code=f"organisations.{what}", name=name, source=SOURCE, count=count, lines=lines))


def _number(what: str, unit: int, span: Span) -> dict[str, float]:
    """As stated for the day on which the tree is read."""
    row = headcount(unit, on=span.reference_day)
    return {"": getattr(row, what)} if row else {}


def _line(what: str, unit: int, span: Span) -> Iterable[Line]:
    for number in _number(what, unit, span).values():
        words = str(WORDS[what]) % {"number": f"{number:.0f}"}
        yield Line(_("%(words)s, theo sổ đăng ký") % {"words": words}, reverse("organisations:unit", args=[unit]))
