"""The clocks of applications and service agreements, from the rows they rest on.

The rule decides in Python, the same for one page as for a list: open applications are hundreds in
a town and some thousands in a city, read here with one query for each table.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from tenants.models import (
    Appeal,
    AppealState,
    Application,
    ApplicationState,
    Condition,
    ConditionState,
    Decision,
    DecisionState,
    Lease,
    Outcome,
    ServiceAgreement,
)
from tenants.queries.terms import Terms, terms
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
    number: str
    office_id: int
    is_protected: bool
    facts: ApplicationFacts


def clocks_of(application: Application, day: datetime.date) -> list[Due]:
    """Every clock of one application, running and stopped. Five queries."""
    row = _read(Application.objects.filter(pk=application.pk)).get(application.pk)
    return _dues(row, terms(), day) if row else []


def overdue(rows: QuerySet[Application], day: datetime.date) -> set[int]:
    """Of some applications those with a clock that has run out, by id: for a filter of a list."""
    versions = terms()
    return {
        pk
        for pk, row in _read(rows).items()
        if any(due.is_overdue(day) for due in _dues(row, versions, day))
    }


def next_clocks(application_ids: Collection[int], day: datetime.date) -> dict[int, Due]:
    """The first clock of the municipality's own that runs, for each application that has one: for
    the rows of a page of a list."""
    versions = terms()
    found = {}
    for pk, row in _read(Application.objects.filter(pk__in=application_ids)).items():
        ours = [due for due in _dues(row, versions, day) if due.is_ours and due.done_on is None]
        if ours:
            found[pk] = ours[0]
    return found


def deadlines(user: Any, first: datetime.date, last: datetime.date) -> list[Clock]:
    """The municipality's own clocks that run and end from `first` to `last`, of what this user
    sees, by day: applications, appeals, conditions, and service agreements to be looked at again.

    `first` is also the day on which they are looked at. Six queries.
    """
    found: list[Clock] = []
    if user.has_perm("tenants.view_application"):
        versions = terms()
        for pk, row in _read(Application.objects.visible_to(user)).items():
            found += [
                Clock(due.on, due.code, row.number, row.office_id, row.is_protected, pk)
                for due in _dues(row, versions, first)
                if due.is_ours and due.done_on is None and first <= due.on <= last
            ]
    if user.has_perm("tenants.view_lease"):
        found += _reviews(user, first, last)
    return sorted(found, key=lambda clock: (clock.on, clock.code, clock.number))


def late(user: Any, day: datetime.date) -> list[Clock]:
    """The municipality's own clocks of applications that ran out before `day`, the oldest first."""
    if not user.has_perm("tenants.view_application"):
        return []
    versions = terms()
    found = [
        Clock(due.on, due.code, row.number, row.office_id, row.is_protected, pk)
        for pk, row in _read(Application.objects.visible_to(user)).items()
        for due in _dues(row, versions, day)
        if due.is_overdue(day)
    ]
    return sorted(found, key=lambda clock: (clock.on, clock.code, clock.number))


def _reviews(user: Any, first: datetime.date, last: datetime.date) -> Iterable[Clock]:
    """Service agreements of running tenancies that are to be looked at again."""
    seen = Lease.objects.visible_to(user).running(first)
    rows = ServiceAgreement.objects.filter(
        lease__in=seen, review_on__gte=first, review_on__lte=last
    ).values_list(
        "review_on", "lease__number", "lease__office_id", "lease__is_protected", "lease_id"
    )
    for review_on, number, office_id, is_protected, lease_id in rows:
        yield Clock(review_on, SERVICE_REVIEW, number, office_id, is_protected, lease_id=lease_id)


def _dues(row: _Row, versions: Terms, day: datetime.date) -> list[Due]:
    """By the terms that were in force when the application was received."""
    received_on = row.facts.received_on
    if received_on is None:
        return []
    return rules.dues(row.facts, versions.policy(row.office_id, received_on), day)


def _read(rows: QuerySet[Application]) -> dict[int, _Row]:
    """What the clocks rest on, of those of these applications whose clocks can run: received and
    not ended, or housed with an appeal that is open."""
    appealed = Appeal.objects.filter(state__in=_HEARD).values("decision__application_id")
    can_run = Q(state__in=RUNNING) | Q(state=ApplicationState.HOUSED, pk__in=appealed)
    base = list(
        rows.filter(can_run, received_on__isnull=False).values_list(
            "pk",
            "number",
            "office_id",
            "is_protected",
            "received_on",
            "state",
            "preliminary_sent_on",
            "decision_expected_on",
        )
    )
    keys = [row[0] for row in base]
    decisions = _decisions(keys)
    appeals = _appeals(keys)
    conditions = _conditions(keys)
    return {
        pk: _Row(
            number,
            office_id,
            is_protected,
            ApplicationFacts(
                received_on=received_on,
                is_running=state in RUNNING,
                preliminary_sent_on=sent_on,
                expected_on=expected_on,
                decisions=tuple(decisions.get(pk, ())),
                appeals=tuple(appeals.get(pk, ())),
                conditions=tuple(conditions.get(pk, ())),
            ),
        )
        for pk, number, office_id, is_protected, received_on, state, sent_on, expected_on in base
    }


def _decisions(ids: Collection[int]) -> Mapping[int, list[DecisionFacts]]:
    found: dict[int, list[DecisionFacts]] = defaultdict(list)
    rows = Decision.objects.filter(application__in=ids, state=DecisionState.FINAL).values_list(
        "application_id", "pk", "kind", "outcome", "made_on", "notified_on", "appeal_last_on"
    )
    for application_id, pk, kind, outcome, made_on, notified_on, last_on in rows.order_by("pk"):
        found[application_id].append(
            DecisionFacts(pk, kind, outcome == Outcome.GRANTED, made_on, notified_on, last_on)
        )
    return found


def _appeals(ids: Collection[int]) -> Mapping[int, list[AppealFacts]]:
    found: dict[int, list[AppealFacts]] = defaultdict(list)
    rows = Appeal.objects.filter(decision__application__in=ids).values_list(
        "decision__application_id", "pk", "received_on", "sent_on", "ended_on", "state"
    )
    for application_id, pk, received_on, sent_on, ended_on, state in rows.order_by("pk"):
        answered_on = sent_on or ended_on
        found[application_id].append(
            AppealFacts(pk, received_on, answered_on, is_open=state in _HEARD)
        )
    return found


def _conditions(ids: Collection[int]) -> Mapping[int, list[tuple[int, datetime.date]]]:
    found: dict[int, list[tuple[int, datetime.date]]] = defaultdict(list)
    rows = Condition.objects.filter(
        decision__application__in=ids,
        decision__state=DecisionState.FINAL,
        state=ConditionState.OPEN,
        due_on__isnull=False,
    ).values_list("decision__application_id", "pk", "due_on")
    for application_id, pk, due_on in rows.order_by("due_on", "pk"):
        found[application_id].append((pk, due_on))
    return found
