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
