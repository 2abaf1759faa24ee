"""How long repayment plans live, and how many are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from arrears.rules.plans import State


class Life(NamedTuple):
    """One signed plan: how it went, and how many days it lived or has lived so far."""

    state: State
    days: int


@dataclass(frozen=True, slots=True)
class Survival:
    """Of the plans signed in a period. `alive_permille`: day → share still whole after so many
    days, with the plans that have not lived that long counted for as long as they have
    (Kaplan–Meier; only a breach is a death). `kept_permille` is of those that are over."""

    signed: int
    running: int
    kept: int
    broken: int
    ended: int
    kept_permille: int | None
    median_days: int | None
    """How long the middle plan had lived, those that still run included."""
    alive_permille: Mapping[int, int | None]


def survival(lives: Iterable[Life], at_days: Sequence[int] = (30, 90, 180)) -> Survival:
    """How long plans live and how many are kept."""
    rows = sorted(lives, key=lambda life: life.days)
    count = {state: sum(life.state is state for life in rows) for state in State}
    over = count[State.KEPT] + count[State.BROKEN]
    days = [life.days for life in rows]
    return Survival(
        signed=len(rows),
        running=count[State.RUNNING],
        kept=count[State.KEPT],
        broken=count[State.BROKEN],
        ended=count[State.ENDED],
        kept_permille=count[State.KEPT] * 1000 // over if over else None,
        median_days=days[(len(days) - 1) // 2] if days else None,
        alive_permille={at: _alive(rows, at) for at in at_days},
    )


def _alive(rows: Sequence[Life], at: int) -> int | None:
    if not rows:
        return None
    share = Fraction(1)
    for broken_after in sorted({row.days for row in rows if row.state is State.BROKEN}):
        if broken_after > at:
            break
        at_risk = sum(row.days >= broken_after for row in rows)
        deaths = sum(row.days == broken_after and row.state is State.BROKEN for row in rows)
        share *= 1 - Fraction(deaths, at_risk)
    return int(share * 1000 + Fraction(1, 2))


NO_SURVIVAL = survival([])
"""Of a place where no plan was signed."""
