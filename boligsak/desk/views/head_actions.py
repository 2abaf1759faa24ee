"""What comes in from the cooperative or the head landlord: entered, changed, and closed."""

import datetime
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.services import rehousing
from arrears.words.measures import head_kind_name
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.desk.forms.head_actions import (
    HeadActionChangeForm,
    HeadActionCloseForm,
    HeadActionForm,
)
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.web import page
from tenants.models import Dwelling, HeadLandlordAction
from tenants.services.head_landlord import change_head_action
from tenants.words.register import refusal

_FIELDS = {
    "head.kind": "kind",
    "head.open_already": "kind",
    "head.received_ahead": "received_on",
    "head.no_deadline": "deadline_on",
    "head.deadline_before": "deadline_on",
    "head.deadline_far": "deadline_on",
    "head.closed_before": "closed_on",
    "head.closed_ahead": "closed_on",
    "head.no_result": "result",
}


@require_http_methods(["GET", "POST"])
@page("arrears.work_measure")
def head_action_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Something has come in against the dwelling."""
    user, day = request.user, dates.today()
    dwelling = get_object_or_404(Dwelling.objects.visible_to(user), pk=pk)
    form = HeadActionForm(request.POST or None, initial=_fresh(received_on=day))

    def do() -> str:
        asked = form.cleaned_data
        rehousing.receive(
            pk,
            asked["kind"],
            received_on=asked["received_on"],
            deadline_on=asked["deadline_on"],
            note=asked["note"],
            by=user,
            on=day,
        )
        return _back(pk)

    if where := _done(request, form, do):
        messages.success(request, _("It is entered, and its deadline is on the dwelling."))
        return redirect(where)
    return _step(
        request,
        dwelling,
        form,
        title=_("From the cooperative or head landlord"),
        about=_(
            "An order to sell or an eviction may cost the tenant the home whatever happens here. "
            "Whoever works with the tenant gets the task of finding another home at once. It is "
            "counted apart from the municipality's own petitions."
        ),
        button=_("Enter it"),
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_measure")
def head_action(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another deadline, or more to say."""
    user, day = request.user, dates.today()
    row = _find(user, pk)
    form = HeadActionChangeForm(
        request.POST or None,
        initial=_fresh(deadline_on=row.deadline_on, note=row.note, version=row.version),
    )

    def do() -> str:
        asked = form.cleaned_data
        change_head_action(
            pk,
            deadline_on=asked["deadline_on"],
            note=asked["note"],
            by=user,
            on=day,
            version=asked["version"] or 0,
        )
        return _back(row.dwelling_id)

    if where := _done(request, form, do):
        messages.success(request, _("Saved."))
        return redirect(where)
    return _step(
        request,
        row.dwelling,
        form,
        row=row,
        title=_("Another deadline, or more to say"),
        about=_("The clock runs to the new deadline from now on."),
        button=_("Save"),
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_measure")
def head_action_close(request: HttpRequest, pk: int) -> HttpResponseBase:
    """It has ended: withdrawn, met, or carried out."""
    user, day = request.user, dates.today()
    row = _find(user, pk)
    form = HeadActionCloseForm(
        request.POST or None, initial=_fresh(closed_on=day, version=row.version)
    )

    def do() -> str:
        asked = form.cleaned_data
        rehousing.close(
            pk,
            closed_on=asked["closed_on"],
            result=asked["result"],
            by=user,
            on=day,
            version=asked["version"] or 0,
        )
        return _back(row.dwelling_id)

    if where := _done(request, form, do):
        messages.success(request, _("It is closed, and so is the task of finding another home."))
        return redirect(where)
    return _step(
        request,
        row.dwelling,
        form,
        row=row,
        title=_("It has ended"),
        about=_("The clock stops, and the task of finding another home is closed with it."),
        button=_("Close it"),
    )


def _find(user: Any, pk: int) -> HeadLandlordAction:
    rows = HeadLandlordAction.objects.filter(dwelling__in=Dwelling.objects.visible_to(user))
    return get_object_or_404(rows.select_related("dwelling__office"), pk=pk)


def _back(dwelling_id: int) -> str:
    return reverse("desk:dwelling", args=[dwelling_id]) + "#head-actions"


def _fresh(**more: Any) -> dict[str, Any]:
    return {"submission_id": uuid4(), **more}


def _done(request: HttpRequest, form: forms.Form, do: Callable[[], str]) -> str:
    """Does what a sent form asks for, once; empty when nothing was sent or it was refused."""
    if request.method != "POST" or not form.is_valid():
        return ""
    try:
        return once(form.cleaned_data["submission_id"], by=request.user, path=request.path, do=do)
    except RuleBroken as broken:
        name = _FIELDS.get(broken.code)
        form.add_error(name if name in form.fields else None, refusal(broken))
        if broken.code == "head.changed":
            data: Any = form.data.copy()
            data["version"] = str(broken.facts["version"])
            form.data = data
        return ""


def _step(
    request: HttpRequest,
    dwelling: Dwelling,
    form: forms.Form,
    *,
    title: str,
    about: str,
    button: str,
    row: HeadLandlordAction | None = None,
) -> HttpResponseBase:
    facts = [(_("Dwelling"), str(dwelling)), (_("Number"), dwelling.number)]
    refused = ""
    if row is not None:
        facts += _facts(row)
        if row.closed_on is not None and request.method != "POST":
            refused = refusal(RuleBroken("head.closed", closed_on=row.closed_on))
    context = {
        "title": title,
        "breadcrumb": [
            {"label": str(dwelling), "url": reverse("desk:dwelling", args=[dwelling.pk])}
        ],
        "facts": facts,
        "about": about,
        "form": form,
        "button": button,
        "refused": refused,
        "back": _back(dwelling.pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "step.html", context, status=status)


def _facts(row: HeadLandlordAction) -> list[tuple[str, str]]:
    def told(day: datetime.date | None) -> str:
        return format_day(day) if day is not None else ""

    facts = [
        (_("What"), capfirst(head_kind_name(row.kind))),
        (_("Received"), format_day(row.received_on)),
        (_("Deadline"), told(row.deadline_on)),
        (_("What it says"), row.note),
    ]
    return [(term, value) for term, value in facts if value]
