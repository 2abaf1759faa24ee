"""Away from home, and dead: what the welfare offices note of a person so that nobody knocks in vain
or writes to the dead."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.accounts.services import once
from boligsak.desk.forms.absence import AbsenceForm, AbsenceWhyForm, DeathForm
from boligsak.desk.services import absences as service
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.web import page
from tenants.models import Absence, Person
from tenants.words.register import refusal

_AT = {
    "absence.days": "to_on",
    "absence.overlaps": "from_on",
    "absence.dead": "from_on",
    "absence.no_reason": "reason",
    "person.death_day": "died_on",
}


@require_http_methods(["GET", "POST"])
@page("tenants.change_person")
def absence_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Somebody is away from home."""
    person, day = _find_home(request, pk), dates.today()
    form = AbsenceForm(request.POST or None, initial={"submission_id": uuid4(), "from_on": day})

    def do() -> str:
        service.note_absence(pk, form.away(), by=request.user, on=day)
        return _page_of(pk)

    if where := _done(request, form, do):
        messages.success(request, _("It is noted that the person is away."))
        return redirect(where)
    return _step(
        request,
        person,
        form,
        title=_("Away from home: %(name)s") % {"name": person},
        about=_(
            "Home visits in these days do not count as attempts to reach the person, also those "
            "that are noted already. Reach them where they are, and find out who covers the rent."
        ),
        button=_("Save"),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_person")
def absence_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What is known now: mostly the day somebody came home."""
    row, day = _find_absence(request, pk), dates.today()
    names = ("kind", "from_on", "to_on", "contact_name", "contact_phone", "note", "version")
    known = {name: getattr(row, name) for name in names}
    form = AbsenceForm(request.POST or None, initial={"submission_id": uuid4(), **known})

    def do() -> str:
        version = form.cleaned_data["version"] or 0
        service.change_absence(pk, form.away(), version=version, by=request.user, on=day)
        return _page_of(row.person_id)

    if where := _done(request, form, do):
        messages.success(request, _("The changes are saved."))
        return redirect(where)
    return _step(
        request,
        row.person,
        form,
        title=_("Change an absence: %(name)s") % {"name": row.person},
        about=_("Home visits are counted anew by the days you write here."),
        button=_("Save"),
        refused=_withdrawn(request, row),
        other={
            "url": reverse("desk:absence_withdraw", args=[pk]),
            "label": _("It was entered by mistake"),
        },
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_person")
def absence_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Takes back what was entered by mistake. It stays to be seen, with the reason."""
    row, day = _find_absence(request, pk), dates.today()
    first = {"submission_id": uuid4(), "version": row.version}
    form = AbsenceWhyForm(request.POST or None, initial=first)

    def do() -> str:
        asked = form.cleaned_data
        version = asked["version"] or 0
        service.withdraw_absence(pk, asked["reason"], version=version, by=request.user, on=day)
        return _page_of(row.person_id)

    if where := _done(request, form, do):
        messages.success(request, _("The absence is withdrawn."))
        return redirect(where)
    return _step(
        request,
        row.person,
        form,
        title=_("Withdraw an absence: %(name)s") % {"name": row.person},
        about=_("Home visits in those days count again. The absence stays to be seen."),
        button=_("Withdraw"),
        refused=_withdrawn(request, row),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_person")
def person_death(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Somebody has died, and who speaks for the estate; the second is often known later."""
    person, day = _find(request, pk), dates.today()
    estate = getattr(person, "estate", None)
    known = {"submission_id": uuid4(), "version": person.version, "died_on": person.died_on}
    if estate is not None:
        names = ("contact_name", "phone", "email", "note")
        known |= {name: getattr(estate, name) for name in names}
    form = DeathForm(request.POST or None, initial=known)

    def do() -> str:
        asked = form.cleaned_data
        service.note_death(
            pk,
            asked["died_on"],
            form.estate(),
            version=asked["version"] or 0,
            by=request.user,
            on=day,
        )
        return _page_of(pk)

    if where := _done(request, form, do):
        messages.success(request, _("The death and the estate are noted."))
        return redirect(where)
    return _step(
        request,
        person,
        form,
        title=_("Death and estate: %(name)s") % {"name": person},
        about=_(
            "Letters and dunning to the person stop with that day, and contact goes to the estate. "
            "The deadlines of husleieloven §§ 8-2 and 9-10 start."
        ),
        button=_("Save"),
    )


def _find(request: HttpRequest, pk: int) -> Person:
    people = Person.objects.visible_to(request.user).select_related("estate")
    person = get_object_or_404(people, pk=pk)
    request.saw([person.pk])  # type: ignore[attr-defined]
    return person


def _find_home(request: HttpRequest, pk: int) -> Person:
    """Somebody of whom this user may know where they are; 404 for every other."""
    person = _find(request, pk)
    if person.is_protected and not request.user.access.is_cleared:  # type: ignore[union-attr]
        raise Http404
    return person


def _find_absence(request: HttpRequest, pk: int) -> Absence:
    row = get_object_or_404(Absence, pk=pk)
    row.person = _find_home(request, row.person_id)
    return row


def _page_of(person_id: int) -> str:
    return reverse("desk:person", args=[person_id])


def _withdrawn(request: HttpRequest, row: Absence) -> str:
    if request.method == "POST" or not row.withdrawn_because:
        return ""
    return refusal(RuleBroken("absence.withdrawn"))


def _done(request: HttpRequest, form: forms.Form, do: Callable[[], str]) -> str:
    """Does what a sent form asks for, once, and returns where to go on; empty when it was refused,
    and then the form says why."""
    if request.method != "POST" or not form.is_valid():
        return ""
    submission_id = form.cleaned_data["submission_id"]
    try:
        return once(submission_id, by=request.user, path=request.path, do=do)
    except RuleBroken as broken:
        form.add_error(_AT.get(broken.code), _said(broken))
        return ""


def _said(broken: RuleBroken) -> str:
    days = {name: format_day(on) for name, on in broken.facts.items() if name.endswith("_on")}
    return refusal(RuleBroken(broken.code, **{**broken.facts, **days}))


def _step(
    request: HttpRequest,
    person: Person,
    form: forms.Form,
    *,
    title: str,
    about: str,
    button: str,
    refused: str = "",
    other: Mapping[str, str] | None = None,
) -> HttpResponseBase:
    context: dict[str, Any] = {
        "title": title,
        "breadcrumb": [{"label": str(person), "url": _page_of(person.pk)}],
        "form": form,
        "about": about,
        "button": button,
        "refused": refused,
        "other": other,
        "back": _page_of(person.pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "step.html", context, status=status)
