"""What the next step of many cases is decided from, and the steps that stand.

Everything is asked in sets: a thousand cases cost the same number of queries as one.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db import connection

from arrears.models import NextStep
from arrears.queries.contacts import contact_facts
from arrears.queries.measures import measure_facts
from arrears.queries.missing_payers import missing_payments
from arrears.queries.notices import notice_facts
from arrears.queries.plans import plan_facts
from arrears.rules.contacts import ContactFacts
from arrears.rules.measures import MeasureFacts
from arrears.rules.notices import NoticeFacts
from arrears.rules.plans import PlanFacts
from arrears.rules.standing_steps import Standing, State
from arrears.rules.step_conditions import Absence, MissingPayment, NoticeState, Situation
from boligsak.dates import add_months
from boligsak.rates.queries import rate_on
from boligsak.rule import RuleBroken
from tenants.rules.leases import Expiry, LeaseFacts, expiry_state, last_safe_day

# The tenants of a day are those of the tenancy's first day before it and of its last day after it.
_CASES = """
SELECT arrears_case.id, arrears_case.office_id, arrears_case.lease_id, arrears_case.opened_on,
    arrears_case.for_meeting_on,
    lease.starts_on, lease.ends_on, lease.moved_out_on, lease.move_requested_on,
    lease.kind = 'service' AS is_service_agreement,
    lease.kind = 'service' AND EXISTS (
        SELECT FROM tenants_serviceagreement AS agreement
        WHERE agreement.lease_id = lease.id AND agreement.lawyer_on <= %(day)s
    ) AS is_outside_tenancy_act,
    coalesce(account.monthly_rent_ore, 0) AS monthly_rent_ore,
    overdue.since, overdue.ore,
    (
        SELECT array_agg(DISTINCT kind) FROM arrears_casetrigger AS trigger
        WHERE trigger.case_id = arrears_case.id AND trigger.closed_on IS NULL
    ) AS triggers,
    (
        SELECT count(DISTINCT member.person_id) FROM tenants_householdmember AS member
        JOIN tenants_person AS person ON person.id = member.person_id
        WHERE member.household_id = lease.household_id AND member.from_on <= %(day)s
            AND (member.to_on IS NULL OR member.to_on >= %(day)s)
            AND person.died_on IS NULL
            AND (person.born_on > %(eighteen)s
                OR person.born_on IS NULL AND member.role = 'child')
    ) AS children,
    tenants.died_on, tenants.absence, tenants.away_until,
    EXISTS (
        SELECT FROM arrears_casedecision AS decision
        WHERE decision.case_id = arrears_case.id AND decision.kind = ANY(%(referrals)s)
            AND decision.withdrawn_on IS NULL AND decision.held_on BETWEEN %(fresh)s AND %(day)s
            AND NOT EXISTS (
                SELECT FROM arrears_referral AS referral WHERE referral.decision_id = decision.id
            )
    ) AS is_decision_waiting,
    EXISTS (
        SELECT FROM arrears_referral AS referral
        WHERE referral.case_id = arrears_case.id AND referral.state = ANY(%(running)s)
    ) AS is_referral_running,
    EXISTS (
        SELECT FROM arrears_referral AS referral
        WHERE referral.case_id = arrears_case.id AND referral.state = ANY(%(running)s)
            AND referral.ground = ANY(%(unpaid)s)
    ) AS is_debt_referred,
    (
        SELECT jsonb_object_agg(done.step, done."on") FROM (
            SELECT coalesce(nullif(step, ''), facts->>'instead_of', '') AS step,
                max(ended_on) AS "on"
            FROM arrears_nextstep
            WHERE case_id = arrears_case.id AND state = 'done' AND ended_on <= %(day)s
            GROUP BY 1
        ) AS done
    ) AS done
