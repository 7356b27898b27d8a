"""What a visit's checklist comes to, section by section: the share of items met.

Scored is what has a better and a worse answer: yes or no, and a choice from a list that runs from least to most (“chưa
có”, “một phần”, “đầy đủ”), whose middle answers count in part. Numbers and words are not scored, nor is what was left
open: a share says of how many items it speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from donghanh.questionnaires.models import Definition, Item, Section

YES = "1"


@dataclass(frozen=True)
class SectionScore:
    """`met` of `asked` answered items, of `items` that can be scored."""

    code: str
    name: str
    met: float
    asked: int
    items: int

    @property
    def share(self) -> float | None:
        """In percent; None where nothing was answered."""
        return 100 * self.met / self.asked if self.asked else None


def scores_of(definition: Definition, typed: Mapping[str, str]) -> list[SectionScore]:
    """Each section that has something to score, in the checklist's order."""
    found = [_section(definition, section, typed) for section in definition.sections]
    return [one for one in found if one.items]


def overall(scores: Iterable[SectionScore], name: str) -> SectionScore:
    """All sections together, each item alike."""
    scores = list(scores)
    return SectionScore(
        "", name, sum(one.met for one in scores), sum(one.asked for one in scores), sum(one.items for one in scores)
    )


def _section(definition: Definition, section: Section, typed: Mapping[str, str]) -> SectionScore:
    scored = [item for item in section.items if _grades(definition, item)]
    met = [grade for item in scored if (grade := _grades(definition, item).get(typed.get(item.code, ""))) is not None]
    return SectionScore(section.code, section.name, sum(met), len(met), len(scored))


def _grades(definition: Definition, item: Item) -> dict[str, float]:
    """How much each answer is worth, from 0 to 1; empty where the item is not scored."""
    if item.kind == "flag" and item.typed:
        return {"0": 0.0, YES: 1.0}
    if item.kind != "choice" or not item.typed:
        return {}
    codes = [option.code for option in definition.breakdowns[item.choices]]
    return {code: place / (len(codes) - 1) for place, code in enumerate(codes)} if len(codes) > 1 else {}
