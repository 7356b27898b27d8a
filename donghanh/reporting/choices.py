"""The states of a report and the moves between them: the one table that actions and pages read."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from donghanh.people.choices import Right


class State(models.TextChoices):
    DRAFT = "draft", _("Đang điền")
    SUBMITTED = "submitted", _("Chờ duyệt")
    RETURNED = "returned", _("Bị trả lại")
    ACCEPTED = "accepted", _("Đã duyệt")  # by the last office of its chain
    LOCKED = "locked", _("Đã khóa")


class Move(models.TextChoices):
    SEND = "send", _("gửi")
    RETURN = "return", _("trả lại")
    ACCEPT = "accept", _("duyệt")
    WITHDRAW = "withdraw", _("rút lại")
    LOCK = "lock", _("khóa")
    REOPEN = "reopen", _("mở lại")


class BatchKind(models.TextChoices):
    ONE = "one", _("tệp của một báo cáo")
    TABLE = "table", _("bảng nhiều đơn vị")
    ARCHIVE = "archive", _("tệp nén nhiều báo cáo")


class FileVerdict(models.TextChoices):
    WAITING = "waiting", _("Đang chờ đọc")
    STORED = "stored", _("Đã ghi vào bản nháp")
    FAULTY = "faulty", _("Có ô sai, chưa ghi")
    REFUSED = "refused", _("Không nhận")


class Occasion(models.TextChoices):
    """Why a unit was reminded."""

    BEFORE = "before", _("sắp đến hạn")
    ON = "on", _("đến hạn hôm nay")
    AFTER = "after", _("quá hạn")
    CLICK = "click", _("người phụ trách nhắc")


@dataclass(frozen=True)
class Step:
    sources: tuple[State, ...]
    target: State
    right: Right
    between: State | None = None  # where it goes instead while offices of its chain are still above


MOVES: dict[Move, Step] = {
    Move.SEND: Step((State.DRAFT, State.RETURNED), State.SUBMITTED, Right.FILL_REPORTS),
    Move.RETURN: Step((State.SUBMITTED,), State.RETURNED, Right.REVIEW_REPORTS),
    Move.ACCEPT: Step((State.SUBMITTED,), State.ACCEPTED, Right.REVIEW_REPORTS, between=State.SUBMITTED),
    Move.WITHDRAW: Step((State.SUBMITTED,), State.DRAFT, Right.FILL_REPORTS),
    Move.LOCK: Step((State.ACCEPTED,), State.LOCKED, Right.REOPEN_REPORTS),
    Move.REOPEN: Step((State.ACCEPTED, State.LOCKED), State.RETURNED, Right.REOPEN_REPORTS),
}
EDITABLE = MOVES[Move.SEND].sources
STANDING = (State.SUBMITTED, State.ACCEPTED, State.LOCKED)  # a sending is with the offices or through
COUNTED = (State.ACCEPTED, State.LOCKED)  # only these stand in the figures
