"""The calendar's pages: lists, forms and entries for other calendars."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from boligsak.dates import next_working_day, today
from meetings.models import Meeting, MeetingState, Series
from tests.desk.work import body, signed_in
from tests.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db


def sent(**more) -> dict[str, object]:
    return {"submission_id": str(uuid.uuid4())} | more


def series_form(office, people=(), **more) -> dict[str, object]:
    form = sent(
        office=str(office.pk),
        name="Samarbeidsmøte Heimdal",
        weekday="2",
        every_weeks="2",
        starts_on=today().strftime("%d.%m.%Y"),
        at_time="9.30",
        minutes="90",
        place="Rådhuset",
        people=[str(user.pk) for user in people],
        guests="",
    )
    return form | more


def test_a_series_is_set_up_and_its_meetings_stand_in_the_calendar(office, coordinator) -> None:
    client = signed_in(coordinator)
    answer = client.post(
        reverse("meetings:series_new"),
        series_form(office, [coordinator], guests="Ida Sund <ida@example.org>, housing unit"),
    )
    assert answer.status_code == 302
    page = body(client, reverse("meetings:calendar"))
    assert "Samarbeidsmøte Heimdal" in page
    assert Meeting.objects.first().attendances.count() == 2


def test_the_same_form_sent_twice_sets_up_one_series(office, coordinator) -> None:
    client = signed_in(coordinator)
    form = series_form(office)
    for _ in range(2):
        client.post(reverse("meetings:series_new"), form)
    assert Series.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"at_time": "25.00"}, "is not a time of day"),
        ({"weekday": "6"}, "Select a valid choice"),
        ({"guests": "<<>>"}, "is not read as a guest"),
        ({"guests": "Ida, ukjent"}, "is none of the parties"),
        ({"guests": "Ida <ida@@x>"}, "valid email"),
        ({"ends_on": "1.1.2020"}, "before the first meeting"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_typed_is_lost(
    office, coordinator, more, said
) -> None:
    answer = signed_in(coordinator).post(reverse("meetings:series_new"), series_form(office) | more)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Rådhuset" in answer.content.decode()
    assert not Series.objects.exists()


def planned(office, coordinator) -> Meeting:
    signed_in(coordinator).post(
        reverse("meetings:meeting_new"),
        sent(
            office=str(office.pk),
            held_on=next_working_day(today()).strftime("%d.%m.%Y"),
            at_time="9",
            minutes="60",
            place="Rom 2",
            people=[str(coordinator.pk)],
            guests="",
        ),
    )
    return Meeting.objects.get()


def test_a_meeting_is_moved_with_a_reason_that_the_calendar_shows(office, coordinator) -> None:
    meeting = planned(office, coordinator)
    client = signed_in(coordinator)
    later = next_working_day(meeting.held_on + dt.timedelta(days=1))
    client.post(
        reverse("meetings:meeting_move", args=[meeting.pk]),
        sent(
            version="1",
            held_on=later.strftime("%d.%m.%Y"),
            at_time="10",
            place="Rom 3",
            reason="Møterommet var opptatt",
        ),
    )
    assert "Møterommet var opptatt" in body(client, reverse("meetings:calendar"))


def test_a_cancelled_meeting_says_so_in_the_calendars_of_others(office, coordinator) -> None:
    meeting = planned(office, coordinator)
    client = signed_in(coordinator)
    client.post(
        reverse("meetings:meeting_cancel", args=[meeting.pk]),
        sent(version="1", reason="Streik"),
    )
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED
    entry = client.get(reverse("meetings:meeting_ics", args=[meeting.pk])).content.decode()
    assert "STATUS:CANCELLED" in entry
    assert "SEQUENCE:1" in entry
    assert "Streik" not in entry


def test_meetings_of_another_office_are_not_there(office, coordinator) -> None:
    meeting = planned(office, coordinator)
    elsewhere = signed_in(UserFactory(role="coordinator", role__offices=[OfficeFactory()]))
    assert elsewhere.get(reverse("meetings:meeting_move", args=[meeting.pk])).status_code == 404
    assert meeting.number not in body(elsewhere, reverse("meetings:calendar"))


def test_the_landlord_sees_the_calendar_and_plans_nothing(office, coordinator) -> None:
    planned(office, coordinator)
    client = signed_in(UserFactory(role="landlord"))
    assert "New series" not in body(client, reverse("meetings:calendar"))
    assert client.get(reverse("meetings:series_new")).status_code == 403
