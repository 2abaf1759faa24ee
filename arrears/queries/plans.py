"""Repayment plans as pages and other steps ask for them."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max, Q

from arrears.models import Case, DebtSettlement, LedgerLine, PlanCharge, PlanState, RepaymentPlan
from arrears.queries.plan_check import look_at
from arrears.queries.portfolio import ledgers
from arrears.rules.flags import BrokenPlan
from arrears.rules.ledger import settle_on
from arrears.rules.plan_survival import Life, Survival, survival
from arrears.rules.plans import PlanFacts, State, progress
from boligsak.arrays import array
from boligsak.dates import add_months
from tenants.models import HouseholdMember, Lease, LeaseParty, MemberRole

NO_PLAN = PlanFacts()


class Coverable(NamedTuple):
    """A charge that has fallen due, is not fully paid, and that a plan can cover."""

    line_id: int
    due_on: datetime.date
    kind: str
    open_ore: int


def coverable(lease_id: int, day: datetime.date) -> list[Coverable]:
    """What was open and due on `day`, from the ledger as it stands; oldest due first.

    What the tenant has deposited as disputed (§ 3-8) is not in it.
    """
    ledger = ledgers([lease_id])[lease_id]
    settled = settle_on(ledger.lines, ledger.disputes, day)
    due = [charge for charge in settled.open if charge.key.due_on <= day]
    if not due:
        return []
    keys = Q()
    for charge in due:
        keys |= Q(due_on=charge.key.due_on, kind=charge.key.kind, reference=charge.key.reference)
    rows = LedgerLine.objects.filter(keys, lease_id=lease_id)
    ids = {
        (due_on, kind, reference): line_id
        for line_id, due_on, kind, reference in rows.values_list(
            "id", "due_on", "kind", "reference"
        )
    }
    return [
        Coverable(
            ids[charge.key.due_on, str(charge.key.kind), charge.key.reference],
            charge.key.due_on,
            str(charge.key.kind),
            charge.open_ore,
        )
        for charge in due
    ]


def settled_until(lease_id: int, day: datetime.date) -> datetime.date | None:
    """Until which due day an opened debt settlement covers what a tenant of the lease owes; None
    without one. Collection of that debt has stopped, in instalments too."""
    tenants = LeaseParty.objects.filter(lease=lease_id, role="tenant", from_on__lte=day)
    rows = DebtSettlement.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day),
        person__in=tenants.exclude(to_on__lt=day).values("person"),
        opened_on__lte=day,
    )
    last: datetime.date | None = rows.aggregate(last=Max("covers_to"))["last"]
    return last


def dunning_rests(lease_id: int) -> bool:
    """Whether a signed plan runs on the lease: while it is kept, nobody duns for what it covers.

    An instalment that is late within the tolerance changes nothing.
    """
    return RepaymentPlan.objects.filter(lease_id=lease_id, state=PlanState.RUNNING).exists()


def leases_at_rest(lease_ids: Collection[int]) -> frozenset[int]:
    """Those of the leases on which a signed plan runs."""
    rows = RepaymentPlan.objects.filter(lease__in=list(lease_ids), state=PlanState.RUNNING)
    return frozenset(rows.values_list("lease_id", flat=True))


def plan_facts(case_ids: Collection[int], day: datetime.date) -> dict[int, PlanFacts]:
    """The plan of each case: the one that runs on its lease, or else the newest not ended.

    Cases without a plan have `NO_PLAN`. A constant number of queries.
    """
    found = dict.fromkeys(case_ids, NO_PLAN)
    cases: dict[int, list[int]] = defaultdict(list)
    for case_id, lease_id in Case.objects.filter(pk__in=list(case_ids)).values_list(
        "pk", "lease_id"
    ):
        cases[lease_id].append(case_id)
    runs = Q(lease__in=list(cases), state=PlanState.RUNNING)
    rows = RepaymentPlan.objects.filter(Q(case__in=list(case_ids)) | runs)
    chosen: dict[int, RepaymentPlan] = {}
    for plan in rows.exclude(state=PlanState.ENDED).order_by("pk"):
        if plan.broken_facts.get("paid_on"):
            continue
        # A plan from an earlier case that still runs is the lease's, and so every case's on it.
        is_running = plan.state == PlanState.RUNNING
        for case_id in cases[plan.lease_id] if is_running else [plan.case_id]:
            before = chosen.get(case_id)
            if before is None or before.state != PlanState.RUNNING:
                chosen[case_id] = plan
    if not chosen:
        return found
    covered: dict[int, set[int]] = defaultdict(set)
    charges = PlanCharge.objects.filter(plan__in=list(chosen.values()))
    for plan_id, line_id in charges.values_list("plan_id", "line_id"):
        covered[plan_id].add(line_id)
    running = {p.pk: p for p in chosen.values() if p.state == PlanState.RUNNING}
    looked = look_at(list(running.values()))
    for case_id, plan in chosen.items():
        is_looked = plan.pk in looked
        come = (
            progress(looked[plan.pk].agreement, looked[plan.pk].happened, day)
            if is_looked
            else None
        )
        found[case_id] = PlanFacts(
            state=plan.state,
            plan_id=plan.pk,
            running_plan_id=plan.pk if is_looked else None,
            signed_on=plan.signed_on,
            ended_on=plan.ended_on,
            broken_on=plan.broken_on,
            next_due_on=come.next.due_on if come and come.next else None,
            next_due_ore=come.next_left_ore if come else 0,
            covered_line_ids=frozenset(covered[plan.pk]) if is_looked else frozenset(),
        )
    return found


# Not by the charges it covers: a later payment pays the oldest first, so they are soon paid while
# the debt is the same. What counts is whether everything has been paid since.
_BROKEN = """
SELECT lease_id, broken_on, broken_facts ->> 'due_on',
    coalesce((broken_facts ->> 'short_ore')::bigint, 0)
