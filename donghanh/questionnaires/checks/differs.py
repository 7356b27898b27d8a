"""Other than what the programme counted itself (a measure): a slip, or work the programme has not seen. Wants a word.

Basis: figures fill themselves from work already done; who overwrites one says why. Not written in definitions: it
holds for every cell with an offered value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from donghanh.questionnaires.checks.report import Place, Report

CODE = "differs"


def broken(report: Report, offered: Mapping[str, float]) -> Iterator[Place]:
    for code, value in offered.items():
        typed = report.values.get(code)
        if typed is not None and typed != value:
            yield code, typed, value
