"""What people need to live on in the demo: made up, and named so wherever the terms are shown.

No source gives one number for the whole country, so a new installation has none; without any the
comparison of what a household says with what it needs could not be seen.
"""

import datetime as dt

from arrears.policy_kinds import REPAYMENT
from boligsak.rates.queries import policies_on
from boligsak.rates.services import enter_policy

SOURCE = "Eksempelsatser for demoen, ikke vedtatt av noen kommune"
# Øre a month, as of the first month and from the new year.
_FIRST = {"single": 1_020_000, "couple": 1_710_000, "child": 410_000}
_RAISED = {"single": 1_060_000, "couple": 1_780_000, "child": 430_000}


def enter_living_rates(since: dt.date, today: dt.date) -> None:
    """Versions of the terms for repayment, from `since` and from the year of `today`."""
    new_year = dt.date(today.year, 1, 1)
    versions = [(since, _FIRST), (new_year, _RAISED)] if since < new_year else [(since, _RAISED)]
    for valid_from, rates in versions:
        values = policies_on(REPAYMENT, valid_from)[None].values.to_values()
        values |= {f"living_{who}_ore": ore for who, ore in rates.items()}
        enter_policy(REPAYMENT, office_id=None, valid_from=valid_from, values=values, source=SOURCE)
