from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "donghanh.flows"
    label = "flows"
    verbose_name = "Luồng"

    def ready(self) -> None:
        from donghanh.flows import receivers  # noqa: F401  # connects them
