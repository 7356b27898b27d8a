"""Who owns a task; the states of plans, tasks and reviews; the moves of plans and reviews, in one table each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from donghanh.organisations.choices import SCHOOL_KINDS, UnitKind


class OwnerKind(models.TextChoices):
    """Which level a task is for."""

    DEPARTMENT = "department", _("Sở")
    OFFICE = "office", _("Phòng")
    SCHOOL = "school", _("cơ sở giáo dục")


def owner_kind(kind: str) -> OwnerKind | None:
    """The level of a unit of this kind; None for a kind that has no plan, such as a commune."""
    if kind == UnitKind.DEPARTMENT:
        return OwnerKind.DEPARTMENT
    if kind == UnitKind.DISTRICT_OFFICE:
        return OwnerKind.OFFICE
    return OwnerKind.SCHOOL if kind in SCHOOL_KINDS else None


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Đang lập")
    SUBMITTED = "submitted", _("Chờ duyệt")
    RETURNED = "returned", _("Bị trả lại")
    ACCEPTED = "accepted", _("Đã duyệt")


class PlanMove(models.TextChoices):
    SUBMIT = "submit", _("gửi")
    RETURN = "return", _("trả lại")
    ACCEPT = "accept", _("duyệt")
    REOPEN = "reopen", _("mở lại")


@dataclass(frozen=True)
class PlanStep:
    sources: tuple[PlanState, ...]
    target: PlanState


PLAN_MOVES = {
    PlanMove.SUBMIT: PlanStep((PlanState.DRAFT, PlanState.RETURNED), PlanState.SUBMITTED),
    PlanMove.RETURN: PlanStep((PlanState.SUBMITTED,), PlanState.RETURNED),
    PlanMove.ACCEPT: PlanStep((PlanState.SUBMITTED,), PlanState.ACCEPTED),
    PlanMove.REOPEN: PlanStep((PlanState.ACCEPTED,), PlanState.DRAFT),
}
WRITABLE_PLANS = (PlanState.DRAFT, PlanState.RETURNED)


class TaskState(models.TextChoices):
    """Where a task of a plan stands on a day; reckoned, never stored."""

    DONE = "done", _("đã xong")
    LATE = "late", _("quá hạn")
    AT_RISK = "at_risk", _("sắp đến hạn, chưa có minh chứng")
    OPEN = "open", _("đang làm")
    DROPPED = "dropped", _("không thực hiện")


AT_RISK_DAYS: Final = 10  # working days before its deadline from which a task without any evidence is at risk


class ReviewKind(models.TextChoices):
    INTERIM = "interim", _("Sơ kết")
    FINAL = "final", _("Tổng kết")


class ReviewState(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Chờ duyệt")
    RETURNED = "returned", _("Bị trả lại")
    APPROVED = "approved", _("Đã duyệt")


class ReviewMove(models.TextChoices):
    SUBMIT = "submit", _("trình duyệt")
    RETURN = "return", _("trả lại")
    APPROVE = "approve", _("phê duyệt")
    REOPEN = "reopen", _("mở lại")


@dataclass(frozen=True)
class ReviewStep:
    sources: tuple[ReviewState, ...]
    target: ReviewState


REVIEW_MOVES = {
    ReviewMove.SUBMIT: ReviewStep((ReviewState.DRAFT, ReviewState.RETURNED), ReviewState.SUBMITTED),
    ReviewMove.RETURN: ReviewStep((ReviewState.SUBMITTED,), ReviewState.RETURNED),
    ReviewMove.APPROVE: ReviewStep((ReviewState.SUBMITTED,), ReviewState.APPROVED),
    ReviewMove.REOPEN: ReviewStep((ReviewState.APPROVED,), ReviewState.DRAFT),
}
WRITABLE = (ReviewState.DRAFT, ReviewState.RETURNED)


class Section(models.TextChoices):
    """Parts of a review, in the order in which they are printed. The first three carry figures."""

    CARRIED_OUT = "carried_out", _("Tình hình triển khai")
    TARGETS = "targets", _("Kết quả thực hiện các chỉ tiêu")
    TASKS = "tasks", _("Kết quả thực hiện nhiệm vụ")
    STRENGTHS = "strengths", _("Ưu điểm, cách làm hay")
    DIFFICULTIES = "difficulties", _("Khó khăn, hạn chế")
    PROPOSALS = "proposals", _("Kiến nghị, đề xuất")
    NEXT = "next", _("Phương hướng thời gian tới")


QUOTED = (Section.STRENGTHS, Section.DIFFICULTIES, Section.PROPOSALS)  # where units' accepted words are offered
LONGEST_TEXT = 20_000  # characters of one section


class MoneySource(models.TextChoices):
    """The four sources of IV; nothing else pays."""

    REGULAR = "regular", _("Chi thường xuyên sự nghiệp giáo dục hằng năm")
    SHARED = "shared", _("Lồng ghép trong chương trình, đề án khác")
    OWN = "own", _("Thu chi thường xuyên của cơ sở")
    RAISED = "raised", _("Xã hội hóa và nguồn hợp pháp khác")


class EntryKind(models.TextChoices):
    BUDGET = "budget", _("Dự toán được giao")
    TRANSFER = "transfer", _("Giao xuống đơn vị trực thuộc")
    COMMITMENT = "commitment", _("Cam kết chi")
    SPENDING = "spending", _("Đã chi")


MOST_MONEY: Final = 10**14  # đồng in one entry: more than any province's year


class Topic(models.TextChoices):
    """What agencies agree to do together, as III.5 lists it."""

    DIRECTION = "direction", _("Chỉ đạo, định hướng chủ đề, nội dung tuyên truyền, giáo dục")
    SECURITY = "security", _("Đảm bảo an ninh, trật tự, phòng chống âm mưu “Diễn biến hòa bình”")
    TRAINING = "training", _("Xây dựng tài liệu, tổ chức tập huấn cho cán bộ, nhà giáo, cộng tác viên")
    CYBER = "cyber", _("Đảm bảo an ninh mạng, an toàn thông tin")


class JointState(models.TextChoices):
    """Where a task of a coordination plan stands."""

    PLANNED = "planned", _("Chưa bắt đầu")
    DOING = "doing", _("Đang làm")
    DONE = "done", _("Đã xong")
    CANCELLED = "cancelled", _("Không thực hiện")


JOINT_MOVES: dict[JointState, tuple[JointState, ...]] = {  # from → to; the same state again only adds a note
    JointState.PLANNED: (JointState.PLANNED, JointState.DOING, JointState.DONE, JointState.CANCELLED),
    JointState.DOING: (JointState.DOING, JointState.DONE, JointState.CANCELLED),
    JointState.DONE: (JointState.DONE, JointState.DOING),
    JointState.CANCELLED: (JointState.PLANNED,),
}
