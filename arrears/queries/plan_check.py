"""What the ledger says of some repayment plans: the facts on which the rule says kept or broken."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from arrears.models import (
    ChargeDispute,
    ExpectedPayment,
    Instalment,
    LineKind,
    PlanCharge,
    RepaymentPlan,
)
from arrears.queries.portfolio import ledgers
from arrears.rules import plans as rules
from arrears.rules.ledger import RENT_KINDS, ChargeKey, ChargeKind, settle_on
from arrears.rules.payers import Payer
from arrears.rules.plans import Agreement, Deposit, Happened, Paid, RentDue


@dataclass(frozen=True, slots=True)
class Looked:
    """One plan with what was agreed and what has happened."""

    agreement: Agreement
    happened: Happened


# Through the ledger's two indexes, lease by lease, and only from the signing on. A correction
# that adds to a charge is more debt, not money taken back: the plan does not know of it.
_LINES = """
SELECT wanted.lease_id, line.id, line.kind, line.amount_ore, line.effective_on, line.due_on,
    line.names_id, line.payer || ' ' || line.note, corrected.due_on IS NOT NULL
FROM unnest(%s::bigint[], %s::date[]) AS wanted (lease_id, since)
CROSS JOIN LATERAL (
    SELECT * FROM arrears_ledgerline AS charge
    WHERE charge.lease_id = wanted.lease_id AND charge.due_on > wanted.since
        AND charge.kind = ANY(%s)
    UNION ALL
    SELECT * FROM arrears_ledgerline AS movement
    WHERE movement.lease_id = wanted.lease_id AND movement.due_on IS NULL
        AND movement.effective_on > wanted.since
    OFFSET 0
) AS line
LEFT JOIN arrears_ledgerline AS corrected ON corrected.id = line.corrects_id
ORDER BY line.effective_on, line.id
"""

# Plans of which something from before the signing came to the ledger after they were made.
_LATE = """
SELECT plan.id FROM arrears_repaymentplan AS plan
WHERE plan.id = ANY(%s) AND (
    EXISTS (SELECT FROM arrears_ledgerline AS line
        WHERE line.lease_id = plan.lease_id AND line.effective_on <= plan.signed_on
            AND line.entered_at >= plan.entered_at)
    OR EXISTS (SELECT FROM arrears_chargedispute AS dispute
        JOIN arrears_ledgerline AS line ON line.id = dispute.line_id
        WHERE line.lease_id = plan.lease_id AND dispute.opened_on <= plan.signed_on
            AND dispute.entered_at >= plan.entered_at))
