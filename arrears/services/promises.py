"""Promises to pay, checked by themselves every night."""

import datetime
from collections import defaultdict
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Q

from arrears.models import Case, CaseStatus, ContactAttempt, ContactState, LineKind, PromiseState
from arrears.rules.contacts import Paid, Promise, promise_states
from arrears.services.cases.base import note_act, touched
from arrears.services.tasks import end_tasks_about, make_task
from boligsak.jobs.services import Counts

TASK = "promise_broken"
# How long a payment may be on its way and still keep the promise it was made in time for.
LOOK_BACK = datetime.timedelta(days=60)
ANSWER_WITHIN = datetime.timedelta(days=3)

# What a night may make of a promise. What was kept stays kept, and no verdict is taken back but a
# hard one.
_SETTLES = {
    (PromiseState.OPEN, PromiseState.KEPT),
    (PromiseState.OPEN, PromiseState.BROKEN),
    (PromiseState.BROKEN, PromiseState.KEPT),
}

_PAID = """
SELECT lease_id, effective_on, -sum(amount_ore)::bigint FROM arrears_ledgerline
WHERE lease_id = ANY(%(leases)s) AND due_on IS NULL AND kind = ANY(%(kinds)s)
    AND effective_on >= %(since)s
GROUP BY lease_id, effective_on
"""


def check_promises(day: datetime.date) -> Counts:
    """Says of every promise that runs whether it is kept or broken, and goes back on "broken" when
    the money was paid in time and only came late.

    A broken one makes a task for the case's owner; both ends are written on the case. Safe to run
    twice, and for a past day.
    """
    since = day - LOOK_BACK
    counts = {"kept": 0, "broken": 0, "open": 0}
    waiting = _of_leases(
        Q(promise_state=PromiseState.OPEN)
        | Q(promise_state=PromiseState.BROKEN, promised_on__gte=since),
        day,
    )
    lease_ids = {row.case.lease_id for row in waiting}
    if not waiting:
        return counts
    # All promises of these leases, the kept ones too: a krone keeps one promise only.
    first_on = min(row.on for row in waiting)
    standing = _of_leases(
        Q(case__lease__in=lease_ids, promised_on__gte=first_on)
        & ~Q(promise_state=PromiseState.MOVED),
        day,
    )
    paid = _paid(lease_ids, min(row.on for row in standing))
    for lease_id, rows in groupby(standing, lambda row: row.case.lease_id):
        told = list(rows)
        states = promise_states([_promise(row) for row in told], paid[lease_id], day)
        for row in told:
            before, after = row.promise_state, states[row.pk]
            counts["open"] += before == after == PromiseState.OPEN
            if (before, after) in _SETTLES:
                counts[after] += _settle(row, after, day)
    return counts


def _of_leases(which: Q, day: datetime.date) -> list[ContactAttempt]:
    rows = ContactAttempt.objects.filter(which, state=ContactState.DONE, on__lte=day)
    rows = rows.exclude(promise_state="").select_related("case")
    return list(rows.order_by("case__lease_id", "promised_on", "id"))


def _promise(row: ContactAttempt) -> Promise:
    if row.promised_on is None or row.promised_ore is None:
        raise ValueError(f"promise {row.pk} without sum or day")  # the database forbids it
    return Promise(row.pk, row.on, row.promised_on, row.promised_ore)


def _paid(lease_ids: set[int], since: datetime.date) -> dict[int, list[Paid]]:
    kinds = [LineKind.PAYMENT, LineKind.REVERSAL, LineKind.MOVE_IN, LineKind.MOVE_OUT]
    found: dict[int, list[Paid]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _PAID, {"leases": sorted(lease_ids), "kinds": [*map(str, kinds)], "since": since}
        )
        for lease_id, on, ore in cursor.fetchall():
            found[lease_id].append(Paid(on, ore))
    return found


@transaction.atomic
def _settle(seen: ContactAttempt, state: str, day: datetime.date) -> bool:
    """Writes the verdict, under the case's lock, unless somebody changed the note meanwhile."""
    case = (
        Case.objects.select_for_update(of=("self",)).select_related("office").get(pk=seen.case_id)
    )
    row = ContactAttempt.objects.select_for_update(of=("self",)).get(pk=seen.pk)
    if row.version != seen.version or row.promise_state != seen.promise_state:
        return False
    was_broken = row.promise_state == PromiseState.BROKEN
    row.promise_state, row.promise_checked_on = state, day
    row.save(update_fields=["promise_state", "promise_checked_on"])
    about = f"contact:{row.pk}"
    facts = {
        "contact": row.pk,
        "ore": row.promised_ore,
        "by_on": row.promised_on.isoformat() if row.promised_on else "",
    }
    if state == PromiseState.BROKEN:
        note_act(case, "promise_broken", by=None, on=day, facts=facts)
        if case.status == CaseStatus.OPEN:
            make_task(
                kind=TASK,
                case=case,
                facts=facts,
                about=about,
                due_on=day + ANSWER_WITHIN,
                by=None,
                on=day,
            )
        touched(case)
        return True
    what = "promise_kept_after_all" if was_broken else "promise_kept"
    note_act(case, what, by=None, on=day, facts=facts)
    if was_broken:
        end_tasks_about(TASK, about, result="", by=None, on=day)
    touched(case)
    return True
