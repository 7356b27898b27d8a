"""What units of the same kind usually answer: the middle value of each cell in the period before."""

from __future__ import annotations

import warnings

import numpy as np

from donghanh.organisations.models import UnitType
from donghanh.reporting.choices import COUNTED
from donghanh.reporting.models import Collection, Submission

MOST_PEERS = 500  # enough for a middle value, and quick at any size
FEWEST_PEERS = 5  # with fewer there is nothing usual


def usual_values(collection: Collection, kind: str) -> dict[str, float]:
    """By cell, the median over units of this kind in the round before of the same form version. Two queries.

    Cells that fewer than FEWEST_PEERS units answered are left out.
    """
    before = Collection.objects.filter(
        owner=collection.owner_id, form_version=collection.form_version_id, period__days__lt=collection.period.days
    )
    last = before.select_related("period").order_by("-period__days").first()
    if last is None:
        return {}
    alike = UnitType.objects.filter(kind=kind, valid__contains=last.period.reference_day).order_by()
    rows = Submission.objects.filter(
        expected__collection=last, state__in=COUNTED, expected__unit__in=alike.values("unit")
    )
    numbers = rows.order_by("expected__unit").values_list("latest__numbers", flat=True)[:MOST_PEERS]
    if not numbers:
        return {}
    values = np.array(list(numbers), dtype=np.float64)
    enough = np.count_nonzero(~np.isnan(values), axis=0) >= FEWEST_PEERS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a cell that nobody answered has no middle
        middle = np.nanmedian(values, axis=0)
    codes = collection.form_version.definition.positions
    return {code: float(middle[place]) for code, place in codes.items() if enough[place]}
