from django.apps import AppConfig


class RostersConfig(AppConfig):
    name = "donghanh.rosters"
    label = "rosters"
    verbose_name = "Lớp và học sinh"
