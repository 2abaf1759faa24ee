"""Who besides the tenant pays a part of the rent, and asking them when it does not come."""

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case, CaseStatus, ExpectedPayment, PayerKind, Task, TaskState
from arrears.queries.ledger import monthly_rent
from arrears.queries.payers import PayerMissing, missing_payers
from arrears.services.cases.base import at_work, note_act, touched
from arrears.services.tasks import end_tasks_about, make_task
from boligsak.dates import next_working_day
from boligsak.rule import RuleBroken
from tenants.models import Lease

TASK_MISSING = "payer_missing"
_DAYS_TO_ASK = 3


@transaction.atomic
def expect_payment(
    case_id: int,
    *,
    payer: str,
    name: str,
    amount_ore: int,
    day: int,
    from_on: datetime.date,
    to_on: datetime.date | None = None,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> ExpectedPayment:
    """Somebody else pays `amount_ore` every month on `day`, from one day to another, inclusive.

    What they do not pay is then asked of them. Raises as `at_work` does, "payer.amount",
    "payer.day", "payer.ends_before_start", or "payer.above_rent" (rent_ore) or
    "payer.above_rent_together" (rent_ore, beside_ore): more than the rent is no part of it.
    """
    case = at_work(case_id, by=by, version=version)
    if amount_ore <= 0:
        raise RuleBroken("payer.amount")
    if not 1 <= day <= 31:
        raise RuleBroken("payer.day")
    if to_on is not None and to_on < from_on:
        raise RuleBroken("payer.ends_before_start")
    rent_ore = monthly_rent(case.lease, on)
    if rent_ore and amount_ore > rent_ore:
        raise RuleBroken("payer.above_rent", rent_ore=rent_ore)
    beside_ore = _agreed_beside(case.lease_id, from_on, to_on)
    if rent_ore and amount_ore + beside_ore > rent_ore:
        raise RuleBroken("payer.above_rent_together", rent_ore=rent_ore, beside_ore=beside_ore)
    row = ExpectedPayment.objects.create(
        lease_id=case.lease_id,
        payer=PayerKind(payer),
        name=name.strip(),
        amount_ore=amount_ore,
        day=day,
        from_on=from_on,
        to_on=to_on,
        by=by,
    )
    note_act(
        case,
        "payer_added",
        by=by,
        on=on,
        facts={"payer": row.payer, "amount_ore": amount_ore, "day": day},
    )
    touched(case)
    return row


def _agreed_beside(lease_id: int, from_on: datetime.date, to_on: datetime.date | None) -> int:
    """The most the others pay a month on any of these days."""
    last_on = to_on or datetime.date.max
    rows = ExpectedPayment.objects.filter(lease=lease_id, from_on__lte=last_on)
    others = [
        (max(begins_on, from_on), ends_on or datetime.date.max, ore)
        for begins_on, ends_on, ore in rows.values_list("from_on", "to_on", "amount_ore")
        if ends_on is None or ends_on >= from_on
    ]
    # It is highest on a day on which one of them begins.
    return max(
        (
            sum(ore for begins_on, ends_on, ore in others if begins_on <= day <= ends_on)
            for day, _ends_on, _ore in others
        ),
        default=0,
    )


@transaction.atomic
def stop_expecting(
    case_id: int,
    payment_id: int,
    *,
    last_on: datetime.date,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> ExpectedPayment:
    """The agreement ends with `last_on`; later months are the tenant's own to pay again.

    Raises as `at_work` does, "payer.changed", or "payer.ends_before_start".
    """
    case = at_work(case_id, by=by)
    row = ExpectedPayment.objects.select_for_update(of=("self",)).get(
        pk=payment_id, lease_id=case.lease_id
    )
    if version is not None and row.version != version:
        raise RuleBroken("payer.changed")
    if last_on < row.from_on:
        raise RuleBroken("payer.ends_before_start")
    row.to_on = last_on
    row.version += 1
    row.save(update_fields=["to_on", "version"])
    note_act(
        case,
        "payer_ended",
        by=by,
        on=on,
        facts={"payer": row.payer, "last_on": last_on.isoformat()},
    )
    touched(case)
    return row


def check_payers(day: datetime.date) -> dict[str, int]:
    """Every night: a task to ask the agency for each payment that has not come, and its end when
    it has. Safe to run twice. A month that is missing makes one task, however long it is."""
    found = missing_payers(day)
    leases = {lease.pk: lease for lease in Lease.objects.filter(pk__in=list(found))}
    cases = {
        case.lease_id: case
        for case in Case.objects.filter(lease__in=list(found), status=CaseStatus.OPEN)
    }
    about_now = {_about(row) for rows in found.values() for row in rows}
    asked = Task.objects.filter(kind=TASK_MISSING, about__in=about_now)
    asked_before = set(asked.values_list("about", flat=True))
    made = 0
    for lease_id, rows in found.items():
        for row in rows:
            about = _about(row)
            if about in asked_before:
                continue  # asked already, or dropped by somebody who knows why
            made += 1
            make_task(
                kind=TASK_MISSING,
                case=cases.get(lease_id),
                lease=leases[lease_id],
                due_on=next_working_day(day + datetime.timedelta(days=_DAYS_TO_ASK)),
                by=None,
                on=day,
                facts={
                    "payer": row.payer,
                    "name": row.name,
                    "month": row.missing.month.isoformat(),
                    "expected_on": row.missing.expected_on.isoformat(),
                    "short_ore": row.missing.short_ore,
                },
                about=about,
            )
    return {"missing": len(about_now), "asked": made, "came": _end_what_came(about_now, day)}


def _about(row: PayerMissing) -> str:
    """What the task is about: one agency's payment of one month."""
    return f"payer:{row.payment_id}:{row.missing.month:%Y-%m}"


def _end_what_came(about_now: set[str], day: datetime.date) -> int:
    standing = Task.objects.filter(kind=TASK_MISSING, state=TaskState.OPEN)
    came = set(standing.values_list("about", flat=True)) - about_now
    return sum(
        end_tasks_about(TASK_MISSING, about, result="", by=None, on=day) for about in sorted(came)
    )
