"""Reading leases' pasts ahead, so that the night in which their arrears begin need not.

Whether arrears are a lease's first hangs on all of its ledger. Asked of thousands in the night when
a grace ends, reading ten years of each takes longer than everything else that night does. So each
past is read once, and after that only what has come since.
"""

import datetime

from django.db import transaction

from arrears.queries import past
from arrears.queries.flags import Policies, lock_and_read
from arrears.queries.past import AskedPast
from arrears.rules.facts import known_of_past
from arrears.services.flags.changes import write_pasts

CHUNK = 2_000
_SUNDAY = 6
_OLD = datetime.timedelta(days=2 * 365)


def read_unread(day: datetime.date, policies: Policies) -> int:
    """Reads the pasts that were never read, were forgotten, or were read two years ago. Returns
    how many.

    On Sundays, and when none at all has been read: after the first load or an upgrade. Nothing
    rests on its being done; what is not read ahead is read when it is asked for.
    """
    if day.weekday() != _SUNDAY and past.is_any_past_read():
        return 0
    policy_ids = [dated.id for dated in policies.by_office.values()]
    ids = past.leases_with_unread_past(policy_ids, day, day - _OLD)
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            _read(ids[start : start + CHUNK], day, policies)
    return len(ids)


def _read(ids: list[int], day: datetime.date, policies: Policies) -> None:
    asked: dict[int, AskedPast] = {}
    for row in lock_and_read(ids, day):
        policy = policies.of(row.office_id)
        # Beyond that a payment that is still on its way would make it forgotten again.
        before = day - datetime.timedelta(days=policy.values.grace_days)
        if row.last_due_on is not None:
            before = min(before, row.last_due_on)
        known = known_of_past(row.past, policy.id, before)
        if known is None or known.until < before:  # else a rebuild beside the night has read it
            asked[row.lease_id] = AskedPast(before, policy, row.balance_ore, known)
    write_pasts(past.read_pasts(asked))
