"""Who may do what: every right and every role of the product, readable in one page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Right(models.TextChoices):
    """A right holds in the unit of the membership and in every unit below it on that day."""

    READ_REPORTS = "reports.read", _("xem báo cáo")
    FILL_REPORTS = "reports.fill", _("điền và gửi báo cáo")
    REVIEW_REPORTS = "reports.review", _("duyệt và trả lại báo cáo")
    READ_FIGURES = "figures.read", _("xem số liệu tổng hợp")
    ISSUE_PAPERS = "papers.issue", _("xuất báo cáo chính thức")
    READ_UNITS = "units.read", _("xem danh sách đơn vị")


@dataclass(frozen=True)
class Role:
    code: str
    name: str | Promise
    description: str | Promise
    rights: frozenset[Right]


DEPARTMENT_OFFICER = Role(
    "department_officer",
    _("Chuyên viên Sở"),
    _("Theo dõi toàn ngành, duyệt báo cáo của đơn vị trực thuộc, xuất báo cáo chính thức."),
    frozenset({Right.READ_REPORTS, Right.REVIEW_REPORTS, Right.READ_FIGURES, Right.ISSUE_PAPERS, Right.READ_UNITS}),
)
DISTRICT_OFFICER = Role(
    "district_officer",
    _("Chuyên viên Phòng"),
    _("Duyệt hoặc trả lại báo cáo của các trường trong địa bàn."),
    frozenset({Right.READ_REPORTS, Right.REVIEW_REPORTS, Right.READ_FIGURES, Right.READ_UNITS}),
)
PRINCIPAL = Role(
    "principal",
    _("Hiệu trưởng"),
    _("Chịu trách nhiệm về báo cáo của trường."),
    frozenset({Right.READ_REPORTS, Right.FILL_REPORTS, Right.READ_FIGURES}),
)
TEACHER_IN_CHARGE = Role(
    "teacher_in_charge",
    _("Giáo viên phụ trách"),
    _("Điền và gửi báo cáo của trường."),
    frozenset({Right.READ_REPORTS, Right.FILL_REPORTS}),
)
STUDENT = Role("student", _("Học sinh"), _("Chưa có quyền nào trong phần báo cáo."), frozenset())
GUARDIAN = Role("guardian", _("Cha mẹ học sinh"), _("Chưa có quyền nào trong phần báo cáo."), frozenset())

ROLES: dict[str, Role] = {
    role.code: role for role in (DEPARTMENT_OFFICER, DISTRICT_OFFICER, PRINCIPAL, TEACHER_IN_CHARGE, STUDENT, GUARDIAN)
}


def roles_with(right: str) -> list[str]:
    """Codes of the roles that hold `right`."""
    return [role.code for role in ROLES.values() if right in role.rights]
