"""The page on old arrears of the people in an application."""

from django.urls import URLPattern, path

from arrears.views.old_arrears import old_arrears

urlpatterns: list[URLPattern] = [
    path("<int:pk>/old-arrears/", old_arrears, name="old_arrears"),
]
