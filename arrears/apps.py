from django.apps import AppConfig


class ArrearsConfig(AppConfig):
    name = "arrears"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from arrears import letter_kinds, policy_kinds
        from arrears.models import PaymentImport
        from arrears.queries.old_debts import Ledger
        from arrears.services.notices import posting
        from boligsak.jobs.models import JobRun
        from boligsak.letters.holders import hold
        from tenants import old_debts

        letter_kinds.register()
        policy_kinds.register()
        old_debts.register(Ledger())
        posting.register()
        hold(PaymentImport, "stored_as")
        hold(JobRun, "counts__stored_as")  # an upload of the register that waits
