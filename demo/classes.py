"""Two generated classes at the demo's own school, with their learners and the teacher who looks after the first."""

from __future__ import annotations

import random
from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateRange

from demo.accounts import FAMILY, GIVEN, MIDDLE
from donghanh.kernel.rows import everything
from donghanh.people.actions import give_role_to_many, open_nameless_accounts
from donghanh.people.choices import SCHOOL_ADMINISTRATOR, STUDENT
from donghanh.people.models import Account, Membership
from donghanh.periods.models import Period
from donghanh.rosters.actions import check, receive
from donghanh.rosters.models import ClassTeaching, Enrolment, Learner, SchoolClass

CLASSES = (("6A", 6, 31), ("7A", 7, 28))


WAITING = """Lớp,Họ và tên,Ngày sinh
6B,Quách Thị Ánh,05/9/2013
6B,NguyÔn ThÞ HiÒn,21/11/2013
6B,Bùi Minh Quân,31/02/2013
6B,Đinh Văn Sơn,02/12/2013
"""  # as schools send them: a name of an old font, a day that is none


def build_classes(year: Period, *, at: datetime) -> int:
    """Open the classes; the answer is how many learners they hold. Accounts are generated and have no password yet.

    A list of a third class waits, checked and with a mistake in it.
    """
    draw, since = random.Random(157), year.days.lower
    unit = Membership.objects.get(role=SCHOOL_ADMINISTRATOR.code, account__username="qt.demo").unit
    until_further_notice = DateRange(since, None)
    total = 0
    with everything():
        for name, grade, size in CLASSES:
            school_class = SchoolClass.objects.create(unit=unit, school_year=year, grade=grade, name=name)
            accounts = open_nameless_accounts(prefixes=["hs"] * size, generated=True)
            give_role_to_many(places=[(one.pk, unit.pk) for one in accounts], role=STUDENT.code, since=since)
            learners = Learner.objects.bulk_create(
                Learner(
                    account=account,
                    unit=unit,
                    full_name=f"{draw.choice(FAMILY)} {draw.choice(MIDDLE)} {draw.choice(GIVEN)}",
                    birth_date=date(since.year - grade - 5, draw.randrange(1, 13), draw.randrange(1, 29)),
                )
                for account in accounts
            )
            Enrolment.objects.bulk_create(
                Enrolment(learner=learner, school_class=school_class, unit=unit, valid=until_further_notice)
                for learner in learners
            )
            if not total:
                teacher = Account.objects.get(username="gvcn.demo")
                ClassTeaching.objects.create(account=teacher, school_class=school_class, valid=until_further_notice)
            total += size
        administrator = Account.objects.get(username="qt.demo")
        roster = receive(
            name="danh-sach-6b.csv", chunks=[WAITING.encode()], unit_id=unit.pk, school_year=year, whole=False,
            by=administrator, at=at,
        )  # fmt: skip
    check(roster_id=roster.pk, at=at)
    return total
