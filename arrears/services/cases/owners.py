"""Who can have a case: what the rule asks about a user, on the day they are to have it."""

from __future__ import annotations

import datetime
from typing import Any

from arrears.models import Case, Disqualification
from arrears.rules.cases import Worker, check_owner
from boligsak.accounts.grants import CASEWORKER, COORDINATOR

WORKERS = (CASEWORKER, COORDINATOR)


def worker(user: Any, on: datetime.date, case: Case | None = None) -> Worker:
    """The user as the rule sees them that day; `case`: the one they may be disqualified from."""
    rows = user.role_assignments.filter(role__in=WORKERS, valid_from__lte=on)
    rows = rows.exclude(valid_to__lt=on).values_list("office_id", flat=True)
    return Worker(
        user_id=user.pk,
        offices=frozenset(rows),
        is_cleared=user.access_on(on).is_cleared,
        is_active=user.is_active,
        is_disqualified=case is not None and is_disqualified(case.pk, user.pk),
    )


def is_disqualified(case_id: int, user_id: int) -> bool:
    """Whether this user must not work on the case (forvaltningsloven § 6)."""
    rows = Disqualification.objects.filter(case_id=case_id, user_id=user_id)
    return rows.filter(lifted_on__isnull=True).exists()


def check_owner_of(
    user: Any,
    office_id: int,
    is_protected: bool,
    on: datetime.date,
    case: Case | None = None,
) -> None:
    """Raises `RuleBroken` as `arrears.rules.cases.check_owner` does, with who: their name."""
    check_owner(worker(user, on, case), office_id, is_protected=is_protected, who=str(user))
