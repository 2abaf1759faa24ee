"""What jobs are called, and how long one took."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.jobs.models import JobRun
from boligsak.show import NOTHING

JOBS: dict[str, Promise] = {
    "night": gettext_lazy("The night"),
    "charges": gettext_lazy("Charging the rent"),
    "inbox": gettext_lazy("Importing the inbox"),
    "costs": gettext_lazy("Correcting fees and interest"),
    "import_payments": gettext_lazy("Payment import"),
    "import_portfolio": gettext_lazy("First load of the register"),
    "flags": gettext_lazy("Bringing flags up to date"),
    "figures": gettext_lazy("Counting the figures"),
    "check": gettext_lazy("Checking the ledger"),
    "housekeeping": gettext_lazy("Housekeeping"),
    "bulk_renewal": gettext_lazy("Renewing many contracts"),
    "bulk_indexation": gettext_lazy("Indexing many rents"),
    "rebuild": gettext_lazy("Rebuilding state and flags"),
}


def job(name: str) -> str:
    """What people call a job; its own name when it is not in the table."""
    return str(JOBS.get(name, name))


def took(row: JobRun) -> str:
    """How long a run took: seconds, or minutes and seconds."""
    if row.started_at is None or row.ended_at is None:
        return NOTHING
    seconds = (row.ended_at - row.started_at).total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s".replace(".", ",")
    return f"{int(seconds // 60)} min {int(seconds % 60)} s"


def flat(counts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Counts as (name, value), those inside others under both names."""
    for name, value in counts.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}: ")
        elif isinstance(value, list):
            yield f"{before}{name}", len(value)
        else:
            yield f"{before}{name}", value
