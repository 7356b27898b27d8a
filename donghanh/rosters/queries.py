"""Every read of classes and learners. Each filters by what the reader may see; the second wall asks again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext as _

from donghanh.kernel.rows import everything
from donghanh.kernel.text import nfc
from donghanh.organisations.choices import SCHOOL_KINDS
from donghanh.organisations.models import UnitCode, UnitName
from donghanh.organisations.queries import descendant_ids, kinds, named
from donghanh.people.choices import Right
from donghanh.people.models import Account
from donghanh.people.queries import own_units, units_reached
from donghanh.periods.choices import PeriodKind
from donghanh.periods.models import Period
from donghanh.privacy.choices import Purpose
from donghanh.privacy.queries import consenting
from donghanh.rosters.lines import Known
from donghanh.rosters.models import (
    ClassTeaching,
    Enrolment,
    Learner,
    RollOver,
    RollOverStep,
    RosterImport,
    RosterLine,
    SchoolClass,
    Slip,
)

UNIT_WIDE = (Right.READ_LEARNERS, Right.MANAGE_LEARNERS)


# ── who is where ──


def learners_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Learners of the units whose learners the account reads, of the classes it teaches, and itself.

    Each carries `class_name`, `class_sort`, `class_id` and `school_name` of that day, None where there is none.
    """
    taught = Enrolment.objects.filter(
        valid__contains=on, school_class__in=classes_taught(account, on=on).order_by().values("pk")
    )
    rows: QuerySet[Any] = Learner.objects.filter(
        Q(unit__in=units_reached(account, Right.READ_LEARNERS, on=on))
        | Q(unit__in=units_reached(account, Right.MANAGE_LEARNERS, on=on))
        | Q(pk__in=taught.order_by().values("learner"))
        | Q(account=account)
    )
    return _with_places(rows, on=on)


