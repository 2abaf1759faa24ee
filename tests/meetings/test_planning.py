"""Series and single meetings in the calendar."""

import datetime as dt
from dataclasses import replace

import pytest

from boligsak.rule import RuleBroken
from meetings.models import Meeting, MeetingState
from meetings.services.planning import cancel_meeting, move_meeting, plan_meetings, plan_single
from meetings.services.series import Invited, SeriesFacts, change_series, start_series
from tests.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
NINE = dt.time(9)


def facts(office, **more) -> SeriesFacts:
    base = SeriesFacts(
        office_id=office.pk,
        name="Samarbeidsmøte Heimdal",
        weekday=2,
        every_weeks=2,
        starts_on=dt.date(2026, 11, 25),
        ends_on=None,
        at_time=NINE,
        minutes=90,
        place="Rådhuset",
    )
    return replace(base, **more)


def started(office, coordinator, **more):
    landlord = UserFactory(role="landlord")
    members = [
        Invited("welfare", user_id=coordinator.pk),
        Invited("landlord", user_id=landlord.pk),
        Invited("housing_unit", guest="Ida Boligenhet", email="ida@example.org"),
    ]
    return start_series(facts(office, **more), members, by=coordinator, on=TODAY)


def days(series) -> list[str]:
    planned = series.meetings.filter(state=MeetingState.PLANNED).order_by("held_on")
    return [day.isoformat() for day in planned.values_list("held_on", flat=True)]


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def test_a_new_series_is_planned_for_the_coming_quarter(office, coordinator) -> None:
    series = started(office, coordinator)
    assert days(series)[:3] == ["2026-11-25", "2026-12-09", "2026-12-23"]
    assert len(days(series)) == 7


def test_the_night_plans_what_is_missing_and_nothing_twice(office, coordinator) -> None:
    series = started(office, coordinator)
    assert plan_meetings(TODAY) == {"meetings": 0}
    later = TODAY + dt.timedelta(weeks=2)
    assert plan_meetings(later) == {"meetings": 1}
    assert plan_meetings(later) == {"meetings": 0}
    assert len(set(days(series))) == 8


def test_everybody_of_the_series_is_invited_to_each_meeting(office, coordinator) -> None:
    series = started(office, coordinator)
    meeting = series.meetings.order_by("held_on").first()
    invited = meeting.attendances.order_by("party").values_list("party", "guest")
    assert list(invited) == [
        ("housing_unit", "Ida Boligenhet"),
        ("landlord", ""),
        ("welfare", ""),
    ]


def test_a_changed_place_follows_to_the_coming_meetings(office, coordinator) -> None:
    series = started(office, coordinator)
    members = [Invited("welfare", user_id=coordinator.pk)]
    change_series(
        series.pk, facts(office, place="Rom 4"), members, version=1, by=coordinator, on=TODAY
    )
    assert set(series.meetings.values_list("place", flat=True)) == {"Rom 4"}


def test_another_weekday_plans_other_days_and_cancels_the_old_ones(office, coordinator) -> None:
    series = started(office, coordinator)
    members = [Invited("welfare", user_id=coordinator.pk)]
    change_series(series.pk, facts(office, weekday=3), members, version=1, by=coordinator, on=TODAY)
    assert days(series)[:2] == ["2026-11-26", "2026-12-10"]


def test_a_meeting_that_was_moved_stays_where_it_was_moved_to(office, coordinator) -> None:
    series = started(office, coordinator)
    meeting = series.meetings.order_by("held_on").first()
    move_meeting(
        meeting.pk,
        held_on=dt.date(2026, 11, 27),
        at_time=NINE,
        place="Rom 1",
        reason="Møterommet var opptatt",
        version=1,
        by=coordinator,
        on=TODAY,
    )
    change_series(
        series.pk,
        facts(office, weekday=3),
        [Invited("welfare", user_id=coordinator.pk)],
        version=1,
        by=coordinator,
        on=TODAY,
    )
    meeting.refresh_from_db()
    assert (meeting.state, meeting.held_on) == (MeetingState.PLANNED, dt.date(2026, 11, 27))


def test_the_second_to_change_a_series_is_told(office, coordinator) -> None:
    series = started(office, coordinator)
    change_series(series.pk, facts(office), [], version=1, by=coordinator, on=TODAY)
    with refused("series.changed"):
        change_series(series.pk, facts(office), [], version=1, by=coordinator, on=TODAY)


def test_a_series_is_set_up_by_its_own_office(office) -> None:
    elsewhere = UserFactory(role="coordinator", role__offices=[OfficeFactory()])
    with refused("series.office"):
        start_series(facts(office), [], by=elsewhere, on=TODAY)


def test_nobody_is_invited_twice(office, coordinator) -> None:
    twice = [Invited("welfare", user_id=coordinator.pk)] * 2
    with refused("series.member_twice"):
        start_series(facts(office), twice, by=coordinator, on=TODAY)


def test_a_meeting_is_cancelled_with_a_reason_and_not_planned_again(office, coordinator) -> None:
    series = started(office, coordinator)
    meeting = series.meetings.order_by("held_on").first()
    with refused("meeting.no_reason"):
        cancel_meeting(meeting.pk, reason=" ", version=1, by=coordinator, on=TODAY)
    cancel_meeting(meeting.pk, reason="Streik", version=1, by=coordinator, on=TODAY)
    assert plan_meetings(TODAY) == {"meetings": 0}
    assert "2026-11-25" not in days(series)
    with refused("meeting.changed"):
        cancel_meeting(meeting.pk, reason="Streik", version=1, by=coordinator, on=TODAY)


@pytest.mark.parametrize(
    ("on", "code"), [("2026-11-20", "meeting.past"), ("2026-12-25", "meeting.not_a_working_day")]
)
def test_a_meeting_is_moved_to_a_day_on_which_people_work(office, coordinator, on, code) -> None:
    meeting = started(office, coordinator).meetings.first()
    with refused(code):
        move_meeting(
            meeting.pk,
            held_on=dt.date.fromisoformat(on),
            at_time=NINE,
            place="",
            reason="Ferie",
            version=1,
            by=coordinator,
            on=TODAY,
        )


def test_a_single_meeting_gets_the_next_number_of_its_year(office, coordinator) -> None:
    started(office, coordinator)
    last = Meeting.objects.filter(held_on__year=2026).order_by("-number").first()
    meeting = plan_single(
        office_id=office.pk,
        held_on=dt.date(2026, 12, 1),
        at_time=NINE,
        minutes=60,
        place="Rom 2",
        invited=[Invited("welfare", user_id=coordinator.pk)],
        by=coordinator,
        on=TODAY,
    )
    assert int(meeting.number[-4:]) == int(last.number[-4:]) + 1
