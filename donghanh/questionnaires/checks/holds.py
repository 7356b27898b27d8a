"""A relation that the form's author writes as an expression over any of its items; said at `left`.

Not asked while what it looks at is still empty. Basis: the definition's check names the clause.
"""

from __future__ import annotations

from collections.abc import Iterator

from donghanh.questionnaires.checks.report import Place, Report
from donghanh.questionnaires.definition import Check
from donghanh.questionnaires.expressions import names, parse, truth
from donghanh.questionnaires.logic import stands


def broken(report: Report, check: Check) -> Iterator[Place]:
    tree = parse(check.holds)
    if check.left not in report.settled.asked:
        return
    looked_at = [stands(report.definition, name, report.values, report.texts) for name in names(tree)]
    if all(value == "" for value in looked_at):
        return
    if not truth(report.definition.logic.looked_at(tree, report.settled, on=report.on)):
        left = report.definition.total(check.left, report.values) if check.left in report.definition.cells_of else None
        yield check.left, left, None