FROM arrears_case
JOIN tenants_lease AS lease ON lease.id = arrears_case.lease_id
LEFT JOIN arrears_leaseaccount AS account ON account.lease_id = lease.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN lease.moved_out_on IS NULL THEN greatest(%(day)s, lease.starts_on)
        ELSE least(%(day)s, lease.moved_out_on) END AS day
) AS shown
CROSS JOIN LATERAL (
    SELECT min(due_on) AS since, coalesce(sum(open_ore), 0)::bigint AS ore
    FROM arrears_opencharge WHERE lease_id = lease.id AND due_on < %(day)s
) AS overdue
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN bool_and(NOT lives) THEN max(person.died_on) END AS died_on,
        CASE WHEN count(*) FILTER (WHERE lives) = count(away.kind) FILTER (WHERE lives)
            THEN min(away.kind) FILTER (WHERE lives) END AS absence,
        CASE WHEN bool_and(away.to_on IS NOT NULL) FILTER (WHERE lives)
            THEN min(away.to_on) FILTER (WHERE lives) END AS away_until
    FROM tenants_leaseparty AS party
    JOIN tenants_person AS person ON person.id = party.person_id
    CROSS JOIN LATERAL (
        SELECT person.died_on IS NULL OR person.died_on > %(day)s AS lives
    ) AS alive
    LEFT JOIN LATERAL (
        SELECT kind, to_on FROM tenants_absence AS absence
        WHERE absence.person_id = party.person_id AND absence.withdrawn_because = ''
            AND absence.from_on <= %(day)s AND (absence.to_on IS NULL OR absence.to_on >= %(day)s)
        ORDER BY absence.id DESC LIMIT 1
    ) AS away ON true
    WHERE party.lease_id = lease.id AND party.role = 'tenant'
        AND party.from_on <= shown.day AND (party.to_on IS NULL OR party.to_on >= shown.day)
) AS tenants
WHERE arrears_case.id = ANY(%(cases)s)
"""

_CHANNELS = """
SELECT case_id, channel, max("on") FROM arrears_contactattempt
WHERE case_id = ANY(%s) AND state = 'done' AND counts AND "on" <= %s
GROUP BY case_id, channel
"""

_REFERRAL_DECISIONS = ["collection", "bailiff", "court", "tribunal", "distraint"]
_RUNNING_REFERRALS = ["prepared", "filed", "date_set", "postponed"]
_UNPAID = ["a", "none"]
_GROWN = 18


class Case(NamedTuple):
    """A case as the policy sees it: whose policy counts, and what it asks about."""

    id: int
    office_id: int
    situation: Situation


def situations(case_ids: Collection[int], day: datetime.date) -> dict[int, Case]:
    """What each of these cases looks like on `day`, by case id."""
    if not case_ids:
        return {}
    ids = list(case_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            _CASES,
            {
                "cases": ids,
                "day": day,
                "eighteen": add_months(day, -12 * _GROWN),
                "referrals": _REFERRAL_DECISIONS,
                "running": _RUNNING_REFERRALS,
                "unpaid": _UNPAID,
                "fresh": _decisions_from(day),
            },
        )
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute(_CHANNELS, [ids, day])
        channels: dict[int, dict[str, datetime.date]] = defaultdict(dict)
        for case_id, channel, on in cursor.fetchall():
            channels[case_id][channel] = on
    contacts, measures = contact_facts(ids, day), measure_facts(ids, day)
    plans, notices = plan_facts(ids, day), notice_facts(ids, day)
    owing = {row["lease_id"]: row["office_id"] for row in rows if row["ore"] > 0}
    missing = missing_payments(owing, day)
    return {
        row["id"]: Case(
            row["id"],
            row["office_id"],
            _situation(
                row,
                day,
                channels.get(row["id"], {}),
                contacts.get(row["id"], ContactFacts()),
                measures.get(row["id"], MeasureFacts()),
                plans.get(row["id"], PlanFacts()),
                notices.get(row["id"], NoticeFacts()),
                missing.get(row["lease_id"], ()),
            ),
        )
        for row in rows
    }


def _situation(
    row: Mapping[str, Any],
    day: datetime.date,
    channels: Mapping[str, datetime.date],
    contact: ContactFacts,
    measures: MeasureFacts,
    plan: PlanFacts,
    notices: NoticeFacts,
    missing: Iterable[MissingPayment],
) -> Situation:
    rent_ore, overdue_ore = row["monthly_rent_ore"], row["ore"]
    plan_state, plan_on = _plan(plan)
    return Situation(
        opened_on=row["opened_on"],
        triggers=frozenset(row["triggers"] or ()),
        overdue_since=row["since"],
        overdue_ore=overdue_ore,
        months_permille=overdue_ore * 1000 // rent_ore if rent_ore > 0 else None,
        children=row["children"],
        contacts=channels,
        last_reached_on=contact.reached_on,
        last_result=contact.last_result,
        promise=contact.promise_state,
        promise_on=contact.promise_on,
        promise_ore=contact.promise_ore,
        is_view_missing=bool(contact.unaccounted),
        unanswered=len(measures.unanswered),
        undecided=len(measures.undecided),
        children_assessed_on=measures.children_assessed_on,
        plan=plan_state,
        plan_on=plan_on,
        notices={
            str(kind): NoticeState(one.sent_on, one.allowed_from)
            for kind, one in notices.latest.items()
            if one.is_carrying
        },
        for_meeting_on=row["for_meeting_on"],
        is_decision_waiting=row["is_decision_waiting"],
        is_referral_running=row["is_referral_running"],
        is_debt_referred=row["is_debt_referred"],
        died_on=row["died_on"],
        absence=Absence(row["absence"], row["away_until"]) if row["absence"] else None,
        missing_payment=min(missing, key=lambda one: one.expected_on, default=None),
        done={
            step: datetime.date.fromisoformat(on)
            for step, on in json.loads(row["done"] or "{}").items()
        },
        **_term(row, day),
    )


def _plan(plan: PlanFacts) -> tuple[str, datetime.date | None]:
    if plan.running_plan_id is not None:
        return "running", plan.signed_on
    if plan.state == "broken":
        return "broken", plan.broken_on
    if plan.state in ("draft", "kept"):
        return plan.state, plan.ended_on
    return "none", None


def _term(row: Mapping[str, Any], day: datetime.date) -> dict[str, datetime.date | None]:
    """The agreed term, while it matters: a lease that has become open-ended has none."""
    lease = LeaseFacts(
        row["starts_on"],
        row["ends_on"],
        row["moved_out_on"],
        row["move_requested_on"],
        row["is_service_agreement"],
        row["is_outside_tenancy_act"],
    )
    state = expiry_state(lease, day)
    if state.expiry in (Expiry.NONE, Expiry.OPEN_ENDED) or state.ends_on is None:
        return {"move_requested_on": lease.move_requested_on}
    is_stopped = state.expiry is Expiry.CLOCK_STOPPED
    return {
        "ends_on": state.ends_on,
        "last_safe_on": None if is_stopped else last_safe_day(state.ends_on),
        "move_requested_on": lease.move_requested_on,
    }


def _decisions_from(day: datetime.date) -> datetime.date:
    """The first day of a meeting whose decision to refer can still be carried out. Without the
    rate that says so none can: nothing is proposed that would be refused."""
    try:
        days = int(rate_on("referral-decision-lapses", day).value)
    except RuleBroken:
        return day + datetime.timedelta(days=1)
    return day - datetime.timedelta(days=days)


# --- What stands ------------------------------------------------------------------------------


def open_step(case_ids: Collection[int]) -> dict[int, NextStep]:
    """The step that stands on each of these cases, by case id; closed cases have none."""
    rows = NextStep.objects.filter(case_id__in=list(case_ids), ended_on__isnull=True)
    return {row.case_id: row for row in rows}


def steps_of(case_id: int) -> list[NextStep]:
    """Every step there has been on a case, the newest first."""
    rows = NextStep.objects.filter(case_id=case_id).select_related("decided_by", "policy__office")
    return list(rows.order_by("-id"))


def standing(row: NextStep) -> Standing:
    """A row as the rules see it."""
    return Standing(
        step=row.step,
        action=row.action,
        state=State(row.state),
        due_on=row.due_on,
        proposed_on=row.proposed_on,
        until_on=row.until_on,
        instead_of=row.facts.get("instead_of", ""),
        facts=row.facts,
    )
