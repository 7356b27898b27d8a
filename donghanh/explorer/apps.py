from django.apps import AppConfig


class ExplorerConfig(AppConfig):
    name = "donghanh.explorer"
    label = "explorer"
    verbose_name = "Khám phá số liệu"
