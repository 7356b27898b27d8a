"""In which every room says what it holds on a person, who speaks for whom, and how long data is kept.

A room registers from its `apps.ready()`, by what `queries` hands on.
laws/test_personal_data.py finds what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from donghanh.privacy.choices import Capacity

A_YEAR = 365  # days
DATA_LAW = _("Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15")

type Word = str | Promise
type Line = tuple[Word, object]  # label and value, as a person reads them


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a room holds on a person in these models ("room.Model")."""

    title: Word
    models: tuple[str, ...]
    collect: Callable[[int], Iterable[Sequence[Line]]]  # account id → records; it sees what the reader may see
    erase: Callable[[Sequence[int], datetime], object] | None = None  # account ids: nobody can be found by it any more
    kept_because: Word = ""  # where there is nothing to erase, or it may not be
    needed: Callable[[int, date], str] = lambda _account, _on: ""  # why it cannot be erased yet; "": it can


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One field that whoever answers a request can set right."""

    code: str
    label: Word
    current: Callable[[int], str | None]  # account id → what stands there; None: this person has no such field
    write: Callable[[int, str, datetime], None]  # Refused if the value makes no sense


@dataclass(frozen=True, kw_only=True)
class Retention:
    """One line of the retention table."""

    code: str
    what: Word
    purpose: Word
    basis: Word
    days: int
    after: Word  # the event from which the days count
    fate: Word  # what happens then
    models: tuple[str, ...]
    apply: Callable[[datetime, datetime, int], int]  # (the moment `days` ago, now, most rows) → rows taken


HOLDINGS: list[Holding] = []
CORRECTIONS: dict[str, Correction] = {}
RETENTIONS: dict[str, Retention] = {}
SPEAKERS: list[Callable[[int, int], bool]] = []  # (account, subject): does the one speak for the other?
# (accounts, day) → who must consent for each of them that the room knows
CAPACITIES: list[Callable[[Collection[int], date], dict[int, frozenset[Capacity]]]] = []
HOME_UNITS: list[Callable[[int], int | None]] = []  # the unit that answers for this person


def hold(*holdings: Holding) -> None:
    HOLDINGS.extend(holdings)


def correct(*corrections: Correction) -> None:
    CORRECTIONS.update({one.code: one for one in corrections})


def keep(*retentions: Retention) -> None:
    RETENTIONS.update({one.code: one for one in retentions})


def delete_some(rows: QuerySet[Any], most: int) -> int:
    """What a line of the table does with rows nobody needs: delete the first `most` by key; how many there were."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    rows.model.objects.filter(pk__in=ids).delete()
    return len(ids)
