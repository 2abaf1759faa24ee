"""What a case has cost the tenant and the municipality, and what going outside would cost."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q, Sum

from arrears.models import Case, CaseCost, CostKind, LedgerLine, LineKind, Payer
from arrears.queries.claims import open_charges
from arrears.rules.court_fees import eviction_fee
from arrears.rules.fees import COLLECTOR_STEPS, ExternalCost, external_cost, steps
from arrears.rules.referrals import ADDITIONAL_KINDS
from boligsak.rates.queries import rate_on
from boligsak.rule import RuleBroken


@dataclass(frozen=True, slots=True)
class Costs:
    """Øre, by kind of cost. `writeoffs_ore` is debt the municipality has given up since the case
    was opened; it is among the municipality's."""

    tenant: dict[str, int] = field(default_factory=dict)
    municipality: dict[str, int] = field(default_factory=dict)

    @property
    def tenant_ore(self) -> int:
        return sum(self.tenant.values())

    @property
    def municipality_ore(self) -> int:
        return sum(self.municipality.values())


WRITTEN_OFF = "written_off"
"""What the municipality has given up: not a kind of entered cost, but a cost all the same."""


def costs_of(case: Case) -> Costs:
    """So far. Fees and interest are lines of the ledger; the rest are rows of their own."""
    tenant: dict[str, int] = defaultdict(int)
    municipality: dict[str, int] = defaultdict(int)
    for kind, amount_ore in _charged(case):
        tenant[kind] += amount_ore
    rows = (
        CaseCost.objects.filter(case=case).values_list("kind", "payer").annotate(Sum("amount_ore"))
    )
    for kind, payer, amount_ore in rows:
        (tenant if payer == Payer.TENANT else municipality)[kind] += amount_ore
    given_up = LedgerLine.objects.filter(
        lease_id=case.lease_id, kind=LineKind.WRITEOFF, effective_on__gte=case.opened_on
    ).aggregate(total=Sum("amount_ore"))["total"]
    municipality[WRITTEN_OFF] += -(given_up or 0)
    return Costs(_some(tenant), _some(municipality))


def _some(found: dict[str, int]) -> dict[str, int]:
    return {kind: amount_ore for kind, amount_ore in found.items() if amount_ore}


def _charged(case: Case) -> list[tuple[str, int]]:
    """Fees and interest charged since the case was opened, less what was taken off them again."""
    kinds = {LineKind.FEE: CostKind.FEE, LineKind.INTEREST: CostKind.INTEREST}
    lines = LedgerLine.objects.filter(
        lease_id=case.lease_id, kind__in=list(kinds), effective_on__gte=case.opened_on
    )
    found = {
        pk: (kind, amount) for pk, kind, amount in lines.values_list("id", "kind", "amount_ore")
    }
    mended = LedgerLine.objects.filter(
        Q(kind=LineKind.CORRECTION) | Q(kind=LineKind.CREDIT), corrects__in=list(found)
    )
    charged = [(str(kinds[LineKind(kind)]), amount) for kind, amount in found.values()]
    for corrects_id, amount in mended.values_list("corrects_id", "amount_ore"):
        charged.append((str(kinds[LineKind(found[corrects_id][0])]), amount))
    return charged


@dataclass(frozen=True, slots=True)
class Outside:
    """What going outside would cost today. None where a rate of the day is not entered."""

    claim_ore: int
    collection: ExternalCost | None
    """To the tenant, when what is overdue goes to a debt collector."""
    eviction_ore: int | None
    """Court fees of an eviction, filed and carried out."""


def outside(case: Case, day: datetime.date) -> Outside:
    """The cost of the steps that can still be avoided, by the rates of `day`."""
    overdue = [one for one in open_charges(case.lease_id, day) if one.due_on < day]
    claim = sum(one.open_ore for one in overdue if one.kind not in ADDITIONAL_KINDS)
    return Outside(claim, _collection(claim, day), _eviction(day))


def _collection(claim_ore: int, day: datetime.date) -> ExternalCost | None:
    try:
        ratios = [rate_on(name, day).value for _, name in COLLECTOR_STEPS]
        base, own = rate_on("collection-rate", day), rate_on("reminder-fee", day)
    except RuleBroken:
        return None
    return external_cost(claim_ore, base_ore=base.value, own_ratio=own.value, by_size=steps(ratios))


def _eviction(day: datetime.date) -> int | None:
    try:
        court_fee = int(rate_on("court-fee", day).value)
        parts = [rate_on(name, day).value for name in ("eviction-filed", "eviction-carried-out")]
    except RuleBroken:
        return None
    return sum(eviction_fee(court_fee, ratio) for ratio in parts)
