"""Renewing a contract: which term is proposed, and when there is nothing to renew.

Every § here is in husleieloven (LOV-1999-03-26-17). Days are inclusive. What a new term looks like
is reckoned here alone: the list, the page, the preview of many and the job all ask the same.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.rules.leases import (
    MINIMUM_TERM_MONTHS,
    Expiry,
    LeaseFacts,
    check_term,
    expiry_state,
    is_short_term,
    last_day_of_term,
    open_ended_from,
)
from tenants.rules.renewal_policy import RenewalPolicy

_ONE_DAY = dt.timedelta(days=1)

LONGEST_TERM_MONTHS = 360
"""A last day further off is a mistyped year."""

SPECIAL, WEIGHTY = "special", "weighty"


class Term(StrEnum):
    """What the contract is to be renewed for."""

    USUAL = "usual"
    """The policy's term: three years, or what the municipality has set."""
    CHILDREN = "children"
    """The longer term where children live; the usual one where none do."""
    OPEN_ENDED = "open_ended"
    """No last day: the contract is converted."""
    UNTIL = "until"
    """Until a day that somebody chose."""


class RenewalFacts(NamedTuple):
    """What a renewal rests on. `lease` is the term that runs out.

    `short_terms_before`: earlier short terms of these tenants in this dwelling, § 11-1.
    `changed`: codes of what has changed since the contract was made ("joined", "left", "parties",
    "protected", "head_landlord"). `dead` and `living`: the tenants of the lease.
    """

    lease: LeaseFacts
    short_terms_before: int = 0
    told_in_writing: bool = False
    children: int = 0
    living: int = 1
    dead: int = 0
    moves_on: dt.date | None = None
    """A moving out that has been noted."""
    in_use_to: dt.date | None = None
    """The last day the municipality has the dwelling."""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `ground` "special" or "weighty" goes with a term shorter than three years.

    `despite_request`: the written request to move is taken back. `has_looked`: somebody has looked
    at what has changed since the contract was made.
    """

    term: Term = Term.USUAL
    until: dt.date | None = None
    ground: str = ""
    despite_request: bool = False
    has_looked: bool = False


class Renewal(NamedTuple):
    """A new term. `ends_on` None: open-ended. `why` is the code of what it rests on."""

    starts_on: dt.date
    ends_on: dt.date | None
    is_short: bool
    why: str


def plan_renewal(facts: RenewalFacts, wish: Wish, policy: RenewalPolicy, on: dt.date) -> Renewal:
    """The contract that follows when the term that runs out is renewed on `on`.

    It begins on the day after the old term, so that the two never overlap and leave no gap. Three
    years (§ 9-3) are counted from the day it is agreed on where that is later: a term agreed on
    afterwards would else be shorter than the law allows.

    Raises RuleBroken: what `check_may_renew` raises, "renewal.dwelling_leaves" (in_use_to),
    "renewal.no_end", "renewal.too_far" (last_on) and what `check_term` raises.
    """
    starts_on = check_may_renew(facts, wish, policy, on) + _ONE_DAY
    if wish.term is Term.OPEN_ENDED:
        if facts.in_use_to is not None:
            raise RuleBroken("renewal.dwelling_leaves", in_use_to=facts.in_use_to)
        return Renewal(starts_on, None, False, "open_ended")
    ends_on, why = _ends(facts, wish, policy, starts_on, on)
    if facts.in_use_to is not None and ends_on > facts.in_use_to:
        raise RuleBroken("renewal.dwelling_leaves", in_use_to=facts.in_use_to)
    agreed_from = max(starts_on, on)
    if ends_on < starts_on:
        raise RuleBroken("term.ends_before_start", starts_on=starts_on, ends_on=ends_on)
    if ends_on < agreed_from:
        raise RuleBroken("renewal.over_already", ends_on=ends_on)
    is_short = check_term(
        agreed_from,
        ends_on,
        told_in_writing=facts.told_in_writing,
        short_terms_before=facts.short_terms_before,
        has_special_grounds=wish.ground == SPECIAL,
        has_weighty_grounds=wish.ground == WEIGHTY,
    )
    return Renewal(starts_on, ends_on, is_short, why)


def plan_conversion(facts: RenewalFacts, wish: Wish, on: dt.date) -> Renewal:
    """The contract made open-ended: from the day after its term, or from the day on which § 9-2 has
    made it so by itself.

    Raises RuleBroken as `check_tenancy` does, "renewal.no_term", "renewal.asked_to_move",
    "renewal.has_changed" and "renewal.dwelling_leaves".
    """
    check_tenancy(facts, on)
    lease = facts.lease
    if lease.ends_on is None:
        raise RuleBroken("renewal.no_term")
    state = expiry_state(lease, on)
    if state.expiry is Expiry.OPEN_ENDED:
        return Renewal(open_ended_from(lease.ends_on), None, False, "law")
    _check_request(facts, wish)
    _check_changed(facts, wish)
    if facts.in_use_to is not None:
        raise RuleBroken("renewal.dwelling_leaves", in_use_to=facts.in_use_to)
    return Renewal(lease.ends_on + _ONE_DAY, None, False, "open_ended")


def opens_when_dropped(
    lease: LeaseFacts, old_ends_on: dt.date, asked_on: dt.date | None, on: dt.date
) -> dt.date | None:
    """§ 9-2 third paragraph: the day from which a lease is open-ended when its new term is dropped
    on `on` and the old last day stands again; None while the old term can still be ended.

    `asked_on`: the request to move that was sent for the old term.
    """
    old = lease._replace(ends_on=old_ends_on, move_requested_on=asked_on)
    is_open = expiry_state(old, on).expiry is Expiry.OPEN_ENDED
    return open_ended_from(old_ends_on) if is_open else None


def check_may_renew(facts: RenewalFacts, wish: Wish, policy: RenewalPolicy, on: dt.date) -> dt.date:
    """A contract is renewed while there is a term to renew and nothing speaks against it. Returns
    the last day of that term.

    Raises RuleBroken: what `check_tenancy` raises, "renewal.no_term", "renewal.open_ended"
    (from_on; § 9-2), "renewal.asked_to_move" (asked_on), "renewal.too_early" (ends_on, from_on) or
    "renewal.has_changed" (what).
    """
    check_tenancy(facts, on)
    lease = facts.lease
    if lease.ends_on is None:
        raise RuleBroken("renewal.no_term")
    if expiry_state(lease, on).expiry is Expiry.OPEN_ENDED:
        raise RuleBroken("renewal.open_ended", from_on=open_ended_from(lease.ends_on))
    first_on = may_renew_from(lease.ends_on, policy)
    if on < first_on:
        raise RuleBroken("renewal.too_early", ends_on=lease.ends_on, from_on=first_on)
    _check_request(facts, wish)
    _check_changed(facts, wish)
    return lease.ends_on


def check_tenancy(facts: RenewalFacts, on: dt.date) -> None:
    """There is a tenancy that goes on, and somebody to agree with.

    Raises RuleBroken "renewal.over" (moved_out_on), "renewal.moving" (moves_on),
    "renewal.not_begun" (starts_on), "renewal.tenant_dead" or "renewal.no_tenant".
    """
    lease = facts.lease
    if lease.moved_out_on is not None:
        code = "renewal.over" if lease.moved_out_on < on else "renewal.moving"
        raise RuleBroken(code, moved_out_on=lease.moved_out_on, moves_on=lease.moved_out_on)
    if facts.moves_on is not None:
        raise RuleBroken("renewal.moving", moves_on=facts.moves_on)
    if on < lease.starts_on:
        raise RuleBroken("renewal.not_begun", starts_on=lease.starts_on)
    if facts.dead:
        raise RuleBroken("renewal.tenant_dead")
    if not facts.living:
        raise RuleBroken("renewal.no_tenant")


def may_renew_from(ends_on: dt.date, policy: RenewalPolicy) -> dt.date:
    """The first day on which a contract that runs out on `ends_on` may be renewed."""
    return ends_on - dt.timedelta(days=policy.days_before)


def short_terms(first: tuple[dt.date, dt.date | None] | None, later: int) -> int:
    """§ 11-1 sixth paragraph: one shorter term per dwelling and tenant. The short terms of a lease:
    its first one (start, last day) where no contract is kept for it, and the later contracts that
    are kept as short."""
    if first is None or first[1] is None:
        return later
    return later + is_short_term(first[0], first[1])


def _check_request(facts: RenewalFacts, wish: Wish) -> None:
    asked_on = facts.lease.move_requested_on
    if asked_on is not None and not wish.despite_request:
        raise RuleBroken("renewal.asked_to_move", asked_on=asked_on)


def _check_changed(facts: RenewalFacts, wish: Wish) -> None:
    if facts.changed and not wish.has_looked:
        raise RuleBroken("renewal.has_changed", what=list(facts.changed))


def _ends(
    facts: RenewalFacts, wish: Wish, policy: RenewalPolicy, starts_on: dt.date, on: dt.date
) -> tuple[dt.date, str]:
    if wish.term is Term.UNTIL:
        if wish.until is None:
            raise RuleBroken("renewal.no_end")
        if wish.until > (last_on := add_months(starts_on, LONGEST_TERM_MONTHS)):
            raise RuleBroken("renewal.too_far", last_on=last_on)
        return wish.until, "chosen"
    months, why = policy.months, "usual" if policy.months > MINIMUM_TERM_MONTHS else "law_term"
    if wish.term is Term.CHILDREN and facts.children:
        months, why = policy.months_children, "children"
    return _last_day(starts_on, on, months), why


def _last_day(starts_on: dt.date, on: dt.date, months: int) -> dt.date:
    """The last day of a term of whole months; counted from the day it is agreed on, to the end of
    a month, where that is later than its start."""
    if on <= starts_on:
        return last_day_of_term(starts_on, months)
    last = last_day_of_term(on, months)
    return last.replace(day=calendar.monthrange(last.year, last.month)[1])
