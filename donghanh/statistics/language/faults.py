"""What may be wrong with an expression, told to the person who wrote it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


class ExpressionFault(ValueError):
    """`position` counts characters from 1; `str()` is the sentence for the person who wrote the expression."""

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(_("Ký tự thứ %(position)s: %(sentence)s") % {"position": position, "sentence": sentence})
        self.position, self.sentence = position, sentence


class UnknownElement(ExpressionFault):
    """The expression names an element, breakdown, indicator, constant or set of units that nobody has defined."""


class CyclicIndicators(ExpressionFault):
    """An indicator is reckoned from itself. `path` begins and ends with the same code."""

    def __init__(self, position: int, path: Sequence[str]) -> None:
        told = " → ".join(path)
        super().__init__(position, _("các chỉ số tính vòng quanh nhau: %(path)s.") % {"path": told})
        self.path = tuple(path)
