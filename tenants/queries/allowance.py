"""How much of a rent the housing allowance reckons with, on a day."""

import datetime

from boligsak.rates.queries import DatedRate, rate_on
from boligsak.rule import RuleBroken
from tenants.allowance_rates import ceiling_kind


def ceiling_on(people: int, day: datetime.date) -> DatedRate | None:
    """The highest rent a month, in øre, for a household of so many; None: nobody has entered it."""
    try:
        return rate_on(ceiling_kind(people), day)
    except RuleBroken:
        return None
