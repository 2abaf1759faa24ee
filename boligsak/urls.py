"""Where every page lives. Paths are English; ids are safe because views fetch by `visible_to`."""

from django.contrib import admin
from django.urls import include, path

from boligsak.health import healthz

handler500 = "boligsak.faults.server_error"

urlpatterns = [
    path("", include("boligsak.desk.urls")),
    path("", include("arrears.urls")),
    path("", include("tenants.urls")),
    path("letters/", include("boligsak.letters.urls")),
    path("meetings/", include("meetings.urls")),
    path("access/", include("boligsak.accounts.urls")),
    path("account/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]
