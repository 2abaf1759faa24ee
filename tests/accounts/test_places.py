"""A role at one office is no role at another: who has both works at one place at a time."""

import datetime
import re
from collections.abc import Iterable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from boligsak.accounts.grants import GRANTS, Assignment, fold
from boligsak.accounts.models import Office, RoleAssignment, User
from tests.factories import (
    CaseFactory,
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

OFFICES = st.integers(1, 4)
ASSIGNMENTS = st.lists(
    st.builds(
        Assignment,
        st.sampled_from(sorted({role for roles in GRANTS.values() for role in roles})),
        st.none() | OFFICES,
        st.booleans(),
    ),
    max_size=6,
)
PERMISSIONS = st.sampled_from(sorted(GRANTS))


def held_at(assignments: Iterable[Assignment], office: int) -> frozenset[str]:
    return frozenset(row.role for row in assignments if row.office_id in (None, office))


# --- What the places are ------------------------------------------------------------------------


@given(ASSIGNMENTS, OFFICES)
def test_within_a_place_every_permission_holds_at_every_office(
    assignments: list[Assignment], office: int
) -> None:
    for part in fold(assignments).parts():
        if part.covers(office):
            assert part.roles <= held_at(assignments, office)
            assert all(part.may(name, office) for name in part.permissions)


@given(ASSIGNMENTS, OFFICES)
def test_at_an_office_one_may_what_the_roles_held_there_give(
    assignments: list[Assignment], office: int
) -> None:
    alone = fold(row for row in assignments if row.office_id in (None, office))
    access = fold(assignments)
    assert {name for name in GRANTS if access.may(name, office)} == alone.permissions
    there = [part for part in access.parts() if part.covers(office)]
    if alone.roles:
        assert there[0].roles == alone.roles
        assert there[0].permissions == alone.permissions
    else:
        assert not there


@given(ASSIGNMENTS, OFFICES)
def test_a_place_is_cleared_only_when_every_role_there_is(
    assignments: list[Assignment], office: int
) -> None:
    for part in fold(assignments).parts():
        if part.is_cleared and part.covers(office):
            rows = [row for row in assignments if row.office_id in (None, office)]
            assert all(row.is_cleared for row in rows if row.role in part.roles)


@given(ASSIGNMENTS)
def test_the_same_roles_everywhere_are_one_place(assignments: list[Assignment]) -> None:
    offices = {row.office_id for row in assignments}
    everywhere = [Assignment(row.role, one, True) for row in assignments for one in offices]
    access = fold(everywhere)
    assert [(part.roles, part.office_ids) for part in access.parts()] == [
        (access.roles, access.office_ids)
    ]


@given(ASSIGNMENTS, PERMISSIONS, OFFICES, st.integers(0, 6))
def test_a_row_is_reached_with_all_the_roles_held_where_it_lies(
    assignments: list[Assignment], permission: str, office: int, chosen: int
) -> None:
    access = fold(assignments)
    keys = ["", *(part.key for part in access.parts())]
    if permission not in access.permissions:
        return
    ways = access.ways_in(permission, keys[chosen % len(keys)], to_a_row=True)
    first = next((way for way in ways if way.covers(office)), None)
    assert (first is not None) is access.may(permission, office)
    assert first is None or first.roles == held_at(assignments, office)


@given(ASSIGNMENTS, PERMISSIONS)
def test_a_list_is_of_the_place_that_was_chosen(
    assignments: list[Assignment], permission: str
) -> None:
    access = fold(assignments)
    for part in access.parts():
        if permission in part.permissions:
            ways = access.ways_in(permission, part.key, to_a_row=False)
            assert ways[0].key == part.key
            # Who comes to a place by a link from another page of it stays there.
            again = ways[0].ways_in(permission, "", to_a_row=True)
            assert [way.key for way in again] == [part.key]


# --- What is seen there -------------------------------------------------------------------------


def working(*places: tuple[str, Office | None]) -> User:
    user = UserFactory(role="", first_name="Kim", last_name="Begge")
    for role, office in places:
        RoleAssignment.objects.create(
            user=user, role=role, office=office, valid_from=datetime.date(2020, 1, 1)
        )
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def main_of(client: Client, address: str) -> tuple[int, str]:
    """The page without its frame, and without what is other each time it is drawn."""
    response = client.get(address)
    text = response.content.decode()
    text = text[text.find("<main") :]
    return response.status_code, re.sub(r'value="[0-9A-Za-z-]{32,}"', "", text)


@pytest.fixture
def offices(db: None) -> tuple[Office, Office]:
    return OfficeFactory(), OfficeFactory()


PAGES = ("desk:lease", "desk:person", "desk:case", "desk:dwelling")


@pytest.mark.parametrize("name", PAGES)
def test_a_row_shows_what_it_shows_to_who_has_only_the_roles_held_where_it_lies(
    offices: tuple[Office, Office], name: str
) -> None:
    helps_at, lets_at = offices
    both = signed_in(working(("caseworker", helps_at), ("landlord", lets_at)))
    alone = {
        helps_at: signed_in(working(("caseworker", helps_at))),
        lets_at: signed_in(working(("landlord", lets_at))),
    }
    for office in offices:
        lease = LeaseFactory(dwelling=DwellingFactory(office=office))
        case = CaseFactory(lease=lease, office=office)
        pk = {
            "desk:lease": lease.pk,
            "desk:case": case.pk,
            "desk:dwelling": lease.dwelling_id,
        }.get(name, lease.parties.get().person_id)
        address = reverse(name, args=[pk])
        assert main_of(both, address) == main_of(alone[office], address)


def test_a_step_is_taken_only_where_its_role_is_held(offices: tuple[Office, Office]) -> None:
    helps_at, lets_at = offices
    client = signed_in(working(("caseworker", helps_at), ("landlord", lets_at)))
    for office, status in ((helps_at, 200), (lets_at, 404)):
        person = LeaseFactory(dwelling=DwellingFactory(office=office)).parties.get().person
        assert client.get(reverse("desk:person_change", args=[person.pk])).status_code == status


def test_one_who_lets_everywhere_is_a_caseworker_at_the_own_office_alone(
    offices: tuple[Office, Office],
) -> None:
    own, other = offices
    both = signed_in(working(("landlord", None), ("caseworker", own)))
    together = signed_in(working(("landlord", own), ("caseworker", own)))
    lets = signed_in(working(("landlord", other)))
    for office, like in ((own, together), (other, lets)):
        case = CaseFactory(lease=LeaseFactory(dwelling=DwellingFactory(office=office)))
        address = reverse("desk:case", args=[case.pk])
        assert main_of(both, address) == main_of(like, address)


def test_a_list_shows_the_place_one_works_at_and_the_menu_leads_to_the_other(
    offices: tuple[Office, Office],
) -> None:
    helps_at, lets_at = offices
    user = working(("caseworker", helps_at), ("landlord", lets_at))
    client = signed_in(user)
    leases = {one: LeaseFactory(dwelling=DwellingFactory(office=one)) for one in offices}
    for key, here, there in (
        ("caseworker", helps_at, lets_at),
        ("landlord", lets_at, helps_at),
    ):
        answer = client.post(reverse("accounts:work_as"), {"place": key})
        assert answer["Location"] == reverse("desk:home")
        page = client.get(reverse("desk:leases")).content.decode()
        assert leases[here].number in page
        assert leases[there].number not in page
        assert f'value="{key}" type="submit" aria-current="true"' in page


def test_a_place_one_does_not_have_cannot_be_chosen(offices: tuple[Office, Office]) -> None:
    client = signed_in(working(("caseworker", offices[0]), ("landlord", offices[1])))
    client.post(reverse("accounts:work_as"), {"place": "administrator"})
    assert client.get(reverse("desk:my_work")).status_code == 200
    assert client.get(reverse("accounts:lookups")).status_code == 403


def test_the_menu_leads_to_the_pages_of_every_place(offices: tuple[Office, Office]) -> None:
    client = signed_in(working(("caseworker", offices[0]), ("landlord", offices[1])))
    page = client.get(reverse("desk:leases")).content.decode()
    for name in ("desk:my_work", "arrears:imports"):
        assert f'href="{reverse(name)}"' in page
        assert client.get(reverse(name)).status_code == 200


def test_who_has_the_same_roles_everywhere_is_asked_nothing(offices: tuple[Office, Office]) -> None:
    client = signed_in(working(("caseworker", offices[0]), ("caseworker", offices[1])))
    leases = [LeaseFactory(dwelling=DwellingFactory(office=one)) for one in offices]
    page = client.get(reverse("desk:leases")).content.decode()
    assert all(lease.number in page for lease in leases)
    assert reverse("accounts:work_as") not in page


def test_a_role_at_one_office_gives_nothing_of_a_row_at_another(
    offices: tuple[Office, Office],
) -> None:
    """Also where nobody has opened a page: in work that is done later."""
    user = working(("caseworker", offices[0]), ("landlord", offices[1]))
    rows = [LeaseFactory(dwelling=DwellingFactory(office=one)) for one in offices]
    assert [user.has_perm("tenants.view_social", row) for row in rows] == [True, False]
    assert [user.has_perm("arrears.refer", row) for row in rows] == [False, True]
    assert user.has_perm("tenants.view_social", PersonFactory())
