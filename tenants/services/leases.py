"""Leases: signing, changing and ending them, their parties and their rent."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from boligsak.rule import RuleBroken
from tenants.models import (
    Dwelling,
    Lease,
    LeaseKind,
    LeaseParty,
    Offer,
    PartyRole,
    RentTerm,
)
from tenants.rules.faults import Fault, raise_first
from tenants.rules.occupancy import Span, check_days, clashing
from tenants.rules.offers import ACTIVE
from tenants.services.history import signed
from tenants.services.protection import keep_protection

CHANGEABLE = frozenset(
    {
        "kind",
        "household_id",
        "starts_on",
        "ends_on",
        "moved_out_on",
        "signed_on",
        "has_clause_a",
        "has_clause_b",
        "purpose_told_on",
        "move_requested_on",
        "kid",
    }
)


_DAY_OF = {
    "term.ends_before_start": "ends_on",
    "lease.moved_out_before_start": "moved_out_on",
    "lease.asked_before_start": "move_requested_on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLease:
    """A lease to be registered. Its office is the dwelling's.

    `tenants` and `guarantors` are person ids, the first tenant the one lists show. `rents` are
    full months in øre by kind of charge, from `rent_from` (else the start) on.
    """

    number: str
    dwelling_id: int
    starts_on: datetime.date
    tenants: Sequence[int]
    guarantors: Sequence[int] = ()
    household_id: int | None = None
    kind: str = LeaseKind.LEASE
    ends_on: datetime.date | None = None
    moved_out_on: datetime.date | None = None
    signed_on: datetime.date | None = None
    has_clause_a: bool = False
    has_clause_b: bool = False
    purpose_told_on: datetime.date | None = None
    move_requested_on: datetime.date | None = None
    kid: str | None = None
    rents: Mapping[str, int] = field(default_factory=dict)
    rent_from: datetime.date | None = None
    offer_id: int | None = None
    """The offer that becomes this lease: nobody else's lease begins in a home that is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRent:
    """What a month costs from `valid_from` on, øre. The same day again replaces the amount."""

    lease_id: int
    valid_from: datetime.date
    amount_ore: int
    kind: str = "rent"


# --- Signing ----------------------------------------------------------------------------------


def lease_faults(rows: Sequence[NewLease]) -> list[Fault]:
    """What keeps these leases from being registered, together and beside those there are.

    The same answer for one lease and for a whole register, in five queries.
    """
    faults: list[Fault] = []
    numbers = set(
        Lease.objects.filter(number__in=[row.number for row in rows]).values_list(
            "number", flat=True
        )
    )
    kids = {row.kid for row in rows if row.kid}
    kids_taken = set(Lease.objects.filter(kid__in=kids).values_list("kid", flat=True))
    kids_wrong = wrong_kids(kids)
    new_spans: dict[int, list[Span]] = {}
    for place, row in enumerate(rows):
        if row.number in numbers:
            faults.append(Fault(place, "lease", RuleBroken("lease.number_taken")))
        numbers.add(row.number)
        if row.kid:
            if row.kid in kids_wrong:
                faults.append(Fault(place, "kid", RuleBroken("lease.kid_check_digit")))
            elif row.kid in kids_taken:
                faults.append(Fault(place, "kid", RuleBroken("lease.kid_taken")))
            kids_taken.add(row.kid)
        if not row.tenants:
            faults.append(Fault(place, "tenants", RuleBroken("lease.no_tenant")))
        elif len({*row.tenants, *row.guarantors}) < len(row.tenants) + len(row.guarantors):
            faults.append(Fault(place, "tenants", RuleBroken("lease.party_twice")))
        if row.rent_from is not None and row.rent_from < row.starts_on:
            faults.append(Fault(place, "rent_from", RuleBroken("lease.rent_before_start")))
        try:
            check_days(row.starts_on, row.ends_on, row.moved_out_on, row.move_requested_on)
        except RuleBroken as broken:
            faults.append(Fault(place, _DAY_OF[broken.code], broken))
            continue
        span = Span(row.number, row.starts_on, row.moved_out_on)
        new_spans.setdefault(row.dwelling_id, []).append(span)
    faults.extend(_held(rows))
    clashes = clashing(new_spans, _spans_there(new_spans))
    faults.extend(
        Fault(place, "dwelling", RuleBroken("lease.overlaps", other=clashes[row.number]))
        for place, row in enumerate(rows)
        if row.number in clashes
    )
    return sorted(faults, key=lambda fault: fault.place)


def _held(rows: Sequence[NewLease]) -> list[Fault]:
    """Leases in dwellings that are held for an application, besides the one an offer becomes."""
    held = {
        dwelling_id: (offer_id, reserved_on)
        for dwelling_id, offer_id, reserved_on in Offer.objects.filter(
            dwelling__in={row.dwelling_id for row in rows}, state__in=ACTIVE
        ).values_list("dwelling_id", "pk", "reserved_on")
    }
    found = []
    for place, row in enumerate(rows):
        offer_id, reserved_on = held.get(row.dwelling_id, (row.offer_id, None))
        is_over = row.moved_out_on is not None and row.moved_out_on < (reserved_on or row.starts_on)
        if offer_id != row.offer_id and not is_over:
            found.append(Fault(place, "dwelling", RuleBroken("lease.dwelling_held")))
    return found


