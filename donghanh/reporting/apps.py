from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "donghanh.reporting"
    label = "reporting"
    verbose_name = "Báo cáo"
