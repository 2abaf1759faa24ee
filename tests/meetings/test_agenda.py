"""The agenda fills itself, and keeps what people did to it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boligsak.rule import RuleBroken
from meetings.models import AgendaItem, ItemState, Meeting, SystemIssue
from meetings.services.agenda import add_case, drop_item, fill_agenda, fill_agendas, move_item
from meetings.services.planning import plan_single
from tests.factories import CaseFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
HELD = dt.date(2026, 11, 25)
DAY = dt.timedelta(days=1)


@pytest.fixture
def meeting(office, coordinator) -> Meeting:
    return planned(office, coordinator, HELD)


def planned(office, coordinator, held_on: dt.date) -> Meeting:
    return plan_single(
        office_id=office.pk,
        held_on=held_on,
        at_time=dt.time(9),
        minutes=90,
        place="Rådhuset",
        invited=[],
        by=coordinator,
        on=TODAY,
    )


def case(office, **fields):
    fields = {"opened_on": TODAY - 3 * DAY} | fields
    return CaseFactory(lease=LeaseFactory(dwelling__office=office), **fields)


def numbers(meeting: Meeting) -> list[str]:
    shown = meeting.items.exclude(state=ItemState.DROPPED).exclude(case=None)
    return list(shown.order_by("position").values_list("case__number", flat=True))


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def test_marked_and_silent_cases_come_on_the_agenda_and_others_do_not(office, meeting) -> None:
    marked = case(office, for_meeting_on=TODAY)
    silent = case(office, opened_on=TODAY - 60 * DAY)
    case(office)
    case(OfficeFactory(), for_meeting_on=TODAY)
    assert fill_agenda(meeting.pk, by=None, on=TODAY) == 2
    assert numbers(meeting) == [marked.number, silent.number]


def test_a_system_issue_that_is_not_solved_comes_last(office, meeting, coordinator) -> None:
    marked = case(office, for_meeting_on=TODAY)
    issue = SystemIssue.objects.create(
        title="Flyttemeldinger kommer for sent", text="…", raised_on=TODAY, raised_by=coordinator
    )
    fill_agenda(meeting.pk, by=None, on=TODAY)
    items = meeting.items.order_by("position").values_list("case", "issue")
    assert list(items) == [(marked.pk, None), (None, issue.pk)]


def test_filling_again_adds_what_is_new_and_moves_nothing(office, meeting, coordinator) -> None:
    first, second = case(office, for_meeting_on=TODAY), case(office, for_meeting_on=TODAY)
    fill_agenda(meeting.pk, by=None, on=TODAY)
    move_item(meeting.items.get(case=second).pk, to_place=1, by=coordinator, on=TODAY)
    third = case(office, for_meeting_on=TODAY - DAY)
    assert fill_agenda(meeting.pk, by=None, on=TODAY) == 1
    assert fill_agenda(meeting.pk, by=None, on=TODAY) == 0
    assert numbers(meeting) == [second.number, first.number, third.number]


def test_what_was_taken_off_stays_off_until_somebody_wants_it(office, meeting, coordinator) -> None:
    marked = case(office, for_meeting_on=TODAY)
    fill_agenda(meeting.pk, by=None, on=TODAY)
    item = meeting.items.get()
    with refused("agenda.no_reason"):
        drop_item(item.pk, reason=" ", version=1, by=coordinator, on=TODAY)
    drop_item(item.pk, reason="Løst i telefonen", version=1, by=coordinator, on=TODAY)
    fill_agenda(meeting.pk, by=None, on=TODAY)
    assert numbers(meeting) == []
    add_case(meeting.pk, marked.pk, by=coordinator, on=TODAY)
    assert numbers(meeting) == [marked.number]


def test_a_case_added_by_hand_says_so_and_is_added_once(office, meeting, coordinator) -> None:
    quiet = case(office)
    item = add_case(meeting.pk, quiet.pk, by=coordinator, on=TODAY)
    assert item.reasons == ["added"]
    with refused("agenda.there_already"):
        add_case(meeting.pk, quiet.pk, by=coordinator, on=TODAY)
    fill_agenda(meeting.pk, by=None, on=TODAY)
    assert AgendaItem.objects.get().reasons == ["added"]


def test_a_case_of_another_office_is_not_taken_up_here(meeting, coordinator) -> None:
    with refused("agenda.other_office"):
        add_case(meeting.pk, case(OfficeFactory()).pk, by=coordinator, on=TODAY)


def test_who_is_bound_to_another_office_does_not_touch_the_agenda(office, meeting) -> None:
    elsewhere = UserFactory(role="coordinator", role__offices=[OfficeFactory()])
    with refused("meeting.office"):
        fill_agenda(meeting.pk, by=elsewhere, on=TODAY)


def test_the_second_to_take_something_off_is_told(office, meeting, coordinator) -> None:
    case(office, for_meeting_on=TODAY)
    fill_agenda(meeting.pk, by=None, on=TODAY)
    item = meeting.items.get()
    drop_item(item.pk, reason="Feil sak", version=1, by=coordinator, on=TODAY)
    with refused("agenda.changed"):
        drop_item(item.pk, reason="Feil sak", version=1, by=coordinator, on=TODAY)


def test_the_night_fills_the_meetings_of_the_coming_week(office, meeting, coordinator) -> None:
    case(office, for_meeting_on=TODAY)
    planned(office, coordinator, TODAY + 14 * DAY)
    assert fill_agendas(TODAY) == {"meetings": 1, "items": 1}


def test_as_many_queries_for_one_case_as_for_many(office, meeting) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            fill_agenda(meeting.pk, by=None, on=TODAY)
        return len(queries)

    case(office, for_meeting_on=TODAY)
    fill_agenda(meeting.pk, by=None, on=TODAY)
    few = count()
    for _ in range(8):
        case(office, for_meeting_on=TODAY)
    fill_agenda(meeting.pk, by=None, on=TODAY)
    assert count() == few
