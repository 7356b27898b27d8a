"""The answer of a rule: may this be done, and if not, the sentence the person reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


class Refused(Exception):
    """An action was asked for that its rule forbids. `str()` is the sentence for the person.

    `about` names the argument that the sentence speaks of, where the rule says so: a form shows it at that field.
    """

    def __init__(self, reason: str | Promise, about: str = "") -> None:
        super().__init__(reason)
        self.about = about


@dataclass(frozen=True)
class Verdict:
    ok: bool
    reason: str = ""
    about: str = ""

    def __bool__(self) -> bool:
        return self.ok

    def enforce(self) -> None:
        """Raise `Refused` with the reason unless the answer is yes."""
        if not self.ok:
            raise Refused(self.reason, self.about)


YES = Verdict(True)


def no(reason: str, about: str = "") -> Verdict:
    return Verdict(False, str(reason), about)


def verdict_of(faults: Mapping[str, str]) -> Verdict:
    """Yes without faults (field → sentence); else no, for the first of them."""
    return no(next(iter(faults.values()))) if faults else YES
