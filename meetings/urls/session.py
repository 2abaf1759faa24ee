"""Pages: in the meeting, closing it, and its minutes."""

from django.urls import URLPattern, path

from meetings.views.closing import closing
from meetings.views.minutes import addition, minutes, minutes_pdf
from meetings.views.session import (
    session,
    session_guest,
    session_item,
    session_open,
    session_pen,
    session_presence,
    session_save,
    session_welfare,
)

urlpatterns: list[URLPattern] = [
    path("<int:pk>/session/", session, name="session"),
    path("<int:pk>/session/open/", session_open, name="session_open"),
    path("<int:pk>/session/secretary/", session_pen, name="session_pen"),
    path("<int:pk>/session/present/", session_presence, name="session_presence"),
    path("<int:pk>/session/guest/", session_guest, name="session_guest"),
    path("<int:pk>/session/<int:item>/", session_item, name="session_item"),
    path("<int:pk>/session/<int:item>/save/", session_save, name="session_save"),
    path("<int:pk>/session/<int:item>/welfare/", session_welfare, name="session_welfare"),
    path("<int:pk>/close/", closing, name="closing"),
    path("<int:pk>/minutes/", minutes, name="minutes"),
    path("<int:pk>/minutes/addition/", addition, name="addition"),
    path("<int:pk>/minutes/<slug:version>.pdf", minutes_pdf, name="minutes_pdf"),
]
