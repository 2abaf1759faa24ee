"""The pages about homes: what stands empty, who waits and why, and what suits whom."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from boligsak.accounts.models import LookUp
from boligsak.dates import today
from tenants.models import DwellingHold, Offer
from tenants.services.holds import hold_dwelling
from tests.desk.work import signed_in
from tests.factories import DecisionFactory, DwellingFactory, LeaseFactory, OfficeFactory
from tests.tenants import allocating
from tests.tenants.allocating import home, housing_unit

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def text(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode())


def get(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200, response.status_code
    return text(response)


@pytest.fixture
def unit() -> Client:
    return signed_in(housing_unit())


def waiting(**more: Any) -> Any:
    return allocating.waiting(received_on=today() - 70 * DAY, **more)


# --- The waiting list -----------------------------------------------------------------------------


def test_the_list_says_why_each_stands_where_they_stand(unit: Client) -> None:
    application = waiting(present_housing="homeless")
    shown = get(unit, "tenants:waiting")
    assert str(application.applicant) in shown
    assert "has no home (40), has waited 2 months (2)" in shown
    assert "42 points" in shown


def test_who_is_shown_is_written_down(unit: Client) -> None:
    application = waiting()
    get(unit, "tenants:waiting")
    assert application.applicant_id in LookUp.objects.get(page="tenants:waiting").person_ids


def test_a_protected_applicant_is_a_number_and_nobody_else_in_the_file(unit: Client) -> None:
    application = waiting(is_protected=True)
    shown = get(unit, "tenants:waiting")
    assert application.number in shown
    assert str(application.applicant) not in shown
    cleared = signed_in(housing_unit(role__cleared=True))
    assert str(application.applicant) in get(cleared, "tenants:waiting")
    written = get(cleared, "tenants:waiting_export", query="?export=csv")
    assert application.number in written
    assert str(application.applicant) not in written


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?state=waits", True),
        ("?state=offer", False),
        ("?state=run_out", False),
        ("?kind=new", True),
        ("?kind=swap", False),
        ("?size=1", True),
        ("?size=5", False),
        ("?access=yes", False),
        ("?access=no", True),
        ("?office=0", True),  # no such office: chooses nothing, and the form says so
    ],
)
def test_the_list_is_filtered_by_codes(unit: Client, query: str, expected: bool) -> None:
    application = waiting()
    assert (str(application.applicant) in get(unit, "tenants:waiting", query=query)) is expected


def test_a_choice_of_office_leaves_masked_rows_out(unit: Client) -> None:
    application = waiting(is_protected=True)
    query = f"?office={application.office_id}"
    assert application.number not in get(unit, "tenants:waiting", query=query)


def test_the_file_holds_what_is_shown(unit: Client) -> None:
    shown, left_out = waiting(needs_accessible=True), waiting()
    written = get(unit, "tenants:waiting_export", query="?access=yes&export=csv")
    assert shown.number in written
    assert left_out.number not in written


def test_a_decision_that_has_run_out_is_found_by_its_filter(unit: Client) -> None:
    application = waiting()
    application.decisions.update(state="replaced")
    DecisionFactory(application=application, lasts_to=today() - DAY)
    assert str(application.applicant) not in get(unit, "tenants:waiting")
    shown = get(unit, "tenants:waiting", query="?state=run_out")
    assert "Decision has run out" in shown


def counted(client: Client, name: str, *args: Any) -> int:
    """How many queries a page takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        get(client, name, *args)
    return len(queries)


# --- Empty dwellings ------------------------------------------------------------------------------


def test_empty_dwellings_show_how_long_and_why(unit: Client) -> None:
    by = housing_unit()
    LeaseFactory(moved_out_on=today() - 11 * DAY)
    held = LeaseFactory(moved_out_on=today() - 31 * DAY)
    hold_dwelling(held.dwelling_id, kind="repair", note="Bad", from_on=today(), by=by)
    shown = get(unit, "tenants:vacancies")
    assert "2 dwellings stand empty: 20 days on average, 30 at the longest" in shown
    assert "being repaired: Bad" in shown


def test_where_somebody_protected_lived_the_row_tells_neither_when_nor_that(unit: Client) -> None:
    LeaseFactory(moved_out_on=today() - 11 * DAY, is_protected=True)
    shown = get(unit, "tenants:vacancies")
    assert "stands empty now" in shown
    assert "not shown" not in shown
    cleared = signed_in(housing_unit(role__cleared=True))
    assert "10 days" in get(cleared, "tenants:vacancies")


