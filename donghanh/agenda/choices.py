from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What is due from a unit."""

    REPORT = "report", _("báo cáo")
    PLAN = "plan", _("kế hoạch")
    TASK = "task", _("nhiệm vụ")
    READING = "reading", _("văn bản cần đọc")
    VISIT = "visit", _("kiểm tra")
    FINDING = "finding", _("khắc phục kiến nghị")
    NOMINATION = "nomination", _("đề nghị khen thưởng")
    TRAINING = "training", _("tập huấn")
    CONTEST = "contest", _("cuộc thi")
    SURVEY = "survey", _("khảo sát")


class BusyKind(models.TextChoices):
    """Why nothing more should be asked in some days."""

    EXAM = "exam", _("kỳ kiểm tra, kỳ thi")
    OTHER = "other", _("việc lớn khác")


MOST_A_WEEK: Final = 3  # things due from one unit in one week; a fourth is told to whoever asks for it
