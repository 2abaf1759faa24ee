"""Arrays written as text say to the database what was put into them."""

import datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boligsak.arrays import array

pytestmark = pytest.mark.django_db

VALUES = {
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "date": st.dates(datetime.date.min, datetime.date.max),
    "text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.sampled_from(["", "NULL", "null", "{}", '"', "\\", ",", " a ", '{"a": "b\\"c"}', "%s"]),
}


@pytest.mark.parametrize("kind", ["bigint", "boolean", "date", "text"])
@given(data=st.data())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_put_into_an_array_comes_out_of_it(db, kind, data):
    values = data.draw(st.lists(st.none() | VALUES[kind]))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT value FROM unnest(%s::{kind}[]) AS value", [array(values)])
        assert [value for (value,) in cursor.fetchall()] == values
