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


def fallen_away(
    evidence: Mapping[str, Any], plans: Mapping[int, str], overdue: Mapping[int, int]
) -> str:
    """Why what a condition on old arrears was met by no longer holds; "" while it does.

    `plans` is the state of each plan by id, `overdue` what has fallen due on each lease in øre.
    A plan holds while it runs and when it has been kept.
    """
    if evidence.get("kind") == PLAN:
        state = plans.get(int(evidence["plan"]), "ended")
        return "" if state in ("running", "kept") else f"plan_{state}"
    if evidence.get("kind") == NO_DEBT:
        owed = sum(max(0, overdue.get(int(lease), 0)) for lease in evidence.get("leases", []))
        return "debt_again" if owed else ""
    return ""
