"""The agenda in the browser, for each party's eyes, and what became of decisions."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrears.models import Task
from boligsak.dates import next_working_day, today
from meetings.models import ItemState
from meetings.services.agenda import add_case, fill_agenda
from meetings.services.closing import close_meeting
from meetings.services.planning import plan_single
from meetings.services.series import Invited
from meetings.services.session import Words, open_meeting, save_item, set_presence
from tests.desk.work import body, signed_in
from tests.factories import CaseFactory, LeaseFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.FILES_DIR = tmp_path


@pytest.fixture
def meeting(office, coordinator):
    return planned(office, coordinator, next_working_day(today()))


def planned(office, coordinator, held_on):
    return plan_single(
        office_id=office.pk,
        held_on=held_on,
        at_time=dt.time(9),
        minutes=60,
        place="Rådhuset",
        invited=[Invited("welfare", user_id=coordinator.pk)],
        by=coordinator,
        on=today(),
    )


def case(office, name="Siv", **fields):
    tenant = PersonFactory(given_name=name, family_name="Bø")
    lease = LeaseFactory(dwelling__office=office, tenant=tenant)
    return CaseFactory(lease=lease, **({"opened_on": today() - 3 * DAY} | fields))


def page_of(user, meeting) -> str:
    return body(signed_in(user), reverse("meetings:meeting", args=[meeting.pk]))


def test_the_agenda_says_who_and_why(office, meeting, coordinator) -> None:
    marked = case(office, for_meeting_on=today())
    fill_agenda(meeting.pk, by=None, on=today())
    page = page_of(coordinator, meeting)
    assert marked.number in page
    assert "Siv Bø" in page
    assert "Marked for the meeting" in page


def test_the_landlord_reads_an_unshared_case_by_its_number(office, meeting, coordinator) -> None:
    hidden = case(office, sharing_basis="none", sharing_source="", sharing_on=None)
    add_case(meeting.pk, hidden.pk, by=coordinator, on=today())
    page = page_of(UserFactory(role="landlord"), meeting)
    assert hidden.number in page
    assert "Siv" not in page
    assert "Innherredsveien" not in page


def test_a_case_is_added_by_its_number(office, meeting, coordinator) -> None:
    quiet = case(office)
    client = signed_in(coordinator)
    url = reverse("meetings:add_case", args=[meeting.pk])
    form = {"submission_id": str(uuid.uuid4()), "number": f" {quiet.number} "}
    assert client.post(url, form).status_code == 302
    again = {"submission_id": str(uuid.uuid4()), "number": quiet.number}
    answer = client.post(url, again)
    assert answer.status_code == 422
    assert "on the agenda already" in answer.content.decode()


def test_an_item_is_moved_with_a_button(office, meeting, coordinator) -> None:
    first = add_case(meeting.pk, case(office).pk, by=coordinator, on=today())
    second = add_case(meeting.pk, case(office).pk, by=coordinator, on=today())
    client = signed_in(coordinator)
    client.post(reverse("meetings:move_item", args=[second.pk]), {"place": "1"})
    order = list(meeting.items.order_by("position").values_list("pk", flat=True))
    assert order == [second.pk, first.pk]


def test_an_item_is_taken_off_with_a_reason(office, meeting, coordinator) -> None:
    item = add_case(meeting.pk, case(office).pk, by=coordinator, on=today())
    url = reverse("meetings:drop_item", args=[item.pk])
    form = {"submission_id": str(uuid.uuid4()), "version": "1", "reason": "Løst"}
    assert signed_in(coordinator).post(url, form).status_code == 302
    item.refresh_from_db()
    assert item.state == ItemState.DROPPED


def test_who_only_reads_changes_nothing(office, meeting, coordinator) -> None:
    item = add_case(meeting.pk, case(office).pk, by=coordinator, on=today())
    client = signed_in(UserFactory(role="landlord"))
    assert client.post(reverse("meetings:move_item", args=[item.pk])).status_code == 403
    assert client.get(reverse("meetings:drop_item", args=[item.pk])).status_code == 403


def test_the_page_asks_as_much_for_one_case_as_for_many(office, meeting) -> None:
    landlord = UserFactory(role="landlord")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(landlord, meeting)
        return len(queries)

    case(office, for_meeting_on=today())
    fill_agenda(meeting.pk, by=None, on=today())
    count()
    few = count()
    for _ in range(6):
        case(office, for_meeting_on=today())
    fill_agenda(meeting.pk, by=None, on=today())
    assert count() == few


def test_a_case_is_prepared_on_a_page_of_its_own(office, meeting, coordinator) -> None:
    item = add_case(meeting.pk, case(office).pk, by=coordinator, on=today())
    page = body(signed_in(coordinator), reverse("desk:prepare", args=[item.pk]))
    assert "Siv Bø" in page
    assert "Added by hand" in page


# --- What became of it ----------------------------------------------------------------------------


def decided(office, coordinator, decision="continue", **fields):
    held = planned(office, coordinator, next_working_day(today()))
    held.held_on = today()
    held.save()
    found = case(office, **fields)
    item = add_case(held.pk, found.pk, by=coordinator, on=today())
    open_meeting(held.pk, by=coordinator, on=today())
    set_presence(held.attendances.get().pk, "present", by=coordinator)
    words = Words(decision=decision, reason="Avtalt", due_on=today())
    save_item(item.pk, words, version=1, by=coordinator)
    close_meeting(held.pk, by=coordinator, on=today())
    return found


def test_a_decision_that_is_late_stands_in_the_list(office, coordinator) -> None:
    found = decided(office, coordinator)
    client = signed_in(coordinator)
    assert "carried out in time" in body(client, reverse("meetings:follow_up"))
    Task.objects.filter(case=found).update(due_on=today() - DAY)
    page = body(client, reverse("meetings:follow_up"))
    assert found.number in page


def test_cases_are_counted_by_how_they_went_and_each_count_is_a_list(office, coordinator) -> None:
    solved = decided(office, coordinator)
    solved.status, solved.closed_on, solved.outcome = "closed", today(), "paid"
    solved.save()
    running = decided(office, coordinator, name="Eli")
    client = signed_in(coordinator)
    page = body(client, reverse("meetings:follow_up"), kind="solved")
    assert solved.number in page
    assert running.number not in page
    assert running.number in body(client, reverse("meetings:follow_up"), kind="running")
