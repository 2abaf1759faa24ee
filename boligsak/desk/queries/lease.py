"""One lease: who is in it, its flags and everything that happened to them."""

import datetime
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Q

from arrears.models import Flag
from arrears.models.flags import FlagChange
from boligsak.dates import add_months
from tenants.models import HouseholdMember, Lease, LeaseParty

ADULT_AGE_MONTHS = 18 * 12


class PartyRow(NamedTuple):
    """A party to the lease. `is_now`: on the day asked for, or on the tenancy's last day."""

    person_id: int
    given_name: str
    family_name: str
    role: str
    from_on: datetime.date
    to_on: datetime.date | None
    phone: str
    email: str
    protection: int
    safety_note: str
    needs_interpreter: str
    died_on: datetime.date | None
    is_now: bool

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class MemberRow(NamedTuple):
    """Somebody who lives there. `is_child`: under 18, or entered as a child without a birthday."""

    person_id: int
    given_name: str
    family_name: str
    born_on: datetime.date | None
    role: str
    is_child: bool

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class FlagRow(NamedTuple):
    id: int
    lease_id: int
    kind: str
    level: int
    anchor_on: datetime.date
    facts: dict[str, Any]
    raised_on: datetime.date
    changed_on: datetime.date
    resolved_on: datetime.date | None
    version: int
    owner: str


class ChangeRow(NamedTuple):
    """Something that happened to a flag. `owner`: to whom it was given; `by`: by which hand."""

    flag_id: int
    kind: str
    what: str
    on: datetime.date
    from_level: int | None
    to_level: int | None
    facts: dict[str, Any]
    owner: str
    by: str
    entered_at: datetime.datetime


def one(user: Any, pk: int) -> Lease:
    """The lease with its dwelling, office and account. Raises `Lease.DoesNotExist` when there is
    none that this user may see the row of."""
    return (
        Lease.objects.visible_to(user)
        .select_related("dwelling__building", "office", "account")
        .get(pk=pk)
    )


def is_masked(lease: Lease, user: Any) -> bool:
    """Whether this user sees the lease's number, money and flags only."""
    return lease.is_protected and not user.access.is_cleared


def parties(lease: Lease, day: datetime.date) -> list[PartyRow]:
    """Everybody who is or was a party: those of today first, then by the order of the contract."""
    moved_out_on = lease.moved_out_on
    on = min(day, moved_out_on) if moved_out_on else max(day, lease.starts_on)
    found = (
        LeaseParty.objects.filter(lease=lease)
        .order_by("position", "from_on", "id")
        .values_list(
            "person_id",
            "person__given_name",
            "person__family_name",
            "role",
            "from_on",
            "to_on",
            "person__phone",
            "person__email",
            "person__protection",
            "person__safety_note",
            "person__needs_interpreter",
            "person__died_on",
        )
    )
    rows = [
        PartyRow(*row, is_now=row[4] <= on and (row[5] is None or row[5] >= on)) for row in found
    ]
    return sorted(rows, key=lambda row: not row.is_now)


def members(household_id: int | None, day: datetime.date) -> list[MemberRow]:
    """Who lives in the household on `day`: adults first, children by age."""
    found = (
        HouseholdMember.objects.filter(household_id=household_id, from_on__lte=day)
        .filter(Q(to_on__isnull=True) | Q(to_on__gte=day))
        .order_by("person__born_on", "id")
        .values_list(
            "person_id",
            "person__given_name",
            "person__family_name",
            "person__born_on",
            "role",
        )
    )
    rows = [MemberRow(*row, is_child=is_child(row[3], row[4], day)) for row in found]
    return sorted(rows, key=lambda row: row.is_child)


def is_child(born_on: datetime.date | None, role: str, day: datetime.date) -> bool:
    """Under eighteen on `day`; without a known birthday what the household says."""
    if born_on is None:
        return role == "child"
    return add_months(born_on, ADULT_AGE_MONTHS) > day


@dataclass(frozen=True, slots=True)
class Flags:
    """The flags of one or more leases, gravest first, and what happened to each, oldest first."""

    open: list[FlagRow] = field(default_factory=list)
    resolved: list[FlagRow] = field(default_factory=list)
    changes: list[ChangeRow] = field(default_factory=list)

    def history(self, flag_id: int) -> list[ChangeRow]:
        return [change for change in self.changes if change.flag_id == flag_id]


# A flag that rises and falls with a bad payer for ten years is read newest first, not to the end.
MOST_CHANGES = 300


def flags(lease_ids: list[int]) -> Flags:
    """Two queries, whatever the number of leases. Who may see the leases was asked before."""
    rows = [
        FlagRow(*row[:-3], _name(row[-3:]))
        for row in Flag.objects.filter(lease_id__in=lease_ids)
        .order_by("-level", "anchor_on", "id")
        .values_list(
            "id",
            "lease_id",
            "kind",
            "level",
            "anchor_on",
            "facts",
            "raised_on",
            "changed_on",
            "resolved_on",
            "version",
            "owner__first_name",
            "owner__last_name",
            "owner__username",
        )
    ]
    changes = [
        ChangeRow(*row[:7], _name(row[7:10]), _name(row[10:13]), row[13])
        for row in FlagChange.objects.filter(flag__lease_id__in=lease_ids)
        .order_by("-on", "-id")
        .values_list(
            "flag_id",
            "flag__kind",
            "what",
            "on",
            "from_level",
            "to_level",
            "facts",
            "owner__first_name",
            "owner__last_name",
            "owner__username",
            "by__first_name",
            "by__last_name",
            "by__username",
            "entered_at",
        )[:MOST_CHANGES]
    ]
    return Flags(
        open=[row for row in rows if row.resolved_on is None],
        resolved=[row for row in rows if row.resolved_on is not None],
        changes=changes[::-1],
    )


def _name(parts: tuple[str | None, ...]) -> str:
    """A user's name from given name, family name and user name; empty for nobody."""
    given, family, username = parts
    return f"{given or ''} {family or ''}".strip() or username or ""
