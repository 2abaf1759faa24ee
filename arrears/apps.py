from django.apps import AppConfig


class ArrearsConfig(AppConfig):
    name = "arrears"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from arrears import letter_kinds, policy_kinds
        from arrears.queries.old_debts import Ledger
        from arrears.services.notices import posting
        from tenants import old_debts

        letter_kinds.register()
        policy_kinds.register()
        old_debts.register(Ledger())
        posting.register()
