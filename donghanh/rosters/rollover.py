"""What the end of a school year would do at one school: worked out first, shown, then written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from donghanh.organisations.choices import LEVELS_TAUGHT, EducationLevel
from donghanh.organisations.queries import kinds
from donghanh.periods.models import Period
from donghanh.rosters.choices import Move
from donghanh.rosters.models import Enrolment

GRADES_OF_LEVEL = {
    EducationLevel.PRIMARY: range(1, 6),
    EducationLevel.LOWER_SECONDARY: range(6, 10),
    EducationLevel.UPPER_SECONDARY: range(10, 13),
}


@dataclass(frozen=True)
class Going:
    """One learner's way: `class_name` and `grade` are those of the new year, empty for who leaves."""

    enrolment: Enrolment
    move: Move
    class_name: str = ""
    grade: int | None = None


@dataclass(frozen=True)
class Plan:
    goings: list[Going]
    not_known: list[str]  # user names that no learner here bears
    ungraded: int  # learners of classes without a grade: they stay where they are

    def lines(self) -> list[tuple[str, str, str, int]]:
        """(class, move, class of the new year, how many), a line each way."""
        ways = Counter((one.enrolment.school_class.name, one.move, one.class_name) for one in self.goings)
        return [(before, str(Move(move).label), after, count) for (before, move, after), count in ways.items()]


def a_grade_up(name: str, grade: int) -> str:
    """“6A” → “7A”, “Lớp 6A1” → “Lớp 7A1”; a name without its grade gets the new one before it."""
    renamed, found = re.subn(rf"(?<!\d)0?{grade}(?!\d)", str(grade + 1), name, count=1)
    return renamed if found else f"{grade + 1} {name}"


def plan(unit_id: int, into: Period, *, repeat: Collection[str] = (), leave: Collection[str] = ()) -> Plan:
    """Everybody of the year before goes up a grade, those of the last are done; `repeat` and `leave` name the rest.

    The tree is asked on the new year's first day. Three queries.
    """
    first = into.days.lower
    taught = {
        grade
        for level in LEVELS_TAUGHT.get(kinds([unit_id], on=first).get(unit_id, ""), ())
        for grade in GRADES_OF_LEVEL.get(level, ())
    }
    rows = Enrolment.objects.filter(
        unit=unit_id, valid__contains=first, learner__left_on=None, school_class__school_year__days__endswith__lte=first
    ).select_related("school_class", "learner__account")
    staying, leaving = {name.lower() for name in repeat}, {name.lower() for name in leave}
    goings, ungraded, seen = [], 0, set()
    for enrolment in rows.order_by("school_class__grade", "school_class__name_sort", "learner__full_name_sort", "pk"):
        before, username = enrolment.school_class, enrolment.learner.account.username.lower()
        seen.add(username)
        if username in leaving:
            goings.append(Going(enrolment, Move.LEAVE))
        elif before.grade is None:
            ungraded += 1
        elif username in staying:
            goings.append(Going(enrolment, Move.REPEAT, before.name, before.grade))
        elif before.grade + 1 not in taught:
            goings.append(Going(enrolment, Move.GRADUATE))
        else:
            name = a_grade_up(before.name, before.grade)
            goings.append(Going(enrolment, Move.PROMOTE, name, before.grade + 1))
    return Plan(goings, sorted((staying | leaving) - seen), ungraded)
