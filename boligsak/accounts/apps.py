from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "boligsak.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
