"""The cases of one caseworker and the measures they are to see to, for their own day.

Written out, and asked for together with the rest of that page: it is opened all day, and building
these cost more than asking them.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from arrears.models import Measure
from arrears.queries import case_access
from arrears.queries.case_deadlines import legal_deadlines
from arrears.queries.cases import RUNNING_REFERRAL, CaseRow, row_of
from arrears.rules.cases import parties_of
from arrears.rules.measures import PROPOSED, STARTED
from boligsak.together import Part, Question, Rows

# The columns of `arrears.queries.cases.rows`.
_CASES = """
SELECT c.id, c.number, c.lease_id, office.name, c.owner_id, owner.first_name, owner.last_name,
    c.status, c.outcome, c.opened_on, c.closed_on, c.for_meeting_on,
    ARRAY(
        SELECT DISTINCT running.kind FROM arrears_casetrigger AS running
        WHERE running.case_id = c.id
            AND (running.closed_on IS NULL OR running.closed_on = c.closed_on)
        ORDER BY running.kind
    ),
    coalesce((
        SELECT max(flag.level) FROM arrears_flag AS flag
        WHERE flag.lease_id = c.lease_id AND flag.resolved_on IS NULL
    ), 0),
    step.action, step.due_on,
    (
        SELECT max(contact."on") FROM arrears_contactattempt AS contact
        WHERE contact.case_id = c.id AND contact.state = 'done'
    ),
    coalesce((
        SELECT sum(charge.open_ore)::bigint FROM arrears_opencharge AS charge
        WHERE charge.lease_id = c.lease_id AND charge.due_on < %(day)s
    ), 0),
    (
        SELECT referral.kind FROM arrears_referral AS referral
        WHERE referral.case_id = c.id AND referral.state = ANY(%(running_referral)s)
        ORDER BY referral.id DESC LIMIT 1
    ),
    c.party, c.sharing_basis, {reserved}, lease.is_protected
FROM arrears_case AS c
JOIN tenants_lease AS lease ON lease.id = c.lease_id
JOIN accounts_office AS office ON office.id = c.office_id
LEFT JOIN accounts_user AS owner ON owner.id = c.owner_id
LEFT JOIN LATERAL (
    SELECT next.action, next.due_on FROM arrears_nextstep AS next
    WHERE next.case_id = c.id AND next.ended_on IS NULL LIMIT 1
) AS step ON true
WHERE c.status = 'open' AND c.owner_id = %(reader)s AND {seen}
ORDER BY step.due_on NULLS LAST, c.id LIMIT {limit}
"""


def cases_of(user: Any, day: datetime.date, limit: int) -> Question:
    """The open cases this user has, by the day of their next step, to be asked for with other
    things. Their legal deadlines are not among it (`with_deadlines`)."""
    seen = case_access.row_is_seen(user)
    statement = _CASES.format(reserved=case_access.RESERVED, seen=seen.sql, limit=limit)
    asked = {"day": day, "running_referral": list(RUNNING_REFERRAL)}
    parties, is_cleared = parties_of(user.access.roles), user.access.is_cleared

    def read(found: list[Any]) -> list[CaseRow]:
        return [row_of(row, None, parties, is_cleared) for row in found]

    return Question(Rows(statement, 23, (9, 10, 11, 15, 16)), seen.parameters | asked, read)


def with_deadlines(rows: Sequence[CaseRow], day: datetime.date) -> list[CaseRow]:
    """These open cases with the legal deadline of each that ends first. Some queries, however many
    cases; none where there are none."""
    due = legal_deadlines([row.case_id for row in rows], day)
    return [row._replace(deadline=due.get(row.case_id)) for row in rows]


_MEASURES = """row.id IN (
    SELECT measure.id FROM arrears_measure AS measure
    JOIN arrears_case AS c ON c.id = measure.case_id
    JOIN tenants_lease AS lease ON lease.id = c.lease_id
    WHERE measure.owner_id = %(reader)s AND measure.state = ANY(%(being_done)s)
        AND measure.due_on < %(day)s AND c.status = 'open' AND {seen}
    ORDER BY measure.due_on, measure.id LIMIT {limit}
)"""


def overdue_measures(user: Any, day: datetime.date, limit: int) -> Question:
    """Measures this user is to see to on open cases, past their due day, the latest first, to be
    asked for with other things. Only where they may know whose case it is."""
    seen = case_access.row_is_seen(user)
    sql = seen.sql if user.access.is_cleared else f"{seen.sql} AND NOT lease.is_protected"
    part = Part(
        Measure,
        ("due_on",),
        _MEASURES.format(seen=sql, limit=limit),
        order="row.due_on, row.id",
        related=(("kind", ("name_nb", "name_en")), ("case", ("number",))),
    )
    asked = {"day": day, "being_done": [PROPOSED, STARTED]}
    return Question(part, seen.parameters | asked, list)
