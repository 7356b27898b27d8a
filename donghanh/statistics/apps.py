from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "donghanh.statistics"
    label = "statistics"
    verbose_name = "Số liệu"

    def ready(self) -> None:
        from donghanh.organisations.signals import follows_the_tree
        from donghanh.statistics.models import Rollup

        follows_the_tree(Rollup, "unit")
