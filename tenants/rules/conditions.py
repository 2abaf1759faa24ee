"""Conditions of a decision: met, waived, opened again, and when evidence no longer holds."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from boligsak.rule import RuleBroken

OPEN, MET, WAIVED = "open", "met", "waived"
ARREARS = "arrears"

PLAN, NO_DEBT, DOCUMENT, WORDS = "plan", "no_debt", "document", "words"
"""What a condition was found met by (`evidence["kind"]`)."""


def check_met(kind: str, because: str, evidence: Mapping[str, Any], on: dt.date) -> None:
    """A condition is met on something: an agreement, nothing owed, a document, or what somebody
    saw and says. One on old arrears is met on the books alone.

    Raises RuleBroken "condition.no_because" or "condition.not_on_the_books".
    """
    if not because.strip():
        raise RuleBroken("condition.no_because")
    if kind == ARREARS and evidence.get("kind") not in (PLAN, NO_DEBT):
        raise RuleBroken("condition.not_on_the_books")


def fallen_away(evidence: Mapping[str, Any], plans: Mapping[int, str], *, owes: bool) -> str:
    """Why what a condition on old arrears was met by no longer holds; "" while it does.

    `plans` is the state of each plan by id, `owes` whether the people it is about owe something
    that has fallen due and that no running plan covers, on these leases or on others. A plan holds
    while it runs and when it has been kept; of several the first that does not hold says why.
    """
    for plan_id in plan_ids(evidence):
        state = plans.get(plan_id, "ended")
        if state not in ("running", "kept"):
            return f"plan_{state}"
    if owes and evidence.get("kind") == PLAN:
        return "debt_not_covered"
    return "debt_again" if owes and evidence.get("kind") == NO_DEBT else ""


def plan_ids(evidence: Mapping[str, Any]) -> list[int]:
    """The plans a condition was met by."""
    if evidence.get("kind") != PLAN:
        return []
    return [int(one["plan"]) for one in evidence.get("plans", [])]
