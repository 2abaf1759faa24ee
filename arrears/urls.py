"""Pages of this app."""

from django.urls import URLPattern

app_name = "arrears"

urlpatterns: list[URLPattern] = []
