"""What every step on a case has in common: the lock, who may take it, and that it is noted.

Locks are taken in one order everywhere: the case, then the lease's account, then the rest.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from arrears.models import Case, CaseAct, CaseStatus
from arrears.queries.case_access import sight
from boligsak.rule import RuleBroken


def at_work(
    case_id: int, *, by: Any, version: int | None = None, must_be_open: bool = True
) -> Case:
    """The case, locked until the transaction ends, with its lease and office.

    `version` is the one the form was opened on; None skips the comparison (a night's own work, or
    an act that no other can spoil). `by` None is the night, which sees everything. Raises
    `RuleBroken`: "case.not_visible" (also for who is disqualified), "case.masked" (number: no
    basis for sharing it with this user's party, or a protected address), "case.closed" (number),
    "case.changed" (number, version).
    """
    rows = Case.objects.select_for_update(of=("self",)).select_related("lease", "office")
    if by is not None and not Case.objects.visible_to(by).filter(pk=case_id).exists():
        raise RuleBroken("case.not_visible")
    case = rows.get(pk=case_id)
    # Once more under the lock: somebody may have been shut out while this one waited.
    if by is not None and not Case.objects.visible_to(by).filter(pk=case_id).exists():
        raise RuleBroken("case.not_visible")
    if by is not None and sight(case, by).is_masked:
        raise RuleBroken("case.masked", number=case.number)
    if version is not None and version != case.version:
        raise RuleBroken("case.changed", number=case.number, version=case.version)
    if must_be_open and case.status != CaseStatus.OPEN:
        raise RuleBroken("case.closed", number=case.number)
    return case


def touched(case: Case) -> None:
    """Another version of the case from here on: whoever opened a form before is told."""
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1, changed_at=Now())
    case.version += 1


def note_act(
    case: Case,
    what: str,
    *,
    by: Any,
    on: datetime.date,
    facts: Mapping[str, Any] | None = None,
    note: str = "",
    is_social: bool = False,
    minutes: int | None = None,
) -> CaseAct:
    """Writes down what was done to the case itself. `facts` are JSON values: codes, ids, days."""
    return CaseAct.objects.create(
        case=case,
        what=what,
        on=on,
        facts=dict(facts or {}),
        note=note,
        is_social=is_social,
        minutes=minutes,
        by=by,
    )


def note_first_contact(case: Case, on: datetime.date) -> None:
    """Keeps the day of the earliest attempt to reach the tenant, for the figures."""
    if case.first_contact_on is None or on < case.first_contact_on:
        case.first_contact_on = on
        case.save(update_fields=["first_contact_on"])
