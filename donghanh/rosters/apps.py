from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "donghanh.rosters"
    label = "rosters"
    verbose_name = "Lớp và học sinh"

    def ready(self) -> None:
        from donghanh.rosters import receivers, subject_data  # noqa: F401  # receivers connect themselves

        subject_data.register()
