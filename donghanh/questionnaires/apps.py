from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "donghanh.questionnaires"
    label = "questionnaires"
    verbose_name = "Biểu mẫu"

    def ready(self) -> None:
        from donghanh.questionnaires import subject_data

        subject_data.register()
