"""Generated accounts: a teacher in charge and a principal for each school, an officer for each office."""

from __future__ import annotations

import random
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from demo.sign_ins import PASSWORD
from donghanh.kernel.text import fold
from donghanh.organisations.choices import SCHOOL_KINDS, UnitKind
from donghanh.organisations.models import Unit
from donghanh.organisations.queries import descendants
from donghanh.people.choices import (
    CLASS_TEACHER,
    CLERK,
    DEPARTMENT_ADMINISTRATOR,
    DEPARTMENT_LEADER,
    DEPARTMENT_OFFICER,
    DISTRICT_OFFICER,
    PARTNER,
    PRINCIPAL,
    SCHOOL_ADMINISTRATOR,
    TEACHER_IN_CHARGE,
)
from donghanh.people.models import Account, Membership

SINCE = date(2019, 9, 1)
FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Bùi", "Đinh", "Quách", "Hà", "Xa", "Lường", "Vũ", "Đỗ", "Đặng"]
MIDDLE = ["Thị", "Văn", "Thanh", "Minh", "Thu", "Hồng", "Đức", "Ngọc", "Quang", "Bích"]
GIVEN = [
    "An",
    "Ánh",
    "Bình",
    "Châu",
    "Dung",
    "Đạt",
    "Giang",
    "Hà",
    "Hạnh",
    "Hiền",
    "Hoa",
    "Hùng",
    "Lan",
    "Linh",
    "Mai",
    "Nga",
    "Phương",
    "Quân",
    "Sơn",
    "Thảo",
    "Thủy",
    "Trang",
    "Tuấn",
    "Yến",
]
ADMINISTRATOR = "quantri.so"
CHOSEN_DISTRICT = "lac son"  # where gv.demo and ht.demo work


def build_accounts(department: Unit, *, day: date) -> int:
    """Open every account of the demo; the answer is how many. All share one generated password, hashed once."""
    draw = random.Random(3296)
    hashed = make_password(PASSWORD)
    posts: list[tuple[str, str, Unit]] = []  # user name, role, unit
    chosen: list[int] = []
    tree = list(descendants(department.pk, on=day))
    for number, unit in enumerate((u for u in tree if u.kind in SCHOOL_KINDS), 1):
        posts += [(f"gv.{number:04}", TEACHER_IN_CHARGE.code, unit), (f"ht.{number:04}", PRINCIPAL.code, unit)]
    for office in (u for u in tree if u.kind == UnitKind.DISTRICT_OFFICE):
        place = fold(office.name).removeprefix("phong gd&dt ").removeprefix("huyen ").removeprefix("thanh pho ")
        posts.append((f"phong.{place.replace(' ', '')}", DISTRICT_OFFICER.code, office))
        if place == CHOSEN_DISTRICT:
            chosen = [u.pk for u in descendants(office.pk, on=day) if u.kind == UnitKind.PRIMARY_LOWER_SECONDARY]
    posts.append(("so.gddt", DEPARTMENT_OFFICER.code, department))
    posts.append((ADMINISTRATOR, DEPARTMENT_ADMINISTRATOR.code, department))
    posts += [("lanhdao.so", DEPARTMENT_LEADER.code, department), ("vanthu.so", CLERK.code, department)]
    own = min(chosen)
    names = {TEACHER_IN_CHARGE.code: "gv.demo", PRINCIPAL.code: "ht.demo"}
    own_unit = next(unit for unit in tree if unit.pk == own)
    posts += [("qt.demo", SCHOOL_ADMINISTRATOR.code, own_unit), ("gvcn.demo", CLASS_TEACHER.code, own_unit)]
    posts.append(("congan.demo", PARTNER.code, department))
    accounts = Account.objects.bulk_create(
        Account(
            username=names.get(role, username) if unit.pk == own else username,
            full_name=f"{draw.choice(FAMILY)} {draw.choice(MIDDLE)} {draw.choice(GIVEN)}",
            password=hashed,
            generated=True,
        )
        for username, role, unit in posts
    )
    Membership.objects.bulk_create(
        Membership(account=account, unit=unit, role=role, valid=DateRange(SINCE, unit.existence.upper))
        for account, (_username, role, unit) in zip(accounts, posts, strict=True)
    )
    return len(accounts)


def follow_the_reform(department: Unit) -> None:
    """The administrator prepares the Department that takes over on 1 July 2025, and so reaches its units of then."""
    account = Account.objects.get(username=ADMINISTRATOR)
    Membership.objects.create(
        account=account, unit=department, role=DEPARTMENT_ADMINISTRATOR.code, valid=DateRange(SINCE, None)
    )
