"""What has been sent on some leases, what may be named now, and which deadlines run.

Notices are read by the lease: what was served stands, whichever case it was sent in.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Max, Min, Q

from arrears.models import (
    Case,
    DebtSettlement,
    Notice,
    NoticeServing,
    NoticeState,
    PlanCharge,
    PlanState,
    Referral,
    ReferralKind,
    ReferralState,
    RepaymentPlan,
)
from arrears.models import OpenCharge as OpenRow
from arrears.queries.recipients import guardians_on, tenants_on
from arrears.rules import clock as rules_clock
from arrears.rules.clock import ClockFacts, Running
from arrears.rules.notices import (
    NOTICE_MONTHS,
    Kind,
    NoticeFacts,
    Sent,
    Standing,
    carries,
    carrying_lines,
    standing,
    term,
    termination_term,
)
from arrears.rules.sending import Situation
from boligsak.prepared import ask
from boligsak.rates.queries import rate_on
from boligsak.rule import RuleBroken
from boligsak.together import Rows, rows_of
from tenants.models import Guardianship, Lease, LeaseKind
from tenants.queries.service_agreements import outside_the_act
from tenants.rules.leases import LeaseFacts

_ONE_DAY = datetime.timedelta(days=1)


def lease_facts(lease: Lease, *, outside: Collection[int]) -> LeaseFacts:
    """The lease as the rules know it. `outside`: the leases a lawyer has put outside husleieloven,
    by id (`outside_the_act`)."""
    return LeaseFacts(
        starts_on=lease.starts_on,
        ends_on=lease.ends_on,
        moved_out_on=lease.moved_out_on,
        move_requested_on=lease.move_requested_on,
        is_service_agreement=lease.kind == LeaseKind.SERVICE_AGREEMENT,
        is_outside_tenancy_act=lease.pk in outside,
    )


# --- What has been sent ------------------------------------------------------------------------


_SENT = Rows(
    """
    SELECT id, lease_id, kind, sent_on, last_on, allowed_from, facts FROM arrears_notice
    WHERE lease_id = ANY(%(leases)s) AND state = 'sent' ORDER BY sent_on, id
    """,
    columns=7,
    days=(3, 4, 5),
)
_NAMED = Rows(
    """
    SELECT named.notice_id, named.line_id FROM arrears_noticecharge AS named
    JOIN arrears_notice AS notice ON notice.id = named.notice_id
    WHERE notice.lease_id = ANY(%(leases)s) AND notice.state = 'sent'
    """,
    columns=2,
)
_SERVINGS = Rows(
    """
    SELECT served.notice_id, served.received_on, served.protest_on, served.reserved_on,
        served.sent_on
    FROM arrears_noticeserving AS served JOIN arrears_notice AS notice ON notice.id = notice_id
    WHERE notice.lease_id = ANY(%(leases)s) AND notice.state = 'sent'
        AND served.guardianship_id IS NULL
    ORDER BY served.id
    """,
    columns=5,
    days=(1, 2, 3, 4),
)


def sent_notices(lease_ids: Collection[int]) -> dict[int, list[Sent]]:
    """Notices sent and not withdrawn, by lease, oldest first. One query."""
    found: dict[int, list[Sent]] = {lease_id: [] for lease_id in lease_ids}
    if not found:
        return found
    parts = {"notices": _SENT, "named": _NAMED, "served": _SERVINGS}
    told = rows_of(parts, {"leases": [*found]})
    named: dict[int, set[int]] = defaultdict(set)
    for notice_id, line_id in told["named"]:
        named[notice_id].add(line_id)
    served: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for notice_id, *serving in told["served"]:
        served[notice_id].append(tuple(serving))
    for notice_id, lease_id, kind, sent_on, last_on, allowed_from, facts in told["notices"]:
        rows = served[notice_id]
        waits = _waits(Kind(kind), last_on, allowed_from, facts, [sent_on, *(r[3] for r in rows)])
        notice = Sent(
            notice_id,
            Kind(kind),
            sent_on,
            *waits,
            frozenset(named[notice_id]),
            tuple(row[0] for row in rows),
            tuple(sorted(row[1] for row in rows if row[1])),
            min((row[2] for row in rows if row[2]), default=None),
            int(facts.get("months", NOTICE_MONTHS)),
        )
        found[lease_id].append(notice)
        if kind == Kind.WARNING_B and facts.get("asks_to_move"):
            # One letter after the term that both asks to move and warns (§§ 9-2 and 4-18).
            found[lease_id].append(
                replace(notice, kind=Kind.MOVE_REQUEST, last_on=None, allowed_from=None)
            )
    return found


def _waits(
    kind: Kind,
    last_on: datetime.date | None,
    allowed_from: datetime.date | None,
    facts: Mapping[str, Any],
    sent: Collection[Any],
) -> tuple[datetime.date | None, datetime.date | None]:
    """The deadline in the letter, or the one counted from the last tenant to be sent it later."""
    days = facts.get("days")
    if days is None or last_on is None or max(sent) == min(sent):
        return last_on, allowed_from
    return term(kind, max(sent), int(days))


def _deferring(
    line_ids: Collection[int],
) -> dict[int, list[tuple[datetime.date, datetime.date | None]]]:
    """By charge, the plans that cover it and have run, as (signed on, ended on)."""
    found: dict[int, list[tuple[datetime.date, datetime.date | None]]] = defaultdict(list)
    rows = (
        PlanCharge.objects.filter(line__in=list(line_ids), plan__signed_on__isnull=False)
        .exclude(plan__state=PlanState.DRAFT)
        .values_list("line_id", "plan__signed_on", "plan__broken_on", "plan__ended_on")
    )
    for line_id, signed_on, broken_on, ended_on in rows:
        ends = [day for day in (broken_on, ended_on) if day is not None]
        found[line_id].append((signed_on, min(ends, default=None)))
    return found


def _served(lease_ids: Collection[int], day: datetime.date) -> dict[int, set[int]]:
    """By notice, who is still to be served: tenants, and guardians (as minus their id)."""
    tenants = tenants_on(lease_ids, day)
    people = [party.person_id for parties in tenants.values() for party in parties]
    guards: dict[int, list[Guardianship]] = defaultdict(list)
    for guardian in guardians_on(people, day):
        guards[guardian.person_id].append(guardian)
    rows = NoticeServing.objects.filter(
        notice__lease__in=list(lease_ids), notice__state=NoticeState.SENT
    ).values_list("notice_id", "person_id", "guardianship_id")
    has: dict[int, set[int]] = defaultdict(set)
    for notice_id, person_id, guardianship_id in rows:
        has[notice_id].add(-guardianship_id if guardianship_id else person_id)
    missing: dict[int, set[int]] = {}
    notices = Notice.objects.filter(lease__in=list(lease_ids), state=NoticeState.SENT)
    for notice_id, lease_id in notices.values_list("id", "lease_id"):
        wanted: set[int] = set()
        for party in tenants.get(lease_id, []):
            wanted.add(party.person_id)
            wanted.update(-guardian.pk for guardian in guards[party.person_id])
        missing[notice_id] = wanted - has[notice_id]
    return missing


def _sued(lease_ids: Collection[int]) -> dict[int, datetime.date]:
    """The day the landlord went to court about the lease, the latest."""
    rows = (
        Referral.objects.filter(
            lease__in=list(lease_ids), kind=ReferralKind.COURT, filed_on__isnull=False
        )
        .exclude(state=ReferralState.WITHDRAWN)
        .values("lease_id")
        .annotate(last=Max("filed_on"))
    )
    return {row["lease_id"]: row["last"] for row in rows}


def _standings(
    sent: Iterable[Sent],
    open_ore: Mapping[int, int],
    deferred: Mapping[int, Collection[tuple[datetime.date, datetime.date | None]]],
    missing: Mapping[int, set[int]],
    sued_on: datetime.date | None,
    ends_on: datetime.date | None,
    day: datetime.date,
) -> dict[str, Standing]:
    by_kind: dict[Kind, list[Standing]] = defaultdict(list)
    for notice in sent:
        if notice.sent_on > day:
            continue
        lines = carrying_lines(notice, open_ore, deferred, day)
        last_on, allowed_from, sue_by, protest_on = notice.last_on, notice.allowed_from, None, None
        if notice.kind is Kind.TERMINATION:
            found = termination_term(
                notice.sent_on,
                notice.received,
                notice.protests,
                months=notice.months,
                sued_on=sued_on,
            )
            last_on, allowed_from = found.protest_last_on, found.opens_from
            sue_by = found.suit_last_on
            protest_on = notice.protests[0] if sue_by else None
        elif notice.kind is Kind.MOVE_REQUEST and ends_on is not None:
            allowed_from = max(notice.sent_on, ends_on + _ONE_DAY)
        elif notice.kind is Kind.NUISANCE_WARNING:
            allowed_from = notice.sent_on + _ONE_DAY
        by_kind[notice.kind].append(
            Standing(
                notice.id,
                notice.kind,
                notice.sent_on,
                last_on,
                allowed_from,
                carries(notice, lines, day, sued_on),
                notice.line_ids,
                lines,
                not missing.get(notice.id),
                sue_by,
                protest_on,
                notice.reserved_on,
            )
        )
    return {str(kind): standing(found, day) for kind, found in by_kind.items()}


def _cases(case_ids: Collection[int]) -> list[Case]:
    return list(Case.objects.filter(pk__in=list(case_ids)).select_related("lease"))


def notice_facts(case_ids: Collection[int], day: datetime.date) -> dict[int, NoticeFacts]:
    """What has been sent on the lease of each case, as later steps need it. A constant number of
    queries, however many cases."""
    cases = _cases(case_ids)
    gathered = _gather(cases, day)
    return {case.pk: gathered[case.lease_id][0] for case in cases}


def _gather(
    cases: Collection[Case], day: datetime.date
) -> dict[int, tuple[NoticeFacts, list[Sent], datetime.date | None]]:
    """By lease: the facts, what was sent, and when the landlord sued."""
    leases = {case.lease_id: case.lease for case in cases}
    sent = sent_notices(leases)
    named = {line for notices in sent.values() for one in notices for line in one.line_ids}
    open_ore = dict(OpenRow.objects.filter(line__in=named).values_list("line_id", "open_ore"))
    deferred = _deferring(named) if named else {}
    has_any = [lease_id for lease_id, notices in sent.items() if notices]
    missing = _served(has_any, day) if has_any else {}
    sued = _sued(has_any) if has_any else {}
    found = {}
    for lease_id, lease in leases.items():
        latest = _standings(
            sent[lease_id],
            open_ore,
            deferred,
            missing,
            sued.get(lease_id),
            lease.ends_on,
            day,
        )
        ended = latest.get(Kind.TERMINATION)
        nav = latest.get(Kind.NAV_WARNING)
        reserved = [one.reserved_on for one in sent[lease_id] if one.reserved_on is not None]
        facts = NoticeFacts(
            latest=latest,
            served_to_all=all(one.served_to_all for one in latest.values()),
            protest_on=ended.protest_on if ended else None,
            reservation_on=min(reserved, default=None),
            nav_warned_on=nav.sent_on if nav else None,
        )
        found[lease_id] = (facts, sent[lease_id], sued.get(lease_id))
    return found


# --- What stands in the way --------------------------------------------------------------------


def situation(
    lease: Lease, day: datetime.date, *, is_termination_agreed: bool = False
) -> Situation:
    """What must be known before a notice is sent on the lease."""
    people = [party.person for party in tenants_on([lease.pk], day)[lease.pk]]
    plan = RepaymentPlan.objects.filter(lease=lease, state=PlanState.RUNNING).first()
    covered = DebtSettlement.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day), person__in=people, opened_on__lte=day
    ).aggregate(last=Max("covers_to"))["last"]
    reserved = NoticeServing.objects.filter(
        notice__lease=lease, notice__state=NoticeState.SENT, reserved_on__isnull=False
    ).aggregate(first=Min("reserved_on"))["first"]
    return Situation(
        lease=lease_facts(lease, outside=outside_the_act([lease], day)),
        sent=tuple(sent_notices([lease.pk])[lease.pk]),
        died_on=min((person.died_on for person in people if person.died_on), default=None),
        plan_from=plan.signed_on if plan else None,
        settled_to=covered,
        own_notice=has_own_notice(day),
        reserved_on=reserved,
        is_termination_agreed=is_termination_agreed,
        sued_on=_sued([lease.pk]).get(lease.pk),
    )


def has_own_notice(day: datetime.date) -> bool:
    """Whether the municipality may send inkassovarsel itself on `day`, by law and by choice."""
    try:
        return rate_on("own-collection-notice", day).value > 0
    except RuleBroken:
        return False


def limitation_years(day: datetime.date) -> int:
    return int(rate_on("limitation-years", day).value)


# --- The clock ---------------------------------------------------------------------------------


# The oldest of what a lease owes past due, and the first day on which a tenant of it died.
_SINCE = """
SELECT asked.lease_id, (
        SELECT min(charge.due_on) FROM arrears_opencharge AS charge
        WHERE charge.lease_id = asked.lease_id AND charge.due_on < %(day)s
    ), (
        SELECT min(person.died_on) FROM tenants_leaseparty AS party
        JOIN tenants_person AS person ON person.id = party.person_id
        WHERE party.lease_id = asked.lease_id AND party.role = 'tenant'
            AND (party.to_on IS NULL OR party.to_on >= %(day)s) AND person.died_on <= %(day)s
    )
