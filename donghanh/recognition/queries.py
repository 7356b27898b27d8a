"""Who sees which rounds, nominations and practices; what may be shown of a person to the public."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from donghanh.kernel.rows import everything
from donghanh.organisations.models import Lineage
from donghanh.organisations.queries import called, lineage_pairs, with_unit_names
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.periods.models import Period
from donghanh.periods.queries import school_years
from donghanh.privacy.choices import Purpose
from donghanh.privacy.queries import consenting
from donghanh.recognition.choices import Discipline, NomineeKind, PracticeState, State
from donghanh.recognition.models import (
    CouncilMember,
    DisciplineCount,
    Nomination,
    Practice,
    Round,
    Vote,
)
from donghanh.rosters.models import Learner
from donghanh.rosters.queries import learners_visible_to
from donghanh.statistics.queries import Minimums, sums_through

MINIMUMS: Final = Minimums(group=5, units=3)  # cases and schools, fewer of which are not told


def rounds_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Rounds of the account's units, of every office above them, and those in whose council they sit."""
    own = own_units(account, Right.NOMINATE, on=on)
    above = Lineage.objects.filter(descendant__in=own, valid__contains=on).values("ancestor")
    reached = units_reached(account, Right.JUDGE_NOMINATIONS, on=on)
    sits = CouncilMember.objects.filter(account=account, unseated_at=None).values("round")
    rows = Round.objects.filter(Q(office__in=above) | Q(office__in=reached) | Q(pk__in=sits))
    counted: QuerySet[Any] = with_unit_names(rows, on=on, unit="office").annotate(
        sent=Count("nominations", filter=~Q(nominations__state__in=(State.DRAFT, State.WITHDRAWN)))
    )
    return counted.order_by("-opens_on", "pk")


def nominations_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Those of the account's own units; once sent those of units below, and of rounds that the account judges."""
    own = own_units(account, Right.NOMINATE, on=on)
    judged = own_units(account, Right.JUDGE_NOMINATIONS, on=on)
    sits = CouncilMember.objects.filter(account=account, unseated_at=None).values("round")
    sent = ~Q(state__in=(State.DRAFT, State.WITHDRAWN))
    below = units_reached(account, Right.NOMINATE, on=on)
    judges = Q(round__office__in=judged) | Q(round__in=sits) | Q(unit__in=below)
    rows = Nomination.objects.filter(Q(unit__in=own) | (sent & judges))
    return with_unit_names(rows.select_related("round", "account"), on=on).order_by("unit_sort", "pk")


def names_for(account: Account, nominations: Iterable[Nomination], *, on: date) -> dict[int, str]:
    """How each nomination's subject is called to this reader, who must stand behind the wall for learners' names."""
    rows = list(nominations)
    learners = {row.account_id for row in rows if row.kind == NomineeKind.LEARNER}
    seen = dict(learners_visible_to(account, on=on).filter(pk__in=learners).values_list("pk", "full_name"))
    return _called(rows, seen, on)


def _called(rows: list[Nomination], learners: dict[int, str], on: date) -> dict[int, str]:
    units = called({row.unit_id for row in rows}, on=on)

    def name(row: Nomination) -> str:
        unit = units.get(row.unit_id, "")
        match row.kind:
            case NomineeKind.UNIT:
                return unit
            case NomineeKind.GROUP:
                return f"{row.group} – {unit}"
            case NomineeKind.STAFF:
                return f"{row.account.full_name if row.account else ''} – {unit}"
        known = learners.get(row.account_id or 0)
        return f"{known} – {unit}" if known else _("Một học sinh của %(unit)s") % {"unit": unit}

    return {row.pk: name(row) for row in rows}


def published(*, on: date) -> QuerySet[Any]:
    """Rounds whose outcome is public, the newest first."""
    return with_unit_names(Round.objects.filter(published_at__isnull=False), on=on, unit="office").order_by(
        "-published_at", "pk"
    )


def public_names(round_: Round, *, on: date) -> list[tuple[Nomination, str]]:
    """Whom the public reads of: units, groups and staff by name; a child only while child and guardian consent to it.

    Asked anew at each showing: a consent that was withdrawn hides the name at once.
    """
    rows = list(
        round_.nominations.filter(state=State.COMMENDED).select_related("account").order_by("kind", "form", "pk")
    )
    learners = {row.account_id for row in rows if row.kind == NomineeKind.LEARNER and row.account_id}
    with everything():
        willing = consenting(learners, Purpose.RESULTS, on=on)
        names = dict(Learner.objects.filter(pk__in=willing).values_list("pk", "full_name"))
    said = _called(rows, names, on)
    return [(row, said[row.pk]) for row in rows]


# ── good practice ──────────────────────────────────────────────────────────────────────────────────────────────────


def practices_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Published ones, the account's own units', and those that wait for the account's office; with `trials_made`."""
    own = own_units(account, Right.SHARE_PRACTICE, on=on)
    reviewed = units_reached(account, Right.REVIEW_PLANS, on=on)
    rows = Practice.objects.filter(
        Q(state=PracticeState.PUBLISHED)
        | Q(unit__in=own)
        | (Q(unit__in=reviewed) & Q(state__in=(PracticeState.SUBMITTED, PracticeState.RETURNED)))
    )
    counted: QuerySet[Any] = with_unit_names(rows.select_related("file", "written_by"), on=on).annotate(
        trials_made=Count("trials"), works=Count("trials", filter=Q(trials__outcome="works"))
    )
    return counted.order_by("-trials_made", "title_sort", "pk")


# ── discipline ─────────────────────────────────────────────────────────────────────────────────────────────────────


def discipline_of(unit_id: int, period: Period) -> dict[str, int]:
    """What one school counted, for the school itself."""
    rows = DisciplineCount.objects.filter(unit=unit_id, period=period)
    return dict(rows.values_list("category", "count"))


def years_of_discipline(*, on: date) -> tuple[Period | None, list[Period]]:
    """The year in which schools count now, and those whose numbers stand: another has begun since. Newest first."""
    begun = [year for year in reversed(school_years()) if year.days.lower <= on]
    return (begun[0], begun[1:]) if begun else (None, [])


def discipline_over(offices: Collection[int], period: Period) -> dict[int, tuple[int, dict[str, float | None]]]:
    """For each office the schools below it that counted, and per category their sum, None where it is kept back.

    Statistics' gate decides over all schools of the year at once, so that no two sums tell a small third.
    """
    counted: dict[int, dict[str, float]] = defaultdict(dict)
    rows = DisciplineCount.objects.filter(period=period).order_by("unit", "category")
    for unit, category, count in rows.values_list("unit", "category", "count"):
        counted[unit][category] = count
    day = period.reference_day
    sums = sums_through(counted, Discipline.values, offices, MINIMUMS, on=day)
    below = Counter(above for above, unit in lineage_pairs(counted, on=day) if above in sums)
    return {office: (below[office], sums[office]) for office in offices}


def waits_for(account: Account, *, on: date) -> QuerySet[Any]:
    """Nominations on which the account has still to vote."""
    seats = CouncilMember.objects.filter(account=account, unseated_at=None, round=OuterRef("round"))
    voted = Vote.objects.filter(nomination=OuterRef("pk"), member__account=account)
    rows = Nomination.objects.filter(Exists(seats), ~Exists(voted), state=State.SUBMITTED, round__decided_on=None)
    return with_unit_names(rows.select_related("round"), on=on).order_by("unit_sort", "pk")
