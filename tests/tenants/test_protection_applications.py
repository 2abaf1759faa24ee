"""An application is protected while somebody in it has a protected address."""

import datetime

import pytest

from boligsak.dates import today
from tenants.models import ApplicationMember
from tenants.services.people import NewMember, change_person, join_households
from tenants.services.protection import keep_protection
from tests.factories import (
    ApplicationFactory,
    HouseholdFactory,
    LeaseFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 6, 1)


def test_it_follows_the_applicants_protection_both_ways() -> None:
    row = ApplicationFactory()
    by = UserFactory(role="coordinator", role__cleared=True)
    person = change_person(row.applicant_id, version=1, protection=6, by=by, on=today())
    row.refresh_from_db()
    assert row.is_protected
    change_person(person.pk, version=person.version, protection=0, by=by, on=today())
    row.refresh_from_db()
    assert not row.is_protected


def test_somebody_who_is_to_live_there_protects_it() -> None:
    row = ApplicationFactory()
    child = PersonFactory(protection=7)
    ApplicationMember.objects.create(application=row, person=child, role="child")
    keep_protection(DAY, application_ids=[row.pk])
    row.refresh_from_db()
    assert row.is_protected


def test_it_follows_the_present_lease_when_somebody_protected_moves_in() -> None:
    household = HouseholdFactory()
    row = ApplicationFactory(kind="swap", lease=LeaseFactory(household=household))
    hidden = PersonFactory(protection=6)
    moved = NewMember(household_id=household.pk, person_id=hidden.pk, from_on=DAY)
    join_households([moved], by=UserFactory(), on=DAY)
    row.refresh_from_db()
    assert row.is_protected


def test_what_is_of_others_stays_as_it_was() -> None:
    row, other = ApplicationFactory(), ApplicationFactory()
    keep_protection(DAY, application_ids=[row.pk])
    other.refresh_from_db()
    assert not other.is_protected
