from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "donghanh.inspections"
    label = "inspections"
    verbose_name = "Kiểm tra"
