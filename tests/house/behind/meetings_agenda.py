"""The case on the agenda of a meeting."""

import datetime
from typing import Any

from boligsak import dates
from boligsak.dates import next_working_day
from meetings.services.agenda import add_case
from meetings.services.planning import plan_single
from tests.factories import UserFactory


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    today = dates.today()
    by = UserFactory(role="coordinator", role__cleared=True)
    meeting = plan_single(
        office_id=case.office_id,
        held_on=next_working_day(today),
        at_time=datetime.time(13),
        minutes=60,
        place="Rom 1",
        invited=[],
        by=by,
        on=today,
    )
    item = add_case(meeting.pk, case.pk, by=by, on=today)
    return {
        "meetings:fill": {"pk": meeting.pk},
        "meetings:add_case": {"pk": meeting.pk},
        "meetings:move_item": {"pk": item.pk},
        "meetings:drop_item": {"pk": item.pk},
        "desk:prepare": {"pk": item.pk},
    }
