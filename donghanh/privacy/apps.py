from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "donghanh.privacy"
    label = "privacy"
    verbose_name = "Dữ liệu cá nhân"

    def ready(self) -> None:
        from donghanh.privacy import own_data, people_data, sign_in_data

        people_data.register()
        sign_in_data.register()
        own_data.register()
