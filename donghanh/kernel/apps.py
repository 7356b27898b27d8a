from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "donghanh.kernel"
    label = "kernel"
    verbose_name = "Nền"
