"""The answer of a rule: may this be done, and if not, the sentence the person reads."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """An action was asked for that its rule forbids. `str()` is the sentence for the person."""


@dataclass(frozen=True)
class Verdict:
    ok: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.ok

    def enforce(self) -> None:
        """Raise `Refused` with the reason unless the answer is yes."""
        if not self.ok:
            raise Refused(self.reason)


YES = Verdict(True)


def no(reason: str) -> Verdict:
    return Verdict(False, str(reason))
