"""The term of a lease: how short it may be, when it runs out, and what happens if nobody acts.

Every § here is in husleieloven (LOV-1999-03-26-17). Days are inclusive: `ends_on` is the last day
of the agreed term, `last_safe_on` the last day on which a move request still helps.
"""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from boligsak.dates import add_months
from boligsak.rule import RuleBroken

MINIMUM_TERM_MONTHS = 36
MONTHS_TO_ACT_AFTER_EXPIRY = 3

_ONE_DAY = dt.timedelta(days=1)


class LeaseFacts(NamedTuple):
    """What the rules need to know about one lease.

    A named tuple, not a dataclass: a rebuild makes one per lease in the country, and a tuple
    costs a third.
    """

    starts_on: dt.date
    ends_on: dt.date | None = None
    """Last day of the agreed term; None when open-ended."""
    moved_out_on: dt.date | None = None
    """Last day of the tenancy; None while it lasts."""
    move_requested_on: dt.date | None = None
    """Day the landlord asked the tenant in writing to move."""
    is_service_agreement: bool = False
    """Bo- og tjenesteavtale. The clocks of husleieloven run for it all the same …"""
    is_outside_tenancy_act: bool = False
    """… unless a lawyer has recorded that the use of the dwelling is not its essence."""


class Expiry(StrEnum):
    """Where a fixed term stands on a day."""

    NONE = "none"
    """Open-ended, not begun, over, or the tenant leaves with the term: nothing runs out."""
    RUNNING = "running"
    """The agreed term is not over."""
    EXPIRED = "expired"
    """The term is over, the tenant is there, and the clock of § 9-2 runs."""
    CLOCK_STOPPED = "clock_stopped"
    """The term is over and cannot become open-ended: asked to move in time, or outside the act."""
    OPEN_ENDED = "open_ended"
    """§ 9-2 third paragraph has made the lease open-ended."""


class ExpiryState(NamedTuple):
    """A state and the days it rests on. `next_on`: first later day on which it can be another."""

    expiry: Expiry
    ends_on: dt.date | None = None
    last_safe_on: dt.date | None = None
    next_on: dt.date | None = None


def last_safe_day(ends_on: dt.date) -> dt.date:
    """§ 9-2 third paragraph: the last day on which a written request to move keeps the lease from
    becoming open-ended.

    "More than three months after expiry": ends 31 May, last safe day 31 August. It is the
    landlord's own deadline, so it does not move for Sundays or holidays.
    """
    return add_months(ends_on, MONTHS_TO_ACT_AFTER_EXPIRY)


def open_ended_from(ends_on: dt.date) -> dt.date:
    """§ 9-2 third paragraph: the day on which the lease has become open-ended if nobody asked."""
    return last_safe_day(ends_on) + _ONE_DAY


def expiry_state(lease: LeaseFacts, day: dt.date) -> ExpiryState:
    """Where the fixed term stands on `day`, § 9-2.

    A request or a moving day later than `day` is not known yet: for a past day the state is the
    one that held then.
    """
    ends_on = lease.ends_on
    if ends_on is None:
        return _NOTHING_RUNS_OUT
    moved_out_on = lease.moved_out_on
    if moved_out_on is not None and (moved_out_on < day or moved_out_on <= ends_on):
        return _NOTHING_RUNS_OUT
    if day < lease.starts_on:
        return ExpiryState(Expiry.NONE, ends_on, None, lease.starts_on)
    after_moving = None if moved_out_on is None else moved_out_on + _ONE_DAY
    if day <= ends_on:
        return ExpiryState(Expiry.RUNNING, ends_on, None, ends_on + _ONE_DAY)
    if lease.is_outside_tenancy_act:
        return ExpiryState(Expiry.CLOCK_STOPPED, ends_on, None, after_moving)
    last_safe_on = last_safe_day(ends_on)
    requested_on = lease.move_requested_on
    if requested_on is not None and requested_on <= last_safe_on:
        if requested_on <= day:
            return ExpiryState(Expiry.CLOCK_STOPPED, ends_on, last_safe_on, after_moving)
        return ExpiryState(
            Expiry.EXPIRED, ends_on, last_safe_on, _first(requested_on, after_moving)
        )
    if day <= last_safe_on:
        return ExpiryState(
            Expiry.EXPIRED, ends_on, last_safe_on, _first(last_safe_on + _ONE_DAY, after_moving)
        )
    return ExpiryState(Expiry.OPEN_ENDED, ends_on, last_safe_on, after_moving)


_NOTHING_RUNS_OUT = ExpiryState(Expiry.NONE)


def _first(day: dt.date, other: dt.date | None) -> dt.date:
    return day if other is None or day < other else other


def last_day_of_term(starts_on: dt.date, months: int) -> dt.date:
    """The last day of a term of whole months: the day before the same day of the month, or the
    month's last where it has no such day.

    Three years from 1 January 2026 end on 31 December 2028; from 29 February 2024 they end on
    28 February 2027, for one day less would be less than three years.
    """
    following = add_months(starts_on, months)
    return following if following.day < starts_on.day else following - _ONE_DAY


def is_short_term(starts_on: dt.date, ends_on: dt.date) -> bool:
    """§ 9-3: shorter than three years. 1 January 2026 to 31 December 2028 is three years."""
    return ends_on < last_day_of_term(starts_on, MINIMUM_TERM_MONTHS)


def check_term(
    starts_on: dt.date,
    ends_on: dt.date | None,
    *,
    told_in_writing: bool,
    short_terms_before: int,
    has_special_grounds: bool,
    has_weighty_grounds: bool,
) -> bool:
    """§ 9-3 and § 11-1 sixth paragraph: a term is three years at least; a municipality may agree
    on one shorter term per dwelling and tenant when there are special grounds, and on a second
    only when the grounds are weighty. § 11-1 is open only to a landlord who has told the tenant
    in writing of the dwelling's purpose and of the exceptions agreed.

    `short_terms_before` counts earlier short terms of this tenant in this dwelling. Returns
    whether the term is a short one. Raises RuleBroken with the code of what is missing:
    "term.ends_before_start", "term.not_told_in_writing", "term.no_special_grounds" or
    "term.no_weighty_grounds". A lease agreed on all the same is open-ended by law.
    """
    if ends_on is None:
        return False
    if ends_on < starts_on:
        raise RuleBroken("term.ends_before_start", starts_on=starts_on, ends_on=ends_on)
    if not is_short_term(starts_on, ends_on):
        return False
    facts = {"starts_on": starts_on, "ends_on": ends_on, "before": short_terms_before}
    if not told_in_writing:
        raise RuleBroken("term.not_told_in_writing", **facts)
    if short_terms_before > 0 and not has_weighty_grounds:
        raise RuleBroken("term.no_weighty_grounds", **facts)
    if short_terms_before == 0 and not (has_special_grounds or has_weighty_grounds):
        raise RuleBroken("term.no_special_grounds", **facts)
    return True
