from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from boligsak.accounts import people
        from tenants import policy_kinds, ranking_policy
        from tenants.directory import DIRECTORY

        people.register(DIRECTORY)
        policy_kinds.register()
        ranking_policy.register()
