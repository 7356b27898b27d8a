from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "donghanh.api"
    label = "api"
    verbose_name = "Giao diện lập trình"

    def ready(self) -> None:
        from donghanh.api import subject_data

        subject_data.register()
