"""Who may open what: every role at every address, another office's rows, and what must not leak."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from boligsak.accounts.grants import GRANTS
from boligsak.accounts.models import Role
from tests.factories import UserFactory
from tests.house import world as houses
from tests.house.asked import EVERYTHING, noted
from tests.house.world import SECRET_NAME, SECRET_NUMBER, SECRET_STREET, Address, World

pytestmark = pytest.mark.django_db

ROLES = [str(role) for role in Role]
OPENED = {200, 302}
WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
MAY_BE_WRITTEN = {"accounts_lookup", "django_session"}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, cluster: Any) -> Iterator[World]:
    """Built and committed once: it takes as long as it takes a role to open its pages. What a
    test changes is taken back; the database is made anew when the last has run."""
    with django_db_blocker.unblock():
        world = houses.build()
    yield world
    with django_db_blocker.unblock():
        cluster.renew()


@pytest.fixture
def world(built: World, db: None) -> World:
    return built


def signed_in(role: str | None, **more: Any) -> Client:
    client = Client()
    if role is not None:
        client.force_login(UserFactory(role=role, **more))
    return client


def get(client: Client, world: World, address: Address, lease: Any = None) -> Any:
    arguments = world.arguments(address, lease or world.lease)
    # The parts that htmx fetches are no pages of their own.
    return client.get(reverse(address.name, kwargs=arguments), headers={"hx-request": "true"})


def holds(role: str, address: Address) -> bool:
    return all(role in GRANTS[name] for name in address.permissions)


def text(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", errors="ignore")


class Opened(NamedTuple):
    """An address as it answered, and the tables that were written to meanwhile."""

    address: Address
    status: int
    written: frozenset[str]


class Round(NamedTuple):
    role: str
    opened: list[Opened]


@pytest.fixture(scope="module", params=ROLES)
def walked(request: Any, built: World, django_db_blocker: Any) -> Round:
    """Every address, opened once by somebody cleared with this role. Then all is taken back."""
    written: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if found := WRITES.match(sql):
            written.add(found[2])
        return execute(sql, *rest)

    opened = []
    with django_db_blocker.unblock(), transaction.atomic():
        client = signed_in(request.param, role__cleared=True)
        with connection.execute_wrapper(note):
            for address in houses.ours():
                written.clear()
                response = get(client, built, address)
                text(response)  # to the end, so that a file is closed
                opened.append(Opened(address, response.status_code, frozenset(written)))
        transaction.set_rollback(True)
    return Round(request.param, opened)


def test_a_role_opens_what_its_grants_say_and_nothing_else(walked: Round) -> None:
    for address, status, _written in walked.opened:
        if status == 405:
            continue  # sent by POST only: see below
        expected = OPENED if holds(walked.role, address) else {403}
        assert status in expected, (walked.role, address.name, status)
    assert any(status == 200 for _address, status, _written in walked.opened)


def test_opening_a_page_writes_nothing_but_the_look_up_log_and_the_session(walked: Round) -> None:
    for address, _status, written in walked.opened:
        assert written <= MAY_BE_WRITTEN, (address.name, written)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_can_be_sent_to_a_page_one_may_not_open(role: str, world: World) -> None:
    client = signed_in(role)
    for address in houses.ours():
        if holds(role, address):
            continue
        url = reverse(address.name, kwargs=world.arguments(address, world.lease))
        assert client.post(url).status_code in (403, 405), (role, address.name)


def test_somebody_without_a_role_opens_nothing(world: World) -> None:
    client = signed_in("")
    for address in houses.ours():
        assert get(client, world, address).status_code in (403, 405), address.name


def test_nobody_comes_in_without_logging_in(world: World) -> None:
    client = Client()
    for address in houses.ours():
        response = get(client, world, address)
        if response.status_code == 405:
            continue
        assert response.status_code == 302, address.name
        assert response["Location"].startswith(reverse("account_login")), address.name


ABOUT_A_LEASE = (
    "desk:lease",
    "desk:ledger_export",
    "desk:person",
    "desk:person_change",
    "desk:dwelling",
    "arrears:correct_line",
    "arrears:dispute_charge",
    "arrears:settle_dispute",
    "arrears:new_charge",
    "arrears:move_payment",
    "admin:tenants_lease_change",
    "admin:tenants_dwelling_change",
    "admin:tenants_person_change",
    "admin:arrears_ledgerline_change",
)


@pytest.mark.parametrize("role", ["caseworker", "coordinator", "housing_unit", "landlord"])
def test_what_belongs_to_another_office_is_not_there(role: str, world: World) -> None:
    client = signed_in(role, role__offices=[world.office])
    for address in houses.ours():
        if address.name in ABOUT_A_LEASE and holds(role, address):
            mine = get(client, world, address, world.lease).status_code
            theirs = get(client, world, address, world.other).status_code
            assert (mine, theirs) == (200, 404), address.name


def test_a_protected_lease_is_not_there_for_the_uncleared_of_one_office(world: World) -> None:
    client = signed_in("caseworker", role__offices=[world.office])
    assert client.get(reverse("desk:lease", args=[world.secret.pk])).status_code == 404


# Where the dwelling or the person is what the page is about; the link between them is the secret.
ABOUT_THE_DWELLING = {
    "desk:dwelling",
    "admin:tenants_dwelling_changelist",
    "admin:tenants_dwelling_change",
    "desk:head_actions",
    "desk:head_actions_export",
    "desk:head_action_new",
    "desk:head_action",
    "desk:head_action_close",
    "tenants:complaint_new_dwelling",
}
ABOUT_THE_PERSON = {
    "desk:person",
    "desk:person_change",
    "desk:absence_new",
    "desk:absence_change",
    "desk:absence_withdraw",
    "desk:person_death",
}


@pytest.mark.parametrize("role", ROLES)
def test_a_masked_lease_leaks_neither_who_nor_where(
    role: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(role)
    asked = noted(monkeypatch)
    for address in houses.ours():
        if not holds(role, address):
            continue
        asked.clear()
        url = reverse(address.name, kwargs=world.arguments(address, world.secret))
        for name, query in (("", ""), ("export", "?export=csv"), ("sort", "?sort=-number")):
            if name and asked.isdisjoint({name, EVERYTHING}):
                continue  # nobody looks there: it would answer the same
            shown = text(client.get(url + query))
            where, who = SECRET_STREET in shown, SECRET_NAME in shown
            if address.name in ABOUT_THE_DWELLING:
                assert not who, address.name
                assert SECRET_NUMBER not in shown, address.name
            elif address.name in ABOUT_THE_PERSON:
                assert not where, address.name
            else:
                assert (where, who) == (False, False), address.name


def test_the_cleared_see_who_and_where(world: World) -> None:
    client = signed_in("caseworker", role__cleared=True)
    shown = text(client.get(reverse("desk:lease", args=[world.secret.pk])))
    assert SECRET_STREET in shown
    assert SECRET_NAME in shown


SOCIAL = ("Trenger to ved besøk", "arabisk", "Verge Vergesen")


def test_the_landlord_never_sees_social_information(world: World) -> None:
    from tenants.models import Guardianship

    person = world.person
    person.safety_note, person.needs_interpreter = SOCIAL[0], SOCIAL[1]
    person.save(update_fields=["safety_note", "needs_interpreter"])
    Guardianship.objects.create(
        person=person,
        guardian_name=SOCIAL[2],
        mandate="økonomi",
        from_on=world.lease.starts_on,
    )
    landlord = signed_in("landlord", role__cleared=True)
    for address in houses.ours():
        if holds("landlord", address):
            shown = text(get(landlord, world, address))
            assert not any(word in shown for word in SOCIAL), address.name
    caseworker = signed_in("caseworker")
    assert SOCIAL[0] in text(caseworker.get(reverse("desk:person", args=[person.pk])))
