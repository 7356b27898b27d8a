from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "donghanh.rosters"
    label = "rosters"
    verbose_name = "Lớp và học sinh"

    def ready(self) -> None:
        from donghanh.rosters import receivers  # noqa: F401  # connects them
