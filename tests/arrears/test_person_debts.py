"""What people owe the municipality from all their tenancies."""

import datetime
from typing import Any

import pytest

from arrears.queries.person_debts import debts_of
from tenants.models import LeaseParty
from tests.arrears.plan_cases import RENT, TODAY, case_of, pay, plan_of, rent
from tests.factories import LeaseFactory, PersonFactory

pytestmark = pytest.mark.django_db

D = datetime.date


def test_old_and_new_tenancies_are_told_apart_the_oldest_first() -> None:
    person = PersonFactory()
    old = LeaseFactory(tenant=person, starts_on=D(2018, 1, 1), moved_out_on=D(2019, 12, 31))
    now = LeaseFactory(tenant=person)
    rent(now, "2025-12")
    rent(old, "2019-12")
    found = debts_of([person.pk], TODAY)
    assert [(one.lease_id, one.overdue_ore) for one in found] == [(old.pk, RENT), (now.pk, RENT)]


def test_what_is_not_due_is_owed_and_not_overdue() -> None:
    person = PersonFactory()
    rent(LeaseFactory(tenant=person), "2026-01")
    (found,) = debts_of([person.pk], TODAY)
    assert (found.balance_ore, found.overdue_ore) == (RENT, 0)


def test_a_lease_that_owes_nothing_is_left_out() -> None:
    person = PersonFactory()
    lease = LeaseFactory(tenant=person)
    rent(lease, "2025-12")
    pay(lease, RENT, TODAY, "betalt")
    assert debts_of([person.pk], TODAY) == []


def test_a_new_tenant_does_not_inherit_what_fell_due_before() -> None:
    first, second = PersonFactory(), PersonFactory()
    lease = LeaseFactory(tenant=first)
    LeaseParty.objects.filter(lease=lease).update(to_on=D(2025, 11, 30))
    LeaseParty.objects.create(lease=lease, person=second, from_on=D(2025, 12, 1))
    rent(lease, "2025-11", 100_000)
    rent(lease, "2025-12")
    assert [one.balance_ore for one in debts_of([first.pk], TODAY)] == [100_000]
    assert [one.balance_ore for one in debts_of([second.pk], TODAY)] == [RENT]


def test_a_charge_due_after_moving_out_is_still_the_tenants() -> None:
    person = PersonFactory()
    lease = LeaseFactory(tenant=person, moved_out_on=D(2025, 11, 30))
    LeaseParty.objects.filter(lease=lease).update(to_on=D(2025, 11, 30))
    rent(lease, "2025-12", 250_000)
    assert [one.balance_ore for one in debts_of([person.pk], TODAY)] == [250_000]


def test_two_of_one_household_owe_a_joint_debt_once() -> None:
    one, other = PersonFactory(), PersonFactory()
    lease = LeaseFactory(tenant=one)
    LeaseParty.objects.create(lease=lease, person=other, position=2, from_on=lease.starts_on)
    rent(lease, "2025-12")
    assert [found.balance_ore for found in debts_of([one.pk, other.pk], TODAY)] == [RENT]


def test_a_guarantor_is_no_tenant() -> None:
    person = PersonFactory()
    lease = LeaseFactory()
    LeaseParty.objects.create(
        lease=lease, person=person, role="guarantor", position=2, from_on=lease.starts_on
    )
    rent(lease, "2025-12")
    assert debts_of([person.pk], TODAY) == []


def test_a_plan_that_runs_is_told() -> None:
    case = case_of()
    person = LeaseParty.objects.get(lease=case.lease).person
    assert not debts_of([person.pk], TODAY)[0].has_plan
    plan_of(case)
    assert debts_of([person.pk], TODAY)[0].has_plan


def test_all_of_it_is_one_query(django_assert_num_queries: Any) -> None:
    people = [PersonFactory() for _ in range(4)]
    for person in people:
        rent(LeaseFactory(tenant=person), "2025-12")
    with django_assert_num_queries(1):
        assert len(debts_of([one.pk for one in people], TODAY)) == 4
