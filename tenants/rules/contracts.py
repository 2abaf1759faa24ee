"""A contract's terms beside its length: the first rent, security, clauses and signatures.

Every § here is in husleieloven unless it says otherwise. Amounts are øre.
"""

import calendar
import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from enum import StrEnum

from boligsak.money import round_ore
from boligsak.rule import RuleBroken
from tenants.rules.leases import MINIMUM_TERM_MONTHS, last_day_of_term

SECURITY_MONTHS = 6
LONG_TERM_MONTHS = 120

_ONE_DAY = dt.timedelta(days=1)


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
