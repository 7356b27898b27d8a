from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "donghanh.reporting"
    label = "reporting"
    verbose_name = "Báo cáo"

    def ready(self) -> None:
        from donghanh.organisations.signals import follows_the_tree, tell_what_is_touched
        from donghanh.reporting import dues, measured, subject_data
        from donghanh.reporting.models import ExpectedReport, ReviewStep
        from donghanh.reporting.queries import open_in

        tell_what_is_touched(open_in)
        follows_the_tree(ExpectedReport, "reviewer")
        follows_the_tree(ReviewStep, "office")
        subject_data.register()
        measured.register()
        dues.register()
