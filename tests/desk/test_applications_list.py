"""The list of applications: what a filter shows, to whom, and as a file."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from boligsak.dates import today
from tenants.models import Application
from tenants.words.applications import state_tag
from tests.desk.work import body, signed_in
from tests.factories import ApplicationFactory, OfficeFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST, FILE = "/applications/", "/applications/export/"


def ago(days: int) -> datetime.date:
    return today() - datetime.timedelta(days=days)


def shown(client: Client, **query: Any) -> list[str]:
    """The numbers of the applications the list shows, in its order."""
    page = body(client, LIST, **query)
    numbers = Application.objects.values_list("number", flat=True)
    places = {number: page.find(f">{number}<") for number in numbers}
    return sorted((n for n in places if places[n] >= 0), key=lambda n: places[n])


def downloaded(client: Client, **query: Any) -> str:
    response = client.get(FILE, {"export": "csv"} | query)
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "abc"),
        ({"state": "received"}, "ab"),
        ({"state": "draft"}, "c"),
        ({"state": "withdrawn"}, "d"),
        ({"state": "all"}, "dabc"),
        ({"kind": "swap"}, "b"),
        ({"owner": "me"}, "b"),
        ({"owner": "nobody"}, "ac"),
        ({"clock": "over"}, "a"),
        ({"state": "rubbish"}, "abc"),
        ({"sort": "-received"}, "bac"),
        ({"sort": "-number"}, "cba"),
    ],
)
def test_a_filter_shows_what_it_says(query: dict[str, str], expected: str) -> None:
    kari = UserFactory(role="caseworker")
    a = ApplicationFactory(received_on=ago(60))
    b = ApplicationFactory(received_on=ago(1), kind="swap", owner=kari)
    c = ApplicationFactory(state="draft", received_on=None, made_on=today())
    d = ApplicationFactory(state="withdrawn", received_on=ago(90))
    names = {"a": a.number, "b": b.number, "c": c.number, "d": d.number}
    assert shown(signed_in(kari), **query) == [names[one] for one in expected]


def test_an_office_shows_its_own() -> None:
    mine, other = ApplicationFactory(), ApplicationFactory()
    client = signed_in(UserFactory(role="coordinator"))
    assert shown(client, office=mine.office_id) == [mine.number]
    bound = signed_in(UserFactory(role="caseworker", role__offices=[other.office]))
    assert shown(bound) == [other.number]


def test_a_protected_one_is_a_number_and_is_left_out_of_a_choice_of_office_or_handler() -> None:
    kari = UserFactory(role="coordinator", first_name="Kari", last_name="Haugen")
    row = ApplicationFactory(is_protected=True, owner=kari)
    client = signed_in(UserFactory(role="coordinator"))
    page = body(client, LIST)
    assert row.number in page
    assert str(row.applicant) not in page
    assert shown(client, office=row.office_id) == []
    assert shown(client, owner=kari.pk) == []
    cleared = signed_in(UserFactory(role="coordinator", role__cleared=True))
    assert str(row.applicant) in body(cleared, LIST)


def test_a_file_names_no_protected_person_to_anybody() -> None:
    row = ApplicationFactory(is_protected=True)
    other = ApplicationFactory()
    client = signed_in(UserFactory(role="coordinator", role__cleared=True))
    file = downloaded(client)
    assert row.number in file
    assert str(row.applicant) not in file
    assert row.office.name not in file
    assert str(other.applicant) in file


def test_a_file_holds_what_the_list_shows() -> None:
    swap, new = ApplicationFactory(kind="swap"), ApplicationFactory()
    file = downloaded(signed_in(UserFactory(role="coordinator")), kind="swap")
    assert swap.number in file
    assert new.number not in file


def test_fifty_rows_take_as_many_queries_as_one() -> None:
    client = signed_in(UserFactory(role="coordinator"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(LIST).status_code == 200
        return len(found)

    office = OfficeFactory()
    ApplicationFactory(office=office)
    queries()
    one = queries()
    for _ in range(49):
        row = ApplicationFactory(office=office)
        row.members.create(person=row.applicant, role="adult")
        row.members.create(person=PersonFactory(), role="child")
    assert queries() == one


def test_the_landlord_has_no_list() -> None:
    assert signed_in(UserFactory(role="landlord")).get(LIST).status_code == 403


def test_an_empty_list_says_how_to_begin() -> None:
    page = body(signed_in(UserFactory(role="caseworker")), LIST)
    assert "/applications/new/" in page
    assert "No applications are under way." in page


@pytest.mark.parametrize(
    ("kind", "said"), [("extension", "Granted, to be renewed"), ("swap", "On the waiting list")]
)
def test_who_may_stay_in_the_home_they_have_waits_for_no_other(kind: str, said: str) -> None:
    with translation.override("en"):
        assert state_tag("waiting", kind)["text"] == said
