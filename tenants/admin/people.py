"""People as the landlord knows them: name and how to reach them, nothing social."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak import dates, sealed
from boligsak.administration.lists import Column, Rows
from boligsak.administration.register import Register
from boligsak.administration.site import HOUSING
from boligsak.administration.steps import Panel, Step
from boligsak.rule import RuleBroken
from boligsak.show import day
from tenants.admin.history import timeline
from tenants.forms import register as forms
from tenants.models import LeaseParty, Person
from tenants.rules import identity
from tenants.services import people as services
from tenants.words import register as words

_CHANGED = ("given_name", "family_name", "phone", "email", "is_reserved", "died_on")


def _new(_row: None, values: dict[str, Any], _user: Any) -> Person:
    new = services.NewPerson(**values)
    return services.register_people([new], today=dates.today())[0]


def _change(row: Person, values: dict[str, Any], user: Any) -> Person:
    version = values.pop("version", 0)
    return services.change_person(row.pk, version=version, by=user, on=dates.today(), **values)


def _identity(row: Person, values: dict[str, Any], user: Any) -> Person:
    return services.set_identity_number(row.pk, values["number"], by=user, today=dates.today())


_FAULTS = dict.fromkeys(
    (
        "identity.length",
        "identity.digits",
        "identity.no_such_day",
        "identity.check_digits",
        "identity.not_born",
        "person.identity_taken",
    ),
    "identity_number",
)


@admin.register(Person)
class PersonRegister(Register):
    to_view, to_change = "tenants.view_person", "tenants.change_lease"
    group, title = HOUSING, gettext_lazy("People")
    about = gettext_lazy("Tenants and the people they live with: names and how to reach them.")
    columns = (
        Column(gettext_lazy("Number"), lambda row: str(row.pk), header=True),
        Column(gettext_lazy("Name"), str, "name", ("sort_name",)),
        Column(gettext_lazy("Born"), lambda row: day(row.born_on) if row.born_on else ""),
        Column(gettext_lazy("Phone"), lambda row: row.phone),
        Column(gettext_lazy("E-mail"), lambda row: row.email),
    )
    usual_order = ("pk",)
    search_label = gettext_lazy("Find somebody by name, identity number or number in Boligsak")
    add_label = gettext_lazy("New person")
    add_step = Step(
        "new",
        add_label,
        forms.NewPersonForm,
        _new,
        gettext_lazy("Enter the person"),
        fields=_FAULTS,
    )
    steps = (
        Step(
            "change",
            gettext_lazy("The person"),
            forms.PersonForm,
            _change,
            gettext_lazy("Save"),
            initial=lambda row: {name: getattr(row, name) for name in _CHANGED},
            fields={"person.death_day": "died_on"},
        ),
        Step(
            "identity",
            gettext_lazy("Another identity number"),
            forms.IdentityForm,
            _identity,
            gettext_lazy("Save the number"),
            fields=dict.fromkeys(_FAULTS, "number"),
            permission="tenants.view_identity",
        ),
    )

    def seen_by(self, user: Any) -> Rows:
        return Person.objects.visible_to(user)

    def opened_by(self, user: Any) -> Rows:
        rows = self.seen_by(user)
        return rows if user.access.is_cleared else rows.filter(protection=0)

    def narrowed(self, rows: Rows, user: Any) -> Rows:
        return rows if user.access.is_cleared else rows.filter(protection=0)

    def is_masked(self, row: Person, user: Any) -> bool:
        return row.is_protected and not user.access.is_cleared

    def found(self, rows: Rows, words: str, user: Any) -> Rows:
        digits = identity.compact(words)
        if digits.isdigit() and len(digits) == 11:
            return rows.filter(identity__number_mac=sealed.mac(digits, services.IDENTITY))
        if digits.isdigit():
            return rows.filter(pk=int(digits)) if len(digits) < 16 else rows.none()
        rows = self.narrowed(rows, user)  # a name must not lead to a masked number
        for word in words.lower().split():
            rows = rows.filter(search_name__contains=word)
        return rows

    def people(self, rows: Sequence[Person]) -> Iterable[int]:
        return [row.pk for row in rows]

    def lead(self, row: Person) -> str:
        return _("Number %(number)d") % {"number": row.pk}

    def facts(self, row: Person, user: Any) -> Any:
        yield _("Born"), day(row.born_on) if row.born_on else ""
        if not self.may_change(user):
            yield _("Phone"), row.phone
            yield _("E-mail"), row.email

    def panels(self, row: Person, user: Any) -> Any:
        parties = (
            LeaseParty.objects.filter(person=row)
            .select_related("lease")
            .order_by("-from_on", "-pk")
        )
        yield Panel(
            _("Leases"),
            columns=(
                {"label": _("Lease number"), "header": True},
                {"label": _("Role")},
                {"label": _("From")},
                {"label": _("To")},
            ),
            rows=tuple(
                {
                    "cells": [
                        party.lease.number,
                        capfirst(party.get_role_display()),
                        day(party.from_on),
                        day(party.to_on or party.lease.moved_out_on)
                        if party.to_on or party.lease.moved_out_on
                        else "",
                    ]
                }
                for party in parties
                if user.access.is_cleared or not party.lease.is_protected
            ),
            empty=_("No lease names this person."),
        )

    def timeline(self, row: Person) -> list[dict[str, Any]]:
        return timeline(row)

    def words(self, broken: RuleBroken) -> str:
        return words.refusal(broken)
