"""Two people on one form: what each changed since they last looked, put together box by box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

type Changes = Mapping[str, tuple[str, str]]  # box → what stood there before, what stands there now


@dataclass(frozen=True)
class Merged:
    draft: dict[str, str]  # box → text; a box that is empty is left out
    taken: list[str]  # boxes that were changed
    conflicts: dict[str, str]  # box → what stood there before for the writer; another has changed it since


def stored(typed: Mapping[str, str]) -> dict[str, str]:
    """Boxes as they are kept: lines end one way, whatever the browser; what is blank is left out."""
    return {box: written for box, text in typed.items() if (written := one_ending(text)).strip()}


def one_ending(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def merge(kept: Mapping[str, str], changes: Changes) -> Merged:
    """`changes` put into what is kept. Nothing that another wrote in between is overwritten: that box is a conflict."""
    draft, taken, conflicts = dict(kept), [], {}
    for box, (before, now) in changes.items():
        here, was, wanted = (one_ending(text) if text.strip() else "" for text in (kept.get(box, ""), before, now))
        if here == wanted:
            continue
        if here != was:
            conflicts[box] = was
            continue
        taken.append(box)
        draft[box] = wanted
    return Merged(stored(draft), taken, conflicts)
