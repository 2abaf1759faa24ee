from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Coordination meetings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from boligsak.letters.holders import hold
        from meetings import letter_kinds
        from meetings.models import Minutes

        letter_kinds.register()
        hold(Minutes, "stored_with", "stored_without")