def _with_places(learners: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    now_in = FilteredRelation("enrolments", condition=Q(enrolments__valid__contains=on))
    name = UnitName.objects.filter(unit=OuterRef("unit"), valid__contains=on).order_by("pk")
    rows: QuerySet[Any] = (
        learners.select_related("account")
        .annotate(now_in=now_in)
        .annotate(
            class_id=F("now_in__school_class"),
            class_name=F("now_in__school_class__name"),
            class_sort=F("now_in__school_class__name_sort"),
            username=F("account__username"),
            school_name=Subquery(name.values("name")[:1]),
        )
    )
    return rows.order_by("full_name_sort", "pk")


def learners_managed_by(account: Account, *, on: date) -> QuerySet[Any]:
    """Learners of the units in which the account manages learners, as `learners_visible_to` gives them."""
    return _with_places(Learner.objects.filter(unit__in=units_reached(account, Right.MANAGE_LEARNERS, on=on)), on=on)


def learners_to_hand_out(account: Account, *, on: date) -> tuple[QuerySet[Any], int]:
    """Of those who learn there now: for whom an outside account is consented to, and how many are left out."""
    learners = learners_managed_by(account, on=on).filter(left_on=None)
    agreed = consenting(learners.order_by().values("pk"), Purpose.OUTSIDE_ACCOUNTS, on=on)
    chosen = learners.filter(pk__in=agreed)
    return chosen, learners.count() - chosen.count()


def learners_taught_by(account: Account, *, on: date) -> QuerySet[Any]:
    """Learners who are that day in a class of this teacher's, as `learners_visible_to` gives them."""
    classes = classes_taught(account, on=on).order_by().values("pk")
    inside = Enrolment.objects.filter(valid__contains=on, school_class__in=classes)
    return _with_places(Learner.objects.filter(pk__in=inside.order_by().values("learner")), on=on)


def learning_at(unit_ids: Collection[int], on: date) -> list[tuple[str, int]]:
    """How many learn at these units, for whoever records an event of the tree; a count, whoever asks."""
    with everything():
        learners = Learner.objects.filter(unit__in=unit_ids).exclude(left_on__lte=on).count()
    return [(_("học sinh đang học"), learners)]


def classes_taught(account: Account, *, on: date) -> QuerySet[Any]:
    """Classes that the account looks after on this day; it must also still hold the role that allows it."""
    teaching = ClassTeaching.objects.filter(account=account, valid__contains=on)
    rows = SchoolClass.objects.filter(
        pk__in=teaching.order_by().values("school_class"),
        unit__in=units_reached(account, Right.TEACH_CLASSES, on=on),
    )
    return _with_size(rows, on=on)


def classes_visible_to(account: Account, *, on: date) -> QuerySet[Any]:
    """Classes of the units whose learners the account reads, newest school year first, with `size` and teachers."""
    rows = SchoolClass.objects.filter(unit__in=units_reached(account, Right.READ_LEARNERS, on=on))
    return _with_size(rows, on=on)


def classes_managed_by(account: Account, *, on: date) -> QuerySet[Any]:
    """Classes of the units in which the account manages learners, with `size`."""
    rows = SchoolClass.objects.filter(unit__in=units_reached(account, Right.MANAGE_LEARNERS, on=on))
    return _with_size(rows, on=on)


def _with_size(classes: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    name = UnitName.objects.filter(unit=OuterRef("unit"), valid__contains=on).order_by("pk")
    teacher = ClassTeaching.objects.filter(school_class=OuterRef("pk"), valid__contains=on).order_by("pk")
    rows: QuerySet[Any] = classes.select_related("school_year").annotate(
        size=Count("enrolments", filter=Q(enrolments__valid__contains=on)),
        school_name=Subquery(name.values("name")[:1]),
        teacher=Subquery(teacher.values("account__full_name")[:1]),
    )
    return rows.order_by("-school_year__days", "grade", "name_sort", "pk")


def slips_of(learner: Learner) -> QuerySet[Slip]:
    """Slips printed for the learner, newest first."""
    return Slip.objects.filter(learner=learner).select_related("printed_by").order_by("-printed_at", "-pk")


def enrolments_of(learner: Learner) -> QuerySet[Enrolment]:
    """Every class the learner was in, newest first."""
    rows = Enrolment.objects.filter(learner=learner).select_related("school_class__school_year")
    return rows.order_by("-valid")


# ── rosters coming in ──


def offices_of(account: Account, *, on: date) -> list[int]:
    """Units for which the account brings rosters in, by a role of its own."""
    return own_units(account, Right.MANAGE_LEARNERS, on=on)


def imports_of(account: Account, *, on: date) -> QuerySet[RosterImport]:
    """Rosters brought in for the units in which the account manages learners, newest first."""
    rows = RosterImport.objects.filter(unit__in=units_reached(account, Right.MANAGE_LEARNERS, on=on))
    return rows.select_related("by", "school_year").order_by("-at", "-pk")


def lines_of(roster: RosterImport, outcome: str = "") -> QuerySet[RosterLine]:
    """Persons of a roster and whatever line is wrong, in the file's order; `outcome`: only those."""
    rows = RosterLine.objects.filter(Q(part="person") | Q(outcome="bad"), roster=roster)
    rows = rows.exclude(typed="") if outcome == "typed" else rows.filter(outcome=outcome) if outcome else rows
    return rows.order_by("place", "row", "id")


def converted(roster: RosterImport) -> int:
    """How many names were typed for an old font."""
    return RosterLine.objects.filter(roster=roster).exclude(typed="").count()


def schools_of_lines(roster: RosterImport) -> set[int]:
    """Schools that the lines speak of."""
    rows = (
        RosterLine.objects.filter(roster=roster, school_id__isnull=False).order_by().values_list("school_id", flat=True)
    )
    return {unit for unit in rows.distinct() if unit}


def only_school(unit_id: int, *, on: date) -> int | None:
    """The unit if it is a school itself: then a list needs no column for the school."""
    return unit_id if kinds([unit_id], on=on).get(unit_id) in SCHOOL_KINDS else None


def known_to(roster: RosterImport, *, today: date) -> Known:
    """What the reader of the file may ask: schools below the office by any code, and their classes of the year."""
    reach = set(descendant_ids(roster.unit_id, on=today))
    coded = UnitCode.objects.filter(unit__in=reach, valid__contains=today).order_by("-scheme")
    schools = {code.upper(): unit for code, unit in coded.values_list("code", "unit_id")}
    classes = SchoolClass.objects.filter(unit__in=reach, school_year=roster.school_year).exclude(source_id="")
    return Known(
        school_of=lambda code: schools.get(nfc(code).upper()),
        classes={
            source: (unit, name, grade)
            for source, unit, name, grade in classes.order_by("pk").values_list("source_id", "unit_id", "name", "grade")
        },
        today=today,
    )


def school_years(*, on: date) -> QuerySet[Period]:
    """School years that have begun or begin within three months, the one that is on or was last first."""
    rows = Period.objects.filter(kind=PeriodKind.SCHOOL_YEAR, days__startswith__lte=on + timedelta(days=92))
    begun = Case(When(days__startswith__lte=on, then=0), default=1)
    return rows.order_by(begun, "-days")


# ── the end of a school year ──


def schools_managed_by(account: Account, *, on: date) -> dict[int, str]:
    """Schools in which the account manages learners by a role of its own, by name."""
    offices = offices_of(account, on=on)
    kind_of = kinds(offices, on=on)
    return named([unit for unit in offices if kind_of.get(unit) in SCHOOL_KINDS], on=on)


def years_to_come(*, on: date) -> QuerySet[Period]:
    """School years that have not begun, or no longer ago than three months, the next one first."""
    return Period.objects.filter(kind=PeriodKind.SCHOOL_YEAR, days__startswith__gte=on - timedelta(days=92)).order_by(
        "days"
    )


def roll_overs_of(account: Account, *, on: date) -> QuerySet[Any]:
    """Roll-overs of the units in which the account manages learners, newest first, with `learners`."""
    rows = RollOver.objects.filter(unit__in=units_reached(account, Right.MANAGE_LEARNERS, on=on))
    counted: QuerySet[Any] = rows.select_related("by", "into").annotate(learners=Count("steps"))
    return counted.order_by("-at", "-pk")


def changed_since(roll_over: RollOver) -> int:
    """How many of its learners are no longer as the roll-over left them; those who are at another school now too."""
    count, first = 0, roll_over.into.days.lower
    with everything():  # another school's rows are hidden from who asks, and are what must not be missed
        steps = RollOverStep.objects.filter(roll_over=roll_over).select_related("after", "learner").order_by("pk")
        for step in steps:
            rows = Enrolment.objects.filter(learner=step.learner_id).order_by("-valid").values_list("pk", flat=True)
            same_class = rows.first() == (step.after_id or step.before_id)
            open_still = step.after is None or step.after.valid.upper is None
            gone_still = step.learner.left_on == (None if step.after else first)
            here_still = step.learner.unit_id == roll_over.unit_id
            count += not (same_class and open_still and gone_still and here_still)
    return count
