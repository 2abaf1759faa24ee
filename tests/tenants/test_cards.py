"""Who and where in lists, and the rule of who sees what, said twice and meaning the same."""

import datetime as dt

import pytest
from django.db import connection

from tenants.models import Lease, LeaseParty
from tenants.queries.cards import lease_cards
from tenants.queries.visibility import row_is_seen, row_is_unmasked
from tests.factories import (
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)


def card(lease, user=None, day=DAY):
    return lease_cards([lease.pk], user or UserFactory(), day, children=True).get(lease.pk)


def test_joint_tenants_are_named_by_the_first() -> None:
    lease = LeaseFactory(tenant__given_name="Kari", tenant__family_name="Moe")
    second = PersonFactory()
    LeaseParty.objects.create(lease=lease, person=second, position=2, from_on=lease.starts_on)
    shown = card(lease)
    assert shown.name == "Kari Moe +1"
    assert shown.person_ids == [lease.parties.get(position=1).person_id, second.pk]


def test_guarantors_and_former_parties_are_not_tenants() -> None:
    lease = LeaseFactory()
    since = lease.starts_on
    LeaseParty.objects.create(lease=lease, person=PersonFactory(), role="guarantor", from_on=since)
    LeaseParty.objects.create(
        lease=lease, person=PersonFactory(), from_on=since, to_on=DAY - dt.timedelta(days=1)
    )
    assert len(card(lease).people) == 1


def test_after_the_tenancy_those_of_its_last_day_are_named() -> None:
    ended = dt.date(2026, 1, 31)
    lease = LeaseFactory(moved_out_on=ended)
    lease.parties.update(to_on=ended)
    assert len(card(lease).people) == 1


def test_before_the_tenancy_those_of_its_first_day_are_named() -> None:
    assert len(card(LeaseFactory(starts_on=dt.date(2027, 1, 1))).people) == 1


BORN = {
    dt.date(2008, 11, 24): 1,  # eighteen tomorrow
    dt.date(2008, 11, 23): 0,  # eighteen today
    None: 1,  # registered as a child
}


@pytest.mark.parametrize("born_on", BORN)
def test_children_are_those_under_eighteen(born_on) -> None:
    household = HouseholdFactory()
    child = PersonFactory(born_on=born_on)
    HouseholdMemberFactory(household=household, person=child, role="child")
    HouseholdMemberFactory(household=household)
    moved = PersonFactory(born_on=dt.date(2020, 1, 1))
    HouseholdMemberFactory(
        household=household, person=moved, role="child", to_on=dt.date(2026, 1, 1)
    )
    assert card(LeaseFactory(household=household)).children == BORN[born_on]


def test_masked_is_the_number_and_nothing_else() -> None:
    lease = LeaseFactory(is_protected=True)
    shown = card(lease)
    assert (shown.number, shown.is_masked) == (lease.number, True)
    assert not any((shown.address, shown.office, shown.office_id, shown.people, shown.dwelling_id))


def test_another_office_s_lease_has_no_card() -> None:
    user = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    assert card(LeaseFactory(), user) is None


@pytest.mark.parametrize("cleared", [False, True])
@pytest.mark.parametrize("bound", [None, 0, 1, 2])
def test_the_sql_sees_what_the_querysets_see(bound, cleared) -> None:
    offices = [OfficeFactory() for _ in range(3)]
    for office in offices:
        for protected in (False, True):
            LeaseFactory(dwelling__office=office, is_protected=protected)
    held = {None: {}, 0: {}}.get(bound, {"role__offices": offices[:bound]} if bound else {})
    user = UserFactory(role=False if bound == 0 else "coordinator", role__cleared=cleared, **held)

    def ids(condition):
        where, parameters = condition or ("true", {})
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM tenants_lease AS lease WHERE {where}", parameters)
            return {pk for (pk,) in cursor.fetchall()}

    assert ids(row_is_seen(user)) == set(
        Lease.objects.visible_to(user).values_list("pk", flat=True)
    )
    assert ids(row_is_unmasked(user)) == set(
        Lease.objects.unmasked(user).values_list("pk", flat=True)
    )


def test_children_are_counted_for_the_lists_that_ask() -> None:
    household = HouseholdFactory()
    child = PersonFactory(born_on=dt.date(2020, 1, 1))
    HouseholdMemberFactory(household=household, person=child, role="child")
    lease = LeaseFactory(household=household)
    assert lease_cards([lease.pk], UserFactory(), DAY)[lease.pk].children == 0
    assert card(lease).children == 1
