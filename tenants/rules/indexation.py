"""Changing the rent: by the consumer price index (§ 4-2), and to the current rent (§ 4-3).

Every § here is in husleieloven (LOV-1999-03-26-17). Amounts are øre a month, days inclusive. New
rents begin on the first of a month, which is what a month's charge is reckoned from.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from boligsak.dates import add_months
from boligsak.rule import RuleBroken

CPI = "cpi"
"""The rate that holds the index figures: each from the first of the month it is for."""

MONTHS_BETWEEN = 12
MONTHS_OF_NOTICE = 1
MONTHS_BEFORE_CURRENT_RENT = 30
MONTHS_OF_DEMAND = 6

_FIGURE_KNOWN_FROM = 11
"""A month's index figure is published about the tenth of the next month."""

_MOST_A_YEAR = Decimal("0.15")
"""A larger rise in a year means that the two figures are not of one series (or mistyped)."""

_KRONE = 100


class RentFacts(NamedTuple):
    """The rent of one lease: what it is, and since when.

    `set_on` is the day its last change took effect; `set_index` the figure of that change where it
    was an indexation. `coming_on`: a change that is set for a later day, or whose letter waits.
    """

    rent_ore: int
    set_on: dt.date
    set_index: Decimal | None = None
    coming_on: dt.date | None = None
    moved_out_on: dt.date | None = None


class NewRent(NamedTuple):
    """A rent by the index. The months are the first of the month each figure is for."""

    to_ore: int
    from_index: Decimal
    to_index: Decimal
    from_month: dt.date | None
    to_month: dt.date


def index_month(day: dt.date) -> dt.date:
    """The first of the month whose index figure is the latest one known on `day`.

    Statistics Norway publishes a month's figure about the tenth of the next. The same rule finds
    both figures of an indexation: the one known when the rent was last set (the day that took
    effect), and the one known on the day of the notice. So what has been rise in prices between
    the two is counted once, and never before it is known.
    """
    return add_months(day.replace(day=1), -1 if day.day >= _FIGURE_KNOWN_FROM else -2)


def earliest_on(set_on: dt.date) -> dt.date:
    """§ 4-2 second paragraph: a change takes effect a year after the last one did at the earliest.

    Last in effect 1 March 2025: earliest 1 March 2026. The first of the next month where that is
    not the first of one.
    """
    return _first_of_month(add_months(set_on, MONTHS_BETWEEN))


def last_notice_day(valid_from: dt.date) -> dt.date:
    """§ 4-2 second paragraph: one month's written notice. In effect 1 March 2026: sent by
    1 February 2026. It is the landlord's own deadline: it does not move."""
    return add_months(valid_from, -MONTHS_OF_NOTICE)


def first_valid_from(notice_on: dt.date) -> dt.date:
    """The first day on which a rent that is told of on `notice_on` can take effect."""
    return _first_of_month(add_months(notice_on, MONTHS_OF_NOTICE))


def by_index(rent_ore: int, from_index: Decimal, to_index: Decimal) -> int:
    """§ 4-2 first paragraph: the rent may change by no more than the index has.

    Rounded down to whole kroner: rounding may never make it more than the index allows.
    """
    exact = Decimal(rent_ore) * to_index / from_index
    kroner = (exact / _KRONE).to_integral_value(rounding=ROUND_FLOOR)
    return int(kroner) * _KRONE


