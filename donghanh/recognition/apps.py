from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "donghanh.recognition"
    label = "recognition"
    verbose_name = "Khen thưởng"

    def ready(self) -> None:
        from donghanh.recognition import dues, measured, subject_data

        subject_data.register()
        measured.register()
        dues.register()
