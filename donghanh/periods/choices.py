from django.db import models
from django.utils.translation import gettext_lazy as _


class PeriodKind(models.TextChoices):
    SCHOOL_YEAR = "school_year", _("năm học")
    SEMESTER = "semester", _("học kỳ")
    YEAR = "year", _("năm")
