from django.apps import AppConfig


class GuardiansConfig(AppConfig):
    name = "donghanh.guardians"
    label = "guardians"
    verbose_name = "Cha mẹ và người giám hộ"

    def ready(self) -> None:
        from donghanh.guardians import subject_data

        subject_data.register()
