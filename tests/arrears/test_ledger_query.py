"""The ledger as the lease page asks for it: the same answers as the rules, in fewer lines."""

import datetime as dt

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.models import LeaseAccount, LedgerLine
from arrears.queries.ledger import balance_points, lines, linked, money_now, money_on, open_charges
from arrears.queries.portfolio import balance_curve, state_of
from arrears.services.ledger import NewLine, correct, keep_rents, move_payment, post
from boligsak.production import INDEX_BEFORE, SKIPS_FROM
from tests.arrears.test_settle import histories, post_history
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db

START = dt.date(2025, 1, 20)


@given(histories())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_kept_says_the_same_of_a_day_as_the_ledger(db, history) -> None:
    lease = LeaseFactory(tenant=None)
    post_history(lease.pk, history)
    day = max(
        [START, *LedgerLine.objects.filter(lease=lease).values_list("effective_on", flat=True)]
    )
    keep_rents(day, [lease.pk])
    account = LeaseAccount.objects.filter(pk=lease.pk).first() or LeaseAccount(
        balance_ore=0, disputed_ore=0, unallocated_ore=0, monthly_rent_ore=900_000
    )
    now = money_now(
        open_charges(lease.pk),
        balance_ore=account.balance_ore,
        disputed_ore=account.disputed_ore,
        unallocated_ore=account.unallocated_ore,
        monthly_rent_ore=account.monthly_rent_ore,
        day=day,
    )
    assert now == money_on(state_of(lease.pk, day))


def test_a_leases_lines_are_found_without_reading_those_of_others() -> None:
    """By skipping through the years, or, before PostgreSQL 18, by an index of their own."""
    lease = LeaseFactory()
    with connection.cursor() as cursor:
        # A test's ledger is so small that reading all of it is cheapest: a real one is not.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN SELECT * FROM arrears_ledgerline WHERE lease_id = %s", [lease.pk])
        plan = " ".join(row[0] for row in cursor.fetchall())
    skips = connection.pg_version >= SKIPS_FROM * 10_000
    assert f"Index Scan using {'arrears_line_lease' if skips else INDEX_BEFORE}" in plan
    assert f"Index Cond: (lease_id = {lease.pk})" in plan


def ledger_of(count: int) -> int:
    lease = LeaseFactory()
    post(
        [
            NewLine(lease.pk, "payment", -100 * (n + 1), START + dt.timedelta(days=n // 2), f"p{n}")
            for n in range(count)
        ]
    )
    return lease.pk


def test_the_balance_runs_from_the_oldest_line_to_the_newest() -> None:
    rows = lines(ledger_of(6))
    assert [row.balance_ore for row in reversed(rows)] == [-100, -300, -600, -1000, -1500, -2100]
    assert [row.place for row in rows] == [1, 2, 3, 4, 5, 6]


def test_a_page_of_the_ledger_brings_the_days_of_the_curve_with_it() -> None:
    lease_id = ledger_of(10)
    since = START + dt.timedelta(days=2)
    rows = lines(lease_id, offset=8, limit=2, since=since)
    assert [row.place for row in rows if row.place > 8] == [9, 10]
    whole = dict(balance_curve(lease_id))
    assert balance_points(rows, since) == [
        (since, whole[since]),
        *((day, ore) for day, ore in whole.items() if day > since),
    ]


@given(
    days=st.lists(st.integers(0, 4 * 365), max_size=30),
    page=st.tuples(st.integers(0, 12), st.integers(1, 8)),
    months_back=st.none() | st.integers(0, 60),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_page_says_of_a_line_what_the_whole_ledger_says_of_it(
    db, days, page, months_back
) -> None:
    lease = LeaseFactory(tenant=None)
    post(
        [
            NewLine(lease.pk, "payment", -100 - n, START + dt.timedelta(days=day), f"p{n}")
            for n, day in enumerate(days)
        ]
    )
    offset, limit = page
    since = None if months_back is None else START + dt.timedelta(days=4 * 365 - 30 * months_back)
    whole = lines(lease.pk)
    running = 0
    for row in reversed(whole):
        running += row.amount_ore
        assert (row.balance_ore, row.lines) == (running, len(days))
    assert lines(lease.pk, offset, limit, since) == [
        row
        for row in whole
        if offset < row.place <= offset + limit or (since and row.effective_on > since)
    ]


def test_a_curve_begins_where_the_ledger_does() -> None:
    lease_id = ledger_of(4)
    since = START - dt.timedelta(days=30)
    assert balance_points(lines(lease_id, since=since), since) == balance_curve(lease_id)


def test_a_quiet_year_is_a_flat_curve() -> None:
    lease_id = ledger_of(2)
    since = START + dt.timedelta(days=300)
    assert balance_points(lines(lease_id, limit=25, since=since), since) == [(since, -300)]


def test_lines_that_mend_each_other_are_found_from_either_side() -> None:
    wrong, right = LeaseFactory(), LeaseFactory()
    (line,) = post([NewLine(wrong.pk, "payment", -500, START, "p1")])
    move_payment(line.pk, to_lease_id=right.pk, by=UserFactory(), note="feil KID")
    here = {(one.kind, one.lease_id) for one in linked(lines(wrong.pk))}
    there = {(one.kind, one.lease_id) for one in linked(lines(right.pk))}
    assert {("move_in", right.pk), ("move_out", wrong.pk), ("payment", wrong.pk)} == here
    assert ("payment", wrong.pk) in there


def test_only_a_corrected_line_says_that_it_is() -> None:
    lease = LeaseFactory()
    first, _second = post(
        [
            NewLine(lease.pk, "rent", 900, START, "rent:2025-01", due_on=START),
            NewLine(lease.pk, "rent", 900, START, "rent:2025-02", due_on=START),
        ]
    )
    correct(first.pk, amount_ore=-100, on=START, note="avslag", by=UserFactory())
    assert [row.reference for row in lines(lease.pk) if row.is_corrected] == ["rent:2025-01"]
