"""Up which offices a report goes: the steps of a request, and what they are for each unit on a day of the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from donghanh.organisations.choices import OFFICE_KINDS
from donghanh.organisations.models import Lineage, UnitType
from donghanh.reporting.selectors import Faulty

NEAREST: Final = "nearest"
STEPS: Final = (NEAREST, *(str(kind) for kind in OFFICE_KINDS))
MOST_STEPS: Final = 5

type Chain = tuple[str, ...]  # of STEPS; each is looked for above the office that the step before it reached


def read_chain(document: object) -> Chain:
    """From JSON, strictly; no steps mean the nearest office alone. Faulty names what cannot be read."""
    if not isinstance(document, (list, tuple)) or len(document) > MOST_STEPS:
        raise Faulty(_("Các cấp duyệt không đọc được."))
    for step in document:
        if step not in STEPS:
            raise Faulty(_("Không có cấp duyệt “%(step)s”.") % {"step": str(step)[:40]})
    return tuple(document) or (NEAREST,)


def offices_of(units: Iterable[int], chain: Chain, on: date, *, still: date | None = None) -> dict[int, list[int]]:
    """Unit → the offices above it that its report goes up, nearest first, in the tree of that day. Two queries.

    A step that does not stand above is left out: after 1 July 2025 no district does. A unit without any office above it
    is left out of the answer. `still`: only by offices that exist on that other day.
    """
    rows_of_kind = UnitType.objects.filter(kind__in=OFFICE_KINDS, valid__contains=on)
    rows_of_kind = rows_of_kind.filter(unit__existence__contains=still or on)
    kinds = dict(rows_of_kind.order_by("unit").values_list("unit", "kind"))
    above: dict[int, list[int]] = defaultdict(list)
    rows = Lineage.objects.filter(ancestor__in=list(kinds), descendant__in=list(units), depth__gt=0, valid__contains=on)
    for unit, office in rows.order_by("descendant", "depth").values_list("descendant", "ancestor"):
        above[unit].append(office)
    found = {unit: _walk([(office, kinds[office]) for office in offices], chain) for unit, offices in above.items()}
    return {unit: offices for unit, offices in found.items() if offices}


def _walk(above: Sequence[tuple[int, str]], chain: Chain) -> list[int]:
    """The offices that the chain finds among (office, kind), nearest first."""
    found: list[int] = []
    left = list(above)
    for step in chain:
        for place, (office, kind) in enumerate(left):
            if step in (NEAREST, kind):
                found.append(office)
                left = left[place + 1 :]
                break
    return found


def without_reviewer(units: Collection[int], offices: Collection[int]) -> str:
    """The sentence that says how many units are not asked because no office above them reviews; "" for none."""
    missing = len(units) - len(offices)
    if not missing:
        return ""
    return _("%(count)s đơn vị không có cơ quan nào ở trên duyệt báo cáo, nên chưa được yêu cầu.") % {"count": missing}
