"""What jobs are called, what they count, why one was refused, and how long it took."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from boligsak.jobs.models import JobRun
from boligsak.show import NOTHING, kr, number

JOBS: dict[str, Promise] = {
    "night": gettext_lazy("The night"),
    "charges": gettext_lazy("Charging the rent"),
    "reductions": gettext_lazy("Rent reductions for defects"),
    "inbox": gettext_lazy("Importing the inbox"),
    "costs": gettext_lazy("Correcting fees and interest"),
    "plans": gettext_lazy("Checking repayment plans"),
    "flags": gettext_lazy("Bringing flags up to date"),
    "payers": gettext_lazy("Checking what others were to pay"),
    "promises": gettext_lazy("Checking promises to pay"),
    "next_steps": gettext_lazy("Proposing next steps"),
    "conditions": gettext_lazy("Checking conditions of new homes"),
    "offers": gettext_lazy("Ending offers and extensions"),
    "members": gettext_lazy("New household members without an answer"),
    "meetings": gettext_lazy("Planning meetings"),
    "agendas": gettext_lazy("Filling agendas"),
    "figures": gettext_lazy("Counting the figures"),
    "check": gettext_lazy("Checking the ledger"),
    "housekeeping": gettext_lazy("Housekeeping"),
    "import_payments": gettext_lazy("Payment import"),
    "import_portfolio": gettext_lazy("First load of the register"),
    "bulk_renewal": gettext_lazy("Renewing many contracts"),
    "bulk_indexation": gettext_lazy("Indexing many rents"),
    "bulk_letters": gettext_lazy("Letters to many"),
    "build_archive": gettext_lazy("Export to the archive"),
    "rebuild": gettext_lazy("Rebuilding state and flags"),
}

_ORDER = {name: place for place, name in enumerate(JOBS)}

COUNTS: dict[str, Promise] = {
    "accounts": pgettext_lazy("counted by a job", "accounts looked through"),
    "added": pgettext_lazy("counted by a job", "new"),
    "agreed": pgettext_lazy("counted by a job", "agreed to by silence"),
    "asked": pgettext_lazy("counted by a job", "payers asked"),
    "broken": pgettext_lazy("counted by a job", "broken"),
    "bytes": pgettext_lazy("counted by a job", "bytes"),
    "came": pgettext_lazy("counted by a job", "payments that came after all"),
    "card_changes": pgettext_lazy("counted by a job", "old notes of changes removed"),
    "cases": pgettext_lazy("counted by a job", "cases looked at"),
    "changed": pgettext_lazy("counted by a job", "flags changed"),
    "checked": pgettext_lazy("counted by a job", "leases checked"),
    "credited": pgettext_lazy("counted by a job", "charges reduced"),
    "documents": pgettext_lazy("counted by a job", "documents"),
    "dropped": pgettext_lazy("counted by a job", "questions dropped"),
    "ended": pgettext_lazy("counted by a job", "steps ended"),
    "extensions": pgettext_lazy("counted by a job", "extensions ended"),
    "files": pgettext_lazy("counted by a job", "files"),
    "files_swept": pgettext_lazy("counted by a job", "leftover files removed"),
    "imported": pgettext_lazy("counted by a job", "files imported"),
    "items": pgettext_lazy("counted by a job", "new items"),
    "kept": pgettext_lazy("counted by a job", "kept"),
    "late_leases": pgettext_lazy("counted by a job", "leases charged for earlier months"),
    "late_lines": pgettext_lazy("counted by a job", "charges for earlier months"),
    "leases": pgettext_lazy("counted by a job", "leases"),
    "lines": pgettext_lazy("counted by a job", "charges"),
    "looked": pgettext_lazy("counted by a job", "looked at"),
    "lost": pgettext_lazy("counted by a job", "lost"),
    "meetings": pgettext_lazy("counted by a job", "meetings"),
    "missing": pgettext_lazy("counted by a job", "payments that did not come"),
    "offers": pgettext_lazy("counted by a job", "offers that ran out"),
    "open": pgettext_lazy("counted by a job", "still open"),
    "opened": pgettext_lazy("counted by a job", "conditions open again"),
    "ore": pgettext_lazy("counted by a job", "amount"),
    "pasts": pgettext_lazy("counted by a job", "payment histories read"),
    "payments": pgettext_lazy("counted by a job", "payments"),
    "placed": pgettext_lazy("counted by a job", "booked on leases"),
    "proposed": pgettext_lazy("counted by a job", "steps proposed"),
    "raised": pgettext_lazy("counted by a job", "flags raised"),
    "read": pgettext_lazy("counted by a job", "patterns read"),
    "refused": pgettext_lazy("counted by a job", "refused"),
    "repeated": pgettext_lazy("counted by a job", "files imported before"),
    "resettled": pgettext_lazy("counted by a job", "accounts settled anew"),
    "resolved": pgettext_lazy("counted by a job", "flags resolved"),
    "restored": pgettext_lazy("counted by a job", "running again"),
    "sessions": pgettext_lazy("counted by a job", "old sessions removed"),
    "submissions": pgettext_lazy("counted by a job", "old forms forgotten"),
    "sum_ore": pgettext_lazy("counted by a job", "sum"),
    "taken_off_ore": pgettext_lazy("counted by a job", "taken off"),
    "there": pgettext_lazy("counted by a job", "there already"),
    "unplaced": pgettext_lazy("counted by a job", "matched no lease"),
    "written": pgettext_lazy("counted by a job", "figures written"),
    "wrong": pgettext_lazy("counted by a job", "wrong"),
}

# What a job remembers for its next time, and what another count says already.
_FOR_ITSELF = frozenset({"changes_until", "due", "refused_rows", "repeats"})

_ALONE = gettext_lazy("The same job was running already.")
REFUSALS: dict[str, Promise] = {
    "import_payments": gettext_lazy(
        "The file was not in order. Why, and in which line, stands with it among the payment files."
    ),
    "import_portfolio": gettext_lazy("The files were not in order. Nothing was stored."),
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


def refused(row: JobRun) -> str:
    """Why a run was refused: in words where there are some, else the refusal's code."""
    code = str((row.refusal or {}).get("code", ""))
    if code == "job.running":
        return str(_ALONE)
    return str(REFUSALS[row.job]) if row.job in REFUSALS else code


def counted(counts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Counts as (what, how many), those of a step inside the night under its name as well.

    Steps come as the night takes them: the database keeps no order.
    """
    for name, value in sorted(counts.items(), key=lambda count: _ORDER.get(count[0], 0)):
        if name in _FOR_ITSELF:
            continue
        if isinstance(value, Mapping):
            what = job(name) if name in JOBS else COUNTS.get(name, name)
            yield from counted(value, f"{before}{what}: ")
        else:
            yield f"{before}{COUNTS.get(name, name)}", _many(name, value)


def _many(name: str, value: Any) -> str:
    if isinstance(value, list):
        value = len(value)
    if not isinstance(value, int):
        return str(value)
    return kr(value) if name == "ore" or name.endswith("_ore") else number(value)
