from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "donghanh.inspections"
    label = "inspections"
    verbose_name = "Kiểm tra"

    def ready(self) -> None:
        from donghanh.inspections import dues, measured, subject_data

        subject_data.register()
        measured.register()
        dues.register()
