"""Pages on referrals."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
