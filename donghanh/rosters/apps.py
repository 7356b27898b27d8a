from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "donghanh.rosters"
    label = "rosters"
    verbose_name = "Lớp và học sinh"

    def ready(self) -> None:
        from donghanh.organisations.signals import tell_what_is_touched
        from donghanh.rosters import measured, receivers, subject_data  # noqa: F401  # receivers connect themselves
        from donghanh.rosters.queries import learning_at

        subject_data.register()
        measured.register()
        tell_what_is_touched(learning_at)