def plan_indexation(
    facts: RentFacts,
    valid_from: dt.date,
    notice_on: dt.date,
    figures: Mapping[dt.date, Decimal],
) -> NewRent:
    """The rent that the index gives from `valid_from`, when the tenant is told on `notice_on`.

    `figures`: index figures by the first of their month. Raises RuleBroken: "rent.not_the_first",
    "indexation.notice_too_late" (last_on), "indexation.moved_out", "indexation.no_rent",
    "indexation.coming" (coming_on), "indexation.too_early" (set_on, earliest_on), "rate.missing"
    (kind, day), "indexation.not_one_series" (from_index, to_index) or "indexation.no_rise"
    (from_index, to_index).
    """
    check_notice(valid_from, notice_on)
    if facts.moved_out_on is not None and facts.moved_out_on < valid_from:
        raise RuleBroken("indexation.moved_out", moved_out_on=facts.moved_out_on)
    if facts.rent_ore <= 0:
        raise RuleBroken("indexation.no_rent")
    if facts.coming_on is not None:
        raise RuleBroken("indexation.coming", coming_on=facts.coming_on)
    earliest = earliest_on(facts.set_on)
    if valid_from < earliest:
        raise RuleBroken("indexation.too_early", set_on=facts.set_on, earliest_on=earliest)
    to_month = index_month(notice_on)
    to_index = _figure(figures, to_month)
    from_month, from_index = None, facts.set_index
    if from_index is None:
        from_month = index_month(facts.set_on)
        from_index = _figure(figures, from_month)
    told = {"from_index": from_index, "to_index": to_index}
    years = Decimal(max((to_month - facts.set_on).days, 365)) / 365
    change = to_index / from_index - 1
    if abs(change) > _MOST_A_YEAR * years:
        raise RuleBroken("indexation.not_one_series", **told)
    to_ore = by_index(facts.rent_ore, from_index, to_index)
    if to_ore <= facts.rent_ore:
        raise RuleBroken("indexation.no_rise", **told)
    return NewRent(to_ore, from_index, to_index, from_month, to_month)


def check_notice(valid_from: dt.date, notice_on: dt.date) -> None:
    """Raises RuleBroken "rent.not_the_first" or "indexation.notice_too_late" (last_on)."""
    if valid_from.day != 1:
        raise RuleBroken("rent.not_the_first", valid_from=valid_from)
    last_on = last_notice_day(valid_from)
    if notice_on > last_on:
        raise RuleBroken("indexation.notice_too_late", valid_from=valid_from, last_on=last_on)


class CurrentRentFacts(NamedTuple):
    """What the current rent rests on: when the tenancy began, and when the rent was last changed
    by anything but the index."""

    starts_on: dt.date
    changed_on: dt.date | None = None


def current_rent_from(facts: CurrentRentFacts, demanded_on: dt.date) -> dt.date:
    """§ 4-3: when the tenancy has lasted two years and six months without any change of the rent
    but that of the index, each party can demand the current rent; it takes effect six months after
    the written demand at the earliest. The first of a month.

    Raises RuleBroken("current_rent.too_early", since, from_on).
    """
    since = max(facts.starts_on, facts.changed_on or facts.starts_on)
    first_on = add_months(since, MONTHS_BEFORE_CURRENT_RENT)
    if demanded_on < first_on:
        raise RuleBroken("current_rent.too_early", since=since, from_on=first_on)
    return _first_of_month(add_months(demanded_on, MONTHS_OF_DEMAND))


def check_current_rent(facts: CurrentRentFacts, valid_from: dt.date, demanded_on: dt.date) -> None:
    """Raises RuleBroken "rent.not_the_first", "current_rent.too_early" (since, from_on) or
    "current_rent.too_soon" (earliest_on)."""
    if valid_from.day != 1:
        raise RuleBroken("rent.not_the_first", valid_from=valid_from)
    earliest = current_rent_from(facts, demanded_on)
    if valid_from < earliest:
        raise RuleBroken("current_rent.too_soon", earliest_on=earliest, demanded_on=demanded_on)


def _figure(figures: Mapping[dt.date, Decimal], month: dt.date) -> Decimal:
    if month not in figures:
        raise RuleBroken("rate.missing", kind=CPI, day=month)
    return figures[month]


def _first_of_month(day: dt.date) -> dt.date:
    """The day itself where it is the first of a month, else the first of the next."""
    return day if day.day == 1 else add_months(day.replace(day=1), 1)
