"""The look-up log: a line for each page that shows people, for one role to read, never changed."""

import datetime
import io
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from boligsak import dates
from boligsak.accounts.models import LookUp, User
from boligsak.accounts.people import directory
from tenants.rules.identity import make_synthetic
from tenants.services.people import NewPerson, register_people
from tests.factories import LeaseFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

LOG = "accounts:lookups"


@pytest.fixture
def officer() -> User:
    return UserFactory(role="privacy_officer")


@pytest.fixture
def reader(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def looked(user: User, *people: Any, page: str = "desk:lease", at: Any = None) -> LookUp:
    ids = [person.pk for person in people]
    more = {} if at is None else {"at": at}
    return LookUp.objects.create(user=user, page=page, person_ids=ids, **more)


def oslo(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=dates.OSLO)  # type: ignore[arg-type, misc]


def rows(response: Any) -> int:
    return len(response.context["rows"])


def test_opening_a_lease_writes_one_line_with_everybody_it_showed(client: Client) -> None:
    lease = LeaseFactory()
    user = UserFactory(role="caseworker")
    client.force_login(user)
    client.get(reverse("desk:lease", args=[lease.pk]))
    (line,) = LookUp.objects.all()
    assert (line.user, line.page) == (user, "desk:lease")
    assert line.person_ids == [lease.parties.get().person_id]


@pytest.mark.parametrize(
    "change", ["UPDATE accounts_lookup SET why = ''", "DELETE FROM accounts_lookup"]
)
def test_the_log_cannot_be_changed_by_the_application(officer: User, change: str) -> None:
    looked(officer, PersonFactory())
    with (
        pytest.raises((InternalError, IntegrityError, ProgrammingError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert LookUp.objects.count() == 1


def test_the_log_is_filtered_by_who_looked_and_by_days(reader: Client, officer: User) -> None:
    person, other = PersonFactory(), UserFactory(role="caseworker")
    looked(officer, person, at=oslo(2026, 3, 1, 0, 5))
    looked(other, person, at=oslo(2026, 3, 1, 23, 55))
    looked(other, person, at=oslo(2026, 3, 2, 0, 5))
    address = reverse(LOG)
    assert rows(reader.get(address)) == 3
    assert rows(reader.get(f"{address}?user={other.pk}")) == 2
    assert rows(reader.get(f"{address}?first=1.3.2026&last=01.03.2026")) == 2
    assert rows(reader.get(f"{address}?first=2.3.2026")) == 1
    assert rows(reader.get(f"{address}?user={other.pk}&last=1.3.2026")) == 1


def test_the_list_names_nobody_who_was_looked_at(reader: Client, officer: User) -> None:
    looked(officer, PersonFactory(given_name="Fatima", family_name="Sara"))
    assert "Fatima" not in reader.get(reverse(LOG)).content.decode()


def test_an_entry_names_those_it_showed_and_that_is_a_look_up_too(
    reader: Client, officer: User
) -> None:
    person = PersonFactory(given_name="Fatima", family_name="Sara")
    entry = looked(officer, person)
    assert "Fatima Sara" in reader.get(reverse("accounts:lookup", args=[entry.pk])).content.decode()
    newest = LookUp.objects.order_by("-pk")[0]
    assert (newest.page, newest.person_ids) == ("accounts:lookup", [person.pk])


def test_a_persons_own_log_holds_every_look_at_them_and_no_other(
    reader: Client, officer: User
) -> None:
    mine, other = PersonFactory(), PersonFactory()
    looked(officer, mine, other)
    looked(officer, other)
    page = reader.get(reverse("accounts:person_log", args=[mine.pk]))
    assert rows(page) == 1
    assert str(mine) in page.context["title"]


def test_a_protected_person_is_a_number_for_the_uncleared(reader: Client, officer: User) -> None:
    hidden = PersonFactory(given_name="Vilde", family_name="Ukjentsen", protection=6)
    page = reader.get(reverse("accounts:person_log", args=[hidden.pk])).content.decode()
    assert "Ukjentsen" not in page
    assert str(hidden.pk) in page
    cleared = UserFactory(role="privacy_officer", role__cleared=True)
    reader.force_login(cleared)
    page = reader.get(reverse("accounts:person_log", args=[hidden.pk])).content.decode()
    assert "Ukjentsen" in page


def test_a_person_is_found_without_a_word_of_it_in_the_address(reader: Client) -> None:
    person = PersonFactory(given_name="Fatima", family_name="Sara")
    sent = reader.post(reverse(LOG), {"words": "fatima sara"})
    assert "fatima" not in sent["Location"].lower()
    page = reader.get(sent["Location"])
    assert reverse("accounts:person_log", args=[person.pk]) in page.content.decode()


def test_a_person_is_found_by_identity_number_and_by_number(officer: User) -> None:
    number = make_synthetic(datetime.date(1985, 5, 17), 1)
    new = NewPerson(given_name="Áile", family_name="Sara", identity_number=number)
    (person,) = register_people([new], today=datetime.date(2026, 1, 1))
    PersonFactory()
    for words in (number, f"{number[:6]} {number[6:]}", str(person.pk), "sara", "áile s"):
        assert [one.person_id for one in directory().found(words, officer)] == [person.pk], words
    assert directory().found("x", officer) == []
    assert directory().found("9" * 30, officer) == []


def test_a_protected_person_is_not_found_by_name_by_the_uncleared(officer: User) -> None:
    hidden = PersonFactory(family_name="Ukjentsen", protection=7)
    assert directory().found("ukjentsen", officer) == []
    assert [one.person_id for one in directory().found(str(hidden.pk), officer)] == [hidden.pk]


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_the_log_is_downloaded_as_it_is_shown(
    reader: Client, officer: User, file_format: str
) -> None:
    mine, other = PersonFactory(), PersonFactory()
    looked(officer, mine, other, at=oslo(2026, 3, 1, 13, 37))
    address = reverse("accounts:person_log_export", args=[mine.pk])
    response = reader.get(f"{address}?export={file_format}&last=1.3.2026")
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    if file_format == "csv":
        lines = body.decode("utf-8-sig").splitlines()
        cells = lines[1].split(";")
        assert len(lines) == 2
    else:
        sheet = load_workbook(io.BytesIO(body)).active
        cells = [str(cell) for cell in list(sheet.values)[1]]
        assert sheet.max_row == 2
    assert cells[1] == "13.37.00"
    assert cells[6] == str(mine.pk)  # whoever else stood on the page is left out


def test_the_log_asks_as_often_for_many_entries_as_for_few(reader: Client, officer: User) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(reverse(LOG)).status_code == 200
        return len(queries)

    looked(officer, PersonFactory())
    few = ask()
    for _number in range(49):
        looked(UserFactory(), PersonFactory())
    assert ask() == few


def test_somebody_who_is_nobody_has_no_log(reader: Client) -> None:
    assert reader.get(reverse("accounts:person_log", args=[999_999])).status_code == 404
    assert reader.get(reverse("accounts:lookup", args=[999_999])).status_code == 404


def test_a_page_that_failed_showed_nobody(client: Client) -> None:
    client.force_login(UserFactory(role="caseworker"))
    assert client.get(reverse("desk:lease", args=[999_999])).status_code == 404
    assert not LookUp.objects.exists()
