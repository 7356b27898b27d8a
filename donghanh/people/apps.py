from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "donghanh.people"
    label = "people"
    verbose_name = "Người dùng"
