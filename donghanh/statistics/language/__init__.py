"""The language of indicators, checks and predictors: parsed once, run on arrays by NumPy and on Parquet by SQL.

    schools_with_outreach / schools_total
    if(isNull(staff_trained[TH]), 0, staff_trained[TH] / staff_in_scope[TH])
    subExpression(if(staff_trained / staff_in_scope >= 0.85, 1, 0))
    staff.periodOffset(-1)   staff.aggregationType(LAST)   median(staff)   plan3296.reportingRate

Items: an element (without a selection: every cell of it), `form.reportingRate` and its like, `indicator(code)`,
`constant(code)`, `[days]`. Numbers + - * / % ^, comparisons, and/or/not (also && || !), `true`, `false`, `null`.
Functions: grammar.FUNCTIONS for numbers, grammar.AGGREGATES over the periods within the one asked about, and
`subExpression(…)`, reckoned for each unit over the whole period and then brought together. `orgUnit.group(…)`,
`.ancestor(…)` (strict: no unit is its own) and `.dataSet(…)` ask about the unit. Modifiers: `.periodOffset(n)`,
`.yearToDate()`, `.aggregationType(…)`, on an item or on all in parentheses.

Missing values follow DHIS2 (DefaultExpressionService): by default a missing item counts as 0 if at least one item has a
value, else the whole is missing (`Missing` has the others). Inside `isNull`, `isNotNull` and `firstNonNull` nothing is
replaced and nothing counted. A division by 0 or by a missing value is missing, never 0; so is all that is reckoned from
it, a root of a negative number, a logarithm of what is not above 0.

`parse` gives the tree; `evaluate` and `to_sql` run those that sums suffice for (`Expression.is_plain`), the engine
(statistics.engine) runs all. `settle` puts indicators within indicators in their places, `check_cycles` names a path
that comes back to itself. `from_dhis2` and `to_dhis2` read and write DHIS2's syntax.
"""

from donghanh.statistics.language.arrays import evaluate
from donghanh.statistics.language.dhis2 import from_dhis2, to_dhis2
from donghanh.statistics.language.faults import CyclicIndicators, ExpressionFault, UnknownElement
from donghanh.statistics.language.nodes import Expression, Missing
from donghanh.statistics.language.parsing import parse
from donghanh.statistics.language.references import Definition, check_cycles, settle
from donghanh.statistics.language.sql import to_sql

__all__ = [
    "CyclicIndicators", "Definition", "Expression", "ExpressionFault", "Missing", "UnknownElement",
    "check_cycles", "evaluate", "from_dhis2", "parse", "settle", "to_dhis2", "to_sql",
]  # fmt: skip
