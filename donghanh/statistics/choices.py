from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    UP = "up", _("càng cao càng tốt")
    DOWN = "down", _("càng thấp càng tốt")


class TargetState(models.TextChoices):
    MET = "met", _("Đạt")
    ON_THE_WAY = "on_the_way", _("Đang tiến tới")
    BEHIND = "behind", _("Chậm")
    NO_DATA = "no_data", _("Không có số liệu")
