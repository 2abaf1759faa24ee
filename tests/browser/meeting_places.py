"""Where the pages around a meeting stand: the calendar's, the agenda's and the issues'."""

from arrears.models import Case
from boligsak import dates
from boligsak.accounts.models import User
from meetings.models import AgendaItem, ItemState, Meeting, MeetingState, Series, SystemIssue
from meetings.services.agenda import add_case
from meetings.services.issues import raise_issue
from tests.browser.visits import COORDINATOR, HOUSING_UNIT, LANDLORD, Visit

WITHOUT_ROWS = ("calendar", "meeting_new", "series_new", "issues", "issue_new", "follow_up")
ON_A_PLANNED_MEETING = ("meeting", "meeting_move", "meeting_cancel", "add_case", "summons")


def a_planned_meeting() -> list[int]:
    return [_planned().pk]


def _planned() -> Meeting:
    """The first coming meeting of an office that has a case the coordinator may name."""
    coming = Meeting.objects.filter(state=MeetingState.PLANNED, held_on__gt=dates.today())
    offices = Case.objects.open().filter(lease__is_protected=False, party="welfare")
    found = coming.filter(office__in=offices.values("office")).order_by("held_on", "pk").first()
    assert found is not None, "the town has no coming meeting"
    return found


def an_agenda_item() -> list[int]:
    meeting = _planned()
    waiting = AgendaItem.objects.filter(
        meeting=meeting,
        case__isnull=False,
        case__lease__is_protected=False,
        state=ItemState.WAITING,
    )
    if not waiting.exists():
        by = User.objects.get(username="koordinator")
        case = Case.objects.open().filter(
            office=meeting.office_id, lease__is_protected=False, party="welfare"
        )
        add_case(meeting.pk, case.order_by("pk")[0].pk, by=by, on=dates.today())
    return [waiting.order_by("pk").values_list("pk", flat=True)[0]]


def a_series() -> list[int]:
    return [Series.objects.order_by("pk").values_list("pk", flat=True)[0]]


def a_system_issue() -> list[int]:
    found = SystemIssue.objects.order_by("pk").first()
    if found is None:
        found = raise_issue(
            title="Nøkler som kommer for sent",
            text="Nøklene leveres etter innflytting.",
            office_id=None,
            by=User.objects.get(username="utleier"),
            on=dates.today(),
        )
    return [found.pk]


VISITS = [
    *(Visit(f"meetings:{name}", COORDINATOR) for name in WITHOUT_ROWS),
    *(Visit(f"meetings:{name}", COORDINATOR, a_planned_meeting) for name in ON_A_PLANNED_MEETING),
    Visit("meetings:calendar", LANDLORD),
    Visit("meetings:meeting", LANDLORD, a_planned_meeting),
    Visit("meetings:drop_item", COORDINATOR, an_agenda_item),
    Visit("desk:prepare", COORDINATOR, an_agenda_item),
    Visit("meetings:series", COORDINATOR, a_series),
    Visit("meetings:issue", HOUSING_UNIT, a_system_issue),
]