def test_a_dwelling_held_for_a_protected_applicant_does_not_say_for_whom(unit: Client) -> None:
    application = waiting(is_protected=True)
    Offer.objects.create(
        application=application, dwelling=home(), reserved_on=today(), by=application.by
    )
    for page in ("tenants:vacancies", "tenants:homes"):
        assert "Held for somebody" in get(unit, page)
    assert application.number not in get(unit, "tenants:vacancies")
    cleared = signed_in(housing_unit(role__cleared=True))
    assert application.number in get(cleared, "tenants:vacancies")
    assert application.number not in get(cleared, "tenants:vacancies_export", query="?export=csv")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?rooms=2", True),
        ("?rooms=3", False),
        ("?rooms=6", False),
        ("?state=free", True),
        ("?state=held", False),
        ("?access=no", True),
        ("?access=yes", False),
    ],
)
def test_empty_dwellings_are_filtered_by_codes(unit: Client, query: str, expected: bool) -> None:
    dwelling = home(rooms=2)
    assert (dwelling.number in get(unit, "tenants:vacancies", query=query)) is expected
    written = get(unit, "tenants:vacancies_export", query=f"{query}&export=csv")
    assert (dwelling.number in written) is expected


def test_a_reader_of_one_office_sees_its_own_dwellings() -> None:
    office = OfficeFactory()
    own, other = home(office=office), home()
    reader = signed_in(housing_unit(role__offices=[office]))
    shown = get(reader, "tenants:vacancies")
    assert own.number in shown
    assert other.number not in shown


@pytest.mark.parametrize("page", ["tenants:homes", "tenants:vacancies", "tenants:waiting"])
def test_a_page_asks_as_often_for_many_rows_as_for_one(unit: Client, page: str) -> None:
    waiting()
    home()
    get(unit, page)
    one = counted(unit, page)
    for _ in range(20):
        waiting()
        home()
    assert counted(unit, page) == one


def test_the_hub_counts_what_its_lists_hold(unit: Client) -> None:
    waiting()
    home()
    shown = get(unit, "tenants:homes")
    assert "waiting for a home" in shown
    assert "free to offer" in shown
    assert "1 empty, 0 coming free" in shown


def test_the_manager_sees_what_is_empty_and_nobodys_name() -> None:
    from tests.factories import UserFactory

    application = waiting()
    dwelling = home()
    shown = get(signed_in(UserFactory(role="manager")), "tenants:homes")
    assert dwelling.number in shown
    assert str(application.applicant) not in shown


def test_a_dwelling_is_held_back_once_and_released_from_its_page(unit: Client) -> None:
    dwelling = home()
    sent = {
        "submission_id": str(uuid4()),
        "kind": "kept_free",
        "note": "Beredskap",
        "from_on": "i dag",
    }
    address = reverse("tenants:hold_new", args=[dwelling.pk])
    for _ in range(2):
        assert unit.post(address, sent).status_code == 302
    hold = DwellingHold.objects.get()
    assert "Beredskap" in get(unit, "tenants:vacancies")
    end = reverse("tenants:hold_end", args=[hold.pk])
    answer = unit.post(end, {"submission_id": str(uuid4()), "version": hold.version})
    assert answer.status_code == 302


# --- Matches --------------------------------------------------------------------------------------


def test_every_empty_home_stands_beside_the_application_with_each_test(unit: Client) -> None:
    application = waiting(needs_accessible=True)
    home(rooms=5)
    right = home(is_accessible=True)
    shown = get(unit, "tenants:match", application.pk)
    assert "1 of 2 dwellings suit in every way" in shown
    assert "5 rooms; 1 to 2 suit the household" in shown
    assert "needed, and it has none" in shown
    assert shown.index(right.number) < shown.index("needed, and it has none")


def test_an_application_that_is_not_on_the_list_gets_no_home(unit: Client) -> None:
    application = waiting()
    application.decisions.update(state="replaced")
    shown = get(unit, "tenants:match", application.pk)
    assert "not on the waiting list" in shown


def test_masked_applicants_are_left_out_beside_a_dwelling(unit: Client) -> None:
    hidden, shown = waiting(is_protected=True), waiting()
    found = get(unit, "tenants:match_dwelling", home().pk)
    assert shown.number in found
    assert hidden.number not in found
    assert unit.get(reverse("tenants:match", args=[hidden.pk])).status_code == 404


def test_a_dwelling_that_is_let_has_nobody_beside_it(unit: Client) -> None:
    address = reverse("tenants:match_dwelling", args=[LeaseFactory().dwelling_id])
    assert unit.get(address).status_code == 404


def test_the_matches_ask_as_often_for_many_as_for_one(unit: Client) -> None:
    application, dwelling = waiting(), home()
    for page, pk in (("tenants:match", application.pk), ("tenants:match_dwelling", dwelling.pk)):
        get(unit, page, pk)
        one = counted(unit, page, pk)
        for _ in range(15):
            waiting()
            DwellingFactory()
        assert counted(unit, page, pk) == one
