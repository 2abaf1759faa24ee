"""Who sees which person: the condition in SQL and the query set say the same."""

import pytest
from django.db import connection

from tenants.models import ApplicationMember, Person
from tenants.queries.visibility import person_is_seen
from tests.factories import (
    ApplicationFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_bound", [True, False])
@pytest.mark.parametrize("is_cleared", [True, False])
@pytest.mark.parametrize("role", ["caseworker", "landlord"])
def test_both_ways_of_asking_who_is_seen_agree(is_bound: bool, is_cleared: bool, role: str) -> None:
    office = OfficeFactory()
    for number in range(8):
        household = HouseholdFactory()
        LeaseFactory(
            household=household,
            is_protected=number % 2 == 0,
            **({"dwelling__office": office} if number % 4 < 2 else {}),
        )
        HouseholdMemberFactory(household=household)
    for number in range(4):
        here = {"office": office} if number < 2 else {}
        row = ApplicationFactory(is_protected=number % 2 == 0, **here)
        ApplicationMember.objects.create(application=row, person=PersonFactory(), role="adult")
    PersonFactory()
    user = UserFactory(
        role=role, role__cleared=is_cleared, role__offices=[office if is_bound else None]
    )
    seen = person_is_seen(user)
    statement = "SELECT person.id FROM tenants_person AS person"
    with connection.cursor() as cursor:
        cursor.execute(
            statement + (f" WHERE {seen.sql}" if seen else ""), seen.parameters if seen else {}
        )
        found = {pk for (pk,) in cursor.fetchall()}
    assert found == set(Person.objects.visible_to(user).values_list("pk", flat=True))
