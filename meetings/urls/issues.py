"""Pages about routines that fail between the parties."""

from django.urls import path

from meetings.views.issues import issue, issue_new, issues

urlpatterns = [
    path("issues/", issues, name="issues"),
    path("issues/new/", issue_new, name="issue_new"),
    path("issues/<int:pk>/", issue, name="issue"),
]
