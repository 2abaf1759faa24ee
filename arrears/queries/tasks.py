"""Lists of tasks and of cases that are offered, for one reader.

Those of a caseworker's own day are written out: they are asked for all day, together with the rest
of the page, and building them cost more than asking them.
"""

import datetime
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import QuerySet

from arrears.models import Party, Task
from arrears.queries import case_access
from arrears.rules.cases import parties_of
from boligsak.accounts.grants import CASEWORKER, COORDINATOR
from boligsak.together import Question, Rows
from tenants.queries.visibility import row_is_seen


class TaskRow(NamedTuple):
    """A task as stored. `is_masked` says that its case or lease is protected: the reader who is
    not cleared reads no words that somebody typed."""

    task_id: int
    kind: str
    title: str
    facts: dict[str, Any]
    due_on: datetime.date
    party: str
    owner_id: int | None
    owner: str
    case_id: int | None
    case_number: str
    lease_id: int | None
    lease_number: str
    is_protected: bool


_TASKS = """
SELECT task.id, task.kind, task.title, task.facts, task.due_on, task.party, task.owner_id,
    owner.first_name, owner.last_name, task.case_id, about.number, task.lease_id, home.number,
    home.is_protected
FROM arrears_task AS task
LEFT JOIN accounts_user AS owner ON owner.id = task.owner_id
LEFT JOIN arrears_case AS about ON about.id = task.case_id
LEFT JOIN tenants_lease AS home ON home.id = task.lease_id
WHERE task.state = 'open' AND {whose}
    AND (task.case_id IS NULL OR EXISTS (
        SELECT FROM arrears_case AS c JOIN tenants_lease AS lease ON lease.id = c.lease_id
        WHERE c.id = task.case_id AND {case_seen}
    ))
    AND (task.case_id IS NOT NULL OR task.lease_id IS NULL OR EXISTS (
        SELECT FROM tenants_lease AS lease WHERE lease.id = task.lease_id AND {lease_seen}
    ))
ORDER BY task.due_on, task.id LIMIT {limit}
"""


def tasks_of(user: Any, limit: int) -> Question:
    """What this user has to do, the first due first, to be asked for with other things."""
    return _tasks_asked(user, "task.owner_id = %(reader)s", {}, limit)


def tasks_of_nobody(user: Any, limit: int) -> Question:
    """The same of what somebody at this user's offices has to take or give away."""
    parties = parties_of(user.access.roles)
    theirs = Party.values if Party.WELFARE in parties else [*sorted(parties), Party.OTHER]
    whose = "task.owner_id IS NULL AND task.party = ANY(%(task_parties)s)"
    if user.access.office_ids is not None:
        whose += " AND task.office_id = ANY(%(seen_offices)s)"
    return _tasks_asked(user, whose, {"task_parties": list(theirs)}, limit)


def _tasks_asked(user: Any, whose: str, parameters: dict[str, Any], limit: int) -> Question:
    """Who may see them: the same rule as `TaskQuerySet.visible_to`; a test holds the two
    together."""
    case, lease = case_access.row_is_seen(user), row_is_seen(user)
    statement = _TASKS.format(
        whose=whose,
        case_seen=case.sql,
        lease_seen="true" if lease is None else lease.sql,
        limit=limit,
    )
    part = Rows(statement, columns=14, days=(4,))
    return Question(part, case.parameters | parameters, _task_rows)


def tasks_on(case_ids: Collection[int], user: Any, limit: int = 200) -> list[TaskRow]:
    """The open tasks of these cases that the user may see."""
    found = Task.objects.open().visible_to(user).filter(case_id__in=list(case_ids))
    return _rows(found, limit)


def _rows(tasks: QuerySet[Task], limit: int) -> list[TaskRow]:
    found = tasks.order_by("due_on", "pk").values_list(
        "pk",
        "kind",
        "title",
        "facts",
        "due_on",
        "party",
        "owner_id",
        "owner__first_name",
        "owner__last_name",
        "case_id",
        "case__number",
        "lease_id",
        "lease__number",
        "lease__is_protected",
    )[:limit]
    return _task_rows(found)


def _task_rows(found: Iterable[tuple[Any, ...]]) -> list[TaskRow]:
    return [
        TaskRow(
            *row[:7],
            f"{row[7] or ''} {row[8] or ''}".strip(),
            row[9],
            row[10] or "",
            row[11],
            row[12] or "",
            bool(row[13]),
        )
        for row in found
    ]


class OfferRow(NamedTuple):
    """A case that is offered and waits for an answer."""

    transfer_id: int
    case_number: str
    asked_by: str
    from_office: str
    to_office: str
    reason: str
    asked_on: datetime.date


_OFFERS = """
SELECT offer.id, c.number, asker.first_name, asker.last_name, asker.username, here.name,
    there.name, offer.reason, offer.asked_on
FROM arrears_casetransfer AS offer
JOIN arrears_case AS c ON c.id = offer.case_id
JOIN tenants_lease AS lease ON lease.id = c.lease_id
JOIN accounts_user AS asker ON asker.id = offer.asked_by_id
JOIN accounts_office AS here ON here.id = offer.from_office_id
JOIN accounts_office AS there ON there.id = offer.to_office_id
WHERE offer.state = 'waiting' AND offer.asked_by_id <> %(reader)s
    AND (offer.to_owner_id = %(reader)s OR offer.to_owner_id IS NULL AND EXISTS (
        SELECT FROM accounts_roleassignment AS held
        WHERE held.user_id = %(reader)s AND held.role = ANY(%(answering)s)
            AND held.valid_from <= %(day)s AND (held.valid_to IS NULL OR held.valid_to >= %(day)s)
            AND (held.office_id IS NULL OR held.office_id = offer.to_office_id)
    ))
    AND {named}
ORDER BY offer.asked_on, offer.id LIMIT {limit}
"""


def offers_to(user: Any, day: datetime.date, limit: int = 20) -> Question:
    """The offers this user may answer, to be asked for with other things: to them, or to an office
    where they work. Never of a case they are disqualified from or of an address they may not see.
    """
    named = case_access.NOT_SHUT_OUT
    if not user.access.is_cleared:
        named += " AND NOT lease.is_protected"
    asked = {"reader": user.pk, "day": day, "answering": [CASEWORKER, COORDINATOR]}
    statement = _OFFERS.format(named=named, limit=limit)
    return Question(Rows(statement, columns=9, days=(8,)), asked, _offer_rows)


def _offer_rows(found: list[Any]) -> list[OfferRow]:
    return [
        OfferRow(pk, number, f"{given} {family}".strip() or username, *rest)
        for pk, number, given, family, username, *rest in found
    ]
