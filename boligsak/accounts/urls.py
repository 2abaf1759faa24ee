"""Pages of this app. Signing in, passwords and two-step sign-in are allauth's."""

from django.urls import path

from boligsak.accounts import views

app_name = "accounts"

urlpatterns = [
    path("work-as/", views.work_as, name="work_as"),
    path("look-ups/", views.lookups, name="lookups"),
    path("look-ups/export/", views.lookups_export, name="lookups_export"),
    path("look-ups/<int:pk>/", views.lookup, name="lookup"),
    path("people/<int:pk>/look-ups/", views.person_log, name="person_log"),
    path("people/<int:pk>/look-ups/export/", views.person_log_export, name="person_log_export"),
]
