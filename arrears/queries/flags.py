"""The facts that flags are decided on: which leases to look at, and what is known of them."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from arrears.rules.complaint_pattern import Told
from arrears.rules.facts import Past, charge_missing_from, newest_month_due
from arrears.rules.flags import Lookalike, OwedCharge
from boligsak.arrays import array
from boligsak.jobs.models import JobRun, RunState
from boligsak.rates.queries import DatedPolicy, policies_on
from tenants.complaint_policy import COMPLAINTS

JOB = "flags"
POLICY = "arrears"
_POLICIES = (POLICY, COMPLAINTS)


class Looked(NamedTuple):
    """One lease with its account, as read under the account's lock."""

    lease_id: int
    office_id: int
    starts_on: datetime.date
    ends_on: datetime.date | None
    moved_out_on: datetime.date | None
    move_requested_on: datetime.date | None
    is_service_agreement: bool
    is_outside_tenancy_act: bool
    kid: str | None
    balance_ore: int
    monthly_rent_ore: int
    oldest_due_on: datetime.date | None
    last_due_on: datetime.date | None
    has_flag: bool
    arrears_look_on: datetime.date | None
    expiry_look_on: datetime.date | None
    past_until: datetime.date | None
    past_had: bool | None
    past_policy_id: int | None

    @property
    def past(self) -> Past | None:
        if self.past_until is None or self.past_policy_id is None:
            return None
        return Past(self.past_until, self.past_had, self.past_policy_id)


class OpenFlag(NamedTuple):
    id: int
    level: int
    anchor_on: datetime.date
    move_requested_on: str | None
    """As the flag's facts say it: a request stops the clock of § 9-2 without changing the level."""
    complaints: str | None = None
    """How many, and the missed day, as the flag's facts say: one more need not change the level."""
    last_safe_on: str | None = None
    """§ 9-2's last day: gone when a lawyer puts the agreement outside husleieloven."""


@dataclass(frozen=True, slots=True)
class LastLook:
    """The last time all flags were brought up to date: the day it was for, and the instant up to
    which it had seen every change of a lease."""

    day: datetime.date
    seen_until: str
    started_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Policies:
    """The policy of every office on one day."""

    by_office: Mapping[int | None, DatedPolicy]

    @property
    def general(self) -> DatedPolicy:
        return self.by_office[None]

    def of(self, office_id: int) -> DatedPolicy:
        return self.by_office.get(office_id) or self.general


def arrears_policies(day: datetime.date) -> Policies:
    """Raises `RuleBroken("policy.missing")` when no general policy is in force on `day`."""
    return Policies(policies_on(POLICY, day))


def complaint_policies(day: datetime.date) -> Policies:
    """Raises `RuleBroken("policy.missing")` when no general policy is in force on `day`."""
    return Policies(policies_on(COMPLAINTS, day))


def last_look() -> LastLook | None:
    """None before the first night there is."""
    run = JobRun.objects.filter(job=JOB, state=RunState.DONE).order_by("-day", "-id").first()
    if run is None or run.day is None or run.started_at is None:
        return None
    seen_until = run.counts.get("changes_until") or run.started_at.isoformat()
    return LastLook(run.day, seen_until, run.started_at)


