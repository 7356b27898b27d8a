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
    FILL_FOR_UNITS = "reports.fill_for", _("nộp thay đơn vị bằng tệp")
    ASK_REPORTS = "reports.ask", _("yêu cầu báo cáo, gia hạn")
    REOPEN_REPORTS = "reports.reopen", _("khóa và mở lại báo cáo đã duyệt")
    READ_FIGURES = "figures.read", _("xem số liệu tổng hợp")
    SHARE_FIGURES = "figures.share", _("chia sẻ bảng số liệu với cả đơn vị")
    SET_TARGETS = "targets.set", _("đặt mục tiêu")
    WRITE_CHECKS = "checks.write", _("đặt quy tắc kiểm tra số liệu")
    MANAGE_FORMS = "forms.manage", _("soạn biểu mẫu")
    ISSUE_PAPERS = "papers.issue", _("xuất báo cáo chính thức")
    READ_PLANS = "plans.read", _("xem kế hoạch")
    WRITE_PLANS = "plans.write", _("lập kế hoạch của đơn vị, ghi tiến độ nhiệm vụ")
    REVIEW_PLANS = "plans.review", _("duyệt và trả lại kế hoạch của đơn vị trực thuộc")
    MANAGE_PROGRAMMES = "programmes.manage", _("lập chương trình, kế hoạch phối hợp, báo cáo sơ kết và tổng kết")
    APPROVE_REVIEWS = "reviews.approve", _("phê duyệt báo cáo sơ kết và tổng kết")
    READ_MONEY = "money.read", _("xem kinh phí")
    MANAGE_MONEY = "money.manage", _("ghi dự toán và kinh phí đã chi")
    READ_DOCUMENTS = "documents.read", _("xem sổ văn bản")
    REGISTER_DOCUMENTS = "documents.register", _("vào sổ và cấp số văn bản")
    PUBLISH_DOCUMENTS = "documents.publish", _("gửi văn bản cho người đọc, xem ai chưa đọc, trả lời kiến nghị")
    PROPOSE_CHANGES = "documents.propose", _("kiến nghị sửa đổi văn bản")
    SIGN_PAPERS = "papers.sign", _("ký số văn bản")
    INSPECT = "inspections.carry_out", _("lập kế hoạch và ghi kết quả kiểm tra")
    ANSWER_INSPECTIONS = "inspections.answer", _("khắc phục kiến nghị kiểm tra và gửi minh chứng")
    NOMINATE = "recognition.nominate", _("đề nghị khen thưởng")
    JUDGE_NOMINATIONS = "recognition.judge", _("dự hội đồng xét khen thưởng")
    DECIDE_RECOGNITION = "recognition.decide", _("quyết định và công bố khen thưởng")
    SHARE_PRACTICE = "practice.share", _("chia sẻ kinh nghiệm hay")
    READ_UNITS = "units.read", _("xem danh sách đơn vị")
    MANAGE_UNITS = "units.manage", _("ghi biến động của đơn vị")
    MANAGE_PEOPLE = "people.manage", _("cấp tài khoản và giao vai trò")
    READ_LEARNERS = "learners.read", _("xem danh sách học sinh của đơn vị")
    MANAGE_LEARNERS = "learners.manage", _("nhập danh sách lớp, học sinh và liên kết cha mẹ")
    TEACH_CLASSES = "classes.teach", _("xem lớp mình chủ nhiệm, đặt lại mật khẩu cho học sinh của lớp")
    LINK_GUARDIANS = "guardians.link", _("in mã liên kết cha mẹ và xác minh liên kết")
    SEE_CHILDREN = "children.see", _("xem con của mình")
    MANAGE_COLLABORATORS = "collaborators.manage", _("quản lý cộng tác viên và tổ công tác")
    ANSWER_DATA_REQUESTS = "privacy.answer", _("trả lời yêu cầu về dữ liệu cá nhân")
    READ_AUDIT = "audit.read", _("xem nhật ký hoạt động")


