"""Who is away from home, or dead, and what follows of it on their cases.

The cases are locked first, as everywhere; then the person.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from arrears.models import Case
from arrears.services.cases.base import note_act, touched
from arrears.services.next_steps import propose
from arrears.services.visits import recount_visits
from tenants.models import Absence, Person
from tenants.services import absences as tenants


@transaction.atomic
def note_absence(
    person_id: int, away: tenants.AwayFromHome, *, by: Any, on: datetime.date
) -> Absence:
    """Somebody is, or was, away: home visits in those days do not count. `on` is today.

    Raises what `tenants.services.absences.note_absence` raises.
    """
    cases = _lock_cases(person_id)
    row = tenants.note_absence(person_id, away, by=by)
    facts = {"on": away.from_on.isoformat(), "absence": row.pk}
    _follow(cases, "tenant_away", person_id, facts, by=by, on=on, is_social=True)
    return row


@transaction.atomic
def change_absence(
    absence_id: int, away: tenants.AwayFromHome, *, version: int, by: Any, on: datetime.date
) -> Absence:
    """Other days, or another way to reach them; visits are counted anew."""
    cases = _lock_cases(_person_of(absence_id))
    row = tenants.change_absence(absence_id, away, version=version, by=by)
    facts = {"on": away.from_on.isoformat(), "absence": row.pk}
    _follow(cases, "tenant_away_changed", row.person_id, facts, by=by, on=on, is_social=True)
    return row


@transaction.atomic
def withdraw_absence(
    absence_id: int, reason: str, *, version: int, by: Any, on: datetime.date
) -> Absence:
    """They were not away after all: visits in those days count."""
    cases = _lock_cases(_person_of(absence_id))
    row = tenants.withdraw_absence(absence_id, reason, version=version, by=by)
    facts = {"on": row.from_on.isoformat(), "absence": row.pk}
    _follow(cases, "tenant_away_withdrawn", row.person_id, facts, by=by, on=on, is_social=True)
    return row


@transaction.atomic
def note_death(
    person_id: int,
    died_on: datetime.date,
    estate: dict[str, str],
    *,
    version: int,
    by: Any,
    on: datetime.date,
) -> Person:
    """Somebody has died: what is to be done next on their cases is to reach the estate.

    Raises what `tenants.services.absences.note_death` raises.
    """
    cases = _lock_cases(person_id)
    was_known = Person.objects.filter(pk=person_id, died_on=died_on).exists()
    person = tenants.note_death(person_id, died_on, estate, version=version, by=by, on=on)
    what = "estate_noted" if was_known else "tenant_died"
    _follow(cases, what, person_id, {"on": died_on.isoformat()}, by=by, on=on)
    return person


def _lock_cases(person_id: int) -> list[Case]:
    """The open cases on the person's tenancies, whoever may open them."""
    ids = Case.objects.open().filter(
        lease__parties__person_id=person_id, lease__parties__role="tenant"
    )
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=ids.values("pk"))
    return list(rows.order_by("pk"))


def _person_of(absence_id: int) -> int:
    return Absence.objects.values_list("person_id", flat=True).get(pk=absence_id)


def _follow(
    cases: list[Case],
    what: str,
    person_id: int,
    facts: Mapping[str, Any],
    *,
    by: Any,
    on: datetime.date,
    is_social: bool = False,
) -> None:
    """Writes it on the cases, counts home visits anew, and asks what is to be done next."""
    for case in cases:
        note_act(case, what, by=by, on=on, facts=facts, is_social=is_social)
        touched(case)
    recount_visits(person_id, by=by, on=on)
    if cases:
        propose(on, [case.pk for case in cases])
