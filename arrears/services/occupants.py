"""Adults in the dwelling who are no party to the lease: they must be heard before an eviction."""

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case, Occupant
from arrears.rules.occupants import check_days
from arrears.services.cases.base import at_work, note_act, touched
from boligsak.rule import RuleBroken
from tenants.services.history import signed

ADDED, CHANGED = "occupant_added", "occupant_changed"
"""What they are called in the case's own history."""


@transaction.atomic
def add_occupant(
    case_id: int,
    *,
    seen_on: datetime.date,
    by: Any,
    on: datetime.date,
    name: str = "",
    about: str = "",
    heard_on: datetime.date | None = None,
) -> Occupant:
    """Somebody lives there (tvangsfullbyrdelsesloven § 13-6). The name may be unknown; then
    something else must tell one from another.

    Raises `RuleBroken` as `at_work` does, "occupant.nothing_known", or what `check_days` refuses.
    """
    case = at_work(case_id, by=by)
    row = Occupant(
        case=case, name=name.strip(), about=about.strip(), seen_on=seen_on, heard_on=heard_on, by=by
    )
    _check(row, on)
    row.save()
    _note(case, row, ADDED, by, on)
    touched(case)
    return row


@transaction.atomic
def change_occupant(
    occupant_id: int,
    *,
    name: str,
    about: str,
    seen_on: datetime.date,
    heard_on: datetime.date | None,
    left_on: datetime.date | None,
    by: Any,
    on: datetime.date,
    version: int,
) -> Occupant:
    """What is known of them now: a name, the day they were heard, the day they had left.

    Raises as `add_occupant` does, "case.not_visible", or "occupant.changed" (version).
    """
    case_id = Occupant.objects.filter(pk=occupant_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise RuleBroken("case.not_visible")
    case = at_work(case_id, by=by)
    row = Occupant.objects.select_for_update(of=("self",)).get(pk=occupant_id)
    if row.version != version:
        raise RuleBroken("occupant.changed", version=row.version)
    row.name, row.about, row.seen_on = name.strip(), about.strip(), seen_on
    row.heard_on, row.left_on = heard_on, left_on
    _check(row, on)
    row.version += 1
    with signed(by):
        row.save()
    _note(case, row, CHANGED, by, on)
    touched(case)
    return row


def _check(row: Occupant, on: datetime.date) -> None:
    if not row.name and not row.about:
        raise RuleBroken("occupant.nothing_known")
    check_days(row.seen_on, row.heard_on, row.left_on, on)


def _note(case: Case, row: Occupant, what: str, by: Any, on: datetime.date) -> None:
    days = {"seen_on": row.seen_on, "heard_on": row.heard_on, "left_on": row.left_on}
    facts: dict[str, Any] = {name: day.isoformat() for name, day in days.items() if day}
    note_act(case, what, by=by, on=on, facts=facts | {"occupant": row.pk})
