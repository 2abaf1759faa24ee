"""Meetings that are planned, and their series."""

import datetime
from typing import Any

from boligsak import dates
from boligsak.dates import next_working_day
from meetings.services.planning import plan_single
from meetings.services.series import Invited, SeriesFacts, start_series
from tests.factories import UserFactory

NAMES = (
    "meetings:meeting",
    "meetings:meeting_move",
    "meetings:summons",
    "meetings:summons_pdf",
    "meetings:meeting_cancel",
    "meetings:meeting_ics",
)


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    today = dates.today()
    by = UserFactory(role="coordinator")
    series = start_series(
        SeriesFacts(
            office_id=case.office_id,
            name="Samarbeidsmøte",
            weekday=1,
            every_weeks=4,
            starts_on=today,
            ends_on=None,
            at_time=datetime.time(9),
            minutes=60,
            place="Rom 1",
        ),
        [Invited("welfare", user_id=by.pk)],
        by=by,
        on=today,
    )
    meeting = plan_single(
        office_id=case.office_id,
        held_on=next_working_day(today),
        at_time=datetime.time(9),
        minutes=60,
        place="Rom 1",
        invited=[Invited("welfare", user_id=by.pk)],
        by=by,
        on=today,
    )
    found: dict[str, dict[str, Any]] = {name: {"pk": meeting.pk} for name in NAMES}
    return found | {"meetings:series": {"pk": series.pk}}
