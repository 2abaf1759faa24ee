"""The clocks of applications and service agreements, from the rows they rest on.

The rule decides in Python, the same for one page as for a list. Open applications are hundreds in
a town and some thousands in a city: for the deadlines of a few days only those are read of which
something may end in them, found by the days on which their clocks began.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import QuerySet

from boligsak.prepared import ask
from boligsak.together import Part, Question, Rows, answers
from tenants.models import (
    AppealState,
    Application,
    ApplicationKind,
    ApplicationState,
    Outcome,
    ServiceAgreement,
)
from tenants.queries import terms as dated
from tenants.queries.terms import Terms, terms
from tenants.queries.visibility import row_is_seen
from tenants.rules import clocks as rules
from tenants.rules.clocks import (
    SERVICE_REVIEW,
    AppealFacts,
    ApplicationFacts,
    Clock,
    DecisionFacts,
    Due,
)

RUNNING = (ApplicationState.RECEIVED, ApplicationState.DECIDED, ApplicationState.WAITING)
_HEARD = (AppealState.RECEIVED, AppealState.SENT_ON)


class _Row(NamedTuple):
    id: int
    number: str
    office_id: int
    is_protected: bool
    facts: ApplicationFacts


def clocks_of(application: Application, day: datetime.date) -> list[Due]:
    """Every clock of one application, running and stopped. Two queries."""
    row = _of([application.pk]).get(application.pk)
    return _dues(row, terms(), day) if row else []


def overdue(rows: QuerySet[Application], day: datetime.date) -> set[int]:
    """Of some applications those with a clock that has run out, by id: for a filter of a list."""
    versions = terms()
    return {
        pk
        for pk, row in _of(rows.values_list("pk", flat=True)).items()
        if any(due.is_overdue(day) for due in _dues(row, versions, day))
    }


def next_clocks(application_ids: Collection[int], day: datetime.date) -> dict[int, Due]:
    """The first clock of the municipality's own that runs, for each application that has one: for
    the rows of a page of a list."""
    versions = terms()
    found = {}
    for pk, row in _of(application_ids).items():
        ours = [due for due in _dues(row, versions, day) if due.is_ours and due.done_on is None]
        if ours:
            found[pk] = ours[0]
    return found


def deadlines(user: Any, first: datetime.date, last: datetime.date) -> list[Clock]:
    """The municipality's own clocks that run and end from `first` to `last`, of what this user
    sees, by day: applications, appeals, conditions, and service agreements to be looked at again.

    `first` is also the day on which they are looked at. One query.
    """
    versions, running, looked_at = answers(
        [dated.asked(), ending(user, first, last), reviews(user, first, last)]
    )
    found = of_applications(running, dated.read(versions), first, last)
    if user.has_perm("tenants.view_lease"):
        found += looked_at
    return sorted(found, key=lambda clock: (clock.on, clock.code, clock.number))


def ending(user: Any, first: datetime.date, last: datetime.date) -> Question:
    """What the clocks of applications rest on that may end in these days, to be asked for with
    other things. Nothing for who sees no applications."""
    wanted, asked = _ENDING, {"first": first, "last": last}
    if not user.has_perm("tenants.view_application"):
        wanted = "false"
    elif (seen := row_is_seen(user, "application")) is not None:
        wanted, asked = f"{wanted} AND {seen.sql}", asked | seen.parameters
    return Question(Rows(_ROWS.replace("{wanted}", wanted), _COLUMNS, _DAYS), asked, _rows)


def of_applications(
    rows: Iterable[_Row], versions: Terms, first: datetime.date, last: datetime.date
) -> list[Clock]:
    """Of these the municipality's own clocks that run on `first` and end in these days."""
    return [
        Clock(due.on, due.code, row.number, row.office_id, row.is_protected, row.id)
        for row in rows
        for due in _dues(row, versions, first)
        if due.is_ours and due.done_on is None and first <= due.on <= last
    ]


def reviews(user: Any, first: datetime.date, last: datetime.date) -> Question:
    """Service agreements of running tenancies that are to be looked at again in these days."""
    where = """row.review_on BETWEEN %(first)s AND %(last)s AND lease.starts_on <= %(first)s
        AND (lease.moved_out_on IS NULL OR lease.moved_out_on >= %(first)s)"""
    seen = row_is_seen(user)
    part = Part(
        ServiceAgreement,
        ("lease", "review_on"),
        where if seen is None else f"{where} AND {seen.sql}",
        related=(("lease", ("number", "office", "is_protected")),),
    )
    days = {"first": first, "last": last}
    return Question(part, days | (seen.parameters if seen is not None else {}), _looked_at)


