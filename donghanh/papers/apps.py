from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "donghanh.papers"
    label = "papers"
    verbose_name = "Văn bản"

    def ready(self) -> None:
        from donghanh.papers import subject_data

        subject_data.register()
