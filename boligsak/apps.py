"""The shell as a Django app: it has no tables, only checks of the installation and the words of
forms."""

from django.apps import AppConfig


class BoligsakConfig(AppConfig):
    name = "boligsak"
    label = "boligsak"

    def ready(self) -> None:
        from django.core import checks

        from boligsak.fields import say_what_is_missing
        from boligsak.production import new_enough, no_demo_users, norwegian_letters

        checks.register(new_enough, checks.Tags.database)
        checks.register(no_demo_users, checks.Tags.database)
        checks.register(norwegian_letters, checks.Tags.database)
        say_what_is_missing()
