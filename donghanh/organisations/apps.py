from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "donghanh.organisations"
    label = "organisations"
    verbose_name = "Đơn vị"

    def ready(self) -> None:
        from donghanh.organisations import measured

        measured.register()