def _looked_at(rows: list[ServiceAgreement]) -> list[Clock]:
    return [
        Clock(
            row.review_on,  # type: ignore[arg-type]
            SERVICE_REVIEW,
            row.lease.number,
            row.lease.office_id,
            row.lease.is_protected,
            lease_id=row.lease_id,
        )
        for row in rows
    ]


def _dues(row: _Row, versions: Terms, day: datetime.date) -> list[Due]:
    """By the terms that were in force when the application was received."""
    received_on = row.facts.received_on
    if received_on is None:
        return []
    return rules.dues(row.facts, versions.policy(row.office_id, received_on), day)


def _of(application_ids: Iterable[int]) -> dict[int, _Row]:
    return _read("application.id = ANY(%(ids)s)", {"ids": list(application_ids)})


# Applications of which any clock of ours may end in some days, one kind of clock after the other.
# Each has an index, whose condition is written out here as it is there. The rule decides which do.
# First the days that lie as many months before one of these as any terms say; 0: no day has been
# set. Of two months the shorter one's last day stands for up to three more of the other.
# A value in a select of its own tells the planner nothing: so it plans once, not for every page.
_ENDING = """application.id IN (
    WITH began AS MATERIALIZED (
        SELECT term.clock, day::date FROM rates_policy AS terms
        CROSS JOIN LATERAL (VALUES
            ('preliminary', (terms.values->>'preliminary_months')::int),
            ('decision', (terms.values->>'decision_months')::int),
            ('allocation', (terms.values->>'allocation_months')::int)
        ) AS term (clock, months)
        CROSS JOIN LATERAL generate_series(
            %(first)s::date - make_interval(months => term.months, days => 3),
            %(last)s::date - make_interval(months => term.months, days => -3), interval '1 day'
        ) AS day
        WHERE terms.kind = 'applications' AND term.months > 0
            AND day + make_interval(months => term.months) BETWEEN %(first)s AND %(last)s
    )
    SELECT id FROM tenants_application
    WHERE state IN ('received', 'decided', 'waiting') AND preliminary_sent_on IS NULL
        AND received_on = ANY(ARRAY(SELECT day FROM began WHERE clock = 'preliminary'))
    UNION ALL SELECT id FROM tenants_application
    WHERE state IN ('received', 'decided', 'waiting') AND decision_expected_on IS NULL
        AND received_on = ANY(ARRAY(SELECT day FROM began WHERE clock = 'decision'))
    UNION ALL SELECT id FROM tenants_application
    WHERE state IN ('received', 'decided', 'waiting')
        AND decision_expected_on BETWEEN (SELECT %(first)s::date) AND (SELECT %(last)s::date)
    UNION ALL SELECT application_id FROM tenants_decision
    WHERE kind = 'allocation' AND outcome = 'granted' AND state = 'final'
        AND made_on = ANY(ARRAY(SELECT day FROM began WHERE clock = 'allocation'))
    UNION ALL SELECT staying.id FROM tenants_application AS staying
    JOIN tenants_lease AS own ON own.id = staying.lease_id
    LEFT JOIN tenants_leasecontract AS contract ON contract.lease_id = own.id
        AND contract.state IN ('draft', 'signing')
    CROSS JOIN LATERAL (VALUES (own.ends_on), ((contract.terms->>'old_ends_on')::date))
        AS term (last_on)
    WHERE staying.state IN ('received', 'decided', 'waiting') AND staying.kind = 'extension'
        AND term.last_on BETWEEN (SELECT %(first)s::date) AND (SELECT %(last)s::date)
    UNION ALL SELECT decision.application_id FROM tenants_appeal AS appeal
    JOIN tenants_decision AS decision ON decision.id = appeal.decision_id
    WHERE appeal.state IN ('received', 'sent_on')
        AND appeal.received_on = ANY(ARRAY(SELECT day FROM began WHERE clock = 'preliminary'))
    UNION ALL SELECT decision.application_id FROM tenants_condition AS condition
    JOIN tenants_decision AS decision ON decision.id = condition.decision_id
    WHERE condition.state = 'open'
        AND condition.due_on BETWEEN (SELECT %(first)s::date) AND (SELECT %(last)s::date)
)"""


