"""An application from the first word of it to the register, through its services."""

import datetime
from typing import Any

import pytest

from boligsak.rule import RuleBroken
from tenants.models import (
    Application,
    ApplicationMember,
    HouseholdMember,
    LeaseParty,
    Offer,
    Person,
)
from tenants.queries.applications import members_of, size_of
from tenants.rules.applications import Step
from tenants.services.applications.beginning import begin, keep_typed
from tenants.services.applications.need import Need, describe
from tenants.services.applications.people import Somebody
from tenants.services.applications.registering import give, register, withdraw
from tenants.services.people import NewPerson, register_people
from tests.factories import (
    DwellingFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.tenants.applied import TODAY, assessed, begun, received

pytestmark = pytest.mark.django_db

BORN = datetime.date(1980, 1, 1)
NUMBER = "01818000010"


def refused(code: str) -> Any:
    return pytest.raises(RuleBroken, match=f"^{code}$")


def worker(**more: Any) -> Any:
    return UserFactory(role="caseworker", **more)


# --- Beginning ------------------------------------------------------------------------------------


def test_numbers_follow_each_other_through_a_year_and_begin_anew() -> None:
    by = worker()
    numbers = [begun(by, on=TODAY).number for _ in range(2)]
    assert numbers == ["S2026-00001", "S2026-00002"]
    assert begun(by, on=datetime.date(2027, 1, 4)).number == "S2027-00001"


def test_whoever_begins_one_has_it_and_it_says_so() -> None:
    row = begun()
    assert (row.state, row.owner) == ("draft", row.by)
    assert row.acts.get().what == "begun"
    assert [one.person for one in members_of(row)] == [row.applicant]


def test_an_office_of_others_gets_no_application() -> None:
    by = worker(role__offices=[OfficeFactory()])
    with refused("application.office"):
        begun(by)


def test_a_closed_office_gets_no_application() -> None:
    office = OfficeFactory(closed_on=TODAY - datetime.timedelta(days=1))
    with refused("application.office_closed"):
        begun(office=office.pk)


@pytest.mark.parametrize("kind", ["swap", "extension"])
def test_a_swap_or_an_extension_is_about_a_home_one_has(kind: str) -> None:
    with refused("application.needs_lease"):
        begun(kind=kind)


def test_a_new_home_is_about_none() -> None:
    lease = LeaseFactory()
    with refused("application.has_lease"):
        begun(lease_number=lease.number)


def test_a_swap_brings_along_who_lives_in_the_present_home() -> None:
    tenant, child = PersonFactory(), PersonFactory(born_on=datetime.date(2018, 5, 5))
    home = HouseholdFactory()
    lease = LeaseFactory(tenant=tenant, household=home)
    HouseholdMemberFactory(household=home, person=tenant)
    HouseholdMemberFactory(household=home, person=child, role="child")
    row = begun(kind="swap", lease_number=lease.number.lower(), applicant=tenant)
    assert [(one.person, one.role) for one in members_of(row)] == [
        (tenant, "adult"),
        (child, "child"),
    ]
    assert (row.lease, row.household, row.present_housing) == (lease, home, "municipal")


def test_who_is_not_a_tenant_of_the_home_does_not_swap_it() -> None:
    with refused("application.not_tenant"):
        begun(kind="swap", lease_number=LeaseFactory().number)


def test_a_tenancy_that_is_over_is_not_swapped() -> None:
    tenant = PersonFactory()
    lease = LeaseFactory(tenant=tenant, moved_out_on=TODAY - datetime.timedelta(days=1))
    with refused("application.lease_over"):
        begun(kind="swap", lease_number=lease.number, applicant=tenant)


# --- Who applies ----------------------------------------------------------------------------------


def apply_for(somebody: Somebody, by: Any = None) -> Application:
    return begin("new", OfficeFactory().pk, somebody, by=by or worker(), on=TODAY)


def test_an_identity_number_finds_the_one_person_who_has_it() -> None:
    (person,) = register_people(
        [NewPerson(given_name="Kari", family_name="Li", identity_number=NUMBER)], today=TODAY
    )
    assert apply_for(Somebody(identity_number=NUMBER)).applicant == person
    named = Somebody(identity_number=NUMBER, given_name="kari ", family_name="LI")
    assert apply_for(named).applicant == person


def test_a_number_with_another_name_is_a_slip_of_the_finger() -> None:
    register_people(
        [NewPerson(given_name="Kari", family_name="Li", identity_number=NUMBER)], today=TODAY
    )
    with refused("application.identity_known"):
        apply_for(Somebody(identity_number=NUMBER, given_name="Ola", family_name="Ås"))


def test_an_unknown_number_needs_a_name_to_register() -> None:
    with refused("application.name_missing"):
        apply_for(Somebody(identity_number=NUMBER))
    row = apply_for(Somebody(identity_number=NUMBER, given_name="Kari", family_name="Li"))
    assert row.applicant is not None
    assert row.applicant.born_on == datetime.date(1980, 1, 1)


def test_somebody_alike_is_shown_before_anybody_is_entered_twice() -> None:
    twin = PersonFactory(given_name="Kari", family_name="Li", born_on=BORN)
    same = {"given_name": "kari", "family_name": "li", "born_on": BORN}
    with refused("application.person_alike") as raised:
        apply_for(Somebody(**same))
    assert raised.value.facts["people"] == [twin.pk]
    assert Person.objects.filter(search_name="kari li").count() == 1
    assert apply_for(Somebody(**same, is_other=True)).applicant != twin


def test_somebody_of_that_name_without_a_birth_day_may_be_the_same() -> None:
    PersonFactory(given_name="Kari", family_name="Li", born_on=None)
    with refused("application.person_alike"):
        apply_for(Somebody(given_name="Kari", family_name="Li", born_on=BORN))


def test_another_birth_day_is_another_person() -> None:
    PersonFactory(given_name="Kari", family_name="Li", born_on=datetime.date(1981, 1, 1))
    assert apply_for(Somebody(given_name="Kari", family_name="Li", born_on=BORN)).applicant


def test_a_protected_person_is_for_those_who_are_cleared() -> None:
    person = PersonFactory(protection=6)
    with refused("application.protected"):
        begun(applicant=person)
    row = begun(worker(role__cleared=True), applicant=person)
    assert row.is_protected


def test_the_dead_do_not_apply() -> None:
    with refused("application.applicant_dead"):
        begun(applicant=PersonFactory(died_on=TODAY))


@pytest.mark.parametrize(("born", "may"), [((2008, 6, 1), True), ((2008, 6, 2), False)])
def test_one_applies_oneself_from_eighteen(born: tuple[int, int, int], may: bool) -> None:
    person = PersonFactory(born_on=datetime.date(*born))
    if may:
        assert begun(applicant=person)
    else:
        with refused("application.applicant_minor"):
            begun(applicant=person)


# --- Need -----------------------------------------------------------------------------------------


def test_the_need_is_kept_with_its_history_and_what_was_typed_is_forgotten() -> None:
    row = begun()
    keep_typed(row.pk, Step.NEED, {"need": ["Uferd"]}, by=row.by, on=TODAY, version=row.version)
    need = Need(present_housing="family", need=" Sover på sofaen ", wishes="Lademoen")
    describe(row.pk, need, by=row.by, on=TODAY, version=None)
    row.refresh_from_db()
    assert (row.need, row.typed) == ("Sover på sofaen", {})
    assert "need" in row.acts.values_list("what", flat=True)


def test_the_largest_home_is_no_smaller_than_the_smallest() -> None:
    row = begun()
    need = Need(present_housing="family", need="x", rooms_from=3, rooms_to=2)
    with refused("application.rooms"):
        describe(row.pk, need, by=row.by, on=TODAY, version=None)


def test_an_office_that_has_closed_is_not_wished_for_anew_but_may_stay() -> None:
    row, office = begun(), OfficeFactory()
    need = Need(present_housing="family", need="x", wished_offices=[office.pk])
    describe(row.pk, need, by=row.by, on=TODAY, version=None)
    office.closed_on = TODAY - datetime.timedelta(days=1)
    office.save()
    describe(row.pk, need, by=row.by, on=TODAY, version=None)
    other = begun(row.by)
    with refused("application.wished_office"):
        describe(other.pk, need, by=row.by, on=TODAY, version=None)


def test_the_second_to_save_is_told() -> None:
    row = begun()
    need = Need(present_housing="family", need="x")
    describe(row.pk, need, by=row.by, on=TODAY, version=row.version)
    with refused("application.changed"):
        describe(row.pk, need, by=row.by, on=TODAY, version=row.version)


# --- Registering ----------------------------------------------------------------------------------


def test_home_economy_and_help_are_assessed_together_before_it_is_registered() -> None:
    row = begun()
    with refused("application.missing") as raised:
        register(row.pk, received_on=TODAY, by=row.by, on=TODAY, version=None)
    assert raised.value.facts["steps"] == ["need", "economy", "support"]


def test_a_whole_application_is_registered_once() -> None:
    row = received()
    assert (row.state, row.received_on, row.typed) == ("received", TODAY, {})
    with refused("application.state"):
        register(row.pk, received_on=TODAY, by=row.by, on=TODAY, version=None)


@pytest.mark.parametrize(
    ("days", "code"),
    [(1, "application.received_ahead"), (-367, "application.received_long_ago")],
)
def test_it_came_in_lately_and_not_tomorrow(days: int, code: str) -> None:
    row = assessed()
    with refused(code):
        register(
            row.pk,
            received_on=TODAY + datetime.timedelta(days=days),
            by=row.by,
            on=TODAY,
            version=None,
        )


def test_a_second_application_of_one_applicant_is_said_and_may_be_dealt_with_apart() -> None:
    first = received()
    second = assessed(first.by, applicant=first.applicant)
    with refused("application.open_already") as raised:
        register(second.pk, received_on=TODAY, by=first.by, on=TODAY, version=None)
    assert raised.value.facts["other"] == first.number
    register(second.pk, received_on=TODAY, is_apart=True, by=first.by, on=TODAY, version=None)
    act = second.acts.get(what="registered")
    assert act.facts["apart_from"] == first.pk


def test_withdrawn_it_says_why_and_takes_no_more_steps() -> None:
    row = received()
    with refused("application.no_reason"):
        withdraw(row.pk, " ", by=row.by, on=TODAY, version=None)
    withdraw(row.pk, "Har fått bolig selv", by=row.by, on=TODAY, version=None)
    row.refresh_from_db()
    assert (row.state, row.ended_on) == ("withdrawn", TODAY)
    with refused("application.ended"):
        give(row.pk, None, by=row.by, on=TODAY, version=None)


def test_a_draft_can_be_withdrawn() -> None:
    row = begun()
    assert withdraw(row.pk, "Feil", by=row.by, on=TODAY, version=None).state == "withdrawn"


def test_it_is_not_withdrawn_while_a_home_is_held_for_it() -> None:
    row = received()
    Offer.objects.create(application=row, dwelling=DwellingFactory(), reserved_on=TODAY, by=row.by)
    with refused("application.offer_stands"):
        withdraw(row.pk, "Nei", by=row.by, on=TODAY, version=None)


# --- Whose it is ----------------------------------------------------------------------------------


def test_it_is_given_to_somebody_who_works_at_its_office() -> None:
    row = received()
    other = worker(role__offices=[row.office])
    give(row.pk, other, by=row.by, on=TODAY, version=None)
    row.refresh_from_db()
    assert row.owner == other
    assert row.acts.get(what="owner").facts["who"] == str(other)


def test_it_is_not_given_to_somebody_of_another_office_or_party() -> None:
    row = received()
    for stranger in (worker(role__offices=[OfficeFactory()]), UserFactory(role="landlord")):
        with refused("application.owner_office"):
            give(row.pk, stranger, by=row.by, on=TODAY, version=None)


def test_a_protected_one_is_given_to_the_cleared() -> None:
    by = worker(role__cleared=True)
    row = begun(by, applicant=PersonFactory(protection=7))
    with refused("application.owner_not_cleared"):
        give(row.pk, worker(), by=by, on=TODAY, version=None)


# --- Who may --------------------------------------------------------------------------------------


def test_another_offices_application_is_not_seen() -> None:
    row = begun()
    stranger = worker(role__offices=[OfficeFactory()])
    with refused("application.not_visible"):
        withdraw(row.pk, "x", by=stranger, on=TODAY, version=None)


def test_a_protected_application_is_worked_on_by_the_cleared() -> None:
    row = begun(worker(role__cleared=True), applicant=PersonFactory(protection=6))
    with refused("application.masked"):
        withdraw(row.pk, "x", by=worker(), on=TODAY, version=None)


# --- Household ------------------------------------------------------------------------------------


def test_a_household_is_counted_by_those_who_are_to_live_there() -> None:
    row = begun()
    for born, role, part in (((2015, 1, 1), "child", True), ((2020, 7, 1), "child", False)):
        child = PersonFactory(born_on=datetime.date(*born))
        ApplicationMember.objects.create(
            application=row, person=child, role=role, is_part_time=part
        )
    size = size_of(members_of(row), TODAY)
    assert (size.adults, size.children, size.part_time) == (1, 2, 1)
    assert size.ages == (11, 5)
    assert HouseholdMember.objects.count() == LeaseParty.objects.count() == 0
