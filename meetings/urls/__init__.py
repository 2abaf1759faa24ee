"""Pages of this app, by noun."""

from meetings.urls import agenda, calendar, issues, session

app_name = "meetings"

urlpatterns = [
    *calendar.urlpatterns,
    *agenda.urlpatterns,
    *session.urlpatterns,
    *issues.urlpatterns,
]
