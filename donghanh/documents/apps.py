from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "donghanh.documents"
    label = "documents"
    verbose_name = "Văn bản"

    def ready(self) -> None:
        from donghanh.documents import subject_data

        subject_data.register()
