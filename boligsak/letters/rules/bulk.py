"""Letters to many: what may follow what, and when a second person has to look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from boligsak.rule import RuleBroken
from boligsak.terms import read_numbers

PREVIEW, FOR_APPROVAL, ASKED = "preview", "approval", "asked"
RUNNING, DONE, DROPPED = "running", "done", "dropped"

NEXT_STEPS: dict[str, frozenset[str]] = {
    PREVIEW: frozenset({FOR_APPROVAL, ASKED, DROPPED}),
    FOR_APPROVAL: frozenset({PREVIEW, ASKED, DROPPED}),
    ASKED: frozenset({RUNNING}),
    RUNNING: frozenset({DONE}),
    DONE: frozenset({ASKED}),  # rows in which something broke are tried again
    DROPPED: frozenset(),
}

MOST_RECIPIENTS = 20_000
"""More than the largest municipality has tenancies."""

_BOUNDS = {"bulk_cap": (1, MOST_RECIPIENTS)}


@dataclass(frozen=True, slots=True)
class LettersPolicy:
    """One version of the municipality's own terms for letters."""

    bulk_cap: int
    """So many letters one person may send alone; above it a second one approves."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "LettersPolicy":
        """The policy in a stored row.

        Raises RuleBroken with the field in its facts: "policy.unknown_value",
        "policy.missing_value", "policy.not_a_whole_number" or "policy.out_of_range" (lowest,
        highest, found).
        """
        return cls(**read_numbers(values, _BOUNDS))


def default_values() -> dict[str, Any]:
    """What a new installation starts with."""
    return {"bulk_cap": 50}


def check_next(state: str, to: str) -> None:
    """Raises `RuleBroken("many.not_now")` (state) when it cannot go from one to the other."""
    if to not in NEXT_STEPS[state]:
        raise RuleBroken("many.not_now", state=state)


def cap_of(own: Iterable[LettersPolicy]) -> int:
    """The lowest cap of the offices whose tenants are written to."""
    return min(policy.bulk_cap for policy in own)


def needs_approval(letters: int, cap: int) -> bool:
    """Whether a second person has to look: above the cap, not at it."""
    return letters > cap


def check_second(asked_by: int, approved_by: int) -> None:
    """Four eyes are two people. Raises `RuleBroken("many.own")`."""
    if asked_by == approved_by:
        raise RuleBroken("many.own")
