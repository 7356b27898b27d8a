"""A part is not more than its whole, people trained not more than people: `left` ≤ `factor` × `right`.

Basis: arithmetic of the form itself; the definition's check names the clause.
"""

from __future__ import annotations

from collections.abc import Iterator

from donghanh.questionnaires.checks.report import Place, Report
from donghanh.questionnaires.definition import Check


def broken(report: Report, check: Check) -> Iterator[Place]:
    for place, _other, left, right in report.pairs(check):
        if left is not None and right is not None and left > check.factor * right:
            yield place, left, right
