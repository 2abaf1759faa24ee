"""Comparing what is kept with what the ledger says, lease by lease, by the rules themselves."""

import datetime
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog
from django.db import connection

from arrears.models import LeaseAccount, OpenCharge
from arrears.queries.portfolio import ledgers
from arrears.rules.ledger import settle_on
from boligsak.jobs.services import Counts

log = structlog.get_logger(__name__)

SAMPLE = 20
CHUNK = 1_000
_SHOWN = 50

Tell = Callable[[int, int | None], None]
_FOR_EVER = datetime.date.max


def check_sample(day: datetime.date) -> Counts:
    """Checks some leases, others every day. Counts them and the ones that differ."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(lease_id), max(lease_id) FROM arrears_leaseaccount")
        lowest, highest = cursor.fetchone()
        if lowest is None:
            return _counted(0, [])
        chance = random.Random(day.toordinal())  # noqa: S311 - a sample, not a secret
        from_ids = [chance.randint(lowest, highest) for _ in range(SAMPLE)]
        cursor.execute(
            """
            SELECT DISTINCT lease_id FROM unnest(%s::bigint[]) AS from_id CROSS JOIN LATERAL (
                SELECT lease_id FROM arrears_leaseaccount WHERE lease_id >= from_id
                ORDER BY lease_id LIMIT 1
            ) AS account
            """,
            [from_ids],
        )
        leases = [row[0] for row in cursor.fetchall()]
    return _counted(len(leases), differing(leases))


def check_all(*, progress: Tell | None = None) -> Counts:
    """Checks every lease there is, a thousand at a time."""
    leases = list(LeaseAccount.objects.order_by("lease_id").values_list("lease_id", flat=True))
    wrong: list[int] = []
    for start in range(0, len(leases), CHUNK):
        wrong += differing(leases[start : start + CHUNK])
        if progress is not None:
            progress(min(start + CHUNK, len(leases)), len(leases))
    return _counted(len(leases), wrong)


def differing(lease_ids: Sequence[int]) -> list[int]:
    """The leases whose account or open charges are not what their ledger says.

    A lease that moves while it is being compared is compared again.
    """
    wrong = set(_compare(lease_ids))
    return sorted(set(_compare(list(wrong))) if wrong else wrong)


def _compare(lease_ids: Sequence[int]) -> Iterator[int]:
    accounts = {
        lease_id: kept
        for lease_id, *kept in LeaseAccount.objects.filter(lease_id__in=lease_ids).values_list(
            "lease_id",
            "balance_ore",
            "open_ore",
            "disputed_ore",
            "unallocated_ore",
            "oldest_due_on",
        )
    }
    kept_open: dict[int, list[Any]] = {}
    for lease_id, due_on, kind, reference, amount_ore, open_ore in (
        OpenCharge.objects.filter(lease_id__in=lease_ids)
        .order_by("lease_id", "due_on", "kind", "reference")
        .values_list("lease_id", "due_on", "kind", "reference", "amount_ore", "open_ore")
    ):
        row = (due_on, kind, reference), amount_ore, open_ore
        kept_open.setdefault(lease_id, []).append(row)
    for lease_id, ledger in ledgers(lease_ids).items():
        # Kept is all that is entered, whatever day it counts from.
        settled = settle_on(ledger.lines, ledger.disputes, _FOR_EVER)
        oldest_on = settled.open[0].key.due_on if settled.open else None
        account = [
            settled.balance_ore,
            settled.open_ore,
            settled.disputed_ore,
            settled.unallocated_ore,
            oldest_on,
        ]
        if accounts.get(lease_id) != account or kept_open.get(lease_id, []) != [
            (tuple(charge.key), charge.amount_ore, charge.open_ore) for charge in settled.open
        ]:
            yield lease_id


def _counted(checked: int, wrong: list[int]) -> Counts:
    if wrong:
        log.error("kept_state_differs", leases=wrong[:_SHOWN], count=len(wrong))
    return {"checked": checked, "wrong": len(wrong), "leases": wrong[:_SHOWN]}
