from django.apps import AppConfig


class ExplorerConfig(AppConfig):
    name = "donghanh.explorer"
    label = "explorer"
    verbose_name = "Khám phá số liệu"

    def ready(self) -> None:
        from donghanh.explorer import subject_data

        subject_data.register()
