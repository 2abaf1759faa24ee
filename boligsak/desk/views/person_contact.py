"""How somebody is reached: that their e-mail address is in use, and who their guardian is."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.desk.forms.person_contact import EmailUsedForm, GuardianForm
from boligsak.letters.services.outbox import RECENT_EMAIL
from boligsak.rates.queries import rate_on
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import done, fresh, step_page
from boligsak.web import page
from tenants.models import Guardianship, Person
from tenants.services.guardians import NewGuardian, appoint_guardians, change_guardian
from tenants.services.people import note_email_used
from tenants.words.register import refusal

_FIELDS = {"person.email_used_ahead": "used_on", "guardian.days": "to_on"}


@require_http_methods(["GET", "POST"])
@page("tenants.change_person")
def email_used(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The person has used or confirmed their e-mail address: letters may go there."""
    person, day = _find(request, pk), dates.today()
    form = EmailUsedForm(request.POST or None, initial=fresh(person, used_on=day))

    def do() -> str:
        given = form.cleaned_data
        note_email_used(pk, given["used_on"], by=request.user, on=day, version=given["version"])
        return _page_of(pk)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("It is noted that the e-mail address is in use."))
        return redirect(where)
    known = person.email_used_on
    return step_page(
        request,
        form,
        title=_("The e-mail address is in use: %(name)s") % {"name": person},
        breadcrumb=[{"label": str(person), "url": _page_of(pk)}],
        facts=[
            (_("E-mail"), person.email or "–"),
            (_("Last used or confirmed"), format_day(known) if known else _("not known")),
        ],
        about=_how_long(),
        button=_("Save"),
        back=_page_of(pk),
        refused="" if person.email else refusal(RuleBroken("person.no_email")),
        instead={
            "url": reverse("desk:person_change", args=[pk]),
            "label": _("Enter the address"),
        },
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_person")
def guardian_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Somebody has got a guardian."""
    person, day = _find(request, pk), dates.today()
    form = GuardianForm(request.POST or None, initial=fresh(from_on=day))

    def do() -> str:
        appoint_guardians([NewGuardian(person_id=pk, **form.told())])
        return _page_of(pk)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The guardian is entered."))
        return redirect(where)
    return _guardian_page(
        request, person, form, title=_("Guardian for %(name)s") % {"name": person}
    )


@require_http_methods(["GET", "POST"])
@page("tenants.change_person")
def guardian_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What is known now of a guardian."""
    row = get_object_or_404(Guardianship, pk=pk)
    person = _find(request, row.person_id)
    names = ("guardian_name", "mandate", "from_on", "to_on", "post_address", "phone", "email")
    known = {name: getattr(row, name) for name in names}
    form = GuardianForm(request.POST or None, initial=fresh(row, **known))

    def do() -> str:
        version = form.cleaned_data["version"] or 0
        change_guardian(pk, version=version, by=request.user, **form.told())
        return _page_of(row.person_id)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The changes are saved."))
        return redirect(where)
    return _guardian_page(
        request, person, form, title=_("Change the guardian of %(name)s") % {"name": person}
    )


def _guardian_page(
    request: HttpRequest, person: Person, form: GuardianForm, *, title: str
) -> HttpResponseBase:
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[{"label": str(person), "url": _page_of(person.pk)}],
        about=_(
            "The guardian gets a copy of every notice and decision within these days. Without a "
            "postal address the copies come back to the list of letters out."
        ),
        button=_("Save"),
        back=_page_of(person.pk),
    )


def _find(request: HttpRequest, pk: int) -> Person:
    """Somebody of whom this user may know where they are; 404 for every other. A guardian may live
    where nobody is to know that the ward does."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    request.saw([person.pk])  # type: ignore[attr-defined]
    if person.is_protected and not request.user.access.is_cleared:  # type: ignore[union-attr]
        raise Http404
    return person


def _page_of(person_id: int) -> str:
    return reverse("desk:person", args=[person_id])


def _how_long() -> str:
    """How recently an address must have been used, when that has been entered."""
    try:
        days: Any = int(rate_on(RECENT_EMAIL, dates.today()).value)
    except RuleBroken:
        return ""
    return ngettext(
        "Letters go by e-mail only to an address that was used or confirmed within the last "
        "%(days)d day (tvangsfullbyrdelsesloven § 4-18).",
        "Letters go by e-mail only to an address that was used or confirmed within the last "
        "%(days)d days (tvangsfullbyrdelsesloven § 4-18).",
        days,
    ) % {"days": days}
