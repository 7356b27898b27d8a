from django.apps import AppConfig


class FlowsConfig(AppConfig):
    name = "donghanh.flows"
    label = "flows"
    verbose_name = "Luồng"

    def ready(self) -> None:
        from donghanh.flows import receivers  # noqa: F401  # connects them
        from donghanh.flows.dues import register
        from donghanh.flows.template_figures import register as offer_figures
        from donghanh.flows.words import words_of_reports
        from donghanh.programmes.queries import tell_texts

        tell_texts(words_of_reports)
        register()
        offer_figures()
