from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    name = "donghanh.recognition"
    label = "recognition"
    verbose_name = "Khen thưởng"
