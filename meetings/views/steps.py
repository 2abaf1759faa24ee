"""What every step on a meeting has in common: sent once, refused in words, nothing typed lost."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from boligsak.accounts.services import once
from boligsak.rule import RuleBroken
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


def fresh(**more: Any) -> dict[str, Any]:
    return {"submission_id": uuid4(), **more}


def done(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], str],
    fields: Mapping[str, str] | None = None,
    refusal: Callable[[RuleBroken], str] = words.refusal,
) -> str:
    """Does what a sent form asks for, once, and returns where to go on.

    Empty when nothing was sent, or when it was refused: then the form says why, at the field that
    `fields` names for the refusal's code.
    """
    if request.method != "POST" or not form.is_valid():
        return ""
    submission_id = form.cleaned_data["submission_id"]
    try:
        return once(submission_id, by=request.user, path=request.path, do=do)
    except RuleBroken as broken:
        form.add_error((fields or {}).get(broken.code), refusal(broken))
        return ""


def step(
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    breadcrumb: list[dict[str, Any]],
    button: str,
    back: str,
    about: str = "",
    warning: str = "",
    facts: list[tuple[str, str]] | None = None,
    refused: str = "",
) -> HttpResponseBase:
    """The page of a step: 422 when its form was sent and is shown again."""
    context = {
        "title": title,
        "breadcrumb": breadcrumb,
        "facts": facts or [],
        "about": about,
        "warning": warning,
        "form": form,
        "button": button,
        "refused": refused,
        "back": back,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "meetings/step.html", context, status=status)
