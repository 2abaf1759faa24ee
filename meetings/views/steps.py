"""What every step on a meeting has in common: sent once, refused in words, nothing typed lost."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from boligsak.rule import RuleBroken
from boligsak.step import done as take
from meetings.models import Meeting
from meetings.words import planning as words


def find_meeting(user: Any, pk: int) -> Meeting:
    """A meeting of the user's offices; 404 for every other."""
    rows = Meeting.objects.visible_to(user).select_related("office", "series", "secretary")
    return get_object_or_404(rows, pk=pk)


def meeting_page(pk: int) -> str:
    return reverse("meetings:meeting", args=[pk])


def calendar_step() -> dict[str, Any]:
    return {"label": _("Meetings"), "url": reverse("meetings:calendar")}


def trail(meeting: Meeting) -> list[dict[str, Any]]:
    """The breadcrumb of a step: the meeting it is taken on."""
    return [calendar_step(), {"label": words.title(meeting), "url": meeting_page(meeting.pk)}]


def done(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], str],
    fields: Mapping[str, str] | None = None,
    refusal: Callable[[RuleBroken], str] = words.refusal,
) -> str:
    """`boligsak.step.done` with the words of meetings."""
    return take(request, form, do, refusal=refusal, fields=fields)
