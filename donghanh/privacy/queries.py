from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise

from donghanh.audit.models import Entry
from donghanh.kernel.rows import everything
from donghanh.organisations.models import UnitName
from donghanh.organisations.queries import units_on
from donghanh.people.choices import Right
from donghanh.people.models import Account, Membership
from donghanh.people.queries import units_reached
from donghanh.privacy.choices import PURPOSES, Capacity, Purpose, PurposeText, RequestState
from donghanh.privacy.models import Consent, DataRequest, RetentionRun
from donghanh.privacy.registry import (
    A_YEAR,
    CAPACITIES,
    CORRECTIONS,
    DATA_LAW,
    HOLDINGS,
    HOME_UNITS,
    RETENTIONS,
    SPEAKERS,
    Correction,
    Holding,
    Line,
    Retention,
    correct,
    delete_some,
    hold,
    keep,
)

__all__ = (  # what higher rooms register with, beside the questions of this room
    "A_YEAR", "CAPACITIES", "DATA_LAW", "HOME_UNITS", "SPEAKERS", "Correction", "Holding", "Line", "Retention",
    "correct", "delete_some", "hold", "keep",
)  # fmt: skip

ONESELF = frozenset({Capacity.SELF})


@dataclass(frozen=True)
class Standing:
    """One purpose for one person: what it says, who must say yes, who has."""

    purpose: Purpose
    text: PurposeText
    needed: frozenset[Capacity]
    given: dict[str, Consent]  # capacity → the yes that runs

    @property
    def holds(self) -> bool:
        """Everybody who must consent has, to the text as it reads now."""
        return all(
            (row := self.given.get(capacity)) is not None and row.text_version == self.text.version
            for capacity in self.needed
        )

    @property
    def waits(self) -> bool:
        """Somebody has consented, and not yet everybody who must."""
        return bool(self.given) and not self.holds

    @property
    def parties(self) -> list[tuple[Capacity, Consent | None]]:
        """Who must consent, the person first, with their yes if there is one."""
        return [(capacity, self.given.get(capacity)) for capacity in Capacity if capacity in self.needed]


@dataclass(frozen=True)
class Section:
    """What one part of the programme holds on a person, as records of (label, value)."""

    title: str | Promise
    kept_because: str | Promise
    records: list[list[Line]]
    room: str  # that holds it


@dataclass(frozen=True)
class RetentionLine:
    rule: Retention
    last_at: datetime | None
    last_rows: int | None


def capacities_needed(subject_id: int, *, on: date) -> frozenset[Capacity]:
    """Who must consent for this person on this day; whoever is no child consents alone."""
    return capacities_needed_of([subject_id], on=on)[subject_id]


def capacities_needed_of(subject_ids: Iterable[int], *, on: date) -> dict[int, frozenset[Capacity]]:
    """The same for several people at once."""
    needed = dict.fromkeys(subject_ids, ONESELF)
    for ask in reversed(CAPACITIES):  # the room that registered first has the last word
        needed |= ask(list(needed), on)
    return needed


def standings(subject_id: int, *, on: date) -> list[Standing]:
    """Every purpose and where it stands for this person, as far as the reader may see it."""
    return standings_of({subject_id: capacities_needed(subject_id, on=on)})[subject_id]


def standings_of(needed: Mapping[int, frozenset[Capacity]]) -> dict[int, list[Standing]]:
    """The same for several people at once; `needed`: person → who must consent for them."""
    running = list(Consent.objects.filter(subject__in=needed, withdrawn_at=None).order_by("pk"))
    return {
        subject: [
            Standing(
                purpose,
                text,
                capacities,
                {row.capacity: row for row in running if (row.subject_id, row.purpose) == (subject, purpose)},
            )
            for purpose, text in PURPOSES.items()
        ]
        for subject, capacities in needed.items()
    }


def has_consent(subject_id: int, purpose: str, *, on: date) -> bool:
    """May data of this person be used for this purpose on this day? Asked by every room before it publishes or sends.

    A child of 7 to 15 and its representative must both have consented (Luật Trẻ em, the strict reading).
    """
    return subject_id in consenting([subject_id], purpose, on=on)


def consenting(subject_ids: Collection[int] | QuerySet[Any, Any], purpose: str, *, on: date) -> set[int]:
    """Those of them of whom `has_consent` is true; ids or a query of ids, the same few queries however many."""
    given: dict[int, set[str]] = defaultdict(set)
    with everything():
        rows = Consent.objects.filter(
            subject__in=subject_ids,
            purpose=purpose,
            text_version=PURPOSES[Purpose(purpose)].version,
            given_at__date__lte=on,
        )
        running = rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__date__gt=on))
        for subject, capacity in running.order_by("pk").values_list("subject", "capacity"):
            given[subject].add(capacity)
        needed = capacities_needed_of(given, on=on)
    return {subject for subject, capacities in given.items() if needed[subject] <= capacities}


