from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "boligsak.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from boligsak.desk import folder_rows, protected_folders

        folder_rows.register()
        protected_folders.register()
