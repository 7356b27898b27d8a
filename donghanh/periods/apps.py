from django.apps import AppConfig


class PeriodsConfig(AppConfig):
    name = "donghanh.periods"
    label = "periods"
    verbose_name = "Kỳ"
