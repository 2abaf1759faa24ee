"""Pages on cases."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
