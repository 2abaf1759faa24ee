"""Lease cards kept in the process, while others write in any order: what a reading would find."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenants.models import Lease
from tenants.queries import kept_cards
from tenants.queries.cards import LeaseCard, lease_cards
from tests.factories import HouseholdFactory, HouseholdMemberFactory, LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 11, 23)
WRITERS = 3

# Of one lease each, so that nobody waits for another.
WRITES = (
    "UPDATE tenants_lease SET is_protected = NOT is_protected WHERE id = {lease}",
    "UPDATE tenants_lease SET office_id = {other} + {office} - office_id WHERE id = {lease}",
    "UPDATE accounts_office SET name = name || '.' WHERE id = {office}",
    "UPDATE tenants_dwelling SET street = street || '.' WHERE id = {dwelling}",
    "UPDATE tenants_person SET family_name = family_name || '.' WHERE id = {person}",
    "UPDATE tenants_leaseparty SET position = position % 9 + 1 WHERE lease_id = {lease}",
    "DELETE FROM tenants_householdmember WHERE household_id = {household}",
)
# As a restored dump leaves them, of the cluster it was taken from.
DUMPED = """
INSERT INTO tenants_cardchange (xid, at)
SELECT (pg_current_xact_id()::text::bigint + ahead)::text::xid8, now() - interval '2 days'
FROM generate_series(1, 3) AS ahead ON CONFLICT DO NOTHING
"""
ENDS = ("COMMIT", "COMMIT", "COMMIT", "ROLLBACK", "SAVEPOINT part", "ROLLBACK TO part")
STEPS = st.tuples(
    st.sampled_from((*WRITES, *ENDS, "look", "look", "look", "look", "dumped")),
    st.integers(0, WRITERS - 1),
)


class Writer:
    """A connection of its own, in a transaction whenever it has something to write."""

    def __init__(self, ids: dict[str, int]) -> None:
        self._session = connection.get_new_connection(connection.get_connection_params())
        self._ids = ids
        self._has_part = False
        self.does("SET lock_timeout = '5s'")
        self.does("COMMIT")

    def does(self, step: str) -> None:
        if step == "COMMIT":
            self._session.commit()
        elif step == "ROLLBACK":
            self._session.rollback()
        elif step != "ROLLBACK TO part" or self._has_part:
            with self._session.cursor() as cursor:
                cursor.execute(step.format(**self._ids))
        self._has_part = step not in ("COMMIT", "ROLLBACK") and (
            self._has_part or step == "SAVEPOINT part"
        )

    def leaves(self) -> None:
        self._session.close()


class Town(NamedTuple):
    leases: list[Lease]
    readers: list[Any]
    writers: list[Writer]


@pytest.fixture
def town(transactional_db: None) -> Iterator[Town]:
    kept_cards.forget_everything()
    leases = [LeaseFactory(household=HouseholdFactory()) for _ in range(WRITERS)]
    for lease in leases:
        HouseholdMemberFactory(household=lease.household, from_on=lease.starts_on)
    ids = [
        {
            "lease": lease.pk,
            "office": lease.office_id,
            "other": leases[place - 1].office_id,
            "dwelling": lease.dwelling_id,
            "person": lease.parties.get().person_id,
            "household": lease.household_id,
        }
        for place, lease in enumerate(leases)
    ]
    readers = [
        UserFactory(role="coordinator"),
        UserFactory(role="coordinator", role__cleared=True),
        UserFactory(role="caseworker", role__offices=[leases[0].office]),
    ]
    found = Town(leases, readers, [Writer(one) for one in ids])
    yield found
    for writer in found.writers:
        writer.leaves()
    kept_cards.forget_everything()


def read_anew(leases: list[int], reader: Any) -> dict[int, LeaseCard]:
    """So many at once are never kept."""
    nobodys = range(-kept_cards.MOST_AT_ONCE, 0)
    return lease_cards([*leases, *nobodys], reader, DAY, children=True)


@given(st.lists(STEPS, min_size=10, max_size=50))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_in_whatever_order_others_write_and_end_a_look_finds_what_is_so(town, steps) -> None:
    try:
        for step, whose in [*steps, ("look", 0)]:
            if step == "dumped":
                with connection.cursor() as cursor:
                    cursor.execute(DUMPED)
            elif step == "look":
                leases = [lease.pk for lease in town.leases[whose:]]
                for reader in town.readers:
                    told = lease_cards(leases, reader, DAY, children=True)
                    assert told == read_anew(leases, reader)
            else:
                town.writers[whose].does(step)
    finally:
        for writer in town.writers:
            writer.does("ROLLBACK")
