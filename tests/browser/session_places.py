"""Where the pages of a meeting in session stand: one that runs, and one that is closed."""

import datetime

from arrears.models import Case
from boligsak.accounts.models import User
from meetings.models import Meeting, MeetingState
from meetings.services.agenda import add_case
from meetings.services.closing import close_meeting
from meetings.services.planning import plan_single
from meetings.services.series import Invited
from meetings.services.session import Words, open_meeting, save_item, set_presence
from tests.browser.town import TODAY
from tests.browser.visits import COORDINATOR, HOUSING_UNIT, LANDLORD, Visit

PLACE = "Rom for skjermen"
ON_A_SESSION = ("session", "session_guest", "closing")
ON_ITEMS = ("session_item", "session_welfare")


def planned(place: str, cases: int = 2) -> Meeting:
    """A meeting of all three parties today, with cases of one office that everybody may see."""
    by = User.objects.get(username="koordinator")
    free = Case.objects.open().filter(lease__is_protected=False, party="welfare")
    first = free.order_by("-office", "pk")[0]
    people = [
        ("welfare", by),
        *(
            (who, User.objects.get(username=name))
            for who, name in (("landlord", "utleier"), ("housing_unit", "boligenhet"))
        ),
    ]
    meeting = plan_single(
        office_id=first.office_id,
        held_on=TODAY,
        at_time=datetime.time(10),
        minutes=60,
        place=place,
        invited=[Invited(party, user_id=user.pk) for party, user in people],
        by=by,
        # Who is asked on the day itself counts as asked only when they come.
        on=TODAY - datetime.timedelta(days=7),
    )
    for case in free.filter(office=first.office_id).order_by("pk")[:cases]:
        add_case(meeting.pk, case.pk, by=by, on=TODAY)
    return meeting


def a_session() -> list[int]:
    found = Meeting.objects.filter(place=PLACE, state=MeetingState.RUNNING).first()
    if found is None:
        by = User.objects.get(username="koordinator")
        found = open_meeting(planned(PLACE).pk, by=by, on=TODAY)
    return [found.pk]


def an_item() -> list[int]:
    [meeting_id] = a_session()
    items = Meeting.objects.get(pk=meeting_id).items.order_by("position", "pk")
    return [meeting_id, items.values_list("pk", flat=True)[0]]


def held_minutes() -> list[int]:
    found = Meeting.objects.filter(place=PLACE, state=MeetingState.CLOSED).first()
    if found is None:
        by = User.objects.get(username="koordinator")
        found = open_meeting(planned(PLACE).pk, by=by, on=TODAY)
        for row in found.attendances.all():
            set_presence(row.pk, "present", by=by)
        words = Words(note="Drøftet", decision="continue", reason="Tiltakene virker")
        save_item(found.items.order_by("position")[0].pk, words, version=1, by=by)
        found = close_meeting(found.pk, by=by, on=TODAY)
    return [found.pk]


VISITS = [
    *(Visit(f"meetings:{name}", COORDINATOR, a_session) for name in ON_A_SESSION),
    Visit("meetings:session", LANDLORD, a_session),
    *(Visit(f"meetings:{name}", COORDINATOR, an_item) for name in ON_ITEMS),
    Visit("meetings:session_item", HOUSING_UNIT, an_item),
    Visit("meetings:minutes", COORDINATOR, held_minutes),
    Visit("meetings:minutes", LANDLORD, held_minutes),
    Visit("meetings:addition", HOUSING_UNIT, held_minutes),
]
