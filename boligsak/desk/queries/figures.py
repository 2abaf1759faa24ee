"""The kept counters under the names the pages know them by, and the sums pages show."""

import datetime
from collections.abc import Iterable, Mapping

from arrears.queries.worklist import NOBODY, Choice
from arrears.rules.flags import FlagKind

Figures = Mapping[str, int]
LEVELS = (1, 2, 3, 4)
ALL_KINDS = frozenset(str(kind) for kind in FlagKind)

OPEN_FLAGS = "flags.open"
UNASSIGNED = "flags.unassigned"
RESOLVED = "flags.resolved"
OVERDUE_ORE = "overdue.ore"
OVERDUE_LEASES = "overdue.leases"
RUNNING_LEASES = "leases.running"
FIXED_TERM_LEASES = "leases.fixed"
SHORT_LEASES = "leases.short"
VACANT_DWELLINGS = "dwellings.vacant"

AGES: tuple[tuple[str, int, int | None], ...] = (
    ("0_14", 0, 14),
    ("15_30", 15, 30),
    ("31_60", 31, 60),
    ("61_90", 61, 90),
    ("91", 91, None),
)
"""Days since the due day: the counter's name for them, from, to (inclusive; None: no end)."""


def new_flags(kind: str) -> str:
    """Open flags of a kind that the last night raised."""
    return f"new.{kind}"


def ore_of_age(age: str) -> str:
    """Øre of open charges of this age."""
    return f"arrears.ore.{age}"


def running_out(month: datetime.date) -> str:
    """Running leases whose agreed term ends in this month."""
    return f"expiring.{month:%Y-%m}"


def open_flags(figures: Figures, kinds: Iterable[str] = ALL_KINDS, least_level: int = 1) -> int:
    """Open flags of these kinds at this level or higher."""
    return sum(
        figures.get(f"flags.{kind}.{level}", 0)
        for kind in kinds
        for level in LEVELS
        if level >= least_level
    )


def kept_count(choice: Choice, figures: Figures) -> int | None:
    """How many flags this choice has, when the counters say just that; None: it must be counted.

    `figures` are those of the choice's office, or of all the reader's.
    """
    if choice.raised_from is not None or choice.due_by is not None:
        return None
    is_narrow = bool(choice.kinds) or choice.least_level > 1
    if choice.owner == NOBODY and not is_narrow:
        return figures.get(UNASSIGNED)
    if choice.owner is not None or OPEN_FLAGS not in figures:
        return None
    return open_flags(figures, choice.kinds or ALL_KINDS, choice.least_level)
