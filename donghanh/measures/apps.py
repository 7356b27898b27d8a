from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "donghanh.measures"
    label = "measures"
    verbose_name = "Số đếm"
