from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "donghanh.agenda"
    label = "agenda"
    verbose_name = "Lịch"
