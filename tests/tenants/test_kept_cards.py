"""Lease cards kept in the process: a change made anywhere is seen by the next who looks."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from boligsak import dates
from boligsak.accounts.models import Office
from boligsak.prepared import ask
from tenants.models import Dwelling, HouseholdMember, Lease, LeaseParty, Person
from tenants.queries import cards, kept_cards
from tenants.queries.cards import LeaseCard, lease_cards
from tenants.services.kept_cards import forget_card_changes
from tests.factories import (
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    kept_cards.forget_everything()
    yield
    kept_cards.forget_everything()


@pytest.fixture
def lease() -> Lease:
    household = HouseholdFactory()
    lease: Lease = LeaseFactory(household=household)
    child = PersonFactory(born_on=dt.date(2020, 1, 1))
    HouseholdMemberFactory(household=household, person=child, from_on=lease.starts_on)
    return lease


@pytest.fixture
def look(lease: Lease) -> Callable[[], LeaseCard]:
    """The card of the lease as somebody sees it who is not cleared."""
    reader = UserFactory(role="caseworker")
    return lambda: lease_cards([lease.pk], reader, DAY, children=True)[lease.pk]


def move_out(lease: Lease) -> None:
    lease.parties.update(to_on=DAY - dt.timedelta(days=1))


def protect(lease: Lease) -> None:
    Lease.objects.filter(pk=lease.pk).update(is_protected=True)


CHANGES: dict[str, Callable[[Lease], Any]] = {
    "protected": protect,
    "terminated": lambda lease: Lease.objects.filter(pk=lease.pk).update(moved_out_on=DAY),
    "other office": lambda lease: Lease.objects.filter(pk=lease.pk).update(
        office=OfficeFactory(name="Lerkendal")
    ),
    "office renamed": lambda lease: Office.objects.filter(pk=lease.office_id).update(name="Ny"),
    "street renamed": lambda lease: Dwelling.objects.filter(pk=lease.dwelling_id).update(
        street="Nye gate"
    ),
    "person renamed": lambda lease: Person.objects.filter(lease_parties__lease=lease).update(
        family_name="Nytt"
    ),
    "tenant came": lambda lease: LeaseParty.objects.create(
        lease=lease, person=PersonFactory(), position=2, from_on=lease.starts_on
    ),
    "tenant left": move_out,
    "child came": lambda lease: HouseholdMemberFactory(
        household=lease.household,
        person=PersonFactory(born_on=dt.date(2024, 1, 1)),
        from_on=lease.starts_on,
    ),
    "child left": lambda lease: HouseholdMember.objects.filter(household=lease.household).update(
        to_on=DAY - dt.timedelta(days=1)
    ),
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_change_on_another_connection_is_seen_at_once(change, lease, look) -> None:
    before = look()
    assert look() is before
    assert at_once(lambda: CHANGES[change](lease)) == ["done"]
    after = look()
    assert after != before
    kept_cards.forget_everything()
    assert look() == after


def test_a_protection_that_is_still_being_written_hides_the_address_once_it_is(lease, look) -> None:
    written, seen = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            protect(lease)
            written.set()
            assert seen.wait(20)

    writer = threading.Thread(target=lambda: at_once(write))
    writer.start()
    assert written.wait(20)
    # Read and kept while the other transaction is open: its number is older than the snapshot.
    card = look()
    assert not card.is_masked
    assert look() is card
    seen.set()
    writer.join(20)
    assert look() == LeaseCard(lease.pk, lease.number, is_masked=True)


def test_what_is_taken_back_is_kept_by_nobody(lease, look) -> None:
    before = look()
    with transaction.atomic():
        CHANGES["street renamed"](lease)
        assert look() != before
        transaction.set_rollback(True)
    assert look() == before


def test_a_change_after_a_part_that_was_taken_back_is_seen(lease, look) -> None:
    def change() -> None:
        with transaction.atomic():
            with transaction.atomic():
                CHANGES["street renamed"](lease)
                transaction.set_rollback(True)
            protect(lease)

    assert not look().is_masked
    at_once(change)
    assert look().is_masked


def test_what_was_kept_of_another_database_is_not_used(lease, look, monkeypatch) -> None:
    before = look()
    kept = kept_cards._kept
    assert kept is not None
    monkeypatch.setattr(kept_cards, "_kept", kept._replace(since=kept.since._replace(server="1 1")))
    assert look() is not before


def test_what_is_kept_names_the_database_and_when_its_server_was_started(look) -> None:
    """A restored server may call its database what the lost one did, and counts from fewer."""
    look()
    kept = kept_cards._kept
    assert kept is not None
    ((oid, started),) = ask(
        "SELECT oid, extract(epoch FROM pg_postmaster_start_time())::text"
        " FROM pg_database WHERE datname = current_database()",
        {},
    )
    assert kept.since.server == f"{oid} {started}"


def test_readers_with_other_rights_share_nothing(lease) -> None:
    protect(lease)
    cleared, uncleared = (UserFactory(role="coordinator", role__cleared=is_it) for is_it in (1, 0))
    elsewhere = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    for _twice in range(2):
        assert lease_cards([lease.pk], cleared, DAY)[lease.pk].address
        assert not lease_cards([lease.pk], uncleared, DAY)[lease.pk].address
        assert lease_cards([lease.pk], elsewhere, DAY) == {}
        assert lease_cards([lease.pk], cleared, DAY, to_file=True)[lease.pk].is_masked


def test_only_what_is_not_kept_is_read(lease, look) -> None:
    reader, other = UserFactory(role="caseworker"), LeaseFactory()
    lease_cards([lease.pk], reader, DAY)
    with CaptureQueriesContext(connection) as asked:
        assert set(lease_cards([lease.pk, other.pk], reader, DAY)) == {lease.pk, other.pk}
        assert set(lease_cards([lease.pk, other.pk], reader, DAY)) == {lease.pk, other.pk}
    first, second = (query["sql"] for query in asked)
    assert f"'{{{other.pk}}}'" in first
    assert "'{}'" in second


def test_so_many_are_kept_and_no_more(monkeypatch, look) -> None:
    monkeypatch.setattr(kept_cards, "MOST_KEPT", 2)
    reader = UserFactory()
    for lease in [LeaseFactory() for _ in range(7)]:
        assert lease_cards([lease.pk], reader, DAY)[lease.pk].number == lease.number
        kept = kept_cards._kept
        assert kept is None or sum(map(len, kept.found.values())) <= 2


def test_every_table_a_card_reads_tells_of_its_changes(monkeypatch, lease) -> None:
    statements = []
    monkeypatch.setattr(
        cards, "ask", lambda sql, values: statements.append((sql, values)) or ask(sql, values)
    )
    limited = UserFactory(role="caseworker", role__offices=[lease.office])
    for reader in (UserFactory(role="coordinator", role__cleared=True), limited):
        lease_cards([lease.pk], reader, DAY, children=True)
    read = {word for sql, _values in statements for word in sql.split()} & {
        table for (table,) in ask("SELECT relname FROM pg_class WHERE relkind = 'r'", {})
    }
    telling = {
        table
        for (table,) in ask(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'A'"
            " AND tgname = 'tenants_card_change' AND pg_get_triggerdef(oid)"
            " LIKE '%%AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON%%FOR EACH STATEMENT%%'",
            {},
        )
    }
    assert len(statements) == 2
    assert read - {"tenants_cardchange", "pg_database"} == telling == set(cards.TABLES)


def test_numbers_of_a_week_ago_are_forgotten_by_the_night(lease) -> None:
    with transaction.atomic():
        protect(lease)
        CHANGES["street renamed"](lease)
    ((count,),) = ask("SELECT count(*) FROM tenants_cardchange", {})
    assert forget_card_changes(dates.today()) == {"card_changes": 0}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tenants_cardchange SET at = now() - interval '9 days'")
    assert forget_card_changes(dates.today() - dt.timedelta(days=3)) == {"card_changes": 0}
    assert forget_card_changes(dates.today()) == {"card_changes": count}


def test_the_night_of_a_day_to_come_leaves_what_processes_still_ask_for(lease, look) -> None:
    assert not look().is_masked
    at_once(lambda: protect(lease))
    forget_card_changes(dates.today() + dt.timedelta(days=30))
    assert look().is_masked
