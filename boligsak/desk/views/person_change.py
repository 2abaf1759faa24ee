"""Changing what the welfare offices know of a person, address protection among it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.accounts.services import once
from boligsak.desk.forms.person import PersonForm
from boligsak.desk.words import language_name
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import moment
from boligsak.web import page
from tenants.models import Person, Protection
from tenants.queries.history import changes
from tenants.services.people import change_person, protections_open_to
from tenants.words.register import refusal

FIELDS = (
    "phone",
    "email",
    "email_used_on",
    "post_address",
    "is_reserved",
    "language",
    "needs_interpreter",
    "safety_note",
    "protection",
)


@require_http_methods(["GET", "POST"])
@page("tenants.change_person")
def person_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Whoever is second of two who had the page open is told what the first one saved."""
    user = request.user
    person = get_object_or_404(Person.objects.visible_to(user), pk=pk)
    request.saw([person.pk])  # type: ignore[attr-defined]
    form = _form(person, user, {name: getattr(person, name) for name in FIELDS}, request.POST)
    meanwhile: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():

        def do() -> str:
            asked = form.cleaned_data
            new = {name: asked[name] for name in FIELDS if name in asked}
            change_person(pk, version=asked["version"], by=user, on=dates.today(), **new)
            return _onwards(user, pk)

        try:
            submission_id = form.cleaned_data["submission_id"]
            where = once(submission_id, by=user, path=request.path, do=do)
        except RuleBroken as broken:
            if broken.code == "version.changed":
                person.refresh_from_db()
                meanwhile = _meanwhile(person, form)
                form = _form(person, user, form.cleaned_data)
            else:
                at = "protection" if broken.code == "person.not_cleared" else None
                form.add_error(at, refusal(broken))
        else:
            _tell(request, where, pk)
            return redirect(where)
    status = 409 if meanwhile else 422 if form.is_bound else 200
    return render(
        request, "desk/person_change.html", _shown(person, user, form, meanwhile), status=status
    )


def _form(person: Person, user: Any, values: dict[str, Any], sent: Any = None) -> PersonForm:
    return PersonForm(
        sent or None,
        initial={**values, "submission_id": uuid4(), "version": person.version},
        language=person.language,
        protections=protections_open_to(user, person),
        hides_address=person.is_protected and not user.access.is_cleared,
    )


def _shown(
    person: Person, user: Any, form: PersonForm, meanwhile: dict[str, Any] | None
) -> dict[str, Any]:
    back = reverse("desk:person", args=[person.pk])
    access = user.access
    return {
        "title": _("Change what is known of %(name)s") % {"name": person},
        "breadcrumb": [{"label": str(person), "url": back}],
        "form": form,
        "meanwhile": meanwhile,
        "is_cleared": access.is_cleared,
        "is_lost": not access.is_cleared and access.office_ids is not None,
        "back": back,
    }


def _onwards(user: Any, pk: int) -> str:
    """The person's page, while it is this user's to see: protection may have taken it away."""
    if Person.objects.visible_to(user).filter(pk=pk).exists():
        return reverse("desk:person", args=[pk])
    return reverse("desk:search")


def _tell(request: HttpRequest, where: str, pk: int) -> None:
    if where == reverse("desk:person", args=[pk]):
        messages.success(request, _("The changes are saved."))
    else:
        said = _("The changes are saved. The person is protected now and no longer shown to you.")
        messages.success(request, said)


def _meanwhile(person: Person, form: PersonForm) -> dict[str, Any]:
    """Who saved the version that stands, and where it differs from what was typed here."""
    last = next(iter(changes(person)), None)
    return {
        "who": last.who if last and last.who else _("Somebody"),
        "when": moment(last.at) if last else "",
        "differs": [
            (form.fields[name].label, _said(person, name))
            for name in FIELDS
            if name in form.cleaned_data and getattr(person, name) != form.cleaned_data[name]
        ],
    }


def _said(person: Person, name: str) -> str:
    value = getattr(person, name)
    if name == "language":
        return language_name(value)
    if name == "protection":
        return str(Protection(value).label)
    if name == "is_reserved":
        return _("yes") if value else _("no")
    if name == "email_used_on" and value:
        return format_day(value)
    return value or "–"
