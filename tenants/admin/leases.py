"""Leases with their parties and their rent. A lease with a protected address is its number."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak import dates
from boligsak.administration.lists import Column, Filter, Rows
from boligsak.administration.register import Register
from boligsak.administration.site import HOUSING
from boligsak.administration.steps import Panel, Step
from boligsak.rule import RuleBroken
from boligsak.show import MOST_HITS, day, kr
from tenants.admin.dwellings import offices
from tenants.admin.history import timeline
from tenants.forms import register as forms
from tenants.models import Dwelling, Lease, LeaseKind, LeaseParty, Person, RentTerm
from tenants.queries.cards import LeaseCard, lease_cards
from tenants.services import leases as services
from tenants.words import register as words

_CHANGED = (
    "kind",
    "starts_on",
    "ends_on",
    "kid",
    "signed_on",
    "has_clause_a",
    "has_clause_b",
    "purpose_told_on",
    "move_requested_on",
    "moved_out_on",
)


def _card(row: Lease) -> LeaseCard:
    return row.card  # type: ignore[attr-defined, no-any-return]


def _where(row: Lease) -> dict[str, str]:
    return {"text": _card(row).address, "sub": _card(row).unit}


def _ends(row: Lease) -> str:
    if row.moved_out_on:
        return _("moved out %(day)s") % {"day": day(row.moved_out_on)}
    return day(row.ends_on) if row.ends_on else _("open-ended")


def _in_state(rows: Rows, word: str) -> Rows:
    today = dates.today()
    moved_out = Q(moved_out_on__lt=today)
    if word == "running":
        return rows.filter(starts_on__lte=today).exclude(moved_out)
    return rows.filter(moved_out) if word == "over" else rows.filter(starts_on__gt=today)


def _of_term(rows: Rows, word: str) -> Rows:
    return rows.filter(ends_on__isnull=word == "open")


def _kid(rows: Rows, word: str) -> Rows:
    return rows.filter(kid__isnull=word == "no")


def _new(_row: None, values: dict[str, Any], user: Any) -> Lease:
    rents = {"rent": values.pop("rent_ore")}
    if utilities := values.pop("utilities_ore"):
        rents["utilities"] = utilities
    people = [values.pop("tenant"), values.pop("second")]
    new = services.NewLease(
        dwelling_id=values.pop("dwelling"),
        tenants=[person for person in people if person],
        rents=rents,
        **values | {"kid": values["kid"] or None},
    )
    return services.register_leases([new], by=user, today=dates.today())[0]


def _change(row: Lease, values: dict[str, Any], user: Any) -> Lease:
    version = values.pop("version", 0)
    values["kid"] = values["kid"] or None
    return services.change_lease(row.pk, version=version, by=user, today=dates.today(), **values)


def _add_party(row: Lease, values: dict[str, Any], user: Any) -> LeaseParty:
    return services.add_party(
        row.pk,
        values["person"],
        from_on=values["from_on"],
        role=values["role"],
        by=user,
        today=dates.today(),
    )


def _end_party(_row: Lease, values: dict[str, Any], user: Any) -> LeaseParty:
    return services.end_party(
        int(values["party"]), to_on=values["to_on"], by=user, today=dates.today()
    )


def _set_rent(row: Lease, values: dict[str, Any], user: Any) -> int:
    new = services.NewRent(
        lease_id=row.pk,
        kind=values["kind"],
        valid_from=values["valid_from"],
        amount_ore=values["amount_ore"],
    )
    return services.set_rents([new], by=user)


_FIELDS = {
    "lease.number_taken": "number",
    "lease.kid_check_digit": "kid",
    "lease.kid_taken": "kid",
    "lease.party_twice": "second",
    "lease.overlaps": "starts_on",
    "lease.dwelling_held": "dwelling",
    "lease.moved_out_before_start": "moved_out_on",
    "lease.asked_before_start": "move_requested_on",
    "term.ends_before_start": "ends_on",
}


@admin.register(Lease)
class LeaseRegister(Register):
    to_view, to_change = "tenants.view_lease", "tenants.change_lease"
    group, title = HOUSING, gettext_lazy("Leases")
    about = gettext_lazy("Tenancies with their parties, terms and rent.")
    columns = (
        Column(
            gettext_lazy("Lease number"), lambda row: row.number, "number", ("number",), header=True
        ),
        Column(gettext_lazy("Tenant"), lambda row: _card(row).name),
        Column(gettext_lazy("Address"), _where),
        Column(gettext_lazy("Office"), lambda row: _card(row).office),
        Column(gettext_lazy("Starts on"), lambda row: day(row.starts_on), "starts", ("starts_on",)),
        Column(gettext_lazy("Ends on"), _ends),
        Column(gettext_lazy("KID"), lambda row: row.kid or ""),
    )
    filters = (
        Filter(
            "office",
            gettext_lazy("Office"),
            gettext_lazy("All offices"),
            offices,
            lambda rows, word: rows.filter(office=int(word)),
        ),
        Filter(
            "state",
            gettext_lazy("State"),
            gettext_lazy("Running and former"),
            lambda _user: [
                ("running", _("running")),
                ("over", _("moved out")),
                ("coming", _("to come")),
            ],
            _in_state,
        ),
        Filter(
            "term",
            gettext_lazy("Term"),
            gettext_lazy("Fixed and open-ended"),
            lambda _user: [("fixed", _("fixed term")), ("open", _("open-ended"))],
            _of_term,
        ),
        Filter(
            "kind",
            gettext_lazy("Kind"),
            gettext_lazy("All kinds"),
            lambda _user: list(LeaseKind.choices),
            lambda rows, word: rows.filter(kind=word),
        ),
        Filter(
            "kid",
            gettext_lazy("KID"),
            gettext_lazy("With and without"),
            lambda _user: [("yes", _("has a KID")), ("no", _("has no KID"))],
            _kid,
        ),
    )
    usual_order = ("number",)
    search_label = gettext_lazy("Find a lease by number, KID, tenant or address")
    add_label = gettext_lazy("New lease")
    add_step = Step(
        "new",
        add_label,
        forms.NewLeaseForm,
        _new,
        gettext_lazy("Enter the lease"),
        about=gettext_lazy(
            "The dwelling and the tenant must be in their registers first. The office is the "
            "dwelling's."
        ),
        fields=_FIELDS,
    )
    steps = (
        Step(
            "change",
            gettext_lazy("The lease"),
            forms.ChangeLeaseForm,
            _change,
            gettext_lazy("Save"),
            initial=lambda row: {name: getattr(row, name) for name in _CHANGED},
            fields=_FIELDS,
        ),
        Step(
            "party",
            gettext_lazy("Add a party"),
            forms.PartyForm,
            _add_party,
            said=gettext_lazy("The party is added."),
            fields={"lease.party_twice": "person", "party.days": "from_on"},
        ),
        Step(
            "party-end",
            gettext_lazy("End a party's part"),
            forms.EndPartyForm,
            _end_party,
            said=gettext_lazy("The party has their last day."),
            fields={"party.days": "to_on", "lease.no_tenant": "party"},
        ),
        Step(
            "rent",
            gettext_lazy("New rent from a day on"),
            forms.RentForm,
            _set_rent,
            about=gettext_lazy("Months that are charged already stay as they are."),
            said=gettext_lazy("The rent is set."),
            fields={"lease.rent_before_start": "valid_from", "lease.rent_negative": "amount_ore"},
        ),
    )
    row_links: ClassVar[list[Callable[[Lease, Any], dict[str, Any] | None]]] = []
    """Links that apps above put on a lease's page."""

    def seen_by(self, user: Any) -> Rows:
        return Lease.objects.visible_to(user)

    def narrowed(self, rows: Rows, user: Any) -> Rows:
        return rows if user.access.is_cleared else rows.filter(is_protected=False)

    def opened_by(self, user: Any) -> Rows:
        return Lease.objects.unmasked(user)

    def enriched(self, rows: list[Lease], user: Any) -> list[Lease]:
        cards = lease_cards([row.pk for row in rows], user, dates.today())
        for row in rows:
            row.card = cards[row.pk]  # type: ignore[attr-defined]
        return rows

    def is_masked(self, row: Lease, user: Any) -> bool:
        return row.is_protected and not user.access.is_cleared

    def found(self, rows: Rows, words: str, user: Any) -> Rows:
        """A number finds the row, masked or not; a name or an address only what may be seen."""
        if words.replace(" ", "").replace("-", "").isdigit() or "-" in words:
            compact = words.replace(" ", "")
            return rows.filter(Q(number__startswith=compact) | Q(kid__startswith=compact))
        tokens = words.lower().replace(",", " ").split()
        people, dwellings = Person.objects.all(), Dwelling.objects.visible_to(user)
        for token in tokens:
            people = people.filter(search_name__contains=token)
            dwellings = dwellings.filter(search_address__contains=token)
        by_name = LeaseParty.objects.filter(person__in=people[:MOST_HITS]).values("lease")
        by_address = Lease.objects.filter(dwelling__in=dwellings[:MOST_HITS]).values("pk")
        return self.narrowed(rows, user).filter(pk__in=by_name.union(by_address))

    def people(self, rows: Sequence[Lease]) -> Iterable[int]:
        return [person for row in rows for person in _card(row).person_ids]

    def lead(self, row: Lease) -> str:
        return f"{_card(row).name} – {_card(row).address}, {_card(row).unit}"

    def facts(self, row: Lease, user: Any) -> Any:
        yield _("Dwelling"), f"{_card(row).address}, {_card(row).unit}"
        yield _("Office"), _card(row).office
        if not self.may_change(user):
            yield _("Starts on"), day(row.starts_on)
            yield _("Ends on"), _ends(row)
            yield _("KID"), row.kid

    def panels(self, row: Lease, user: Any) -> Any:
        links = tuple(filter(None, (make(row, user) for make in self.row_links)))
        if links:
            yield Panel(_("Rent and payments"), links=links)
        parties = row.parties.select_related("person").order_by("-from_on", "position", "pk")
        yield Panel(
            _("Parties"),
            columns=(
                {"label": _("Name"), "header": True},
                {"label": _("Role")},
                {"label": _("From")},
                {"label": _("To")},
            ),
            rows=tuple(
                {
                    "cells": [
                        str(party.person),
                        capfirst(party.get_role_display()),
                        day(party.from_on),
                        day(party.to_on) if party.to_on else "",
                    ]
                }
                for party in parties
            ),
            empty=_("The lease has no party."),
            steps=("party", "party-end"),
        )
        yield Panel(
            _("Rent"),
            columns=(
                {"label": _("From"), "header": True},
                {"label": _("Kind")},
                {"label": _("A month"), "align": "end"},
            ),
            rows=tuple(
                {
                    "cells": [
                        day(term.valid_from),
                        capfirst(term.get_kind_display()),
                        kr(term.amount_ore),
                    ]
                }
                for term in RentTerm.objects.filter(lease=row).order_by("-valid_from", "kind")
            ),
            empty=_("No rent is set. Nothing is charged."),
            steps=("rent",),
        )

    def timeline(self, row: Lease) -> list[dict[str, Any]]:
        return timeline(row)

    def words(self, broken: RuleBroken) -> str:
        return words.refusal(broken)
