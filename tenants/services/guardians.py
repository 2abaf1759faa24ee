"""Guardians (verger) with their mandates: appointing and changing them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from boligsak.rule import RuleBroken
from tenants.models import Guardianship
from tenants.rules.faults import Fault, raise_first
from tenants.services.history import signed

CHANGEABLE = frozenset(
    {"guardian_name", "phone", "email", "post_address", "mandate", "from_on", "to_on"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGuardian:
    """A guardian (verge) for one person, with a mandate and dates, both inclusive. `post_address`
    is the guardian's own, parted by commas or line breaks."""

    person_id: int
    guardian_name: str
    mandate: str
    from_on: datetime.date
    to_on: datetime.date | None = None
    phone: str = ""
    email: str = ""
    post_address: str = ""


def guardian_faults(rows: Sequence[NewGuardian]) -> list[Fault]:
    return [
        Fault(place, "guardian_to", RuleBroken("guardian.days"))
        for place, row in enumerate(rows)
        if row.to_on is not None and row.to_on < row.from_on
    ]


@transaction.atomic
def appoint_guardians(rows: Sequence[NewGuardian]) -> list[Guardianship]:
    """Guardians with their mandates. Raises `RuleBroken("guardian.days")`."""
    raise_first(guardian_faults(rows))
    return Guardianship.objects.bulk_create(
        [
            Guardianship(
                person_id=row.person_id,
                guardian_name=row.guardian_name,
                phone=row.phone,
                email=row.email,
                post_address=row.post_address,
                mandate=row.mandate,
                from_on=row.from_on,
                to_on=row.to_on,
            )
            for row in rows
        ],
        batch_size=2_000,
    )


@transaction.atomic
def change_guardian(guardianship_id: int, *, version: int, by: Any, **changes: Any) -> Guardianship:
    """What is known now of a guardian: where they get letters, or the last day of the mandate.

    Raises `RuleBroken` "version.changed" (version) or "guardian.days".
    """
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"a guardian has no {sorted(unknown)} to change")
    row = Guardianship.objects.select_for_update(of=("self",)).get(pk=guardianship_id)
    if row.version != version:
        raise RuleBroken("version.changed", version=row.version)
    for field, value in changes.items():
        setattr(row, field, value)
    if row.to_on is not None and row.to_on < row.from_on:
        raise RuleBroken("guardian.days")
    row.version += 1
    with signed(by):
        row.save(update_fields=[*changes, "version"])
    return row
