"""The one cast of all tests: a Department with two districts, four schools, and the people who work there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from donghanh.organisations.choices import UnitKind
from donghanh.organisations.models import Unit
from donghanh.organisations.tests.factories import AT, a_commune, a_department, a_district, a_school
from donghanh.people.actions import give_role, open_account
from donghanh.people.choices import ROLES
from donghanh.people.models import Account

SINCE = date(2019, 9, 1)
PASSWORD = "một mật khẩu dài"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


@dataclass
class Cast:
    """Units and people; every person signs in with PASSWORD, who sees minors' data also with TOTP_SECRET."""

    department: Unit
    lac_son: Unit  # a district office
    kim_boi: Unit  # its sibling
    commune: Unit  # in Lạc Sơn
    school: Unit  # TH&THCS in Lạc Sơn: 40 staff, 500 learners
    preschool: Unit  # in Lạc Sơn
    sibling: Unit  # THCS in Kim Bôi
    direct: Unit  # THPT directly below the Department
    department_officer: Account
    leader: Account  # deputy director of the Department: approves, decides, signs
    clerk: Account  # of the Department: numbers and registers documents
    district_officer: Account  # of Lạc Sơn
    other_district_officer: Account  # of Kim Bôi
    administrator: Account  # of the Department: gives roles, records what changes in the tree
    principal: Account  # of school
    school_administrator: Account  # of school: classes, learners, accounts
    class_teacher: Account  # at school
    teacher: Account  # in charge at school
    other_teacher: Account  # in charge at sibling
    student: Account  # of school
    guardian: Account
    outsider: Account  # an account without any role


def a_person(
    username: str, full_name: str, role: str = "", unit: Unit | None = None, until: date | None = None
) -> Account:
    account = open_account(username=username, full_name=full_name, password=PASSWORD, by=None, at=AT)
    if unit:
        give_role(account=account, unit=unit, role=role, since=SINCE, until=until, by=None, at=AT)
        if ROLES[role].sees_minors:
            a_second_factor(account)
    return account


def a_second_factor(account: Account) -> None:
    """An authenticator application with its recovery codes."""
    TOTP.activate(account, TOTP_SECRET)
    RecoveryCodes.activate(account)


def the_cast() -> Cast:
    department = a_department()
    lac_son = a_district("Phòng GD&ĐT huyện Lạc Sơn", below=department)
    kim_boi = a_district("Phòng GD&ĐT huyện Kim Bôi", below=department)
    commune = a_commune("Xã Ân Nghĩa", below=lac_son)
    other_commune = a_commune("Xã Vĩnh Tiến", below=kim_boi)
    size = {"headcount": (40, 500)}
    school = a_school("Trường TH&THCS Ân Nghĩa", below=commune, kind=UnitKind.PRIMARY_LOWER_SECONDARY, **size)
    preschool = a_school("Trường Mầm non Ân Nghĩa", below=commune, kind=UnitKind.PRESCHOOL, **size)
    sibling = a_school("Trường THCS Vĩnh Tiến", below=other_commune, kind=UnitKind.LOWER_SECONDARY, **size)
    direct = a_school("Trường THPT Lạc Sơn", below=department, kind=UnitKind.UPPER_SECONDARY, **size)
    return Cast(
        department, lac_son, kim_boi, commune, school, preschool, sibling, direct,
        department_officer=a_person("so", "Bùi Thị Ánh", "department_officer", department),
        leader=a_person("lanhdao", "Đinh Thị Hương", "department_leader", department),
        clerk=a_person("vanthu", "Phạm Thị Thơ", "clerk", department),
        district_officer=a_person("lacson", "Quách Văn Ân", "district_officer", lac_son, until=date(2025, 7, 1)),
        other_district_officer=a_person("kimboi", "Đinh Thu An", "district_officer", kim_boi, until=date(2025, 7, 1)),
        administrator=a_person("quantri", "Bạch Thị Hoà", "department_administrator", department),
        school_administrator=a_person("quantritruong", "Bùi Văn Thắng", "school_administrator", school),
        class_teacher=a_person("chunhiem", "Đặng Thị Ái", "class_teacher", school),
        principal=a_person("hieutruong", "Lê Minh Đức", "principal", school),
        teacher=a_person("giaovien", "Hà Thị Đỗ", "teacher_in_charge", school),
        other_teacher=a_person("giaovien2", "Xa Văn Dương", "teacher_in_charge", sibling),
        student=a_person("hocsinh", "Nguyễn An", "student", school),
        guardian=a_person("phuhuynh", "Nguyễn Bình", "guardian", school),
        outsider=a_person("nguoingoai", "Trần Ngoài"),
    )  # fmt: skip
