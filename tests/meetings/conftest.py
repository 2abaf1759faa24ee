"""The office, its coordinator, and a meeting on a Wednesday that everybody is invited to."""

import datetime as dt

import pytest

from meetings.models import Meeting
from meetings.services.planning import plan_single
from meetings.services.series import Invited
from tests.factories import OfficeFactory, UserFactory
from tests.meetings.session_room import DAY, TODAY


@pytest.fixture
def folder(tmp_path, settings):
    settings.FILES_DIR = tmp_path


@pytest.fixture
def a_wednesday(time_machine):
    """A quarter to eleven on the day of the meeting."""
    time_machine.move_to(dt.datetime(2026, 11, 25, 9, 42, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def office():
    return OfficeFactory(name="Heimdal")


@pytest.fixture
def coordinator():
    return UserFactory(role="coordinator", first_name="Kari", last_name="Koordinator")


@pytest.fixture
def meeting(office, coordinator) -> Meeting:
    landlord = UserFactory(role="landlord", last_name="Utleier")
    return plan_single(
        office_id=office.pk,
        held_on=TODAY,
        at_time=dt.time(9),
        minutes=90,
        place="Rådhuset",
        invited=[
            Invited("welfare", user_id=coordinator.pk),
            Invited("landlord", user_id=landlord.pk),
            Invited("housing_unit", guest="Ida Boligenhet"),
        ],
        by=coordinator,
        on=TODAY - DAY,
    )
