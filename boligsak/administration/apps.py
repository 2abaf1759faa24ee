"""Django's admin app with our site as the one every app registers with."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "boligsak.administration.site.AdministrationSite"
