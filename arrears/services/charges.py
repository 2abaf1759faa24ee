"""Charging the rent that falls due."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from django.db import connection

from arrears.queries import flags as facts
from arrears.rules.facts import charge_due_on
from arrears.services.ledger import charge_month, keep_rents
from boligsak.dates import OSLO, add_months, rent_due_day
from boligsak.jobs.models import JobRun, RunState
from boligsak.jobs.services import Counts

JOB = "charges"

_ONE_DAY = datetime.timedelta(days=1)


def charge_due(day: datetime.date) -> Counts:
    """Charges every lease its rent when this is the day it falls due, and late-comers theirs.

    A lease registered or changed after the due day, still without a rent charge for that month, is
    charged on the day it is found, and one that begins after the due day on its first day. It
    falls due then, or the next working day (§ 3-1): nobody can be late with a rent that had not
    been asked for. In the very first run nobody is a late-comer, and never a lease that another
    system charged before: what it has asked for is not asked for again. Safe to run twice and for
    a past day.
    """
    seen_until = facts.changes_until()
    last = JobRun.objects.filter(job=JOB, state=RunState.DONE).order_by("-day", "-id").first()
    is_past = last is not None and last.day is not None and last.day > day
    due = _DueDays.on(day, day)
    lines = 0
    offices, with_others = due.falling_due(day, _asked_before(day, None if is_past else last))
    if with_others and len(offices) == len(due.own):
        lines = charge_month(day, rent_due_day(day), None, keeps_rent=not is_past)
    elif (offices or with_others) and (
        leases := _leases_of(offices, list(due.own), with_others=with_others)
    ):
        lines = charge_month(day, rent_due_day(day), leases, keeps_rent=not is_past)
    late_leases = late_lines = 0
    if last is not None and last.day is not None and not is_past:
        since = (last.counts["changes_until"], last.day)
        for month in (add_months(day.replace(day=1), -1), day.replace(day=1)):
            late = _late_comers(month, day, *since)
            late_leases += len(late)
            if late:
                late_lines += charge_month(month, rent_due_day(day), late, keeps_rent=False)
                keep_rents(day, late)
    return {
        "lines": lines,
        "late_leases": late_leases,
        "late_lines": late_lines,
        "changes_until": seen_until,
        "due": due.to_values(),
    }


@dataclass(frozen=True, slots=True)
class _DueDays:
    """When the rent of a month falls due by the policies of a day."""

    general: datetime.date
    own: Mapping[int, datetime.date]

    @classmethod
    def on(cls, month: datetime.date, day: datetime.date) -> "_DueDays":
        policies = facts.arrears_policies(day)
        return cls(
            charge_due_on(month, policies.general.values),
            {
                office_id: charge_due_on(month, dated.values)
                for office_id, dated in policies.by_office.items()
                if office_id is not None
            },
        )

    @classmethod
    def from_values(cls, values: Mapping[str, str]) -> "_DueDays":
        days = {key: datetime.date.fromisoformat(text) for key, text in values.items()}
        return cls(days.pop(""), {int(key): due_on for key, due_on in days.items()})

    def to_values(self) -> dict[str, str]:
        days = {"": self.general} | {str(key): due_on for key, due_on in self.own.items()}
        return {key: due_on.isoformat() for key, due_on in days.items()}

    def of(self, office_id: int | None) -> datetime.date:
        return self.general if office_id is None else self.own.get(office_id, self.general)

    def falling_due(
        self, day: datetime.date, asked_before: Callable[[int | None], bool]
    ) -> tuple[list[int], bool]:
        """Offices with a policy of their own for which it is the day, and whether it is for the
        others."""

        def is_due(office_id: int | None) -> bool:
            return self.of(office_id) <= day and not asked_before(office_id)

        return [office_id for office_id in self.own if is_due(office_id)], is_due(None)


def _asked_before(day: datetime.date, last: JobRun | None) -> Callable[[int | None], bool]:
    """Whether an office's rent of the month had fallen due when charging was last done.

    By what held then: a due day that is moved in the middle of a month must not be passed by.
    Without such a run this month, by the policies of the day before.
    """
    if last is not None and last.day is not None and "due" in last.counts:
        is_this_month = day.replace(day=1) <= last.day < day
        if is_this_month:
            return partial(_fell_due, _DueDays.from_values(last.counts["due"]), last.day)
    yesterday = day - _ONE_DAY
    return partial(_fell_due, _DueDays.on(day, yesterday), yesterday)


def _fell_due(due: _DueDays, until: datetime.date, office_id: int | None) -> bool:
    return due.of(office_id) <= until


def _leases_of(offices: list[int], own: list[int], *, with_others: bool) -> list[int]:
    """Leases of these offices and, `with_others`, of all that have no policy of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM tenants_lease WHERE office_id = ANY(%s::bigint[])"
            " OR (%s AND NOT office_id = ANY(%s::bigint[]))",
            [offices, with_others, own],
        )
        return [row[0] for row in cursor.fetchall()]


def _late_comers(
    month: datetime.date, day: datetime.date, since: str, last_on: datetime.date
) -> list[int]:
    """Running leases changed `since` charging was last done (for `last_on`), or begun after it,
    that have no rent charge for `month` although its due day is over.

    Only those of that very month, and those charged by ourselves the month before: a lease that
    came from another system after the due day has been asked by that one.
    """
    due = _DueDays.on(month, day)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lease.id, lease.office_id FROM tenants_lease AS lease
            WHERE (changed_at >= %(since)s::timestamptz
                    OR (starts_on > %(last)s AND starts_on <= %(day)s))
                AND starts_on <= %(day)s AND starts_on < %(next)s
                AND (moved_out_on IS NULL OR moved_out_on >= %(day)s)
                AND NOT EXISTS (
                    SELECT FROM arrears_ledgerline AS line
                    WHERE line.lease_id = lease.id AND line.kind = 'rent'
                        AND EXTRACT(YEAR FROM line.due_on)::smallint >= %(year)s
                        AND line.due_on >= %(month)s)
                AND (starts_on >= %(month)s OR EXISTS (
                    SELECT FROM arrears_ledgerline AS line
                    WHERE line.lease_id = lease.id AND line.reference = %(before)s
                        AND line.entered_at < %(due)s))
            """,
            {
                "since": since,
                "last": last_on,
                "day": day,
                "month": month,
                "year": month.year,
                "next": add_months(month, 1),
                "before": f"rent:{add_months(month, -1):%Y-%m}",
                "due": datetime.datetime.combine(due.general, datetime.time(), OSLO),
            },
        )
        return [lease_id for lease_id, office_id in cursor.fetchall() if due.of(office_id) < day]
