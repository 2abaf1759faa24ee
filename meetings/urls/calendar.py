"""Pages that plan meetings."""

from django.urls import path

from meetings.views.calendar import calendar, calendar_ics, meeting_ics
from meetings.views.planning import (
    meeting_cancel,
    meeting_move,
    meeting_new,
    series,
    series_new,
)

urlpatterns = [
    path("", calendar, name="calendar"),
    path("calendar.ics", calendar_ics, name="calendar_ics"),
    path("new/", meeting_new, name="meeting_new"),
    path("series/new/", series_new, name="series_new"),
    path("series/<int:pk>/", series, name="series"),
    path("<int:pk>/calendar.ics", meeting_ics, name="meeting_ics"),
    path("<int:pk>/move/", meeting_move, name="meeting_move"),
    path("<int:pk>/cancel/", meeting_cancel, name="meeting_cancel"),
]
