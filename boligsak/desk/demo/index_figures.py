"""Index figures for the demo's rents to follow: made up, and named so wherever they are shown."""

import datetime as dt
from decimal import Decimal

from boligsak.dates import add_months
from boligsak.rates.services import enter_rate
from tenants.rules.indexation import CPI, index_month

SOURCE = "Eksempeltall for demoen, ikke fra Statistisk sentralbyrå"
_FIRST = Decimal("100.0")
_A_MONTH = Decimal("0.25")


def enter_figures(since: dt.date, today: dt.date) -> None:
    """A figure for each month, from twelve years before `since` to the latest one known."""
    month, figure = add_months(since.replace(day=1), -144), _FIRST
    while month <= index_month(today):
        enter_rate(CPI, valid_from=month, valid_to=None, value=figure, unit="index", source=SOURCE)
        month, figure = add_months(month, 1), figure + _A_MONTH
