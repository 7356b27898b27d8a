from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "donghanh.people"
    label = "people"
    verbose_name = "Người dùng"

    def ready(self) -> None:
        from donghanh.organisations.signals import tell_what_is_touched
        from donghanh.people import receivers  # noqa: F401  # its receivers register themselves
        from donghanh.people.queries import held_in

        tell_what_is_touched(held_in)
