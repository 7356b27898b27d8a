"""Forms of commendation, whom they go to, and the moves of a nomination in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Form(models.TextChoices):
    """Forms of commendation; of pupils those of Circular 19/2025/TT-BGDĐT."""

    CERTIFICATE = "certificate", _("Giấy khen")
    MERIT = "merit", _("Bằng khen")
    LETTER = "letter", _("Thư khen")
    BEFORE_CLASS = "before_class", _("Khen trước lớp")
    BEFORE_SCHOOL = "before_school", _("Khen trước trường")
    OTHER = "other", _("Hình thức khác")


class NomineeKind(models.TextChoices):
    UNIT = "unit", _("Tập thể: đơn vị")
    GROUP = "group", _("Tập thể: tổ, lớp, nhóm")
    STAFF = "staff", _("Cán bộ, giáo viên, cộng tác viên")
    LEARNER = "learner", _("Học sinh")


class State(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Chờ hội đồng")
    RETURNED = "returned", _("Bị trả lại")
    COMMENDED = "commended", _("Được khen")
    NOT_COMMENDED = "not_commended", _("Không khen đợt này")
    WITHDRAWN = "withdrawn", _("Đã rút")
    POSTPONED = "postponed", _("Hoãn sang đợt sau")


class Move(models.TextChoices):
    SUBMIT = "submit", _("gửi hội đồng")
    RETURN = "return", _("trả lại")
    COMMEND = "commend", _("quyết định khen")
    DECLINE = "decline", _("không khen")
    WITHDRAW = "withdraw", _("rút")
    POSTPONE = "postpone", _("hoãn sang đợt sau")


@dataclass(frozen=True)
class Step:
    sources: tuple[State, ...]
    target: State


MOVES = {
    Move.SUBMIT: Step((State.DRAFT, State.RETURNED), State.SUBMITTED),
    Move.RETURN: Step((State.SUBMITTED,), State.RETURNED),
    Move.COMMEND: Step((State.SUBMITTED,), State.COMMENDED),
    Move.DECLINE: Step((State.SUBMITTED,), State.NOT_COMMENDED),
    Move.WITHDRAW: Step((State.DRAFT, State.RETURNED, State.SUBMITTED), State.WITHDRAWN),
    Move.POSTPONE: Step((State.SUBMITTED,), State.POSTPONED),
}
LONGEST_TEXT: Final = 4000
MOST_CRITERIA: Final = 30
MOST_POINTS: Final = 100  # of one criterion


class Topic(models.TextChoices):
    """What a good practice is about: the work of the plan, never a view."""

    SAFETY = "safety", _("An toàn trên mạng")
    CONDUCT = "conduct", _("Văn hóa ứng xử")
    LAW = "law", _("Luật và quy định")
    LEARNING = "learning", _("Học và tìm tài liệu trên mạng")
    FAMILY = "family", _("Phối hợp với gia đình")
    PARTNERS = "partners", _("Phối hợp với cơ quan khác")
    TRAINING = "training", _("Tập huấn")
    CHANNELS = "channels", _("Trang, nhóm, kênh thông tin")


class PracticeState(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Chờ duyệt")
    RETURNED = "returned", _("Bị trả lại")
    PUBLISHED = "published", _("Đã chia sẻ")


class Tried(models.TextChoices):
    """How it went with another unit."""

    WORKS = "works", _("Làm được")
    PARTLY = "partly", _("Được một phần")
    NOT = "not", _("Không hợp")


class Discipline(models.TextChoices):
    """Categories under which discipline is counted by a school and year; no person is recorded."""

    REMINDER = "reminder", _("Nhắc nhở, phê bình")
    REPORT_WRITTEN = "written", _("Viết bản kiểm điểm")
    SUSPENSION = "suspension", _("Tạm dừng học có thời hạn")
