"""Far from units of the same kind: against their usual (median) value in the period before.

Basis: common practice of statistical offices (comparison within a stratum).
"""

from __future__ import annotations

from collections.abc import Iterator

from donghanh.questionnaires.checks.report import Place, Report, far_apart
from donghanh.questionnaires.definition import Check


def broken(report: Report, check: Check) -> Iterator[Place]:
    for cell in report.watched(check):
        now, usual = report.values.get(cell.code), report.peers.get(cell.code)
        if far_apart(check, now, usual):
            yield cell.code, now, usual