@transaction.atomic
def register_leases(rows: Sequence[NewLease], *, by: Any, today: datetime.date) -> list[Lease]:
    """Registers leases with their parties and their rent.

    Raises the first fault: "lease.number_taken", "lease.kid_check_digit", "lease.kid_taken",
    "lease.no_tenant", "lease.party_twice", "lease.rent_before_start", "lease.overlaps" (other),
    "lease.dwelling_held" (an offer holds it for an application) or what `check_days` raises.
    """
    # Locked, so that two cannot find the same dwelling vacant.
    dwellings = dict(
        Dwelling.objects.select_for_update(of=("self",))
        .filter(pk__in={row.dwelling_id for row in rows})
        .order_by("pk")
        .values_list("pk", "office_id")
    )
    raise_first(lease_faults(rows))
    leases = Lease.objects.bulk_create(
        [
            Lease(
                number=row.number,
                kind=row.kind,
                dwelling_id=row.dwelling_id,
                office_id=dwellings[row.dwelling_id],
                household_id=row.household_id,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                moved_out_on=row.moved_out_on,
                signed_on=row.signed_on,
                has_clause_a=row.has_clause_a,
                has_clause_b=row.has_clause_b,
                purpose_told_on=row.purpose_told_on,
                move_requested_on=row.move_requested_on,
                kid=row.kid or None,
            )
            for row in rows
        ],
        batch_size=2_000,
    )
    parties, terms = [], []
    for row, lease in zip(rows, leases, strict=True):
        parties += [
            LeaseParty(
                lease=lease, person_id=person, role=role, position=position, from_on=row.starts_on
            )
            for role, people in (
                (PartyRole.TENANT, row.tenants),
                (PartyRole.GUARANTOR, row.guarantors),
            )
            for position, person in enumerate(people, start=1)
        ]
        terms += [
            RentTerm(
                lease=lease,
                kind=kind,
                valid_from=row.rent_from or row.starts_on,
                amount_ore=amount_ore,
            )
            for kind, amount_ore in row.rents.items()
        ]
    LeaseParty.objects.bulk_create(parties, batch_size=2_000)
    RentTerm.objects.bulk_create(terms, batch_size=2_000)
    with signed(by):
        keep_protection(today, lease_ids=[lease.pk for lease in leases])
    return leases


