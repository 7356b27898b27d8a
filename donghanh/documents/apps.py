from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "donghanh.documents"
    label = "documents"
    verbose_name = "Văn bản"
