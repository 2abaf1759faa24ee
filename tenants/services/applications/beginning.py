"""Beginning an application, and keeping what has been typed of it until somebody goes on."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from boligsak.accounts.models import Office
from boligsak.rule import RuleBroken
from tenants.models import (
    Application,
    HouseholdMember,
    Lease,
    LeaseParty,
    MemberRole,
    PartyRole,
    PresentHousing,
)
from tenants.rules.applications import (
    NEEDS_LEASE,
    Step,
    application_number,
    check_kind,
    place_in_year,
)
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.applications.people import (
    Somebody,
    check_applicant,
    find_or_register,
    put_in,
    role_of,
)
from tenants.services.history import signed
from tenants.services.protection import keep_protection

# Advisory lock: numbers are given one after the other. 7 305 010 is the cases' own.
_NUMBERING = 7_305_020

MOST_TYPED = 60_000
"""Characters of one page that are kept: more is no form of ours."""


@transaction.atomic
def begin(
    kind: str,
    office_id: int,
    applicant: Somebody,
    *,
    by: Any,
    on: datetime.date,
    lease_number: str = "",
) -> Application:
    """A draft for this applicant, with a number of its own. A swap or an extension brings along
    those who live in the present home.

    Raises `RuleBroken` "application.office", "application.office_closed" (office), what
    `check_kind` raises, "application.lease_missing", "application.lease_over" (number, ended_on),
    or what `find_or_register` and `check_applicant` raise.
    """
    if not by.access.covers(office_id):
        raise RuleBroken("application.office")
    office = Office.objects.filter(pk=office_id).first()
    if office is None:
        raise RuleBroken("application.office")
    if office.closed_on is not None and office.closed_on < on:
        raise RuleBroken("application.office_closed", office=office.name)
    check_kind(kind, has_lease=bool(lease_number.strip()))
    lease = _lease(lease_number, by, on) if kind in NEEDS_LEASE else None
    person = find_or_register(applicant, by=by, on=on)
    check_applicant(person, lease, on)
    with signed(by):
        row = Application.objects.create(
            number=_next_number(on.year),
            kind=kind,
            office=office,
            owner=by,
            applicant=person,
            lease=lease,
            household_id=lease.household_id if lease else None,
            present_housing=PresentHousing.MUNICIPAL if lease else "",
            made_on=on,
            by=by,
        )
        put_in(row, person, MemberRole.ADULT, is_part_time=False)
        if lease is not None:
            _bring_along(row, lease, on)
        keep_protection(on, application_ids=[row.pk])
    row.refresh_from_db()
    note_act(row, "begun", {"kind": kind}, by=by, on=on)
    return row


def _lease(number: str, by: Any, on: datetime.date) -> Lease:
    lease = Lease.objects.unmasked(by).filter(number__iexact=number.strip()).first()
    if lease is None:
        raise RuleBroken("application.lease_missing")
    if lease.moved_out_on is not None and lease.moved_out_on < on:
        raise RuleBroken("application.lease_over", number=lease.number, ended_on=lease.moved_out_on)
    return lease


def _bring_along(row: Application, lease: Lease, on: datetime.date) -> None:
    """The tenants and the household of the present home."""
    parties = LeaseParty.objects.filter(
        lease=lease, role=PartyRole.TENANT, from_on__lte=on, person__died_on__isnull=True
    ).exclude(to_on__lt=on)
    for party in parties.select_related("person").order_by("position", "pk"):
        put_in(row, party.person, role_of(party.person, on), is_part_time=False)
    if lease.household_id is None:
        return
    members = HouseholdMember.objects.filter(
        household=lease.household_id, from_on__lte=on, person__died_on__isnull=True
    ).exclude(to_on__lt=on)
    for member in members.select_related("person").order_by("pk"):
        put_in(row, member.person, role_of(member.person, on), is_part_time=False)


def _next_number(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERING])
    rows = Application.objects.filter(number__startswith=f"S{year}-")
    last = rows.order_by("-number").values_list("number", flat=True).first()
    return application_number(year, place_in_year(last) + 1 if last else 1)


# --- What has been typed --------------------------------------------------------------------------


@transaction.atomic
def keep_typed(
    application_id: int,
    step: Step,
    typed: Mapping[str, list[str]],
    *,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> Application:
    """Keeps a page as it was typed, whether or not it can be understood yet.

    Anybody who may work on the application goes on from it. Nothing is understood from it before
    the page itself is saved. Raises `RuleBroken` as `at_work` does, or "application.too_long".
    """
    row = at_work(application_id, by=by, version=version)
    if sum(len(name) + sum(map(len, values)) for name, values in typed.items()) > MOST_TYPED:
        raise RuleBroken("application.too_long", most=MOST_TYPED)
    kept = {"fields": {name: list(values) for name, values in typed.items()}, "by": str(by)}
    row.typed = {**row.typed, step.value: kept | {"on": on.isoformat()}}
    row.save(update_fields=["typed"])
    touched(row)
    return row


def forget_typed(row: Application, step: Step) -> None:
    """The page has been saved: what was typed of it stands in its own place now."""
    if step.value in row.typed:
        row.typed = {name: kept for name, kept in row.typed.items() if name != step.value}
        row.save(update_fields=["typed"])
