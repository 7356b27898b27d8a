"""How serious a finding is and by when it is mended; the moves of a finding in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class VisitState(models.TextChoices):
    PLANNED = "planned", _("Đã lên lịch")
    HELD = "held", _("Đã kiểm tra")
    CANCELLED = "cancelled", _("Đã hủy")


class Severity(models.TextChoices):
    MINOR = "minor", _("Nhắc nhở")
    SERIOUS = "serious", _("Phải khắc phục")
    URGENT = "urgent", _("Khắc phục ngay")


WORKING_DAYS: Final = {Severity.MINOR: 30, Severity.SERIOUS: 15, Severity.URGENT: 5}  # until a finding is mended


class State(models.TextChoices):
    OPEN = "open", _("Chờ khắc phục")
    PROVED = "proved", _("Chờ kiểm tra lại")
    REOPENED = "reopened", _("Phải làm tiếp")
    CLOSED = "closed", _("Đã khép")


class Move(models.TextChoices):
    OPEN = "open", _("ghi kiến nghị")
    PROVE = "prove", _("gửi minh chứng")
    CLOSE = "close", _("kiểm tra lại: đạt")
    REOPEN = "reopen", _("kiểm tra lại: chưa đạt")
    EXTEND = "extend", _("gia hạn")
    FOLLOW = "follow", _("chuyển sang đơn vị kế thừa")


@dataclass(frozen=True)
class Step:
    sources: tuple[State, ...]
    target: State | None  # None: it stays where it is


MOVES = {
    Move.PROVE: Step((State.OPEN, State.REOPENED), State.PROVED),
    Move.CLOSE: Step((State.PROVED,), State.CLOSED),
    Move.REOPEN: Step((State.PROVED,), State.REOPENED),
    Move.EXTEND: Step((State.OPEN, State.REOPENED), None),
    Move.FOLLOW: Step((State.OPEN, State.PROVED, State.REOPENED), None),
}
STILL_OPEN = (State.OPEN, State.PROVED, State.REOPENED)
CHECKLIST: Final = "inspection"  # code of the ready-made checklist
LONGEST_TEXT: Final = 4000
MOST_PICTURES: Final = 40  # of one visit
MOST_PROOFS: Final = 10  # files of one proof


class Mark(models.IntegerChoices):
    """What a unit says in its yearly feedback."""

    NOT = 1, _("Chưa được")
    PARTLY = 2, _("Được một phần")
    WELL = 3, _("Tốt")
