"""Far from the period before: a slip of one nought, or news that deserves a word. Against the unit's own last figure.

Basis: common practice of statistical offices (ratio edit with an absolute threshold).
"""

from __future__ import annotations

from collections.abc import Iterator

from donghanh.questionnaires.checks.report import Place, Report, far_apart
from donghanh.questionnaires.definition import Check


def broken(report: Report, check: Check) -> Iterator[Place]:
    for cell in report.watched(check):
        now, then = report.values.get(cell.code), report.before.get(cell.code)
        if far_apart(check, now, then):
            yield cell.code, now, then