def changes_until() -> str:
    """The instant up to which every change is committed, and so can be seen from now on.

    A change carries the time it was made, but shows when its transaction ends: what began before
    the oldest transaction still open is certain, the rest is looked at again the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT least(clock_timestamp(), min(xact_start))::text FROM pg_stat_activity"
            " WHERE datname = current_database()"
        )
        return str(cursor.fetchone()[0])


# --- Which leases -----------------------------------------------------------------------------


def due_leases(day: datetime.date) -> list[int]:
    """Leases that moved or whose day has come."""
    return _ids("SELECT lease_id FROM arrears_leaseaccount WHERE next_look_on <= %s", [day])


def changed_leases(since: str) -> list[int]:
    """Leases registered or edited at `since` or later."""
    return _ids("SELECT id FROM tenants_lease WHERE changed_at >= %s::timestamptz", [since])


def every_lease() -> list[int]:
    return _ids("SELECT id FROM tenants_lease", [])


def leases_worth_a_look(policies: Policies, day: datetime.date) -> list[int]:
    """Every lease but those of which a look would say nothing that is not kept already: nothing
    open, no flag, no complaint, charged for the newest month, and the only day to look on, if any,
    that of the first threshold before its term ends. Of who has moved out nothing is expected.

    In a rebuild these are most, and each of them costs as much to lock and read as another.
    """
    own = {office: dated for office, dated in policies.by_office.items() if office is not None}
    return _ids(
        """
        SELECT account.lease_id FROM arrears_leaseaccount AS account
        JOIN tenants_lease AS lease ON lease.id = account.lease_id
        LEFT JOIN unnest(%(offices)s::bigint[], %(months)s::date[], %(days)s::integer[])
            AS own (office_id, month, expiry_days) ON own.office_id = lease.office_id
        CROSS JOIN LATERAL (SELECT
            coalesce(lease.moved_out_on < %(day)s, false) AS is_over,
            lease.ends_on - coalesce(own.expiry_days, %(general_days)s) AS first_on
        ) AS term
        WHERE account.has_flag
            OR account.arrears_look_on IS NOT NULL
            OR account.oldest_due_on IS NOT NULL
            OR account.expiry_look_on IS DISTINCT FROM
                CASE WHEN NOT term.is_over THEN term.first_on END
            OR (NOT term.is_over AND (
                account.last_due_on IS NULL
                OR account.last_due_on < coalesce(own.month, %(general_month)s)
                OR lease.kid IS NULL OR lease.kid = ''
                OR lease.moved_out_on IS NOT NULL
                OR (lease.ends_on IS NOT NULL
                    AND (term.first_on <= %(day)s OR lease.starts_on > %(day)s))))
        UNION SELECT lease_id FROM tenants_complaint WHERE lease_id IS NOT NULL
        """,
        {
            "day": day,
            "offices": list(own),
            "months": [newest_month_due(dated.values, day) for dated in own.values()],
            "days": [dated.values.expiry_days[0] for dated in own.values()],
            "general_month": newest_month_due(policies.general.values, day),
            "general_days": policies.general.values.expiry_days[0],
        },
    )


def leases_under_new_policy(day: datetime.date, last: LastLook) -> list[int]:
    """Leases of the offices whose policy is another than when they were last looked at."""
    offices = _ids(
        """
        SELECT DISTINCT office_id FROM rates_policy
        WHERE kind = ANY(%s) AND valid_from <= %s
            AND (valid_from > %s OR entered_at >= %s::timestamptz)
        """,
        [list(_POLICIES), day, last.day, last.seen_until],
    )
    if not offices:
        return []
    if None in offices:
        return every_lease()
    return _ids("SELECT id FROM tenants_lease WHERE office_id = ANY(%s)", [offices])


def leases_lacking_charge(
    policies: Policies, day: datetime.date, after: datetime.date | None
) -> list[int]:
    """Running leases without a rent charge for the newest month that ought to have one.

    Asked only on the day such a charge begins to be missing, that is when that day is later than
    `after` (None: always); between two such days no charge can go missing.
    """
    found: list[int] = []
    for office_id, dated in policies.by_office.items():
        month = newest_month_due(dated.values, day)
        if after is not None and charge_missing_from(month, dated.values) <= after:
            continue
        others = [office for office in policies.by_office if office is not None]
        found += _ids(
            """
            SELECT lease.id FROM tenants_lease AS lease
            WHERE (CASE WHEN %(office)s::bigint IS NULL
                    THEN NOT office_id = ANY(%(others)s::bigint[])
                    ELSE office_id = %(office)s END)
                AND starts_on <= %(day)s AND (moved_out_on IS NULL OR moved_out_on >= %(day)s)
                AND NOT EXISTS (
                    SELECT FROM arrears_ledgerline AS line
                    WHERE line.lease_id = lease.id AND line.due_on >= %(month)s
                        AND EXTRACT(YEAR FROM line.due_on)::smallint >= %(year)s
                        AND line.kind = 'rent')
            """,
            {
                "office": office_id,
                "others": others,
                "day": day,
                "month": month,
                "year": month.year,
            },
        )
    return found


def lookalikes() -> dict[int, Lookalike]:
    """For each lease the oldest unplaced payment that looks like its tenant's."""
    rows = _all(
        """
        SELECT DISTINCT ON (likely_lease_id) likely_lease_id, effective_on, amount_ore
        FROM arrears_unplacedpayment
        WHERE state = 'open' AND likely_lease_id IS NOT NULL AND amount_ore > 0
        ORDER BY likely_lease_id, effective_on, id
        """,
        [],
    )
    return {lease_id: Lookalike(paid_on, ore) for lease_id, paid_on, ore in rows}


def leases_with_other_lookalike(found: Mapping[int, Lookalike]) -> list[int]:
    """Leases whose open flag does not say what `found` says."""
    flagged = dict(
        _all(
            "SELECT lease_id, anchor_on FROM arrears_flag"
            " WHERE kind = 'lookalike' AND resolved_on IS NULL",
            [],
        )
    )
    leases = flagged.keys() | found.keys()
    return [
        lease_id
        for lease_id in leases
        if flagged.get(lease_id) != (found[lease_id].paid_on if lease_id in found else None)
    ]


# --- What is known of them --------------------------------------------------------------------


