"""The meeting itself and its agenda."""

from django.urls import path

from meetings.views.agenda import meeting

urlpatterns = [path("<int:pk>/", meeting, name="meeting")]
