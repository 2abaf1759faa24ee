"""The legal deadline that ends first in each of many cases: the clock's, or a petition's."""

import datetime
from collections.abc import Collection
from typing import NamedTuple

from arrears.models import Referral
from arrears.queries.notices import next_deadlines
from arrears.rules.clock import Running

COMMENT, EVICTION = "comment", "eviction"


class LegalDeadline(NamedTuple):
    """The last day, and what ends on it: a deadline of the clock, or `COMMENT` (the tenant's
    fourteen days after a petition) or `EVICTION` (the date that is set)."""

    on: datetime.date
    running: Running | None = None
    what: str = ""


def legal_deadlines(case_ids: Collection[int], day: datetime.date) -> dict[int, LegalDeadline]:
    """By case id, of the cases in which one has not passed. A constant number of queries."""
    if not case_ids:
        return {}
    found: dict[int, list[LegalDeadline]] = {}
    for case_id, running in next_deadlines(case_ids, day).items():
        if running.last_on is not None:
            found.setdefault(case_id, []).append(LegalDeadline(running.last_on, running))
    rows = Referral.objects.filter(case_id__in=list(case_ids), ended_on__isnull=True)
    for case_id, comment_by_on, eviction_on in rows.values_list(
        "case_id", "comment_by_on", "eviction_on"
    ):
        for on, what in ((comment_by_on, COMMENT), (eviction_on, EVICTION)):
            if on is not None and on >= day:
                found.setdefault(case_id, []).append(LegalDeadline(on, what=what))
    return {case_id: min(several, key=lambda one: one.on) for case_id, several in found.items()}
