from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "donghanh.programmes"
    label = "programmes"
    verbose_name = "Chương trình"

    def ready(self) -> None:
        from donghanh.organisations.signals import follows_the_tree
        from donghanh.programmes import dues, measured, subject_data
        from donghanh.programmes.models import UnitPlan

        follows_the_tree(UnitPlan, "office")
        subject_data.register()
        dues.register()
        measured.register()
