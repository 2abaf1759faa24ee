"""The way from the administration to the templates of letters, which have pages of their own."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from boligsak.administration.site import RULES, Link

admin.site.add_link(
    Link(
        RULES,
        gettext_lazy("Letter templates"),
        gettext_lazy("What letters say: text, fields, and what the law asks for, in versions."),
        "letters:templates",
        "letters.view_templates",
    )
)
