"""Payers besides the tenant, and what has not come from them."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.db.models import Q

from arrears.models import ExpectedPayment, LedgerLine, LineKind
from arrears.policy_kinds import REPAYMENT
from arrears.rules.payers import Incoming, Missing, Payer, missing_payer
from boligsak.dates import add_months
from boligsak.rates.queries import policies_on

_MONTHS_BACK = 3


class PayerMissing(NamedTuple):
    """One agency's payment of one month that should be here and is not."""

    payment_id: int
    payer: str
    name: str
    missing: Missing


def missing_payers(
    day: datetime.date, lease_ids: Collection[int] | None = None
) -> dict[int, list[PayerMissing]]:
    """By lease, what other payers should have paid by `day` and have not; `lease_ids` None: of
    all leases that last. Leases with nothing missing are left out. A constant number of queries.
    """
    rows = ExpectedPayment.objects.filter(from_on__lte=day).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=add_months(day, -_MONTHS_BACK))
    )
    rows = rows.filter(
        Q(lease__moved_out_on__isnull=True) | Q(lease__moved_out_on__gte=day)
    ).select_related("lease")
    if lease_ids is not None:
        rows = rows.filter(lease__in=list(lease_ids))
    expected = list(rows.order_by("lease_id", "pk"))
    return missing_of(expected, {row.lease_id: row.lease.office_id for row in expected}, day)


def missing_of(
    expected: Collection[ExpectedPayment], offices: Mapping[int, int], day: datetime.date
) -> dict[int, list[PayerMissing]]:
    """The same of payments that have been asked for, which began by `day` on leases that last.

    `offices`: the office of each lease. Two queries; none without a payment.
    """
    if not expected:
        return {}
    policies = policies_on(REPAYMENT, day)
    incoming = _incoming({row.lease_id for row in expected}, day)
    found: dict[int, list[PayerMissing]] = defaultdict(list)
    for row in expected:
        policy = policies.get(offices[row.lease_id]) or policies[None]
        payer = Payer(row.pk, row.name, row.amount_ore, row.day, row.from_on, row.to_on)
        for missing in missing_payer(
            payer,
            incoming[row.lease_id],
            day,
            grace_days=policy.values.payer_days,
            months_back=_MONTHS_BACK,
        ):
            found[row.lease_id].append(PayerMissing(row.pk, row.payer, row.name, missing))
    return dict(found)


def _incoming(lease_ids: Collection[int], day: datetime.date) -> dict[int, list[Incoming]]:
    """Payments of the months asked about; what was taken back or moved away does not count."""
    rows = LedgerLine.objects.filter(
        lease__in=list(lease_ids),
        due_on__isnull=True,
        effective_on__gte=add_months(day, -_MONTHS_BACK - 1),
        effective_on__lte=day,
        kind__in=[LineKind.PAYMENT, LineKind.MOVE_IN],
        amount_ore__lt=0,
    ).exclude(corrected_by__kind__in=[LineKind.MOVE_OUT, LineKind.REVERSAL])
    found: dict[int, list[Incoming]] = defaultdict(list)
    for lease_id, on, ore, payer, note in rows.values_list(
        "lease_id", "effective_on", "amount_ore", "payer", "note"
    ):
        found[lease_id].append(Incoming(on, -ore, f"{payer} {note}"))
    return found
