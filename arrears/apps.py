from django.apps import AppConfig


class ArrearsConfig(AppConfig):
    name = "arrears"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from arrears import policy_kinds

        policy_kinds.register()
