"""A contract's terms beside its length: the first rent, security, clauses and signatures.

Every § here is in husleieloven unless it says otherwise. Amounts are øre.
"""

import calendar
import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from enum import StrEnum

from boligsak.dates import add_months
from boligsak.money import round_ore
from boligsak.rule import RuleBroken
from tenants.rules.leases import MINIMUM_TERM_MONTHS, last_day_of_term

SECURITY_MONTHS = 6
LONG_TERM_MONTHS = 120

_ONE_DAY = dt.timedelta(days=1)


LONGEST_AHEAD_MONTHS = 12
LONGEST_TERM_MONTHS = 360
"""A first day further ahead, or a last day further off, is a mistyped year."""


class Term(StrEnum):
    """How long a contract is agreed for."""

    THREE_YEARS = "three_years"
    TEN_YEARS = "ten_years"
    OPEN = "open"
    OTHER = "other"


class Ground(StrEnum):
    """§ 11-1 sixth paragraph: why a term is shorter than three years. Values are stored."""

    SPECIAL = "special"
    WEIGHTY = "weighty"


def ends_on(term: Term, starts_on: dt.date, chosen: dt.date | None) -> dt.date | None:
    """The last day of the term, None where it is open-ended.

    Three years from 1 January 2026 end on 31 December 2028. Raises
    RuleBroken("contract.no_last_day") for another term without a day.
    """
    if term is Term.OPEN:
        return None
    if term is Term.THREE_YEARS:
        return last_day_of_term(starts_on, MINIMUM_TERM_MONTHS)
    if term is Term.TEN_YEARS:
        return last_day_of_term(starts_on, LONG_TERM_MONTHS)
    if chosen is None:
        raise RuleBroken("contract.no_last_day")
    return chosen


def check_lease_days(
    starts_on: dt.date,
    ends_on: dt.date | None,
    told_on: dt.date | None,
    old_ends_on: dt.date | None,
    today: dt.date,
) -> None:
    """The days of a new lease are days that can be meant. `told_on`: told in writing of the
    dwelling's purpose; `old_ends_on`: the last day in the home that is swapped away.

    Raises RuleBroken "lease.starts_far" (last_on), "contract.ends_far" (last_on),
    "contract.told_ahead" or "contract.old_ends_far" (last_on).
    """
    if starts_on > (last_on := add_months(today, LONGEST_AHEAD_MONTHS)):
        raise RuleBroken("lease.starts_far", last_on=last_on)
    longest_on = add_months(starts_on, LONGEST_TERM_MONTHS)
    if ends_on is not None and ends_on > longest_on:
        raise RuleBroken("contract.ends_far", last_on=longest_on)
    if told_on is not None and told_on > today:
        raise RuleBroken("contract.told_ahead")
    last_on = add_months(starts_on, LONGEST_AHEAD_MONTHS)
    if old_ends_on is not None and old_ends_on > last_on:
        raise RuleBroken("contract.old_ends_far", last_on=last_on)


def check_guarantee_days(
    from_on: dt.date, to_on: dt.date | None, starts_on: dt.date, today: dt.date | None
) -> None:
    """A guarantee runs within the lease's days. `today` None: it has begun.

    Raises RuleBroken "guarantee.days" (starts_on) or "guarantee.far" (last_on).
    """
    if from_on < starts_on or (to_on is not None and to_on < from_on):
        raise RuleBroken("guarantee.days", starts_on=starts_on)
    if today is not None:
        last_on = max(starts_on, add_months(today, LONGEST_AHEAD_MONTHS))
        if from_on > last_on:
            raise RuleBroken("guarantee.far", last_on=last_on)
    last_on = add_months(from_on, LONGEST_TERM_MONTHS)
    if to_on is not None and to_on > last_on:
        raise RuleBroken("guarantee.far", last_on=last_on)


def check_security(deposit_ore: int, guarantee_ore: int, rent_ore: int) -> None:
    """§§ 3-5, 3-6: deposit and guarantee together are at most six months' rent.

    Raises RuleBroken "guarantee.amount", or "guarantee.too_high" (most_ore, asked_ore).
    """
    if deposit_ore < 0 or guarantee_ore < 0:
        raise RuleBroken("guarantee.amount")
    most = SECURITY_MONTHS * rent_ore
    if deposit_ore + guarantee_ore > most:
        raise RuleBroken("guarantee.too_high", most_ore=most, asked_ore=deposit_ore + guarantee_ore)


def first_charge(rent_ore: int, starts_on: dt.date) -> int:
    """What the first month costs: the share of its days from the first one on, rounded half up.

    The same as the ledger charges.
    """
    last = calendar.monthrange(starts_on.year, starts_on.month)[1]
    return round_ore(Decimal(rent_ore) * (last - starts_on.day + 1) / last)


def is_signed(tenants: Collection[int], signed: Collection[int | None]) -> bool:
    """Whether everybody has signed: each tenant, and None, which is the landlord."""
    return bool(tenants) and {*tenants, None} <= set(signed)


def check_anew(
    state: str, kind: str, moved_out_on: dt.date | None, today: dt.date, *, is_newest: bool
) -> None:
    """A contract is written anew while nobody is bound by it: it waits for signatures, or it was
    the lease's first, was dropped, and no other came.

    Raises RuleBroken "contract.over" (moved_out_on) or "contract.not_anew".
    """
    if moved_out_on is not None and moved_out_on <= today:
        raise RuleBroken("contract.over", moved_out_on=moved_out_on)
    is_dropped_first = state == "dropped" and kind == "first"
    if not is_newest or not (state in ("draft", "signing") or is_dropped_first):
        raise RuleBroken("contract.not_anew")


def check_signing(signed_on: dt.date, written_on: dt.date, today: dt.date) -> None:
    """Nobody signs what is not written, or tomorrow.

    Raises RuleBroken "contract.signed_ahead" or "contract.signed_before" (written_on).
    """
    if signed_on > today:
        raise RuleBroken("contract.signed_ahead")
    if signed_on < written_on:
        raise RuleBroken("contract.signed_before", written_on=written_on)