"""


def look_at(plans: Sequence[RepaymentPlan]) -> dict[int, Looked]:
    """The facts of these signed plans, by id. A constant number of queries.

    `Happened.before_ore` is what has turned out to be paid before the signing: what was open of
    the covered charges on that day is reckoned again from the ledger as it stands.
    """
    signed = [plan for plan in plans if plan.signed_on is not None]
    if not signed:
        return {}
    instalments = _instalments(signed)
    covered = _covered(signed)
    since: dict[int, datetime.date] = {}
    for plan in signed:
        day = plan.signed_on or plan.made_on
        since[plan.lease_id] = min(since.get(plan.lease_id, day), day)
    rents, paid = _lines(since)
    deposits = _deposits(since)
    payers = payers_of(since)
    before = _before(signed, covered)
    found: dict[int, Looked] = {}
    for plan in signed:
        signed_on = plan.signed_on or plan.made_on
        own = {line_id: open_ore for line_id, _key, open_ore in covered[plan.pk]}
        found[plan.pk] = Looked(
            Agreement(signed_on, plan.tolerance_days, instalments[plan.pk], own),
            Happened(
                before_ore=before.get(plan.pk, 0),
                rents=[
                    rent
                    for rent in rents[plan.lease_id]
                    if rent.due_on > signed_on and rent.id not in own
                ],
                paid=[one for one in paid[plan.lease_id] if one.on > signed_on],
                # What stood when it was signed is not in what was open then.
                deposits=[
                    one
                    for one in deposits[plan.lease_id]
                    if one.charge not in own or one.from_on > signed_on
                ],
                payers=payers[plan.lease_id],
            ),
        )
    return found


def _instalments(plans: Iterable[RepaymentPlan]) -> dict[int, tuple[rules.Instalment, ...]]:
    found: dict[int, list[rules.Instalment]] = defaultdict(list)
    rows = Instalment.objects.filter(plan__in=[plan.pk for plan in plans]).order_by("number")
    for plan_id, *row in rows.values_list("plan_id", "number", "due_on", "amount_ore"):
        found[plan_id].append(rules.Instalment(*row))
    return defaultdict(tuple, {plan_id: tuple(rows) for plan_id, rows in found.items()})


def _covered(plans: Iterable[RepaymentPlan]) -> dict[int, list[tuple[int, ChargeKey, int]]]:
    found: dict[int, list[tuple[int, ChargeKey, int]]] = defaultdict(list)
    rows = PlanCharge.objects.filter(plan__in=[plan.pk for plan in plans])
    for plan_id, line_id, due_on, kind, reference, open_ore in rows.values_list(
        "plan_id", "line_id", "line__due_on", "line__kind", "line__reference", "open_ore"
    ):
        key = ChargeKey(due_on, ChargeKind(kind), reference)
        found[plan_id].append((line_id, key, open_ore))
    return found


def _lines(
    since: Mapping[int, datetime.date],
) -> tuple[dict[int, list[RentDue]], dict[int, list[Paid]]]:
    rents: dict[int, list[RentDue]] = defaultdict(list)
    paid: dict[int, list[Paid]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(since), list(since.values()), [*map(str, RENT_KINDS)]])
        for lease_id, pk, kind, ore, on, due_on, names, text, mends_charge in cursor.fetchall():
            if due_on is not None:
                rents[lease_id].append(RentDue(pk, due_on, ore))
            elif not (kind == LineKind.CORRECTION and ore > 0 and mends_charge):
                paid[lease_id].append(Paid(on, -ore, names, text))
    return rents, paid


def _deposits(leases: Iterable[int]) -> dict[int, list[Deposit]]:
    found: dict[int, list[Deposit]] = defaultdict(list)
    rows = ChargeDispute.objects.filter(line__lease__in=list(leases))
    for lease_id, *row in rows.values_list(
        "line__lease_id", "line_id", "deposited_ore", "opened_on", "closed_on"
    ):
        found[lease_id].append(Deposit(*row))
    return found


def payers_of(leases: Iterable[int]) -> dict[int, list[Payer]]:
    """Who besides the tenant pays on each lease, ever."""
    found: dict[int, list[Payer]] = defaultdict(list)
    rows = ExpectedPayment.objects.filter(lease__in=list(leases)).order_by("pk")
    for lease_id, *row in rows.values_list(
        "lease_id", "pk", "name", "amount_ore", "day", "from_on", "to_on"
    ):
        found[lease_id].append(Payer(*row))
    return found


def _before(
    plans: Sequence[RepaymentPlan], covered: Mapping[int, list[tuple[int, ChargeKey, int]]]
) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_LATE, [[plan.pk for plan in plans]])
        late = {row[0] for row in cursor.fetchall()}
    again = [plan for plan in plans if plan.pk in late]
    if not again:
        return {}
    kept = ledgers({plan.lease_id for plan in again})
    found: dict[int, int] = {}
    for plan in again:
        ledger = kept[plan.lease_id]
        day = plan.signed_on or plan.made_on
        settled = settle_on(ledger.lines, ledger.disputes, day)
        still = {charge.key: charge.open_ore for charge in settled.open}
        # Debt that came to light later is not in the plan: it takes nothing from what was paid.
        found[plan.pk] = sum(
            max(open_ore - still.get(key, 0), 0) for _line, key, open_ore in covered[plan.pk]
        )
    return found