def lock_and_read(lease_ids: Collection[int], day: datetime.date) -> list[Looked]:
    """The leases with their accounts, locked in id order like everywhere, until the end of the
    transaction: no line can arrive between what is read here and what is written of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lease.id, lease.office_id, lease.starts_on, lease.ends_on, lease.moved_out_on,
                lease.move_requested_on, lease.kind = 'service',
                lease.kind = 'service' AND EXISTS (SELECT FROM tenants_serviceagreement
                    WHERE lease_id = lease.id AND lawyer_on <= %s), lease.kid, account.balance_ore,
                account.monthly_rent_ore, account.oldest_due_on, account.last_due_on,
                account.has_flag, account.arrears_look_on, account.expiry_look_on,
                account.past_until, account.past_had, account.past_policy_id
            FROM arrears_leaseaccount AS account
            JOIN tenants_lease AS lease ON lease.id = account.lease_id
            WHERE account.lease_id = ANY(%s)
            ORDER BY account.lease_id FOR UPDATE OF account
            """,
            [day, array(lease_ids)],
        )
        return [Looked._make(row) for row in cursor.fetchall()]


def open_charges(lease_ids: Collection[int]) -> dict[int, list[OwedCharge]]:
    """Open charges by lease, oldest due first."""
    found: dict[int, list[OwedCharge]] = defaultdict(list)
    for lease_id, *charge in _rows(
        """
        SELECT lease_id, due_on, kind, open_ore, amount_ore FROM arrears_opencharge
        WHERE lease_id = ANY(%s) ORDER BY lease_id, due_on, kind, reference
        """,
        lease_ids,
    ):
        found[lease_id].append(OwedCharge._make(charge))
    return found


def open_flags(lease_ids: Collection[int]) -> dict[int, dict[str, OpenFlag]]:
    """Open flags by lease and kind."""
    found: dict[int, dict[str, OpenFlag]] = defaultdict(dict)
    for lease_id, kind, *flag in _rows(
        """
        SELECT lease_id, kind, id, level, anchor_on, facts ->> 'move_requested_on',
            (facts ->> 'count') || coalesce(facts ->> 'contact_by', ''), facts ->> 'last_safe_on'
        FROM arrears_flag
        WHERE lease_id = ANY(%s) AND resolved_on IS NULL
        """,
        lease_ids,
    ):
        found[lease_id][kind] = OpenFlag._make(flag)
    return found


def complaints(lease_ids: Collection[int]) -> dict[int, list[Told]]:
    """By lease: the complaints about the tenancy that count, and those that nobody has talked with
    the household about. See `tenants.rules.complaints.counts`."""
    found: dict[int, list[Told]] = defaultdict(list)
    for lease_id, received_on, contact_by in _rows(
        """
        SELECT lease_id, received_on,
            CASE WHEN state = 'open' AND contacted_on IS NULL THEN contact_by END
        FROM tenants_complaint
        WHERE lease_id = ANY(%s) AND about = 'tenancy' AND state <> 'withdrawn'
            AND is_upheld IS NOT FALSE
        ORDER BY lease_id, received_on, id
        """,
        lease_ids,
    ):
        found[lease_id].append(Told(received_on, contact_by))
    return found


def last_rent_due(lease_ids: Collection[int]) -> dict[int, datetime.date]:
    """Due day of the newest rent charge of each lease; those without one are left out."""
    return dict(
        _rows(
            """
            SELECT lease_id, newest.due_on FROM unnest(%s::bigint[]) AS lease_id
            CROSS JOIN LATERAL (
                SELECT max(due_on) FILTER (WHERE kind = 'rent') AS due_on
                FROM arrears_ledgerline AS line
                WHERE line.lease_id = lease_id.lease_id AND due_on IS NOT NULL
            ) AS newest
            WHERE newest.due_on IS NOT NULL
            """,
            lease_ids,
        )
    )


def rent_free(lease_ids: Collection[int], day: datetime.date) -> set[int]:
    """Those of the leases that are let for nothing on purpose: their rent is set to zero."""
    return {
        lease_id
        for lease_id, ore in _rows(
            """
            SELECT DISTINCT ON (lease_id) lease_id, amount_ore FROM tenants_rentterm
            WHERE lease_id = ANY(%s) AND kind = 'rent' AND valid_from <= %s
            ORDER BY lease_id, valid_from DESC
            """,
            lease_ids,
            day,
        )
        if ore == 0
    }


def _ids(statement: str, parameters: Any) -> list[int]:
    return [row[0] for row in _all(statement, parameters)]


def _rows(statement: str, lease_ids: Collection[int], *more: Any) -> list[tuple[Any, ...]]:
    return _all(statement, [array(lease_ids), *more]) if lease_ids else []


def _all(statement: str, parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
