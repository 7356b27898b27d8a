from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "donghanh.people"
    label = "people"
    verbose_name = "Người dùng"

    def ready(self) -> None:
        from donghanh.people import receivers  # noqa: F401  # its receivers register themselves
