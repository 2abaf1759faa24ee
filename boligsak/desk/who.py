"""Who lives there, and where: what a page about one tenancy says of its people."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from boligsak.addresses import address
from boligsak.desk.queries.lease import LeaseRow, MemberRow, PartyRow
from boligsak.show import day as format_day
from tenants.models import PartyRole


def who_and_where(row: LeaseRow, parties: list[PartyRow], user: Any) -> dict[str, Any]:
    """What the panel about people shows of a lease that the reader sees unmasked."""
    is_cleared = user.access.is_cleared
    # A party who has left and is protected now was not living here in secret; the name is.
    shown = [party for party in parties if is_cleared or not party.protection]
    tenants = [party for party in shown if party.is_now and party.role == PartyRole.TENANT]
    sees_social = user.has_perm("tenants.view_social")
    return {
        "lead": " · ".join(
            part
            for part in (
                ", ".join(party.name for party in tenants),
                row.address,
                row.office,
            )
            if part
        ),
        "call": next(
            (
                {"name": party.given_name, "tel": party.phone.replace(" ", "")}
                for party in tenants
                if party.phone and party.died_on is None
            ),
            None,
        ),
        "parties": [_party(party) for party in shown if party.is_now],
        "earlier": [_party(party) for party in shown if not party.is_now],
        "notes": [
            {"name": party.name, "text": party.safety_note}
            for party in tenants
            if sees_social and party.safety_note
        ],
        "interpreters": [
            {"name": party.name, "language": party.needs_interpreter}
            for party in tenants
            if sees_social and party.needs_interpreter
        ],
        "dwelling_href": address("desk:dwelling", row.dwelling_id)
        if user.has_perm("tenants.view_dwelling")
        else "",
    }


def _party(party: PartyRow) -> dict[str, Any]:
    return {
        "href": address("desk:person", party.person_id),
        "name": party.name,
        "role": "" if party.role == PartyRole.TENANT else str(PartyRole(party.role).label),
        "phone": party.phone,
        "is_dead": party.died_on is not None,
        "period": _period(party.from_on, party.to_on),
    }


def _period(from_on: datetime.date, to_on: datetime.date | None) -> str:
    if to_on is None:
        return _("from %(day)s") % {"day": format_day(from_on)}
    return f"{format_day(from_on)}–{format_day(to_on)}"


def member_facts(member: MemberRow, day: datetime.date) -> dict[str, Any]:
    return {
        "href": address("desk:person", member.person_id),
        "name": member.name,
        "age": age_words(member.born_on, day),
        "is_child": member.is_child,
    }


def age_words(born_on: datetime.date | None, day: datetime.date) -> str:
    """ "9 years"; empty where nobody knows the day of birth."""
    if born_on is None:
        return ""
    years = day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
    return _("%(years)d years") % {"years": years}
