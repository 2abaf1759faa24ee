"""Charging the rent that falls due."""

import datetime

from django.db import connection

from arrears.queries.flags import arrears_policies, changes_until
from arrears.rules.facts import charge_due_on
from arrears.services.ledger import charge_month
from boligsak.jobs.models import JobRun, RunState
from boligsak.jobs.services import Counts

JOB = "charges"


def charge_due(day: datetime.date) -> Counts:
    """Charges every lease its rent when this is the day it falls due, and late-comers theirs.

    A lease registered or changed after the due day, still without a rent charge this month, is
    charged on the day it is found, due that day: nobody can be late with a rent that had not been
    asked for. In the very first run nobody is a late-comer: what an earlier system has charged is
    not charged again. Safe to run twice and for a past day.
    """
    seen_until = changes_until()
    policies = arrears_policies(day)
    general = charge_due_on(day, policies.general.values)
    own = {
        office_id: charge_due_on(day, dated.values)
        for office_id, dated in policies.by_office.items()
        if office_id is not None
    }
    lines = 0
    if all(due_on == general for due_on in own.values()):
        if general == day:
            lines = charge_month(day, day, None)
    else:
        offices = [office_id for office_id, due_on in own.items() if due_on == day]
        leases = _leases_of(offices, list(own), with_others=general == day)
        if leases:
            lines = charge_month(day, day, leases)
    late = [
        lease_id
        for lease_id, office_id in _uncharged_late_comers(day)
        if own.get(office_id, general) < day
    ]
    late_lines = charge_month(day, day, late) if late else 0
    return {
        "lines": lines,
        "late_leases": len(late),
        "late_lines": late_lines,
        "changes_until": seen_until,
    }


def _leases_of(offices: list[int], own: list[int], *, with_others: bool) -> list[int]:
    """Leases of these offices and, `with_others`, of all that have no policy of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM tenants_lease WHERE office_id = ANY(%s::bigint[])"
            " OR (%s AND NOT office_id = ANY(%s::bigint[]))",
            [offices, with_others, own],
        )
        return [row[0] for row in cursor.fetchall()]


def _uncharged_late_comers(day: datetime.date) -> list[tuple[int, int]]:
    """Running leases changed since charging was last done, without a rent charge this month.

    None for a day before the last: then it is not the day on which they were found.
    """
    last = JobRun.objects.filter(job=JOB, state=RunState.DONE).order_by("-day", "-id").first()
    if last is None or last.day is None or last.day > day:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lease.id, lease.office_id FROM tenants_lease AS lease
            WHERE changed_at >= %(since)s::timestamptz AND starts_on <= %(day)s
                AND (moved_out_on IS NULL OR moved_out_on >= %(day)s)
                AND NOT EXISTS (
                    SELECT FROM arrears_ledgerline AS line
                    WHERE line.lease_id = lease.id AND line.kind = 'rent'
                        AND line.due_on >= %(month)s)
            """,
            {"since": last.counts["changes_until"], "day": day, "month": day.replace(day=1)},
        )
        return list(cursor.fetchall())
