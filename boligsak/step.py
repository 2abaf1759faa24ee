"""A step: what it is about, one form, one button, and back to where it was taken from.

Every page that changes something is such a step. It is sent once, it says who was first when
somebody else was, and nothing typed is lost.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from boligsak.accounts.services import once
from boligsak.rule import RuleBroken


class StepForm(forms.Form):
    """A step on one thing: sent once, and only on the version it was opened on."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


def fresh(row: Any = None, **more: Any) -> dict[str, Any]:
    """The initial values of a step's form: sent once, and on the row as it is now."""
    return {"submission_id": uuid4(), "version": getattr(row, "version", None), **more}


def done(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], str],
    *,
    refusal: Callable[[RuleBroken], str],
    fields: Mapping[str, str] | None = None,
) -> str:
    """Does what a sent form asks for, once, and returns where to go on.

    Empty when nothing was sent, or when it was refused: then the form says why, at the field that
    `fields` names for the refusal's code. A refusal with the fact `version` lets the same form be
    sent again on the row as it is now, with everything typed.
    """
    if request.method != "POST" or not form.is_valid():
        return ""
    submission_id = form.cleaned_data["submission_id"]
    try:
        return once(submission_id, by=request.user, path=request.path, do=do)
    except RuleBroken as broken:
        form.add_error((fields or {}).get(broken.code), refusal(broken))
        if "version" in broken.facts:
            on_version(form, broken.facts["version"])
        return ""


def on_version(form: forms.Form, version: int) -> None:
    """The same form on a newer version of its row."""
    data: Any = form.data.copy()
    data["version"] = str(version)
    form.data = data


def step_page(
    request: HttpRequest,
    form: forms.Form | None,
    *,
    title: str,
    breadcrumb: list[dict[str, Any]],
    button: str,
    back: str,
    about: str = "",
    warning: str = "",
    facts: Sequence[tuple[str, str]] | None = None,
    facts_title: str = "",
    refused: str = "",
    instead: Mapping[str, str] | None = None,
    template: str = "step.html",
    **more: Any,
) -> HttpResponseBase:
    """The page of a step: 422 when its form was sent and is shown again.

    `about`: what the step means. `warning`: the consequence of one that is dangerous. `refused`:
    why it cannot be taken at all, instead of the form, and `instead` ({url, label}) a link that
    mends it.
    """
    context = {
        "title": title,
        "breadcrumb": breadcrumb,
        "facts": list(facts or ()),
        "facts_title": facts_title,
        "about": about,
        "warning": warning,
        "form": form,
        "button": button,
        "refused": refused,
        "instead": instead,
        "back": back,
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, template, context, status=status)
