"""Pages: complaints taken up in a case."""

from django.urls import URLPattern, path

from arrears.views.complaint_case import complaint_case, complaint_reduce

urlpatterns: list[URLPattern] = [
    path("complaints/<int:pk>/", complaint_case, name="complaint_case"),
    path("complaints/<int:pk>/reduce/", complaint_reduce, name="complaint_reduce"),
]