def school_of(subject_id: int) -> int | None:
    """The unit that a higher room says this person belongs to, a learner to a school; None: it knows nobody such."""
    return next((unit for ask in HOME_UNITS if (unit := ask(subject_id)) is not None), None)


def answering_unit(subject_id: int, *, on: date) -> int | None:
    """The unit that answers for this person: where they learn, else work, else worked; for anybody else the topmost."""
    if (school := school_of(subject_id)) is not None:
        return school
    roles = Membership.objects.filter(account=subject_id)
    held = roles.filter(valid__contains=on).order_by("pk").first() or roles.order_by("-valid").first()
    if held:
        return held.unit_id
    return next((unit.pk for unit in units_on(on) if unit.parent_id_on is None), None)


def held_on(subject_id: int) -> list[Section]:
    """Everything that the programme holds on a person, as far as the reader may see it."""
    person_first = sorted(HOLDINGS, key=lambda one: not one.models[0].startswith("people."))
    sections = (
        Section(
            one.title,
            one.kept_because,
            [list(record) for record in one.collect(subject_id)],
            one.models[0].partition(".")[0],
        )
        for one in person_first
    )
    return [section for section in sections if section.records]


def corrections_for(subject_id: int) -> list[tuple[Correction, str]]:
    """Fields that can be set right for this person, with what stands there."""
    return [(one, now) for one in CORRECTIONS.values() if (now := one.current(subject_id)) is not None]


def needed_still(subject_id: int, *, on: date) -> list[str]:
    """Why this person's data cannot be erased yet; empty: it can."""
    return [reason for one in HOLDINGS if (reason := one.needed(subject_id, on))]


def kept_after_erasing() -> list[tuple[str | Promise, str | Promise]]:
    """What stays when a person is erased, and why."""
    return [(one.title, one.kept_because) for one in HOLDINGS if one.kept_because]


def requests_of(subject_id: int) -> QuerySet[DataRequest]:
    """What was asked about this person's data, newest first."""
    return DataRequest.objects.filter(subject=subject_id).order_by("-pk")


def requests_to_answer(account: Account, *, on: date) -> QuerySet[Any]:
    """Requests of the units in which the account answers; open ones first, and of them the longest due."""
    asker = Account.objects.filter(pk=OuterRef("asked_by"))
    unit = UnitName.objects.filter(unit=OuterRef("unit"), valid__contains=on)
    return (
        DataRequest.objects.filter(unit__in=units_reached(account, Right.ANSWER_DATA_REQUESTS, on=on))
        .annotate(
            asker=Subquery(asker.values("full_name")[:1]),
            asker_folded=Subquery(asker.values("full_name_folded")[:1]),
            unit_name=Subquery(unit.values("name")[:1]),
        )
        .order_by(F("answered_at").asc(nulls_first=True), "due_on", "pk")
    )


def late_requests(account: Account, *, on: date) -> int:
    """How many requests the account should have answered by now."""
    return requests_to_answer(account, on=on).filter(state=RequestState.ASKED, due_on__lt=on).count()


def retention_table() -> list[RetentionLine]:
    """Every rule of how long data is kept, with its last run."""
    runs = {row.rule: row for row in RetentionRun.objects.order_by("rule", "-at").distinct("rule")}
    return [
        RetentionLine(rule, runs[code].at if code in runs else None, runs[code].rows if code in runs else None)
        for code, rule in RETENTIONS.items()
    ]


def registered_models() -> set[str]:
    """Labels of all models that some holding or rule covers."""
    entries: Iterable[Holding | Retention] = [*HOLDINGS, *RETENTIONS.values()]
    return {label for entry in entries for label in entry.models}


def deeds_visible_to(
    account: Account, *, on: date, verb: str = "", first: date | None = None, last: date | None = None
) -> QuerySet[Any]:
    """The log of the units in which the account may read it, newest first; of these days, both included."""
    doer = Account.objects.filter(pk=OuterRef("by_id"))
    unit = UnitName.objects.filter(unit=OuterRef("unit_id")).order_by("-valid")
    rows: QuerySet[Any] = Entry.objects.filter(unit_id__in=units_reached(account, Right.READ_AUDIT, on=on))
    if verb:
        rows = rows.filter(verb=verb)
    if first:
        rows = rows.filter(at__gte=_midnight(first))
    if last:
        rows = rows.filter(at__date__lte=last)
    shown: QuerySet[Any] = rows.annotate(
        doer=Subquery(doer.values("full_name")[:1]),
        doer_folded=Subquery(doer.values("full_name_folded")[:1]),
        unit_name=Subquery(unit.values("name")[:1]),
    )
    return shown.order_by("-at", "-pk")


def verbs_visible_to(account: Account, *, on: date) -> list[str]:
    """Verbs that occur in what the account may read of the log."""
    rows = Entry.objects.filter(unit_id__in=units_reached(account, Right.READ_AUDIT, on=on))
    return list(rows.order_by("verb").values_list("verb", flat=True).distinct())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
