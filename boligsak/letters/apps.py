from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    name = "boligsak.letters"
    label = "letters"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("letters and documents")

    def ready(self) -> None:
        from boligsak.letters import policy_kinds
        from boligsak.letters.holders import hold
        from boligsak.letters.models import ArchiveExport, Document, PrintBatch

        policy_kinds.register()
        for model in (Document, PrintBatch, ArchiveExport):
            hold(model, "stored")