FROM unnest(%(leases)s::bigint[]) AS asked (lease_id)
"""


def clocks(case_ids: Collection[int], day: datetime.date) -> dict[int, list[Running]]:
    """The deadlines of each case, soonest first. A constant number of queries."""
    cases = _cases(case_ids)
    leases = {case.lease_id for case in cases}
    gathered = _gather(cases, day)
    told = ask(_SINCE, {"leases": sorted(leases), "day": day})
    since = {lease_id: days for lease_id, *days in told}
    owes = any(oldest is not None for oldest, _died_on in since.values())
    years = limitation_years(day) if owes else None
    outside = outside_the_act((case.lease for case in cases), day)
    found = {}
    for case in cases:
        facts, sent, sued_on = gathered[case.lease_id]
        oldest_due_on, died_on = since[case.lease_id]
        found[case.pk] = rules_clock.clock(
            ClockFacts(
                lease=lease_facts(case.lease, outside=outside),
                sent=tuple(sent),
                standing=facts.latest,
                oldest_due_on=oldest_due_on,
                limitation_years=years,
                died_on=died_on,
                sued_on=sued_on,
            ),
            day,
        )
    return found


def clock(case_id: int, day: datetime.date) -> list[Running]:
    """The deadlines of one case, soonest first, those that are over last."""
    return clocks([case_id], day)[case_id]


def next_deadlines(case_ids: Collection[int], day: datetime.date) -> dict[int, Running]:
    """The deadline that ends first in each case, of the cases in which one runs."""
    found = {
        case_id: rules_clock.next_deadline(running)
        for case_id, running in clocks(case_ids, day).items()
    }
    return {case_id: running for case_id, running in found.items() if running is not None}
