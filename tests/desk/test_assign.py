"""Giving flags away: one or many, all or none, once, and never past what somebody else did."""

from uuid import uuid4

import pytest

from arrears.models import Flag
from arrears.services.flags import assign as give
from boligsak.dates import today
from tests.desk.work import flag, signed_in
from tests.factories import LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
ASSIGN = "/worklist/assign/"


@pytest.fixture
def coordinator():
    return UserFactory(role="coordinator")


@pytest.fixture
def worker():
    return UserFactory(role="caseworker", first_name="Kari", last_name="Haugen")


def ticked(*flags: Flag) -> list[str]:
    return [f"{row.pk}.{row.version}" for row in flags]


def send(client, flags, owner, **more):
    form = {"flag": flags, "owner": owner, "submission_id": uuid4(), "next": "/worklist/?level=2"}
    return client.post(ASSIGN, form | more)


def owners(*flags: Flag) -> list[int | None]:
    found = dict(
        Flag.objects.filter(pk__in=[row.pk for row in flags]).values_list("pk", "owner_id")
    )
    return [found[row.pk] for row in flags]


def test_ticked_flags_go_to_the_chosen_one_and_the_reader_back_to_the_list(
    coordinator, worker
) -> None:
    rows = [flag(LeaseFactory()) for _ in range(3)]
    client = signed_in(coordinator)
    response = send(client, ticked(*rows[:2]), worker.pk)
    assert response["Location"] == "/worklist/?level=2"
    assert owners(*rows) == [worker.pk, worker.pk, None]
    assert "2 flags given to Kari Haugen." in client.get("/worklist/").content.decode()


def test_a_flag_can_be_taken_back(coordinator, worker) -> None:
    row = flag(LeaseFactory(), owner=worker)
    send(signed_in(coordinator), ticked(row), "nobody")
    assert owners(row) == [None]


def test_a_form_sent_twice_is_done_once(coordinator, worker) -> None:
    row = flag(LeaseFactory())
    client, same = signed_in(coordinator), uuid4()
    for _ in range(2):
        response = send(client, ticked(row), worker.pk, submission_id=same)
        assert response.status_code == 302
    assert row.changes.count() == 1


def test_the_second_to_give_a_flag_away_is_told_who_was_first(coordinator, worker) -> None:
    changed, untouched = flag(LeaseFactory()), flag(LeaseFactory())
    first = UserFactory(role="coordinator", first_name="Ingrid", last_name="Solbakken")
    give([changed.pk], worker, by=first, on=today())
    other = UserFactory(role="caseworker")
    response = send(signed_in(coordinator), ticked(changed, untouched), other.pk)
    page = response.content.decode()
    assert response.status_code == 409
    assert f"{changed.lease.number}: Ingrid Solbakken has changed the flag" in page
    assert owners(changed, untouched) == [worker.pk, None]
    # Nothing is lost: the same flags stand ticked, as they are now, and the choice stays.
    assert f'value="{changed.pk}.{changed.version + 1}" checked' in page
    assert f'<option value="{other.pk}" selected>' in page


def test_without_a_choice_the_flags_stay_ticked(coordinator, worker) -> None:
    row = flag(LeaseFactory())
    response = send(signed_in(coordinator), ticked(row), "")
    page = response.content.decode()
    assert response.status_code == 422
    assert "data-error-summary" in page
    assert f'value="{row.pk}.{row.version}" checked' in page


def test_a_caseworker_of_another_office_is_refused(coordinator) -> None:
    row = flag(LeaseFactory())
    stranger = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    response = send(signed_in(coordinator), ticked(row), stranger.pk)
    assert "not a caseworker at this lease" in response.content.decode()
    assert owners(row) == [None]


def test_a_masked_flag_is_not_given_away_by_who_cannot_see_it(coordinator, worker) -> None:
    row = flag(LeaseFactory(is_protected=True))
    send(signed_in(coordinator), ticked(row), worker.pk)
    assert owners(row) == [None]


def test_nothing_ticked_is_said(coordinator, worker) -> None:
    client = signed_in(coordinator)
    assert send(client, [], worker.pk).status_code == 302
    assert "No flags were ticked" in client.get("/worklist/").content.decode()


@pytest.mark.parametrize("tick", ["x", "1", "1.x", ".", "99999999999999999999.1"])
def test_ticks_that_make_no_sense_change_nothing(tick, coordinator, worker) -> None:
    assert send(signed_in(coordinator), [tick], worker.pk).status_code in (302, 404)


def test_the_way_back_never_leads_out_of_the_house(coordinator, worker) -> None:
    row = flag(LeaseFactory())
    response = send(signed_in(coordinator), ticked(row), worker.pk, next="https://example.org/")
    assert response["Location"] == "/worklist/"


def test_only_the_coordinator_gives_flags_away(worker) -> None:
    row = flag(LeaseFactory())
    assert send(signed_in(worker), ticked(row), worker.pk).status_code == 403
    assert (
        'name="owner"'
        not in signed_in(worker).get("/worklist/").content.decode().split("<tbody>")[1]
    )
    assert signed_in(worker).get(ASSIGN).status_code in (403, 405)
