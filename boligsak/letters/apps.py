from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    name = "boligsak.letters"
    label = "letters"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("letters and documents")

    def ready(self) -> None:
        from boligsak.letters import policy_kinds

        policy_kinds.register()
