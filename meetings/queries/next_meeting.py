"""The next meeting a reader may see, and what stands first on its agenda."""

import datetime
import json
from typing import Any, NamedTuple

from arrears.queries.case_access import lease_of_case, row_is_seen
from boligsak.together import Question, Rows

FIRST = 3
"""So many of its cases are told."""


class NextMeeting(NamedTuple):
    """`at` is when it begins, "09:00". `kept_first`: its first cases as JSON, see `first`."""

    meeting_id: int
    held_on: datetime.date
    at: str
    place: str
    office: str
    kept_first: str | None


class FirstCase(NamedTuple):
    """`cases`: how many stand on the agenda together. `case_id` is None, and nothing but the number
    there, where the row is not the reader's."""

    cases: int
    case_id: int | None
    number: str
    reasons: list[str]
    facts: dict[str, dict[str, Any]]


# Each office's next one is found in the index, however many meetings have been held.
_NEXT = """
    SELECT meeting.id, meeting.held_on, to_char(meeting.at_time, 'HH24:MI'), meeting.place,
        office.name, (
            SELECT json_agg(CASE WHEN told.is_seen
                THEN json_build_array(told.cases, told.id, told.number, told.reasons, told.facts)
                ELSE json_build_array(told.cases, NULL, told.number, '[]'::json, '{{}}'::json)
                END)::text
            FROM (
                SELECT count(*) OVER () AS cases, c.id, c.number, item.reasons, item.facts,
                    {seen} AS is_seen
                FROM meetings_agendaitem AS item
                JOIN arrears_case AS c ON c.id = item.case_id {lease}
                WHERE item.meeting_id = meeting.id AND item.state <> 'dropped'
                ORDER BY item.position, item.id LIMIT {first:d}
            ) AS told
        )
    FROM accounts_office AS office CROSS JOIN LATERAL (
        SELECT id, held_on, at_time, place FROM meetings_meeting
        WHERE office_id = office.id AND held_on >= %(meetings_from)s
            AND state IN ('planned', 'running')
        ORDER BY held_on, at_time, id LIMIT 1
    ) AS meeting
    WHERE {offices}
    ORDER BY meeting.held_on, meeting.at_time, meeting.id LIMIT 1
"""


def next_meeting(user: Any, day: datetime.date, office_id: int | None = None) -> Question:
    """The first one from `day` on of the user's offices, or of one of them: one row or none, to be
    asked for with other things."""
    seen, asked = row_is_seen(user)
    asked = {**asked, "meetings_from": day}
    places = ["true"]
    if user.access.office_ids is not None:
        places.append("office.id = ANY(%(seen_offices)s)")
        asked["seen_offices"] = sorted(user.access.office_ids)
    if office_id is not None:
        places.append("office.id = %(meeting_office)s")
        asked["meeting_office"] = office_id
    statement = _NEXT.format(
        seen=seen, lease=lease_of_case(seen), first=FIRST, offices=" AND ".join(places)
    )
    return Question(
        Rows(statement, columns=len(NextMeeting._fields), days=(1,)),
        asked,
        lambda rows: [NextMeeting(*row) for row in rows],
    )


def first(kept: str | None) -> list[FirstCase]:
    """The first cases of an agenda, in its order."""
    return [FirstCase(*one) for one in json.loads(kept or "[]")]
