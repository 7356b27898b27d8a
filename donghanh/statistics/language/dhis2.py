"""DHIS2's way of writing expressions: theirs in, ours out, and back.

Their words for things are ids in braces behind a letter; everything else, functions and operators, is common to both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce

from django.utils.translation import gettext as _

from donghanh.statistics.language.faults import ExpressionFault, UnknownElement
from donghanh.statistics.language.nodes import Expression, Item, Node, Number, Operation, Rate, Reference, Test
from donghanh.statistics.language.parsing import parse
from donghanh.statistics.language.words import modifiers, quoted, written

type Resolve = Callable[[str, str], str | None]

WORD = re.compile(r"(?P<letter>#|[A-Z]+)\{(?P<inside>[^{}]*)\}|(?P<group>orgUnit\.(?P<kind>\w+)\s*\((?P<ids>[^()]*)\))")
METRICS = {
    "REPORTING_RATE": "reportingRate",
    "REPORTING_RATE_ON_TIME": "reportingRateOnTime",
    "ACTUAL_REPORTS": "actualReports",
    "ACTUAL_REPORTS_ON_TIME": "actualReportsOnTime",
    "EXPECTED_REPORTS": "expectedReports",
}
OF_EVENTS = ("A", "D", "I", "V", "PS", "X")
TESTS = {"group": "group", "ancestor": "unit", "dataSet": "form"}


def from_dhis2(text: str, resolve: Resolve) -> str:
    """Our text for an expression in DHIS2's syntax.

    `resolve(kind, uid)` gives our code, None where nobody knows it. Kinds: "element", "option_combo" (gives the
    selection, "" for the default one), "attribute_combo" (the same), "form", "indicator", "constant", "group", "unit".
    ExpressionFault counts characters of `text`; the result parses.
    """
    if found := re.search(r"d2:\w+", text):
        raise ExpressionFault(found.start() + 1, _("các hàm d2: chỉ dùng cho hồ sơ từng người, ở đây không có."))
    stray = re.search(r"[{}]", WORD.sub(lambda word: " " * len(word[0]), text))
    if stray:
        raise ExpressionFault(stray.start() + 1, _("dấu ngoặc nhọn chỉ đứng như trong #{…}."))
    pieces: list[tuple[int, str]] = []  # where each piece stands in theirs, and what it is in ours
    end = 0
    for word in WORD.finditer(text):
        pieces += [(end, text[end : word.start()]), (word.start(), _ours(word, resolve))]
        end = word.end()
    pieces.append((end, text[end:]))
    ours = "".join(piece for _start, piece in pieces)
    try:
        parse(ours)
    except ExpressionFault as fault:
        raise ExpressionFault(_place_in(pieces, text, fault.position), fault.sentence) from None
    return ours


def _place_in(pieces: list[tuple[int, str]], text: str, position: int) -> int:
    """Where a character of our text stands in theirs; inside a replaced word, where that word begins."""
    left = position - 1
    for start, piece in pieces:
        if left < len(piece):
            same = text.startswith(piece, start)
            return start + 1 + (left if same else 0)
        left -= len(piece)
    return len(text) + 1


def _ours(word: re.Match[str], resolve: Resolve) -> str:
    at = word.start() + 1

    def code(kind: str, uid: str) -> str:
        found = resolve(kind, uid)
        if found is None:
            raise UnknownElement(at, _("không biết mã “%(uid)s” của DHIS2.") % {"uid": uid})
        return found

    if word["group"]:
        if word["kind"] not in TESTS:
            raise ExpressionFault(at, _("không có phép thử “%(name)s”.") % {"name": f"orgUnit.{word['kind']}"})
        ids = [uid.strip(" \"'") for uid in word["ids"].split(",")]
        codes = ", ".join(quoted(code(TESTS[word["kind"]], uid)) for uid in ids)
        return f"orgUnit.{word['kind']}({codes})"
    letter, inside = word["letter"], word["inside"].strip()
    if letter in OF_EVENTS:
        raise ExpressionFault(
            at, _("%(letter)s{…} là số liệu của từng hồ sơ, ở đây chỉ có số tổng hợp.") % {"letter": letter}
        )
    if letter == "#":
        return _element(inside, code)
    if letter == "R":
        form, _dot, metric = inside.partition(".")
        if metric not in METRICS:
            raise ExpressionFault(at, _("cần một trong %(known)s.") % {"known": ", ".join(METRICS)})
        return f"{code('form', form)}.{METRICS[metric]}"
    if letter in ("N", "C"):
        kind = "indicator" if letter == "N" else "constant"
        return f"{kind}({code(kind, inside)})"
    if letter == "OUG":
        raise ExpressionFault(at, _("OUG{…} đếm đơn vị của một nhóm; hãy dùng orgUnit.group trong subExpression."))
    raise ExpressionFault(at, _("không biết %(letter)s{…}.") % {"letter": letter})


def _element(inside: str, code: Callable[[str, str], str]) -> str:
    element, *combos = (part.strip() for part in inside.split("."))
    kinds = ("option_combo", "attribute_combo")
    chosen = [code(kind, uid) for kind, uid in zip(kinds, combos, strict=False) if uid != "*"]
    selection = ",".join(one for one in chosen if one)
    return code("element", element) + (f"[{selection}]" if selection else "")


def to_dhis2(expression: Expression, uid_of: Resolve) -> str:
    """The expression in DHIS2's syntax. `uid_of(kind, code)` gives their id; kinds as in `from_dhis2`.

    UnknownElement where it gives None.
    """
    metrics = {ours: theirs for theirs, ours in METRICS.items()}

    def uid(node: Node, kind: str, code: str) -> str:
        found = uid_of(kind, code)
        if found is None:
            raise UnknownElement(node.at, _("“%(code)s” không có mã DHIS2.") % {"code": code})
        return found

    def theirs(node: Node) -> str | None:
        match node:
            case Item():
                combo = f".{uid(node, 'option_combo', node.selection)}" if node.selection else ""
                return f"#{{{uid(node, 'element', node.element)}{combo}}}{modifiers(node)}"
            case Rate(form=form, metric=metric):
                return f"R{{{uid(node, 'form', form)}.{metrics[metric]}}}{modifiers(node)}"
            case Reference(kind=kind, code=code):
                return f"{'N' if kind == 'indicator' else 'C'}{{{uid(node, kind, code)}}}{modifiers(node)}"
            case Test(kind=kind, codes=codes):
                return f"orgUnit.{kind}({','.join(uid(node, TESTS[kind], code) for code in codes)})"
            case Operation(operator="and" | "or" as sign, left=left, right=right):
                return f"({written(left, theirs)} {'&&' if sign == 'and' else '||'} {written(right, theirs)})"
            case Operation(operator="-", left=Number(value=0), right=right):
                return f"(-{written(right, theirs)})"
        return None

    text = written(expression.root, theirs)
    return reduce(lambda told, pair: told.replace(*pair), (("not (", "!("),), text)