# Received and not ended, or housed with an appeal that is open: then their clocks can run. A lease
# has its new last day from when a renewal is written; until it is signed the old one counts here.
_ROWS = """
SELECT application.id, application.number, application.office_id, application.is_protected,
    application.received_on, application.state, application.preliminary_sent_on,
    application.decision_expected_on, application.kind,
    coalesce((
        SELECT (contract.terms->>'old_ends_on')::date FROM tenants_leasecontract AS contract
        WHERE contract.lease_id = application.lease_id
            AND contract.kind IN ('renewal', 'conversion')
            AND contract.state IN ('draft', 'signing')
        ORDER BY contract.id LIMIT 1
    ), lease.ends_on),
    (
        SELECT json_agg(json_build_array(
            decision.id, decision.kind, decision.outcome, decision.made_on, decision.notified_on,
            decision.appeal_last_on) ORDER BY decision.id)
        FROM tenants_decision AS decision
        WHERE decision.application_id = application.id AND decision.state = 'final'
    ),
    (
        SELECT json_agg(json_build_array(
            appeal.id, appeal.received_on, coalesce(appeal.sent_on, appeal.ended_on), appeal.state)
            ORDER BY appeal.id)
        FROM tenants_appeal AS appeal JOIN tenants_decision AS decision
            ON decision.id = appeal.decision_id
        WHERE decision.application_id = application.id
    ),
    (
        SELECT json_agg(json_build_array(condition.id, condition.due_on)
            ORDER BY condition.due_on, condition.id)
        FROM tenants_condition AS condition JOIN tenants_decision AS decision
            ON decision.id = condition.decision_id
        WHERE decision.application_id = application.id AND decision.state = 'final'
            AND condition.state = 'open' AND condition.due_on IS NOT NULL
    )
FROM tenants_application AS application
LEFT JOIN tenants_lease AS lease ON lease.id = application.lease_id
WHERE {wanted} AND application.received_on IS NOT NULL
    AND (application.state IN ('received', 'decided', 'waiting')
        OR application.state = 'housed' AND EXISTS (
            SELECT FROM tenants_appeal AS appeal
            JOIN tenants_decision AS decision ON decision.id = appeal.decision_id
            WHERE decision.application_id = application.id
                AND appeal.state IN ('received', 'sent_on')
        ))
"""
# How many columns, and which of them are days.
_COLUMNS, _DAYS = 13, (4, 6, 7, 9)


def _read(wanted: str, parameters: Mapping[str, Any]) -> dict[int, _Row]:
    """What the clocks rest on, of those of the wanted applications whose clocks can run: a
    condition on an `application`. One query."""
    return {row.id: row for row in _rows(ask(_ROWS.replace("{wanted}", wanted), parameters))}


def _rows(found: Iterable[tuple[Any, ...]]) -> list[_Row]:
    return [_row(*values) for values in found]


def _row(
    pk: int,
    number: str,
    office_id: int,
    is_protected: bool,
    received_on: datetime.date,
    state: str,
    preliminary_sent_on: datetime.date | None,
    expected_on: datetime.date | None,
    kind: str,
    ends_on: datetime.date | None,
    decisions: list[tuple[Any, ...]] | None,
    appeals: list[tuple[Any, ...]] | None,
    conditions: list[tuple[Any, ...]] | None,
) -> _Row:
    facts = ApplicationFacts(
        received_on=received_on,
        is_running=state in RUNNING,
        preliminary_sent_on=preliminary_sent_on,
        expected_on=expected_on,
        stays=kind == ApplicationKind.EXTENSION,
        ends_on=ends_on,
        decisions=tuple(
            DecisionFacts(pk, kind, outcome == Outcome.GRANTED, *map(_day, days))
            for pk, kind, outcome, *days in decisions or ()
        ),
        appeals=tuple(
            AppealFacts(pk, _day(received), _day(answered), is_open=now in _HEARD)
            for pk, received, answered, now in appeals or ()
        ),
        conditions=tuple((pk, _day(due)) for pk, due in conditions or ()),
    )
    return _Row(pk, number, office_id, is_protected, facts)


def _day(text: str | None) -> Any:
    return None if text is None else datetime.date.fromisoformat(text)
