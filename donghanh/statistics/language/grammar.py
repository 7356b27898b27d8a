"""The grammar, its bounds, and what a person calls each of its words."""

from __future__ import annotations

from django.utils.translation import gettext as _

GRAMMAR = r"""
?start: either
?either: both | either OR both -> logic
?both: opposite | both AND opposite -> logic
?opposite: compared | NOT opposite -> negated
?compared: sum | sum COMPARE sum -> comparison
?sum: product | sum ADD product -> operation
?product: signed | product MULTIPLY signed -> operation
?signed: power | ADD signed -> signed
?power: modified | modified POWER signed -> operation
?modified: atom | modified MODIFIER "(" [argument] ")" -> modified
argument: ADD? NUMBER | CODE
?atom: NUMBER -> number | DAYS -> days | TRUTH -> truth | NULL -> null | ITEM -> item | RATE -> rate
    | FUNCTION "(" either ("," either)* ")" -> call
    | REFERENCE "(" _code ")" -> reference | TEST "(" _code ("," _code)* ")" -> test
    | "(" either ")"
_code: CODE | QUOTED
COMPARE: "<=" | ">=" | "==" | "!=" | "<" | ">"
ADD: "+" | "-"
MULTIPLY: "*" | "/" | "%"
POWER: "^"
OR.3: /or(?!\w)|\|\|/
AND.3: /and(?!\w)|&&/
NOT.3: /not(?!\w)|!(?!=)/
NUMBER: /\d{1,15}(\.\d{1,15})?/
DAYS: "[days]"
TRUTH.3: /(true|false)(?![\w\[.(])/
NULL.3: /null(?![\w\[.(])/
REFERENCE.4: /(indicator|constant)(?=\s*\()/
TEST.4: /orgUnit\.(group|ancestor|dataSet)(?=\s*\()/
RATE.4: /[A-Za-z]\w*\.(reportingRate(OnTime)?|actualReports(OnTime)?|acceptedReports|expectedReports)(?!\w)/
MODIFIER: /\.(periodOffset|aggregationType|yearToDate)(?=\s*\()/
FUNCTION.2: /[A-Za-z]\w*(?=\s*\()/
ITEM: /[a-z][a-z0-9_]*(\[[^\[\]\s]+\])?/
CODE: /[\w.\-\/]+/
QUOTED: /"[^"]{1,100}"|'[^']{1,100}'/
%ignore /\s+/
"""
LONGEST = 2000  # characters
DEEPEST = 60  # levels; keeps every walk far from Python's limit of recursion
HEAVIEST = 2000  # nodes once an engine has written divisors (NULLIF) and tests (CASE) out twice, as DuckDB does

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")

# how many arguments: at least, at most (None: any number)
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "if": (3, 3), "isNull": (1, 1), "firstNonNull": (1, None), "isNotNull": (1, 1),
    "greatest": (1, None), "least": (1, None), "log": (1, 2), "log10": (1, 1), "abs": (1, 1), "round": (1, 1),
}  # fmt: skip
# over the periods that lie in the one asked about; the last two take the share below which a value is looked for
AGGREGATES: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys(
        ("avg", "count", "max", "median", "min", "stddev", "stddevPop", "stddevSamp", "sum", "variance"), (1, 1)
    ),
    **dict.fromkeys(("percentile", "percentileCont"), (2, 2)),
}
SUB_EXPRESSION = "subExpression"
METRICS = (
    "reportingRate", "reportingRateOnTime", "actualReports", "actualReportsOnTime", "acceptedReports",
    "expectedReports",
)  # fmt: skip


def expected_words(terminals: set[str] | None) -> str:
    """What could have stood there, for a person."""
    names = {
        "NUMBER": _("một số"), "ITEM": _("mã chỉ tiêu"), "FUNCTION": _("một hàm"), "LPAR": "(", "RPAR": ")",
        "COMMA": _("dấu phẩy"), "ADD": "+ -", "MULTIPLY": "* / %", "POWER": "^", "COMPARE": _("phép so sánh"),
        "AND": "and or", "CODE": _("một mã"), "$END": _("hết biểu thức"),
    }  # fmt: skip
    return ", ".join(name for terminal, name in names.items() if terminal in (terminals or ()))
