from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "donghanh.agenda"
    label = "agenda"
    verbose_name = "Lịch"

    def ready(self) -> None:
        from donghanh.agenda import subject_data

        subject_data.register()
