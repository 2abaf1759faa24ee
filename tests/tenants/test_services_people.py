"""Entering and changing people, households and guardians; and what that does to their leases."""

import datetime as dt

import pytest

from boligsak import sealed
from boligsak.rule import RuleBroken
from tenants.models import HouseholdMember, Lease, Person, PersonIdentity, Protection
from tenants.rules.identity import make_synthetic
from tenants.services.guardians import NewGuardian, appoint_guardians, change_guardian
from tenants.services.people import (
    IDENTITY,
    NewMember,
    NewPerson,
    change_person,
    form_households,
    join_households,
    leave_household,
    people_with,
    register_people,
    set_identity_number,
)
from tests.factories import HouseholdFactory, LeaseFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 20)
BORN = dt.date(1980, 5, 17)
NUMBER = make_synthetic(BORN, 0)


def new(**fields: object) -> NewPerson:
    return NewPerson(given_name="Åse", family_name="Ødegård", **fields)  # type: ignore[arg-type]


def test_the_day_of_birth_follows_from_the_identity_number() -> None:
    (person,) = register_people([new(identity_number=NUMBER)], today=DAY)
    assert person.born_on == BORN


def test_an_identity_number_is_sealed_and_found_by_its_whole_value() -> None:
    (person,) = register_people([new(identity_number=f"{NUMBER[:6]} {NUMBER[6:]}")], today=DAY)
    row = PersonIdentity.objects.get(person=person)
    assert sealed.unseal(row.number_sealed, IDENTITY) == NUMBER
    assert people_with([NUMBER, make_synthetic(BORN, 1)]) == {NUMBER: person.pk}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"identity_number": NUMBER[:-1]}, "identity.length"),
        ({"identity_number": NUMBER, "born_on": DAY}, "person.born_on_differs"),
        ({"born_on": DAY + dt.timedelta(days=1)}, "person.not_born"),
        ({"born_on": BORN, "died_on": BORN - dt.timedelta(days=1)}, "person.death_day"),
        ({"died_on": DAY + dt.timedelta(days=1)}, "person.death_day"),
    ],
)
def test_a_person_who_cannot_be_is_refused(fields: dict[str, object], code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        register_people([new(born_on=BORN), new(**fields)], today=DAY)
    assert (broken.value.code, broken.value.facts["place"]) == (code, 1)
    assert not Person.objects.exists()


def test_two_people_cannot_share_an_identity_number() -> None:
    with pytest.raises(RuleBroken, match=r"person\.identity_taken"):
        register_people([new(identity_number=NUMBER), new(identity_number=NUMBER)], today=DAY)
    register_people([new(identity_number=NUMBER)], today=DAY)
    with pytest.raises(RuleBroken, match=r"person\.identity_taken"):
        register_people([new(identity_number=NUMBER)], today=DAY)


def test_a_d_number_can_become_a_birth_number() -> None:
    (person,) = register_people(
        [new(identity_number=make_synthetic(BORN, 0, d_number=True))], today=DAY
    )
    set_identity_number(person.pk, NUMBER, by=UserFactory(), today=DAY)
    assert people_with([NUMBER]) == {NUMBER: person.pk}
    assert PersonIdentity.objects.count() == 1


def test_a_change_made_on_an_old_version_is_refused() -> None:
    person = PersonFactory()
    change_person(person.pk, version=1, by=None, on=DAY, phone="22 22 22 22")
    with pytest.raises(RuleBroken, match=r"version\.changed"):
        change_person(person.pk, version=1, by=None, on=DAY, phone="33 33 33 33")
    assert Person.objects.get().phone == "22 22 22 22"


def test_the_history_says_who_changed_a_person() -> None:
    person, user = PersonFactory(given_name="Ola"), UserFactory()
    change_person(person.pk, version=1, by=user, on=DAY, given_name="Kari")
    event = Person.pgh_event_models["update"].objects.get()  # type: ignore[attr-defined]
    assert (event.given_name, event.pgh_context.metadata["user"]) == ("Ola", user.pk)


# --- Protected addresses ----------------------------------------------------------------------


def is_protected(lease: Lease) -> bool:
    return Lease.objects.get(pk=lease.pk).is_protected


def test_a_protected_tenant_makes_the_lease_protected_and_back() -> None:
    person = PersonFactory()
    lease = LeaseFactory(tenant=person)
    person = change_person(person.pk, version=1, by=None, on=DAY, protection=Protection.STRICT)
    assert is_protected(lease)
    change_person(person.pk, version=2, by=None, on=DAY, protection=Protection.NONE)
    assert not is_protected(lease)


def test_a_protected_child_in_the_household_makes_the_lease_protected() -> None:
    household = HouseholdFactory()
    lease, other = LeaseFactory(household=household), LeaseFactory()
    child = PersonFactory(protection=Protection.CONFIDENTIAL)
    (member,) = join_households(
        [NewMember(household_id=household.pk, person_id=child.pk, role="child", from_on=DAY)],
        by=None,
        on=DAY,
    )
    assert is_protected(lease)
    assert not is_protected(other)
    later = DAY + dt.timedelta(days=10)
    leave_household(member.pk, to_on=DAY, by=None, on=later)
    assert not is_protected(lease)


def test_where_a_protected_person_lived_is_still_protected_after_moving_out() -> None:
    person = PersonFactory()
    lease = LeaseFactory(tenant=person, moved_out_on=DAY - dt.timedelta(days=100))
    change_person(person.pk, version=1, by=None, on=DAY, protection=Protection.STRICT)
    assert is_protected(lease)


# --- Households and guardians -----------------------------------------------------------------


def test_a_household_number_is_used_once() -> None:
    form_households(["H1"])
    with pytest.raises(RuleBroken, match=r"household\.number_taken"):
        form_households(["H1"])


def test_nobody_joins_a_household_they_are_in() -> None:
    household, person = HouseholdFactory(), PersonFactory()
    row = NewMember(household_id=household.pk, person_id=person.pk, from_on=DAY)
    join_households([row], by=None, on=DAY)
    later = NewMember(
        household_id=household.pk, person_id=person.pk, from_on=DAY + dt.timedelta(days=9)
    )
    with pytest.raises(RuleBroken, match=r"household\.member_already"):
        join_households([later], by=None, on=DAY)
    assert HouseholdMember.objects.count() == 1


def test_a_guardianship_ends_on_a_day_after_it_began() -> None:
    person = PersonFactory()
    (row,) = appoint_guardians(
        [NewGuardian(person_id=person.pk, guardian_name="V", mandate="Økonomi", from_on=DAY)]
    )
    with pytest.raises(RuleBroken, match=r"guardian\.days"):
        change_guardian(row.pk, version=1, by=None, to_on=DAY - dt.timedelta(days=1))
    assert change_guardian(row.pk, version=1, by=None, to_on=DAY).to_on == DAY


def test_what_was_known_of_a_guardian_before_is_kept() -> None:
    (row,) = appoint_guardians(
        [
            NewGuardian(
                person_id=PersonFactory().pk, guardian_name="V", mandate="Økonomi", from_on=DAY
            )
        ]
    )
    change_guardian(row.pk, version=1, by=UserFactory(), post_address="Lia 2, 7020 Trondheim")
    assert [event.post_address for event in row.events.all()] == [""]
    with pytest.raises(RuleBroken, match=r"version\.changed"):
        change_guardian(row.pk, version=1, by=None, phone="1")


def test_who_is_not_cleared_cannot_take_a_protection_away() -> None:
    person = PersonFactory(protection=Protection.STRICT)
    uncleared, cleared = UserFactory(), UserFactory(role="coordinator", role__cleared=True)
    for weaker in (Protection.NONE, Protection.CONFIDENTIAL):
        with pytest.raises(RuleBroken, match=r"person\.not_cleared"):
            change_person(person.pk, version=1, by=uncleared, on=DAY, protection=weaker)
    change_person(person.pk, version=1, by=uncleared, on=DAY, phone="22 22 22 22")
    change_person(person.pk, version=2, by=cleared, on=DAY, protection=Protection.NONE)
    assert not Person.objects.get().is_protected
