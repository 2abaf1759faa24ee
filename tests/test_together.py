"""Rows of many tables in one question are what the models' own questions find."""

import datetime as dt
from decimal import Decimal

import pytest

from boligsak.together import Part, Question, Rows, answers, rows_of
from tenants.models import LeaseAct, LeaseParty, RentChange
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db
OF_LEASE = "row.lease_id = %(lease)s"
DAYS = (dt.date(2026, 11, 23), dt.date(2026, 11, 24))


@pytest.fixture
def lease():
    return LeaseFactory(tenant__given_name="Kari", tenant__family_name='O\'Moe % "ø"')


def test_every_kind_of_value_comes_back_as_the_model_has_it(lease) -> None:
    kept = RentChange.objects.create(
        lease=lease,
        kind="index",
        valid_from=dt.date(2026, 1, 1),
        from_ore=900_000,
        to_ore=9_007_199_254_740_993,  # more than a float can tell apart
        from_index=Decimal("131.4000"),
        to_index=Decimal("0.1000"),
        rate_ids=[3, 1],
        on=dt.date(2025, 11, 20),
        by=UserFactory(),
    )
    kept.refresh_from_db()
    fields = tuple(field.name for field in RentChange._meta.concrete_fields)
    (row,) = rows_of({"it": Part(RentChange, fields, OF_LEASE)}, {"lease": lease.pk})["it"]
    assert {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields} == {
        field.attname: getattr(kept, field.attname) for field in kept._meta.concrete_fields
    }


def test_what_a_row_points_at_comes_along_and_nothing_is_nothing(
    lease, django_assert_num_queries
) -> None:
    user = UserFactory(first_name="Ola", last_name="Vik")
    for by in (user, None):
        LeaseAct.objects.create(
            lease=lease, what="parties", facts={"a": [1, None]}, on=dt.date(2026, 2, 3), by=by
        )
    part = Part(
        LeaseAct,
        ("facts", "by"),
        OF_LEASE,
        related=(("by", ("first_name", "last_name", "username")),),
    )
    with django_assert_num_queries(1):
        first, second = rows_of({"it": part}, {"lease": lease.pk})["it"]
        assert (str(first.by), first.facts, second.by) == ("Ola Vik", {"a": [1, None]}, None)


def test_a_field_that_was_not_asked_for_is_one_more_query(lease, django_assert_num_queries) -> None:
    part = Part(LeaseParty, ("role",), OF_LEASE, related=(("person", ("given_name",)),))
    (row,) = rows_of({"it": part}, {"lease": lease.pk})["it"]
    with django_assert_num_queries(1):
        assert row.person.family_name == 'O\'Moe % "ø"'


def test_parts_stand_beside_each_other_each_in_its_order(lease, django_assert_num_queries) -> None:
    for what in ("first", "second"):
        LeaseAct.objects.create(lease=lease, what=what, on=dt.date(2026, 2, 3))
    parts = {
        "none": Part(RentChange, ("kind",), OF_LEASE),
        "acts": Part(LeaseAct, ("what",), OF_LEASE, "row.id DESC"),
        "parties": Part(LeaseParty, ("role",), OF_LEASE),
    }
    with django_assert_num_queries(1):
        found = rows_of(parts, {"lease": lease.pk})
    assert found["none"] == []
    assert [act.what for act in found["acts"]] == ["second", "first"]
    assert [party.role for party in found["parties"]] == ["tenant"]


def test_without_parts_nothing_is_asked(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert rows_of({}, {}) == {}


def days(statement: str, **more: dt.date) -> Question:
    return Question(Rows(statement, 2, days=(1,)), more, list)


def test_statements_of_ones_own_answer_side_by_side_in_their_order() -> None:
    first = dt.date(2026, 11, 23)
    told = answers(
        [
            days(
                "SELECT n, %(first)s::date + n FROM generate_series(1, 3) AS n"
                " ORDER BY n DESC LIMIT 2",
                first=first,
            ),
            days("SELECT 1::bigint, NULL::date WHERE %(first)s > '2027-01-01'::date", first=first),
            days("SELECT 7, max(made_on) FROM tenants_application"),
        ]
    )
    assert told == [[(3, dt.date(2026, 11, 26)), (2, dt.date(2026, 11, 25))], [], [(7, None)]]


def test_a_name_that_means_two_things_is_refused() -> None:
    with pytest.raises(ValueError, match="first"):
        answers([days("SELECT 1, %(first)s::date", first=day) for day in DAYS])
