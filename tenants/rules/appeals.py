"""Appeals against decisions (fvl. ch. VI): in time or late, heard or not, and what may follow."""

import datetime as dt
from collections.abc import Mapping

from boligsak.rule import RuleBroken

RECEIVED, SENT_ON, CHANGED = "received", "sent_on", "changed"
UPHELD, REJECTED, WITHDRAWN = "upheld", "rejected", "withdrawn"

NEXT_STEPS: Mapping[str, frozenset[str]] = {
    RECEIVED: frozenset({SENT_ON, CHANGED, REJECTED, WITHDRAWN}),
    SENT_ON: frozenset({UPHELD, CHANGED, REJECTED, WITHDRAWN}),
    CHANGED: frozenset(),
    UPHELD: frozenset(),
    REJECTED: frozenset(),
    WITHDRAWN: frozenset(),
}
"""The municipality looks again first (§ 33), and changes its decision or sends the appeal on."""

OPEN = (RECEIVED, SENT_ON)


def is_late(received_on: dt.date, appeal_last_on: dt.date | None) -> bool:
    """§ 29: whether it came after the last day. A decision that nobody was notified of has no last
    day yet."""
    return appeal_last_on is not None and received_on > appeal_last_on


def check_received(received_on: dt.date, made_on: dt.date, today: dt.date) -> None:
    """Raises RuleBroken "appeal.not_yet" (today) or "appeal.before_decision" (made_on)."""
    if received_on > today:
        raise RuleBroken("appeal.not_yet", today=today)
    if received_on < made_on:
        raise RuleBroken("appeal.before_decision", made_on=made_on)


def check_heard(received_on: dt.date, is_late: bool, because: str, limit_on: dt.date) -> None:
    """§ 31: a late appeal is heard when the appellant cannot be blamed or there are special
    reasons, which are written down; never when more than a year has passed since the decision.

    Raises RuleBroken "appeal.over_limit" (limit_on) or "appeal.late" (nothing written down).
    """
    if not is_late:
        return
    if received_on > limit_on:
        raise RuleBroken("appeal.over_limit", limit_on=limit_on)
    if not because.strip():
        raise RuleBroken("appeal.late")


def check_rejected(is_late: bool, state: str) -> None:
    """§ 31: only an appeal that came late is rejected as too late here. What else an appeal may
    lack is for the appeal body to say. Raises RuleBroken "appeal.in_time"."""
    if not is_late and state == RECEIVED:
        raise RuleBroken("appeal.in_time")


def check_step(state: str, to: str) -> None:
    """Raises RuleBroken "appeal.step" (state, to)."""
    if to not in NEXT_STEPS[state]:
        raise RuleBroken("appeal.step", state=state, to=to)