FROM arrears_repaymentplan
WHERE lease_id = ANY(%s) AND state = 'broken' AND broken_facts ->> 'paid_on' IS NULL
ORDER BY lease_id, broken_on
"""


def broken_plans(lease_ids: Collection[int]) -> dict[int, BrokenPlan]:
    """The newest broken plan of each lease, until everything has been paid since."""
    if not lease_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN, [array(lease_ids)])
        return {
            lease_id: BrokenPlan(
                broken_on, datetime.date.fromisoformat(due_on) if due_on else None, short_ore
            )
            for lease_id, broken_on, due_on, short_ore in cursor.fetchall()
        }


def plan_survival(
    from_on: datetime.date,
    to_on: datetime.date,
    day: datetime.date,
    office_ids: Iterable[int] | None = None,
) -> Survival:
    """How long the plans signed in these days (inclusive) have lived by `day`, and how many were
    kept. `office_ids`: of these offices' leases only (None: all)."""
    rows = _signed(from_on, min(to_on, day))
    if office_ids is not None:
        rows = rows.filter(lease__office__in=list(office_ids))
    return survival(_life(*row, day) for row in rows.values_list(*_LIFE))


def survival_by_office(
    from_on: datetime.date, day: datetime.date, user: Any
) -> dict[int | None, Survival]:
    """The same by office, for the offices of this reader's, and under None for all of them. One
    query.

    Where the reader is not cleared, protected leases count in the whole only, so that no figure
    tells where they are; bound to single offices, they count nowhere.
    """
    leases = Lease.objects.visible_to(user)
    shows = user.access.is_cleared
    found: dict[int | None, list[Life]] = defaultdict(list)
    rows = _signed(from_on, day).filter(lease__in=leases)
    fields = ("lease__office_id", "lease__is_protected", *_LIFE)
    for office_id, is_protected, *row in rows.values_list(*fields):
        life = _life(*row, day)
        found[None].append(life)
        if shows or not is_protected:
            found[office_id].append(life)
    return {office_id: survival(lives) for office_id, lives in found.items()}


_LIFE = ("state", "signed_on", "broken_on", "ended_on")


def _signed(from_on: datetime.date, to_on: datetime.date) -> Any:
    return RepaymentPlan.objects.filter(signed_on__gte=from_on, signed_on__lte=to_on)


def _life(
    state: str,
    signed_on: datetime.date,
    broken_on: datetime.date | None,
    ended_on: datetime.date | None,
    day: datetime.date,
) -> Life:
    # A broken plan that was replaced or given up is ended, and its breach is still its death.
    if broken_on is not None and broken_on <= day:
        return Life(State.BROKEN, (broken_on - signed_on).days)
    if ended_on is not None and ended_on <= day:
        return Life(State(state), (ended_on - signed_on).days)
    return Life(State.RUNNING, (day - signed_on).days)


class Living(NamedTuple):
    """How many adults and children live on the lease's economy, as far as it is registered."""

    adults: int
    children: int


def living_there(lease_id: int, day: datetime.date) -> Living:
    """Counted from the household, or from the tenants where no household is registered."""
    lease = Lease.objects.only("household_id").get(pk=lease_id)
    members = HouseholdMember.objects.filter(household=lease.household_id, from_on__lte=day)
    rows = members.exclude(to_on__lt=day).filter(person__died_on__isnull=True)
    grown_on = add_months(day, -12 * _OF_AGE)
    children = sum(
        1
        for role, born_on in rows.values_list("role", "person__born_on")
        if (born_on > grown_on if born_on else role == MemberRole.CHILD)
    )
    adults = rows.count() - children
    if adults < 1:
        parties = LeaseParty.objects.filter(lease=lease_id, role="tenant", from_on__lte=day)
        adults = parties.exclude(to_on__lt=day).filter(person__died_on__isnull=True).count()
    return Living(max(adults, 1), children)


_OF_AGE = 18


def plans_of(case: Case) -> list[RepaymentPlan]:
    """The plans of a case, the newest first, and one from an earlier case that still runs; drafts
    that were dropped or replaced are left out."""
    runs = Q(lease=case.lease_id, state=PlanState.RUNNING)
    rows = RepaymentPlan.objects.filter(Q(case=case) | runs).select_related("by", "ended_by")
    dropped = Q(state=PlanState.ENDED, signed_on__isnull=True)
    return list(rows.exclude(dropped).order_by("-pk"))
