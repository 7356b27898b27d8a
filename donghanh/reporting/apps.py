from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "donghanh.reporting"
    label = "reporting"
    verbose_name = "Báo cáo"

    def ready(self) -> None:
        from donghanh.reporting import subject_data

        subject_data.register()
