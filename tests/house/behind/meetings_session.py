"""A meeting in session, and one that is closed."""

import datetime
from typing import Any

from boligsak import dates
from boligsak.dates import next_working_day
from meetings.models import Meeting
from meetings.services.agenda import add_case
from meetings.services.closing import close_meeting
from meetings.services.planning import plan_single
from meetings.services.series import Invited
from meetings.services.session import open_meeting, set_presence
from tests.factories import UserFactory

RUNNING = (
    "meetings:session",
    "meetings:session_open",
    "meetings:session_pen",
    "meetings:session_presence",
    "meetings:session_guest",
    "meetings:closing",
)
ON_AN_ITEM = (
    "meetings:session_item",
    "meetings:session_save",
    "meetings:session_welfare",
)


def _held(case: Any, by: Any) -> Meeting:
    """Begun at the first working day from today on, so that it can be planned on any day."""
    day = next_working_day(dates.today())
    meeting = plan_single(
        office_id=case.office_id,
        held_on=day,
        at_time=datetime.time(10),
        minutes=60,
        place="Rom 2",
        invited=[Invited("welfare", user_id=by.pk)],
        by=by,
        on=dates.today(),
    )
    add_case(meeting.pk, case.pk, by=by, on=day)
    open_meeting(meeting.pk, by=by, on=day)
    return meeting


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    by = UserFactory(role="coordinator")
    running = _held(case, by)
    item = running.items.get()
    closed = _held(case, by)
    set_presence(closed.attendances.get().pk, "present", by=by)
    close_meeting(closed.pk, by=by, on=closed.held_on)
    found: dict[str, dict[str, Any]] = {name: {"pk": running.pk} for name in RUNNING}
    found |= {name: {"pk": running.pk, "item": item.pk} for name in ON_AN_ITEM}
    found |= {name: {"pk": closed.pk} for name in ("meetings:minutes", "meetings:addition")}
    return found | {"meetings:minutes_pdf": {"pk": closed.pk, "version": "without-names"}}
