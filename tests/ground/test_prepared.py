"""Statements that are planned once for a connection."""

import datetime as dt
from typing import Any

import pytest
from django.db import DataError, NotSupportedError, connection, transaction

from boligsak import prepared
from boligsak.prepared import ask

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 23)


def plans() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'boligsak%'")
        return int(cursor.fetchone()[0])


def test_values_arrive_as_what_they_are() -> None:
    statement = (
        "SELECT %(day)s::date + 1, %(ids)s::bigint[], %(nothing)s::date IS NULL, %(text)s::text,"
        " 7 %% 4, %(day)s::date"
    )
    values = {"day": DAY, "ids": [3, 1], "nothing": None, "text": "50 % '\\ $1", "spare": 1}
    assert ask(statement, values) == [
        (DAY + dt.timedelta(days=1), [3, 1], True, "50 % '\\ $1", 3, DAY)
    ]


def test_a_list_arrives_with_what_is_missing_in_it() -> None:
    statement = "SELECT %(none)s::bigint[], %(gap)s::bigint[], %(words)s::text[]"
    values = {"none": [], "gap": [-3, None, 1], "words": ["{a,b}", 'c"']}
    assert ask(statement, values) == [([], [-3, None, 1], ["{a,b}", 'c"'])]


def test_a_statement_that_only_adds_has_no_rows_to_give() -> None:
    run("CREATE TEMPORARY TABLE noted (ids bigint[]) ON COMMIT DROP")
    assert ask("INSERT INTO noted VALUES (%(ids)s)", {"ids": [2, 5]}) == []
    assert ask("SELECT ids FROM noted", {}) == [([2, 5],)]


def test_a_statement_is_planned_once_and_no_query_of_the_page(django_assert_num_queries) -> None:
    before = plans()
    with django_assert_num_queries(3):
        for number in range(3):
            assert ask("SELECT %(number)s::int * 2", {"number": number}) == [(number * 2,)]
    assert plans() == before + 1


def test_a_plan_outlives_what_is_taken_back() -> None:
    with pytest.raises(DataError), transaction.atomic():
        ask("SELECT 10 / %(number)s::int", {"number": 0})
    assert ask("SELECT 10 / %(number)s::int", {"number": 5}) == [(2,)]


def test_a_connection_holds_only_so_many_plans(monkeypatch) -> None:
    monkeypatch.setattr(prepared, "MOST_KEPT", 5)
    for number in range(12):
        assert ask(f"SELECT {number} + %(one)s::int", {"one": 1}) == [(number + 1,)]
    assert plans() <= 5


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["DEALLOCATE ALL", "DISCARD ALL"])
def test_plans_that_somebody_threw_away_are_made_again(statement: str) -> None:
    ask("SELECT %(number)s::int + 3", {"number": 1})
    run(statement)
    assert ask("SELECT %(number)s::int + 3", {"number": 2}) == [(5,)]
    assert plans() == 1


@pytest.mark.django_db(transaction=True)
def test_a_column_of_another_type_is_read_at_once() -> None:
    run("CREATE TEMPORARY TABLE house AS SELECT 7 AS number")
    assert ask("SELECT number FROM house", {}) == [(7,)]
    run("ALTER TABLE house ALTER number TYPE text")
    assert ask("SELECT number FROM house", {}) == [("7",)]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_meets_another_type_is_the_only_one_lost() -> None:
    run("CREATE TEMPORARY TABLE house AS SELECT 7 AS number")
    assert ask("SELECT number FROM house", {}) == [(7,)]
    run("ALTER TABLE house ALTER number TYPE text")
    with pytest.raises(NotSupportedError), transaction.atomic():
        ask("SELECT number FROM house", {})
    before = connection.connection
    connection.close_if_unusable_or_obsolete()  # as at the end of a request
    assert ask("SELECT 1", {}) == [(1,)]
    assert connection.connection is not before


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_overnight_is_replaced_first() -> None:
    ask("SELECT %(number)s::int + 4", {"number": 1})
    connection.connection.close()
    new_request: Any = connection
    new_request.health_check_done, new_request.health_check_enabled = False, True
    assert ask("SELECT %(number)s::int + 4", {"number": 2}) == [(6,)]


def test_a_statement_that_is_wrong_is_not_asked_twice(django_assert_num_queries) -> None:
    with pytest.raises(DataError), transaction.atomic(), django_assert_num_queries(1):
        ask("SELECT 20 / %(number)s::int", {"number": 0})
