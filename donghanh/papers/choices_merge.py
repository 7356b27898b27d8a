from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MergeState(models.TextChoices):
    WAITING = "waiting", _("Chờ đến lượt")
    RUNNING = "running", _("Đang trộn")
    DONE = "done", _("Đã xong")
    FAILED = "failed", _("Không xong")
