from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "donghanh.questionnaires"
    label = "questionnaires"
    verbose_name = "Biểu mẫu"
