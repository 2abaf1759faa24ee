"""The next meeting as the dashboard tells it."""

import datetime as dt

import pytest

from arrears.models import Disqualification
from boligsak.together import answers
from meetings.models import AgendaItem, Meeting
from meetings.queries.next_meeting import first, next_meeting
from tests.factories import CaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)


def meeting(office, held_on: dt.date, at: int = 9, **more) -> Meeting:
    row: Meeting = Meeting.objects.create(
        number=f"M{Meeting.objects.count()}",
        office=office,
        held_on=held_on,
        at_time=dt.time(at, 30),
        place="Rådhuset",
        **more,
    )
    return row


def item(of: Meeting, case, position: int, **more) -> AgendaItem:
    row: AgendaItem = AgendaItem.objects.create(
        meeting=of, case=case, position=position, reasons=["referral"], **more
    )
    return row


def told(user, office_id: int | None = None):
    ((*rows,),) = answers([next_meeting(user, DAY, office_id)])
    return rows[0] if rows else None


def test_the_first_one_from_today_on_that_is_not_over_or_cancelled() -> None:
    office, user = OfficeFactory(), UserFactory(role="coordinator")
    assert told(user) is None
    meeting(office, DAY - dt.timedelta(days=1))
    meeting(office, DAY, state="cancelled", cancelled_because="Ferie")
    meeting(office, DAY + dt.timedelta(days=3))
    meeting(office, DAY, 13)
    today = meeting(OfficeFactory(name="Østbyen"), DAY, 8)
    found = told(user)
    assert found[:5] == (today.pk, DAY, "08:30", "Rådhuset", "Østbyen")
    assert told(user, office.pk).at == "13:30"


def test_a_reader_of_one_office_hears_of_that_office_s_meeting() -> None:
    office = OfficeFactory()
    meeting(OfficeFactory(), DAY)
    own = meeting(office, DAY + dt.timedelta(days=9))
    user = UserFactory(role="caseworker", role__offices=[office])
    assert told(user).meeting_id == own.pk
    assert told(user, own.office_id + 1000) is None


def test_the_first_cases_stand_in_the_agenda_s_order_and_all_are_counted() -> None:
    office, user = OfficeFactory(), UserFactory(role="coordinator")
    cases = [CaseFactory(lease__dwelling__office=office) for _ in range(5)]
    of = meeting(office, DAY)
    for position, case in zip((5, 4, 3, 2, 1), cases, strict=True):
        item(of, case, position)
    AgendaItem.objects.filter(case=cases[3]).update(state="dropped", dropped_because="Betalt")
    found = told(user)
    assert {one.cases for one in first(found.kept_first)} == {4}
    assert [one.number for one in first(found.kept_first)] == [
        cases[place].number for place in (4, 2, 1)
    ]
    assert first(found.kept_first)[0].reasons == ["referral"]


def test_of_a_case_that_is_not_the_reader_s_only_the_number_stands() -> None:
    office = OfficeFactory()
    protected = CaseFactory(lease__dwelling__office=office, lease__is_protected=True)
    shut_out = CaseFactory(lease__dwelling__office=office)
    of = meeting(office, DAY)
    item(of, protected, 1)
    item(of, shut_out, 2)
    user = UserFactory(role="caseworker", role__offices=[office])
    Disqualification.objects.create(
        case=shut_out, user=user, reason="Nabo", from_on=DAY, by=UserFactory()
    )
    assert [one[1:4] for one in first(told(user).kept_first)] == [
        (None, protected.number, []),
        (None, shut_out.number, []),
    ]
    cleared = UserFactory(role="caseworker", role__offices=[office], role__cleared=True)
    assert all(one.case_id and one.reasons for one in first(told(cleared).kept_first))
