"""Who is away from home, or dead, and what follows of it on their cases."""

import datetime
from typing import Any

from django.db import transaction

from arrears.services.visits import recount_visits
from tenants.models import Absence
from tenants.services import absences as tenants


@transaction.atomic
def note_absence(
    person_id: int, away: tenants.AwayFromHome, *, by: Any, on: datetime.date
) -> Absence:
    """Somebody is, or was, away: home visits in those days do not count. `on` is today.

    Raises what `tenants.services.absences.note_absence` raises.
    """
    row = tenants.note_absence(person_id, away, by=by)
    recount_visits(person_id, by=by, on=on)
    return row


@transaction.atomic
def change_absence(
    absence_id: int, away: tenants.AwayFromHome, *, version: int, by: Any, on: datetime.date
) -> Absence:
    """Other days, or another way to reach them; visits are counted anew."""
    row = tenants.change_absence(absence_id, away, version=version, by=by)
    recount_visits(row.person_id, by=by, on=on)
    return row


@transaction.atomic
def withdraw_absence(
    absence_id: int, reason: str, *, version: int, by: Any, on: datetime.date
) -> Absence:
    """They were not away after all: visits in those days count."""
    row = tenants.withdraw_absence(absence_id, reason, version=version, by=by)
    recount_visits(row.person_id, by=by, on=on)
    return row
