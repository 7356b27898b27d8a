from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "donghanh.flows"
    label = "flows"
    verbose_name = "Luồng"
