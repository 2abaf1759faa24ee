"""Pages on the next step."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
