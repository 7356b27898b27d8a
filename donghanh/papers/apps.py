from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "donghanh.papers"
    label = "papers"
    verbose_name = "Văn bản"
