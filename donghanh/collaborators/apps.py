from django.apps import AppConfig


class CollaboratorsConfig(AppConfig):
    name = "donghanh.collaborators"
    label = "collaborators"
    verbose_name = "Cộng tác viên"
