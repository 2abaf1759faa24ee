"""The meeting, its agenda, and what became of earlier decisions."""

from django.urls import path

from meetings.views.agenda import add_case, drop_item, fill, meeting, move_item
from meetings.views.follow_up import follow_up
from meetings.views.summons import summons, summons_pdf

urlpatterns = [
    path("<int:pk>/", meeting, name="meeting"),
    path("<int:pk>/summons/", summons, name="summons"),
    path("<int:pk>/summons.pdf", summons_pdf, name="summons_pdf"),
    path("<int:pk>/fill/", fill, name="fill"),
    path("<int:pk>/add/", add_case, name="add_case"),
    path("items/<int:pk>/move/", move_item, name="move_item"),
    path("items/<int:pk>/drop/", drop_item, name="drop_item"),
    path("follow-up/", follow_up, name="follow_up"),
]
