"""leases.csv into the register: leases with their parties and their rent."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from django.db import transaction

from tenants.models import Dwelling, Lease, LeaseParty, PartyRole, RentTerm
from tenants.rules import identity
from tenants.rules.portfolio import LEASE_COLUMNS, LeaseRow
from tenants.rules.semicolon_file import SemicolonFile
from tenants.services.leases import NewLease, lease_faults, register_leases
from tenants.services.people import people_with
from tenants.services.portfolio.loaded import (
    NOTHING,
    Loaded,
    broken_rows,
    differing,
    over,
    refuse_faulty,
    unique_rows,
)
from tenants.services.portfolio.people import households_there

LEASES = "leases.csv"


@transaction.atomic
def load_leases(
    stream: BinaryIO,
    *,
    dwellings: Loaded = NOTHING,
    people: Loaded = NOTHING,
    by: Any,
    today: datetime.date,
) -> Loaded:
    """leases.csv, with what came of the other two files in the same load."""
    file = SemicolonFile(LEASES, stream, LEASE_COLUMNS)
    rows = unique_rows(file, LeaseRow._make)
    broken = broken_rows(file, LeaseRow._make)
    loaded = Loaded()
    lookup = _Lookup([row for _, row in (*rows, *broken)], dwellings, people)
    for line, row in broken:
        lookup.is_whole(file, line, row)
    there = {
        lease.number: lease
        for lease in Lease.objects.filter(number__in=[row.lease for _, row in rows])
    }
    standing = _Standing([lease.pk for lease in there.values()])
    new: list[tuple[int, LeaseRow]] = []
    drafts: list[NewLease] = []
    for line, row in rows:
        draft = lookup.draft(file, line, row)
        if draft is None:
            file.refused_keys.add(row.lease)
        elif row.lease in there:
            column = differing(standing.pairs(there[row.lease], draft))
            if column:
                file.refuse(line, column, "portfolio.exists_otherwise")
                file.refused_keys.add(row.lease)
            else:
                loaded.there += 1
                loaded.ids[row.lease] = there[row.lease].pk
        else:
            new.append((line, row))
            drafts.append(draft)
    bad = refuse_faulty(file, new, lease_faults(drafts))
    good = [draft for place, draft in enumerate(drafts) if place not in bad]
    for lease in register_leases(good, by=by, today=today):
        loaded.ids[lease.number] = lease.pk
        loaded.new_ids.append(lease.pk)
    return over(loaded, file)


class _Lookup:
    """What a row of leases.csv points at, in the same load or in the register."""

    def __init__(self, rows: Sequence[LeaseRow], dwellings: Loaded, people: Loaded) -> None:
        self.refused_dwellings = dwellings.refused_keys
        self.refused_people = people.refused_keys
        self.has_refused_people = bool(people.refusals)
        self.dwellings = dict(
            Dwelling.objects.filter(number__in={row.dwelling for row in rows}).values_list(
                "number", "pk"
            )
        )
        self.households = households_there({row.household for row in rows if row.household})
        self.people = dict(people.ids)
        named = {name for row in rows for name in _named(row)}
        numbers = {name: identity.compact(name) for name in named - set(self.people)}
        known = people_with({number for number in numbers.values() if len(number) == 11})
        self.people.update(
            (name, known[number]) for name, number in numbers.items() if number in known
        )

    def is_whole(self, file: SemicolonFile, line: int, row: LeaseRow) -> bool:
        """Whether all that the row points at is there. What is not is refused, unless that follows
        from another row's fault; a cell that could not be read (None) points at nothing."""
        is_whole = row.dwelling in self.dwellings
        if not is_whole and row.dwelling and row.dwelling not in self.refused_dwellings:
            file.refuse(line, "dwelling", "portfolio.unknown_dwelling", number=row.dwelling)
        if row.household and row.household not in self.households:
            is_whole = False
            if not self.has_refused_people:
                file.refuse(line, "household", "portfolio.unknown_household", number=row.household)
        for place, name in enumerate(_named(row)):
            if name in self.people:
                continue
            is_whole = False
            if name not in self.refused_people:
                column = "tenants" if place < len(row.tenants or ()) else "guarantors"
                file.refuse(line, column, "portfolio.unknown_person")
        return is_whole

    def draft(self, file: SemicolonFile, line: int, row: LeaseRow) -> NewLease | None:
        """The lease to be, or None: something it needs is not there."""
        if not self.is_whole(file, line, row):
            return None
        rents = {"rent": row.rent, "utilities": row.utilities}
        return NewLease(
            number=row.lease,
            kind=row.kind,
            dwelling_id=self.dwellings[row.dwelling],
            household_id=self.households.get(row.household),
            tenants=[self.people[name] for name in row.tenants],
            guarantors=[self.people[name] for name in row.guarantors],
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            moved_out_on=row.moved_out_on,
            signed_on=row.signed_on,
            has_clause_a=row.clause_a,
            has_clause_b=row.clause_b,
            purpose_told_on=row.purpose_told_on,
            move_requested_on=row.move_requested_on,
            kid=row.kid,
            rents={kind: ore for kind, ore in rents.items() if ore is not None},
            rent_from=row.rent_from,
        )


def _named(row: LeaseRow) -> tuple[str, ...]:
    return (*(row.tenants or ()), *(row.guarantors or ()))


class _Standing:
    """Parties and rents of leases that are there, to be compared with a file's."""

    def __init__(self, lease_ids: Sequence[int]) -> None:
        self.parties: dict[tuple[int, str], list[int]] = {}
        for lease_id, role, person_id in (
            LeaseParty.objects.filter(lease__in=lease_ids)
            .order_by("position", "pk")
            .values_list("lease_id", "role", "person_id")
        ):
            self.parties.setdefault((lease_id, role), []).append(person_id)
        self.rents = {
            (lease_id, kind, valid_from): ore
            for lease_id, kind, valid_from, ore in RentTerm.objects.filter(
                lease__in=lease_ids
            ).values_list("lease_id", "kind", "valid_from", "amount_ore")
        }

    def pairs(self, there: Lease, draft: NewLease) -> Iterable[tuple[str, Any, Any]]:
        yield "dwelling", there.dwelling_id, draft.dwelling_id
        yield "household", there.household_id, draft.household_id
        yield "kid", there.kid, draft.kid or None
        yield "clause_a", there.has_clause_a, draft.has_clause_a
        yield "clause_b", there.has_clause_b, draft.has_clause_b
        for name in (
            "kind",
            "starts_on",
            "ends_on",
            "moved_out_on",
            "signed_on",
            "purpose_told_on",
            "move_requested_on",
        ):
            yield name, getattr(there, name), getattr(draft, name)
        for column, role, people in (
            ("tenants", PartyRole.TENANT, draft.tenants),
            ("guarantors", PartyRole.GUARANTOR, draft.guarantors),
        ):
            yield column, self.parties.get((there.pk, role), []), list(people)
        valid_from = draft.rent_from or draft.starts_on
        for kind, ore in draft.rents.items():
            yield kind, self.rents.get((there.pk, kind, valid_from)), ore
