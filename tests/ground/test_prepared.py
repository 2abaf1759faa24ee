"""Statements that are planned once for a connection."""

import datetime as dt

import pytest
from django.db import DataError, connection, transaction

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
