from django.apps import AppConfig


class CollaboratorsConfig(AppConfig):
    name = "donghanh.collaborators"
    label = "collaborators"
    verbose_name = "Cộng tác viên"

    def ready(self) -> None:
        from donghanh.collaborators import measured, subject_data

        subject_data.register()
        measured.register()
