from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from boligsak.accounts import people
        from tenants import letter_kinds, policy_kinds, ranking_policy, renewal_policy
        from tenants.directory import DIRECTORY

        people.register(DIRECTORY)
        letter_kinds.register()
        policy_kinds.register()
        complaint_policy.register()
        ranking_policy.register()
        renewal_policy.register()
