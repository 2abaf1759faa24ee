"""Movings out and changes of parties, as pages and lists ask for them."""

import datetime
from typing import Any

from tenants.models import (
    HouseholdMember,
    Lease,
    LeaseParty,
    MemberRole,
    MoveOut,
    PartyChange,
    PartyChangeKind,
    PartyRole,
)
from tenants.rules.clocks import Clock

MEMBER_ANSWER = "member_answer"
"""The code of the clock: § 7-6's month to answer."""

People = list[tuple[int, str]]


def of_lease(lease_id: int) -> MoveOut | None:
    """The moving out there is, or was and came to nothing."""
    rows = MoveOut.objects.filter(lease=lease_id)
    return rows.select_related("lease__dwelling", "lease__office", "document", "by").first()


def changes_of(lease_id: int) -> list[PartyChange]:
    """Every change of the parties, the newest first."""
    rows = PartyChange.objects.filter(lease=lease_id)
    return list(
        rows.select_related("lease", "person_out", "person_in", "by").order_by("-on", "-pk")
    )


def tenants_of(lease: Lease, day: datetime.date) -> People:
    """(id, name) of the tenants on `day`, and of those who come later, as lists name them."""
    rows = LeaseParty.objects.filter(lease=lease, role=PartyRole.TENANT).exclude(to_on__lt=day)
    return [(one.person_id, str(one.person)) for one in _named(rows)]


def members_of(lease: Lease, day: datetime.date) -> People:
    """(id, name) of the grown members of the household who are not tenants on `day`."""
    tenants = LeaseParty.objects.filter(lease=lease, role=PartyRole.TENANT).exclude(to_on__lt=day)
    rows = HouseholdMember.objects.filter(
        household=lease.household_id, role=MemberRole.ADULT, person__died_on__isnull=True
    ).exclude(to_on__lt=day)
    rows = rows.exclude(person__in=tenants.values("person"))
    return [(one.person_id, str(one.person)) for one in rows.select_related("person")]


def _named(rows: Any) -> Any:
    return rows.select_related("person").order_by("position", "pk")


# --- Deadlines ----------------------------------------------------------------------------------


def deadlines(user: Any, first: datetime.date, last: datetime.date) -> list[Clock]:
    """The days from `first` to `last` by which a new member of a household is answered about."""
    rows = PartyChange.objects.filter(
        answer_by__range=(first, last),
        kind=PartyChangeKind.NEW_MEMBER,
        answer="",
        lease__in=Lease.objects.visible_to(user),
    )
    return [
        Clock(
            row.answer_by,  # type: ignore[arg-type]
            MEMBER_ANSWER,
            row.lease.number,
            row.lease.office_id,
            row.lease.is_protected,
            lease_id=row.lease_id,
        )
        for row in rows.select_related("lease").order_by("answer_by", "pk")
    ]
