"""Rules of checks as a list, and what they would find."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from donghanh.kernel.numbers import format_number
from donghanh.kernel.text import fold
from donghanh.periods.models import Period
from donghanh.statistics.choices import FindingKind, OutlierMethod
from donghanh.statistics.language import parse
from donghanh.statistics.models import DERIVED, Finding, OutlierRule, Partition, Predictor, ValidationRule
from donghanh.statistics.watching import preview as _preview


class Preview(NamedTuple):
    period: Period
    units: int


def preview(check: ValidationRule | OutlierRule | Predictor) -> Preview | None:
    """In how many units the check would find something in the newest period that has its elements; None: none has."""
    if isinstance(check, ValidationRule):
        sides = [parse(check.left), parse(check.right)]
    else:
        sides = [parse(check.element if isinstance(check, OutlierRule) else check.sample)]
    for partition in (
        Partition.objects.exclude(layout__startswith=DERIVED).select_related("period").order_by("-period__days", "-pk")
    ):
        if all(side.fits(partition.columns) for side in sides) and partition.rows:
            return Preview(partition.period, _preview(check, partition))
    return None


def check_rows() -> list[dict[str, Any]]:
    """Lines of CheckTable: what runs."""
    rows = [
        {
            "pk": one.pk, "name": one.name, "kind": str(FindingKind.RULE.label),
            "says": f"{one.left} {one.get_comparison_display()} {one.right}",
            "importance": str(one.get_importance_display()),
        }
        for one in ValidationRule.objects.filter(ended_at=None).order_by("code")
    ] + [
        {
            "pk": None, "name": one.element, "kind": str(FindingKind.OUTLIER.label),
            "says": bounds(one), "importance": str(one.get_importance_display()),
        }
        for one in OutlierRule.objects.filter(ended_at=None).order_by("element", "method")
    ] + [
        {
            "pk": None, "name": one.name, "kind": str(FindingKind.PREDICTION.label),
            "says": f"{one.get_combined_display()}: {one.sample} ({one.periods})", "importance": "",
        }
        for one in Predictor.objects.filter(ended_at=None).order_by("code")
    ]  # fmt: skip
    return [{**row, "searched": fold(f"{row['name']} {row['says']}")} for row in rows]


def bounds(rule: OutlierRule) -> str:
    """What a watch holds values against, in words."""
    if rule.method == OutlierMethod.MIN_MAX:
        return _("ngoài khoảng %(low)s – %(high)s") % {
            "low": "…" if rule.low is None else format_number(rule.low),
            "high": "…" if rule.high is None else format_number(rule.high),
        }
    return _("%(method)s lớn hơn %(threshold)s, so với %(periods)s kỳ trước") % {
        "method": rule.get_method_display(), "threshold": format_number(rule.threshold, decimals=1),
        "periods": rule.periods,
    }  # fmt: skip


def told(finding: Finding) -> str:
    """The sentence of a finding with its numbers, in the reader's language. Its source is fetched along."""
    numbers = {name: format_number(value, decimals=0 if float(value).is_integer() else 2)
               for name, value in finding.numbers.items()}  # fmt: skip
    missing = _("trống")
    if finding.rule:
        return f"{finding.rule.name} ({numbers.get('left', missing)}; {numbers.get('right', missing)})"
    if finding.outlier_rule:
        said = {
            "element": finding.outlier_rule.element,
            "value": numbers.get("value", ""),
            "bounds": bounds(finding.outlier_rule),
        }
        if "usual" in numbers:
            return _("%(element)s là %(value)s, các kỳ trước thường là %(usual)s") % {**said, "usual": numbers["usual"]}
        return _("%(element)s là %(value)s, %(bounds)s") % said
    name = finding.predictor.name if finding.predictor else ""
    return _("%(name)s: gửi %(value)s, dự tính %(usual)s") % {"name": name, **numbers}
