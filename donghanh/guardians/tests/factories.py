"""Classes, children and links in sentences. Rows of minors are written with everything open, as a job would."""

from __future__ import annotations

from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateRange

from donghanh.guardians.actions import claim, print_codes
from donghanh.guardians.models import Guardianship
from donghanh.kernel.rows import everything
from donghanh.organisations.models import Unit
from donghanh.people.models import Account
from donghanh.people.tests.cast import SINCE
from donghanh.periods.actions import set_school_year
from donghanh.rosters.models import ClassTeaching, Enrolment, Learner, SchoolClass

DAY = date(2025, 6, 16)
NOON = datetime.fromisoformat("2025-06-16T12:00:00+07:00")
BORN = date(2013, 9, 30)


def a_class(unit: Unit, name: str = "6A", *, taught_by: Account | None = None) -> SchoolClass:
    year = set_school_year(first_day=date(2024, 9, 5), last_day=date(2025, 5, 31))
    made = SchoolClass.objects.create(unit=unit, school_year=year, grade=6, name=name)
    if taught_by:
        ClassTeaching.objects.create(account=taught_by, school_class=made, valid=DateRange(SINCE, None))
    return made


def a_learner(
    school_class: SchoolClass, full_name: str, *, account: Account | None = None, born: date | None = BORN
) -> Learner:
    own = account or Account.objects.create(username=f"hs{Account.objects.count():05}")
    with everything():
        learner = Learner.objects.create(account=own, unit=school_class.unit, full_name=full_name, birth_date=born)
        valid = DateRange(date(2024, 9, 5), date(2025, 9, 1))
        Enrolment.objects.create(learner=learner, school_class=school_class, unit=school_class.unit, valid=valid)
    return learner


def a_code(learner: Learner, *, by: Account, in_person: bool = False, at: datetime = NOON) -> str:
    """What stands on a slip for one guardian of the learner."""
    with everything():
        [slip] = print_codes(child_ids=[learner.pk], a_child=1, in_person=in_person, by=by, at=at)
    return slip.grouped


def claimed(typed: str, account: Account, *, relation: str = "mother", at: datetime = NOON) -> Guardianship:
    return claim(typed=typed, relation=relation, account=account, new=None, address="203.0.113.7", at=at)


def a_verified_link(learner: Learner, guardian: Account, *, by: Account, relation: str = "mother") -> Guardianship:
    return claimed(a_code(learner, by=by, in_person=True), guardian, relation=relation)
