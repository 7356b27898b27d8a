from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "donghanh.statistics"
    label = "statistics"
    verbose_name = "Số liệu"
