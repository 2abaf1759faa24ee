"""Pages on measures."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
