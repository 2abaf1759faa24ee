"""The kept counters: what each is called, what it counts, and who sees which part of it.

`arrears.services.figures` keeps them. Every count is of the rows that the list behind it shows.
"""

import datetime
from typing import Any

from django.db.models import Max, Sum

from arrears.models import Figure

DAY = "day"
"""The day the figures were counted for, as its ordinal. Not summed: the latest."""
UNASSIGNED = "unassigned"
"""Open flags without an owner."""
RESOLVED = "resolved"
"""Flags resolved on the day of the figures."""
OVERDUE_ORE = "overdue_ore"
"""Øre of open charges due before the day."""
OVERDUE_LEASES = "overdue_leases"
"""Leases with such a charge."""
RUNNING_LEASES = "running_leases"
FIXED_TERM_LEASES = "fixed_term_leases"
"""Running leases with a term agreed."""
SHORT_LEASES = "short_leases"
"""Those of them whose term is shorter than three years (husll. § 9-3)."""
VACANT_DWELLINGS = "vacant_dwellings"

BUCKETS: tuple[tuple[str, int, int | None], ...] = (
    ("0-14", 0, 14),
    ("15-30", 15, 30),
    ("31-60", 31, 60),
    ("61-90", 61, 90),
    ("91", 91, None),
)
"""Days past due: name, from, to (inclusive; None: no end). A charge due yesterday is 1 day old."""

MONTHS_AHEAD = 12
"""Contracts that run out are counted by month, the current one first."""


def flags_open(kind: str, level: int) -> str:
    """Open flags of one kind at one level."""
    return f"flags:{kind}:{level}"


def flags_new(kind: str) -> str:
    """Open flags of one kind raised on the day of the figures."""
    return f"new:{kind}"


def overdue_ore(bucket: str) -> str:
    """Øre of open charges of this age."""
    return f"overdue_ore:{bucket}"


def overdue_leases(bucket: str) -> str:
    """Leases with an open charge of this age; a lease may be in several."""
    return f"overdue_leases:{bucket}"


def running_out(month: datetime.date) -> str:
    """Running leases whose agreed term ends in this month."""
    return f"running_out:{month:%Y-%m}"


def figures_for(user: Any, office_id: int | None = None) -> dict[str, int]:
    """What this user may count, by name: one office, or all they work for. One query.

    A count over every office tells nobody's address, so there the protected leases are in it for
    all. For one office, or for somebody bound to offices, only those who are cleared get them.
    """
    access = user.access
    kept = Figure.objects.all()
    if access.office_ids is not None:
        kept = kept.filter(office_id__in=access.office_ids)
    if office_id is not None:
        kept = kept.filter(office_id=office_id)
    if not access.is_cleared and (office_id is not None or access.office_ids is not None):
        kept = kept.filter(is_protected=False)
    found = kept.values_list("name").annotate(total=Sum("value"), latest=Max("value"))
    return {name: int(latest if name == DAY else total) for name, total, latest in found}
