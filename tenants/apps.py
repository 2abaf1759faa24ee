from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from boligsak.accounts import people
        from boligsak.letters import recipients
        from tenants import (
            allowance_rates,
            bulk_letters,
            complaint_policy,
            letter_kinds,
            policy_kinds,
            ranking_policy,
            renewal_policy,
            sent_letters,
        )
        from tenants.contact_register import REGISTER
        from tenants.directory import DIRECTORY

        people.register(DIRECTORY)
        recipients.register(REGISTER)
        letter_kinds.register()
        policy_kinds.register()
        sent_letters.register()
        complaint_policy.register()
        ranking_policy.register()
        renewal_policy.register()
        allowance_rates.register()
        bulk_letters.register()