def wrong_kids(kids: Iterable[str]) -> set[str]:
    """Those of them whose check digit is wrong, as the database reckons it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kid FROM unnest(%s::text[]) AS kid WHERE NOT boligsak_kid_is_valid(kid)",
            [sorted(kids)],
        )
        return {kid for (kid,) in cursor.fetchall()}


def _spans_there(dwelling_ids: Iterable[int], besides: int = 0) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    rows = Lease.objects.filter(dwelling__in=list(dwelling_ids)).exclude(pk=besides)
    for dwelling_id, number, starts_on, moved_out_on in rows.values_list(
        "dwelling_id", "number", "starts_on", "moved_out_on"
    ):
        found.setdefault(dwelling_id, []).append(Span(number, starts_on, moved_out_on))
    return found


# --- Changing ---------------------------------------------------------------------------------


@transaction.atomic
def change_lease(
    lease_id: int, *, version: int, by: Any, today: datetime.date, **changes: Any
) -> Lease:
    """Changes a lease as it was seen in `version`.

    Raises `RuleBroken` "version.changed", "lease.kid_check_digit", "lease.kid_taken",
    "lease.overlaps" (other) or what `check_days` raises.
    """
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"a lease has no {sorted(unknown)} to change")
    if _SPAN & set(changes):
        lock_home(lease_id)
    lease = _locked(lease_id)
    if lease.version != version:
        raise RuleBroken("version.changed", opened=version, now=lease.version)
    return _changed(lease, by, today, **changes)


@transaction.atomic
def end_lease(
    lease_id: int, *, moved_out_on: datetime.date, by: Any, today: datetime.date
) -> Lease:
    """The tenant's last day in the dwelling. What is owed from now on is a former tenant's.

    Raises `RuleBroken` "lease.moved_out_before_start" or "lease.overlaps".
    """
    lock_home(lease_id)
    return _changed(_locked(lease_id), by, today, moved_out_on=moved_out_on)


@transaction.atomic
def note_move_request(
    lease_id: int, *, sent_on: datetime.date, by: Any, today: datetime.date
) -> Lease:
    """A written request to move was sent (§ 9-2 third paragraph): the clock stops.

    Raises `RuleBroken("lease.asked_before_start")`.
    """
    return _changed(_locked(lease_id), by, today, move_requested_on=sent_on)


_SPAN = {"starts_on", "moved_out_on"}
"""What says for how long a lease has its dwelling."""


def lock_home(lease_id: int) -> None:
    """The dwelling, before its lease as everywhere: nobody else is let in while days change."""
    homes = Lease.objects.filter(pk=lease_id).values("dwelling")
    list(Dwelling.objects.select_for_update(of=("self",)).filter(pk__in=homes))


def _locked(lease_id: int) -> Lease:
    return Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)


def _changed(lease: Lease, by: Any, today: datetime.date, **changes: Any) -> Lease:
    for name, value in changes.items():
        setattr(lease, name, value)
    check_days(lease.starts_on, lease.ends_on, lease.moved_out_on, lease.move_requested_on)
    if "kid" in changes and lease.kid:
        if wrong_kids([lease.kid]):
            raise RuleBroken("lease.kid_check_digit")
        if Lease.objects.filter(kid=lease.kid).exclude(pk=lease.pk).exists():
            raise RuleBroken("lease.kid_taken")
    if _SPAN & set(changes):
        span = Span(lease.number, lease.starts_on, lease.moved_out_on)
        clash = clashing(
            {lease.dwelling_id: [span]}, _spans_there([lease.dwelling_id], besides=lease.pk)
        )
        if clash:
            raise RuleBroken("lease.overlaps", other=clash[lease.number])
    lease.version += 1
    with signed(by):
        lease.save(update_fields=[*changes, "version"])
        keep_protection(today, lease_ids=[lease.pk])
    return lease


# --- Parties ----------------------------------------------------------------------------------


@transaction.atomic
def add_party(
    lease_id: int,
    person_id: int,
    *,
    from_on: datetime.date,
    by: Any,
    today: datetime.date,
    role: str = PartyRole.TENANT,
) -> LeaseParty:
    """Somebody comes to answer for a lease. Raises `RuleBroken` "lease.party_twice" or
    "party.days" (before the lease)."""
    lease = _locked(lease_id)
    if from_on < lease.starts_on:
        raise RuleBroken("party.days", starts_on=lease.starts_on)
    same = LeaseParty.objects.filter(lease=lease, person=person_id)
    if any(party.to_on is None or party.to_on >= from_on for party in same):
        raise RuleBroken("lease.party_twice")
    position = LeaseParty.objects.filter(lease=lease, role=role).count() + 1
    party = LeaseParty.objects.create(
        lease=lease, person_id=person_id, role=role, position=position, from_on=from_on
    )
    with signed(by):
        keep_protection(today, lease_ids=[lease.pk])
    return party


@transaction.atomic
def end_party(party_id: int, *, to_on: datetime.date, by: Any, today: datetime.date) -> LeaseParty:
    """Somebody's last day as a party. The last tenant does not leave the lease: the lease ends.

    Raises `RuleBroken` "party.days" or "lease.no_tenant".
    """
    party = LeaseParty.objects.select_for_update(of=("self",)).get(pk=party_id)
    lease = _locked(party.lease_id)
    if to_on < party.from_on:
        raise RuleBroken("party.days", starts_on=party.from_on)
    others = LeaseParty.objects.filter(lease=lease, role=PartyRole.TENANT, to_on__isnull=True)
    if party.role == PartyRole.TENANT and not others.exclude(pk=party.pk).exists():
        raise RuleBroken("lease.no_tenant")
    party.to_on = to_on
    with signed(by):
        party.save(update_fields=["to_on"])
        keep_protection(today, lease_ids=[lease.pk])
    return party


# --- Rent -------------------------------------------------------------------------------------


def rent_faults(rows: Sequence[NewRent]) -> list[Fault]:
    """Rents below zero, or from before the lease."""
    starts = dict(
        Lease.objects.filter(pk__in={row.lease_id for row in rows}).values_list("pk", "starts_on")
    )
    return [
        Fault(place, "valid_from", RuleBroken("lease.rent_before_start"))
        if row.valid_from < starts[row.lease_id]
        else Fault(place, "rent", RuleBroken("lease.rent_negative"))
        for place, row in enumerate(rows)
        if row.valid_from < starts[row.lease_id] or row.amount_ore < 0
    ]


@transaction.atomic
def set_rents(rows: Sequence[NewRent], *, by: Any) -> int:
    """What a month costs from a day on. Months that are charged already stay as they are.

    Raises `RuleBroken` "lease.rent_before_start" or "lease.rent_negative".
    """
    raise_first(rent_faults(rows))
    with signed(by):
        # A lease that gets its first rent is as good as new to the night.
        priced = {row.lease_id for row in rows}
        Lease.objects.filter(pk__in=priced, rent_terms=None).update(changed_at=Now())
        RentTerm.objects.bulk_create(
            [
                RentTerm(
                    lease_id=row.lease_id,
                    kind=row.kind,
                    valid_from=row.valid_from,
                    amount_ore=row.amount_ore,
                )
                for row in rows
            ],
            update_conflicts=True,
            unique_fields=["lease", "kind", "valid_from"],
            update_fields=["amount_ore"],
            batch_size=2_000,
        )
    return len(rows)
