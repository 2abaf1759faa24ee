"""System issues: routines that fail between the parties, from raised to solved."""

from collections.abc import Mapping

from boligsak.rule import RuleBroken

OPEN, WORKING, SOLVED, DROPPED = "open", "working", "solved", "dropped"
NEXT_STATES: Mapping[str, frozenset[str]] = {
    OPEN: frozenset({WORKING, SOLVED, DROPPED}),
    WORKING: frozenset({OPEN, SOLVED, DROPPED}),
    # What was thought to be solved may fail again.
    SOLVED: frozenset({WORKING}),
    DROPPED: frozenset({WORKING}),
}


def check_step(now: str, then: str, *, result: str) -> None:
    """An issue is ended with what came of it. The same state again is only a note.

    Raises `RuleBroken` "issue.state" (state) or "issue.no_result".
    """
    if then != now and then not in NEXT_STATES[now]:
        raise RuleBroken("issue.state", state=now)
    if then in (SOLVED, DROPPED) and not result.strip():
        raise RuleBroken("issue.no_result")
