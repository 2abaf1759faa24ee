"""Changes of who is party to a lease: with dates, of the parties and never of the lease.

Rent from the first day of the change binds who is party then; whoever comes in does not inherit a
default from before.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from boligsak.dates import add_months
from boligsak.rule import RuleBroken

SEPARATION, DEATH, NEW_MEMBER = "separation", "death", "new_member"
MOVES_OUT, TAKES_OVER = "moves_out", "takes_over"

LAW: Mapping[str, str] = {
    SEPARATION: "husleieloven §§ 8-3, 8-5",
    DEATH: "husleieloven §§ 8-2, 9-10",
    NEW_MEMBER: "husleieloven kap. 7",
    MOVES_OUT: "",
    TAKES_OVER: "husleieloven kap. 8",
}
"""What each rests on. A joint tenant who moves out ends an agreement, no right of the law's."""

AT_ONCE = (SEPARATION, DEATH, MOVES_OUT, TAKES_OVER)
"""The kinds that change the parties; a new member of the household is asked for and answered."""

LEAVES = frozenset(AT_ONCE)
COMES: Mapping[str, bool] = {
    SEPARATION: False,
    DEATH: False,
    MOVES_OUT: False,
    TAKES_OVER: True,
}
"""Whether somebody must come in. Where not, somebody may, except for one who just moves out."""

YES, NO, SILENCE, WAITING = "yes", "no", "silence", "waiting"
OVER, DEAD = "over", "dead"
"""A request that nothing came of: the tenancy ended, or who was to move in died."""

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyFacts:
    """The lease and its people on the first day of the change.

    `tenants` are parties then, `died_on` the day who leaves died, `in_died_on` who comes in;
    `moved_out_on` the lease's end.
    """

    kind: str
    from_on: dt.date
    starts_on: dt.date
    tenants: frozenset[int]
    out_id: int | None = None
    in_id: int | None = None
    died_on: dt.date | None = None
    in_died_on: dt.date | None = None
    moved_out_on: dt.date | None = None


def check_change(facts: PartyFacts) -> None:
    """Raises RuleBroken "party.kind", "party.nobody_out", "party.nobody_in", "party.somebody_in",
    "party.before_lease" (starts_on), "party.lease_over" (moved_out_on), "party.not_tenant",
    "party.is_tenant", "party.in_dead", "party.not_dead", "party.before_death" (died_on) or
    "party.nobody_left"."""
    if facts.kind not in AT_ONCE:
        raise RuleBroken("party.kind")
    if facts.from_on <= facts.starts_on:
        raise RuleBroken("party.before_lease", starts_on=facts.starts_on)
    if facts.moved_out_on is not None and facts.from_on > facts.moved_out_on:
        raise RuleBroken("party.lease_over", moved_out_on=facts.moved_out_on)
    if facts.out_id is None:
        raise RuleBroken("party.nobody_out")
    if facts.out_id not in facts.tenants:
        raise RuleBroken("party.not_tenant")
    if facts.kind == DEATH:
        if facts.died_on is None:
            raise RuleBroken("party.not_dead")
        if facts.from_on <= facts.died_on:
            raise RuleBroken("party.before_death", died_on=facts.died_on)
    _check_in(facts)


def _check_in(facts: PartyFacts) -> None:
    if facts.in_id is None:
        if COMES[facts.kind]:
            raise RuleBroken("party.nobody_in")
        if not facts.tenants - {facts.out_id}:
            raise RuleBroken("party.nobody_left")
        return
    if facts.kind == MOVES_OUT:
        raise RuleBroken("party.somebody_in")
    if facts.in_id in facts.tenants:
        raise RuleBroken("party.is_tenant")
    if facts.in_died_on is not None:
        raise RuleBroken("party.in_dead")


# --- New members of the household (chapter 7) ---------------------------------------------------


def answer_by(asked_on: dt.date) -> dt.date:
    """§ 7-6: the landlord answers within one month of having been asked; after that the silence is
    a yes. The deadline is the landlord's, so it does not move for Sundays or holidays."""
    return add_months(asked_on, 1)


def answer_now(answer: str, by: dt.date, day: dt.date, gone: str = "") -> str:
    """What a request stands at on `day`: "waiting", "yes", "no", "silence", "over" or "dead".

    `gone` is what `gone` finds: nobody's silence lets anybody into a home that is left, or the dead
    into any.
    """
    if answer or gone:
        return answer or gone
    return SILENCE if day > by else WAITING


def gone(by: dt.date, died_on: dt.date | None, moved_out_on: dt.date | None, day: dt.date) -> str:
    """Why nothing comes of a request that has had no answer: who was to move in has died, or the
    tenancy was over before the silence became a yes. "" while it stands."""
    if died_on is not None:
        return DEAD
    is_over = moved_out_on is not None and moved_out_on < day and moved_out_on <= by
    return OVER if is_over else ""


def check_asked(
    asked_on: dt.date, starts_on: dt.date, moved_out_on: dt.date | None, today: dt.date
) -> None:
    """Raises RuleBroken "member.asked_ahead", "party.before_lease" (starts_on) or
    "party.lease_over" (moved_out_on)."""
    if asked_on > today:
        raise RuleBroken("member.asked_ahead")
    if asked_on < starts_on:
        raise RuleBroken("party.before_lease", starts_on=starts_on)
    if moved_out_on is not None and asked_on > moved_out_on:
        raise RuleBroken("party.lease_over", moved_out_on=moved_out_on)


def check_answer(
    answer: str,
    now: str,
    by: dt.date,
    asked_on: dt.date,
    from_on: dt.date | None,
    reason: str,
    moved_out_on: dt.date | None = None,
) -> None:
    """A no needs its reasons (chapter 7), a yes a day to move in on while the tenancy lasts, and
    both come in time.

    Raises RuleBroken "member.answered", "member.gone_over", "member.gone_dead", "member.silence"
    (answer_by), "member.no_reason", "member.no_day", "member.day" (asked_on) or "party.lease_over"
    (moved_out_on).
    """
    if now in (OVER, DEAD):
        raise RuleBroken(f"member.gone_{now}")
    if now == SILENCE:
        raise RuleBroken("member.silence", answer_by=by)
    if now != WAITING:
        raise RuleBroken("member.answered")
    if answer == NO and not reason.strip():
        raise RuleBroken("member.no_reason")
    if answer == YES:
        if from_on is None:
            raise RuleBroken("member.no_day")
        if from_on < asked_on:
            raise RuleBroken("member.day", asked_on=asked_on)
        if moved_out_on is not None and from_on > moved_out_on:
            raise RuleBroken("party.lease_over", moved_out_on=moved_out_on)


def silent_from(by: dt.date) -> dt.date:
    """The first day on which nobody has answered in time."""
    return by + _ONE_DAY
