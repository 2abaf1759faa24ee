"""The targets of the demo's municipality: made up, and named so wherever they are shown."""

import datetime as dt
from collections.abc import Iterable

from arrears.queries.targets import TARGETS
from arrears.rules.targets import default_values
from boligsak.accounts.models import Office
from boligsak.rates.services import enter_policy

SOURCE = "Eksempeltall for demoen, ikke vedtatt av noen kommune"
_PETITIONS, _EVICTIONS = 12, 5
"""A year at each office, before the work began."""


def enter_targets(since: dt.date, offices: Iterable[Office]) -> None:
    """Versions from `since` on: each office's own, and the municipality's, which is their sum."""
    ids: list[int | None] = [office.pk for office in offices]
    for office_id, times in [*((one, 1) for one in ids), (None, len(ids))]:
        before = {"petitions_before": times * _PETITIONS, "evictions_before": times * _EVICTIONS}
        enter_policy(
            TARGETS,
            office_id=office_id,
            valid_from=since,
            values=default_values() | before,
            source=SOURCE,
        )