MINORS_DATA = frozenset(
    {
        Right.READ_LEARNERS, Right.MANAGE_LEARNERS, Right.TEACH_CLASSES, Right.LINK_GUARDIANS,
        Right.ANSWER_DATA_REQUESTS,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Role:
    """`rights` are used in the unit and below it; `hands_on` may only be given to others there (docs/adr/0008)."""

    code: str
    name: str | Promise
    description: str | Promise
    rights: frozenset[Right]
    hands_on: frozenset[Right] = frozenset()

    @property
    def reach(self) -> frozenset[Right]:
        """All that comes with the role, to use or to hand on."""
        return self.rights | self.hands_on

    @property
    def sees_minors(self) -> bool:
        """Whoever holds it signs in with a second factor."""
        return bool(self.rights & MINORS_DATA)


DEPARTMENT_ADMINISTRATOR = Role(
    "department_administrator",
    _("Quản trị Sở"),
    _("Cấp tài khoản, giao vai trò, ghi biến động đơn vị; không xem dữ liệu học sinh."),
    frozenset(
        {Right.READ_UNITS, Right.MANAGE_UNITS, Right.MANAGE_PEOPLE, Right.MANAGE_COLLABORATORS, Right.READ_AUDIT}
    ),
    hands_on=frozenset(Right),
)  # fmt: skip
DISTRICT_ADMINISTRATOR = Role(
    "district_administrator",
    _("Quản trị Phòng"),
    _("Cấp tài khoản, giao vai trò trong địa bàn; không xem dữ liệu học sinh."),
    frozenset({Right.READ_UNITS, Right.MANAGE_PEOPLE, Right.MANAGE_COLLABORATORS, Right.READ_AUDIT}),
    hands_on=frozenset(Right) - {Right.MANAGE_UNITS, Right.ISSUE_PAPERS, Right.APPROVE_REVIEWS},
)
DEPARTMENT_OFFICER = Role(
    "department_officer",
    _("Chuyên viên Sở"),
    _("Theo dõi toàn ngành, duyệt báo cáo của đơn vị trực thuộc, xuất báo cáo chính thức."),
    frozenset(
        {
            Right.READ_REPORTS, Right.FILL_FOR_UNITS, Right.REVIEW_REPORTS, Right.REOPEN_REPORTS, Right.ASK_REPORTS,
            Right.READ_FIGURES, Right.SHARE_FIGURES, Right.SET_TARGETS, Right.WRITE_CHECKS, Right.MANAGE_FORMS,
            Right.ISSUE_PAPERS, Right.READ_UNITS,
            Right.READ_PLANS, Right.WRITE_PLANS, Right.REVIEW_PLANS, Right.MANAGE_PROGRAMMES,
            Right.READ_MONEY, Right.MANAGE_MONEY, Right.READ_DOCUMENTS, Right.PUBLISH_DOCUMENTS,
            Right.INSPECT, Right.NOMINATE, Right.JUDGE_NOMINATIONS, Right.SHARE_PRACTICE,
        }
    ),
)  # fmt: skip
DEPARTMENT_LEADER = Role(
    "department_leader",
    _("Lãnh đạo Sở"),
    _("Duyệt kế hoạch, phê duyệt sơ kết và tổng kết, quyết định khen thưởng, ký văn bản."),
    frozenset(
        {
            Right.READ_REPORTS, Right.READ_FIGURES, Right.READ_UNITS, Right.READ_PLANS, Right.REVIEW_PLANS,
            Right.APPROVE_REVIEWS, Right.READ_MONEY, Right.READ_DOCUMENTS, Right.SIGN_PAPERS,
            Right.NOMINATE, Right.JUDGE_NOMINATIONS, Right.DECIDE_RECOGNITION,
        }
    ),
)  # fmt: skip
CLERK = Role(
    "clerk",
    _("Văn thư"),
    _("Vào sổ văn bản đến, cấp số văn bản đi, chuyển văn bản tới người đọc."),
    frozenset({Right.READ_DOCUMENTS, Right.REGISTER_DOCUMENTS, Right.PUBLISH_DOCUMENTS, Right.READ_PLANS}),
)
PARTNER = Role(
    "partner",
    _("Cơ quan phối hợp"),
    _("Xem và cập nhật riêng kế hoạch phối hợp mà cơ quan mình tham gia."),
    frozenset(),  # a coordination plan names its partners' accounts: nothing else opens
)
DISTRICT_OFFICER = Role(
    "district_officer",
    _("Chuyên viên Phòng"),
    _("Duyệt hoặc trả lại báo cáo của các trường trong địa bàn, lập báo cáo tổng hợp của phòng."),
    frozenset(
        {
            Right.READ_REPORTS, Right.FILL_REPORTS, Right.FILL_FOR_UNITS, Right.REVIEW_REPORTS, Right.REOPEN_REPORTS,
            Right.ASK_REPORTS, Right.READ_FIGURES, Right.SHARE_FIGURES, Right.SET_TARGETS, Right.MANAGE_FORMS,
            Right.READ_UNITS,
            Right.READ_PLANS, Right.WRITE_PLANS, Right.REVIEW_PLANS, Right.READ_MONEY, Right.MANAGE_MONEY,
            Right.READ_DOCUMENTS, Right.REGISTER_DOCUMENTS, Right.PUBLISH_DOCUMENTS, Right.PROPOSE_CHANGES,
            Right.INSPECT, Right.ANSWER_INSPECTIONS, Right.NOMINATE, Right.SHARE_PRACTICE,
        }
    ),
)  # fmt: skip
PRINCIPAL = Role(
    "principal",
    _("Hiệu trưởng"),
    _("Chịu trách nhiệm về báo cáo của trường."),
    frozenset(
        {
            Right.READ_REPORTS, Right.FILL_REPORTS, Right.READ_FIGURES, Right.READ_PLANS, Right.WRITE_PLANS,
            Right.READ_MONEY, Right.MANAGE_MONEY, Right.READ_DOCUMENTS, Right.REGISTER_DOCUMENTS,
            Right.PUBLISH_DOCUMENTS, Right.PROPOSE_CHANGES, Right.SIGN_PAPERS, Right.ANSWER_INSPECTIONS,
            Right.NOMINATE, Right.JUDGE_NOMINATIONS, Right.DECIDE_RECOGNITION, Right.SHARE_PRACTICE,
        }
    ),
)  # fmt: skip
SCHOOL_ADMINISTRATOR = Role(
    "school_administrator",
    _("Quản trị trường"),
    _("Nhập lớp và học sinh, cấp tài khoản trong trường, trả lời yêu cầu về dữ liệu cá nhân."),
    frozenset({
        Right.MANAGE_PEOPLE, Right.READ_LEARNERS, Right.MANAGE_LEARNERS, Right.LINK_GUARDIANS,
        Right.MANAGE_COLLABORATORS, Right.ANSWER_DATA_REQUESTS, Right.READ_AUDIT, Right.NOMINATE,
    }),
    hands_on=frozenset({
        Right.READ_REPORTS, Right.FILL_REPORTS, Right.READ_PLANS, Right.WRITE_PLANS, Right.READ_DOCUMENTS,
        Right.ANSWER_INSPECTIONS, Right.SHARE_PRACTICE, Right.TEACH_CLASSES, Right.NOMINATE,
    }),
)  # fmt: skip
TEACHER_IN_CHARGE = Role(
    "teacher_in_charge",
    _("Giáo viên phụ trách"),
    _("Điền và gửi báo cáo của trường."),
    frozenset(
        {
            Right.READ_REPORTS, Right.FILL_REPORTS, Right.READ_PLANS, Right.WRITE_PLANS, Right.READ_DOCUMENTS,
            Right.ANSWER_INSPECTIONS, Right.SHARE_PRACTICE,
        }
    ),
)  # fmt: skip
CLASS_TEACHER = Role(
    "class_teacher",
    _("Giáo viên chủ nhiệm"),
    _("Xem học sinh của lớp mình, in phiếu và đặt lại mật khẩu cho các em, liên kết cha mẹ."),
    frozenset({Right.TEACH_CLASSES, Right.LINK_GUARDIANS, Right.NOMINATE}),
)
STUDENT = Role("student", _("Học sinh"), _("Chưa có quyền nào trong phần báo cáo."), frozenset())
GUARDIAN = Role(
    "guardian",
    _("Cha mẹ học sinh"),
    _("Xem con của mình, đồng ý hoặc rút đồng ý thay con."),
    frozenset({Right.SEE_CHILDREN}),
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        DEPARTMENT_ADMINISTRATOR, DISTRICT_ADMINISTRATOR, SCHOOL_ADMINISTRATOR, DEPARTMENT_OFFICER, DISTRICT_OFFICER,
        DEPARTMENT_LEADER, CLERK, PARTNER, PRINCIPAL, TEACHER_IN_CHARGE, CLASS_TEACHER, STUDENT, GUARDIAN,
    )
}  # fmt: skip


NOT_STAFF = (STUDENT.code, GUARDIAN.code)  # rosters and guardians give these


def roles_with(right: str) -> list[str]:
    """Codes of the roles that hold `right`."""
    return [role.code for role in ROLES.values() if right in role.rights]
