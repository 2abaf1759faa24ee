"""What agencies should have paid on many leases and have not: Nav, allowances, deductions."""

import datetime
from collections import defaultdict
from collections.abc import Mapping

from arrears.models import ExpectedPayment, LedgerLine, LineKind
from arrears.rules.payers import EARLY_DAYS, Incoming, Payer, missing_payer
from arrears.rules.step_conditions import MissingPayment
from boligsak.dates import add_months
from boligsak.rates.queries import policies_on

_MONTHS_BACK = 3
_POLICY = "repayment"


def missing_payments(
    leases: Mapping[int, int], day: datetime.date
) -> dict[int, list[MissingPayment]]:
    """By lease id, the payments that are missing on `day`, oldest first; leases without are not in
    it. `leases`: the office of each, for its own days of grace. Three queries, however many."""
    earliest = add_months(day, -_MONTHS_BACK - 1)
    rows = ExpectedPayment.objects.filter(lease__in=list(leases), from_on__lte=day)
    agreed = [
        row for row in rows.order_by("lease_id", "pk") if row.to_on is None or row.to_on >= earliest
    ]
    if not agreed:
        return {}
    policies = policies_on(_POLICY, day)
    since = earliest - datetime.timedelta(days=EARLY_DAYS)
    came = _came({row.lease_id for row in agreed}, since, day)
    found: dict[int, list[MissingPayment]] = defaultdict(list)
    for row in agreed:
        policy = policies.get(leases[row.lease_id], policies[None])
        payer = Payer(row.pk, row.name, row.amount_ore, row.day, row.from_on, row.to_on)
        found[row.lease_id] += [
            MissingPayment(row.payer, one.expected_on, one.short_ore, row.name)
            for one in missing_payer(
                payer,
                came[row.lease_id],
                day,
                grace_days=policy.values.payer_days,
                months_back=_MONTHS_BACK,
            )
        ]
    return {
        lease_id: sorted(missing, key=lambda one: one.expected_on)
        for lease_id, missing in found.items()
        if missing
    }


def _came(
    lease_ids: set[int], since: datetime.date, day: datetime.date
) -> dict[int, list[Incoming]]:
    found: dict[int, list[Incoming]] = defaultdict(list)
    rows = LedgerLine.objects.filter(
        lease__in=lease_ids,
        kind__in=[LineKind.PAYMENT, LineKind.MOVE_IN],
        due_on__isnull=True,
        effective_on__gte=since,
        effective_on__lte=day,
        amount_ore__lt=0,
    )
    for lease_id, on, ore, payer, note in rows.values_list(
        "lease_id", "effective_on", "amount_ore", "payer", "note"
    ):
        found[lease_id].append(Incoming(on, -ore, f"{payer} {note}"))
    return found
