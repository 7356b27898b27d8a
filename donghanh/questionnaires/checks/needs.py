"""What was done has its paper: where `left` is yes or above 0, `right` must be too (a text: must be written).

A required number or flag that is still empty is left to `rules.missing`.
Basis: the plan asks for the decision or evidence beside the count; the definition's check names the clause.
"""

from __future__ import annotations

from collections.abc import Iterator

from donghanh.questionnaires.checks.report import Place, Report
from donghanh.questionnaires.definition import NUMERIC, Check


def broken(report: Report, check: Check) -> Iterator[Place]:
    needed = report.definition.items[check.right]
    if needed.code not in report.settled.asked:
        return
    waits = needed.required and needed.kind in NUMERIC  # then `missing` asks for it
    for _place, other, left, right in report.pairs(check):
        if left is not None and left > 0 and (right == 0 or (right is None and not waits)):
            yield other, left, right
