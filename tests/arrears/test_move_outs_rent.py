"""Rent around the last day of a tenancy: what is charged too much, and what is not charged yet."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.models import LedgerLine
from arrears.queries.move_outs import rent_after, rent_due
from arrears.rules.ledger import month_of
from arrears.services.complaints import reduce_newly_charged, reduce_rent
from arrears.services.ledger import NewLine, charge_month, correct, post
from tenants.models import Complaint, Lease
from tenants.rules.complaints import Reduction
from tenants.rules.move_out import part_after, rent_of_month, taken_back
from tenants.services.complaints import assess
from tests.factories import LeaseFactory, RentTermFactory, UserFactory
from tests.tenants.test_complaints import about_the_dwelling

D = dt.date
NOV, DEC = D(2026, 11, 1), D(2026, 12, 1)
NOV_DUE, DEC_DUE = D(2026, 11, 20), D(2026, 12, 21)


# --- The rules ----------------------------------------------------------------------------------


def test_2_11_the_days_after_the_last_give_back_what_they_cost_after_their_reduction() -> None:
    after = part_after(900_000, 900_000, 600_000)
    assert taken_back(900_000, after, part_after(400_000, 900_000, 600_000), 500_000) == 166_667


@given(
    st.integers(1, 5_000_000),
    st.integers(1, 28),
    st.integers(0, 5_000_000),
    st.integers(0, 5_000_000),
)
def test_a_settlement_never_gives_more_than_was_charged_for_the_days_after(
    ore, last, reduced, written_off
) -> None:
    terms = [(D(2020, 1, 1), ore)]
    kept = rent_of_month(terms, D(2020, 1, 1), D(2026, 11, last), NOV)
    after = part_after(ore, ore, kept)
    less = part_after(min(reduced, ore), ore, kept)
    back = taken_back(ore, after, less, max(0, ore - reduced - written_off))
    assert 0 <= back <= after
    assert back <= max(0, after - less)
    assert abs(after + kept - ore) <= 1


@pytest.mark.parametrize(
    ("kind", "reference", "due_on", "month"),
    [
        ("rent", "rent:2026-11", D(2026, 12, 1), NOV),
        ("rent", "moveout:7:rent:2026-11", D(2026, 12, 15), NOV),
        ("rent", "load:F-77", D(2026, 12, 20), DEC),
        ("rent", "utilities:2026-11", D(2026, 12, 20), DEC),
        ("utilities", "utilities:2026-11", D(2026, 12, 20), NOV),
        ("rent", "rent:2026-13", D(2026, 12, 20), DEC),
    ],
)
def test_a_charge_is_for_the_month_it_names_or_falls_due_in(kind, reference, due_on, month) -> None:
    assert month_of(kind, reference, due_on) == month


# --- What is charged too much -------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def ends(lease: Lease, on: dt.date) -> Lease:
    lease.moved_out_on = on
    lease.save()
    return lease


def back(lease: Lease, last_on: dt.date) -> list[tuple[str, int]]:
    return [(f"{one.month:%Y-%m}", one.ore) for one in rent_after(ends(lease, last_on), last_on)]


@pytest.fixture
def lease() -> Lease:
    return LeaseFactory()


@pytest.fixture
def charged(lease) -> Lease:
    charge_month(NOV, NOV_DUE, [lease.pk])
    return lease


def rent_of(lease: Lease, reference: str = "rent:2026-11") -> LedgerLine:
    return LedgerLine.objects.get(lease=lease, reference=reference)


def reduced(lease: Lease, ore: int, from_on: dt.date, to_on: dt.date | None = None) -> Complaint:
    """A reduction that the landlord has credited."""
    kari = UserFactory(role="caseworker")
    row = about_the_dwelling(lease, kari)
    row = assess(
        row.pk,
        is_upheld=True,
        assessed="Mugg",
        reduction=Reduction(ore, from_on, to_on),
        by=kari,
        on=NOV_DUE,
    )
    reduce_rent(row.pk, by=UserFactory(role="landlord"), on=NOV_DUE)
    return row


@pytest.mark.parametrize(
    ("from_on", "to_on", "ore"),
    [
        (D(2026, 10, 1), None, 166_667),  # every day is reduced: 10/30 of 5 000
        (D(2026, 11, 1), D(2026, 11, 20), 300_000),  # only the days of the tenancy are
        (D(2026, 11, 21), D(2026, 11, 30), 166_667),  # only the days after it are
        (D(2026, 11, 16), None, 166_667),
    ],
)
def test_2_11_a_reduction_is_taken_by_its_own_days(charged, from_on, to_on, ore) -> None:
    reduced(charged, 400_000, from_on, to_on)
    assert back(charged, D(2026, 11, 20)) == [("2026-11", ore)]


def test_2_11_no_day_after_the_last_is_reduced(charged) -> None:
    ends(charged, D(2026, 11, 20))
    reduced(charged, 400_000, D(2026, 10, 1))
    assert LedgerLine.objects.get(lease=charged, kind="credit").amount_ore == -266_667
    assert back(charged, D(2026, 11, 20)) == [("2026-11", 300_000)]


def test_a_rent_that_was_corrected_gives_back_its_days_of_what_is_left(charged) -> None:
    kari = UserFactory(role="coordinator")
    correct(rent_of(charged).pk, amount_ore=-600_000, on=NOV_DUE, note="Feil leie", by=kari)
    assert back(charged, D(2026, 11, 20)) == [("2026-11", 100_000)]


def test_a_correction_that_was_itself_corrected_does_not_count(charged) -> None:
    kari = UserFactory(role="coordinator")
    line = correct(rent_of(charged).pk, amount_ore=-600_000, on=NOV_DUE, note="Feil", by=kari)
    correct(line.pk, amount_ore=600_000, on=NOV_DUE, note="Var rett", by=kari)
    assert back(charged, D(2026, 11, 20)) == [("2026-11", 300_000)]


def test_of_what_was_written_off_no_more_than_is_left_is_given_back(charged) -> None:
    line = rent_of(charged)
    post([NewLine(charged.pk, "writeoff", -800_000, NOV_DUE, "w", names_id=line.pk)])
    assert back(charged, D(2026, 11, 20)) == [("2026-11", 100_000)]


def test_a_rent_charged_late_is_of_the_month_it_names(lease) -> None:
    charge_month(NOV, D(2026, 12, 1), [lease.pk])
    charge_month(DEC, DEC_DUE, [lease.pk])
    last_on = D(2026, 11, 15)
    assert back(lease, last_on) == [("2026-11", 450_000), ("2026-12", 900_000)]


# --- What is not charged yet --------------------------------------------------------------------


def due(lease: Lease, last_on: dt.date, on: dt.date, told_on: dt.date | None = None) -> list:
    found = rent_due(ends(lease, last_on), told_on or on, last_on, on)
    return [(one.kind, f"{one.month:%Y-%m}", one.ore, one.reduced_ore) for one in found]


@pytest.mark.parametrize(
    ("last_on", "on", "expected"),
    [
        (D(2026, 12, 1), D(2026, 12, 1), [("rent", "2026-12", 29_032, 0)]),
        (D(2026, 12, 5), D(2026, 12, 7), [("rent", "2026-12", 145_161, 0)]),
        (D(2026, 12, 18), D(2026, 12, 20), [("rent", "2026-12", 522_581, 0)]),
        (D(2026, 12, 20), D(2026, 12, 21), [("rent", "2026-12", 580_645, 0)]),  # the due day
        (D(2026, 12, 5), D(2026, 12, 22), [("rent", "2026-12", 145_161, 0)]),  # nights stood still
        (D(2026, 11, 30), D(2026, 12, 1), []),
        (D(2026, 11, 20), D(2026, 11, 23), []),
    ],
)
def test_rent_until_the_last_day_that_is_to_come_is_found(charged, last_on, on, expected) -> None:
    assert due(charged, last_on, on) == expected


def test_3_4_charges_are_found_beside_the_rent(charged) -> None:
    RentTermFactory(lease=charged, kind="utilities", amount_ore=31_000)
    assert due(charged, D(2026, 12, 10), D(2026, 12, 10)) == [
        ("rent", "2026-12", 290_323, 0),
        ("utilities", "2026-12", 10_000, 0),
    ]


def test_what_another_system_asked_for_is_not_asked_for_again() -> None:
    lease = LeaseFactory()
    post([NewLine(lease.pk, "opening", 100, D(2026, 11, 22), "load:I1", due_on=D(2026, 10, 20))])
    assert due(lease, D(2026, 11, 21), D(2026, 11, 23)) == []


def test_what_another_system_charged_for_the_month_stands(lease) -> None:
    post([NewLine(lease.pk, "rent", 850_000, D(2026, 12, 1), "load:F-77", due_on=D(2026, 12, 1))])
    assert due(lease, D(2026, 12, 5), D(2026, 12, 7)) == []


def test_a_tenancy_of_a_few_days_after_the_due_day_is_found() -> None:
    lease = LeaseFactory(starts_on=D(2026, 11, 24))
    assert due(lease, D(2026, 11, 26), D(2026, 11, 27)) == [("rent", "2026-11", 90_000, 0)]


def test_days_that_came_to_a_month_charged_by_its_days_are_found(lease) -> None:
    ends(lease, D(2026, 11, 28))
    charge_month(NOV, NOV_DUE, [lease.pk])
    assert rent_of(lease).amount_ore == 840_000
    told = {"told_on": D(2026, 11, 2)}
    assert due(lease, D(2026, 11, 30), D(2026, 11, 30), **told) == [("rent", "2026-11", 60_000, 0)]
    assert due(lease, D(2026, 12, 3), D(2026, 12, 3), **told) == [
        ("rent", "2026-11", 60_000, 0),
        ("rent", "2026-12", 87_097, 0),
    ]


def test_a_lower_rent_that_another_system_charged_is_not_filled_up(lease) -> None:
    post([NewLine(lease.pk, "rent", 812_345, NOV_DUE, "rent:2026-11", due_on=NOV_DUE)])
    assert due(lease, D(2026, 11, 30), D(2026, 11, 30)) == []


def test_2_11_a_reduction_that_runs_goes_on_to_the_last_day(charged) -> None:
    reduced(charged, 310_000, D(2026, 10, 1))
    last_on = D(2026, 12, 10)
    assert due(charged, last_on, last_on) == [("rent", "2026-12", 290_323, 100_000)]
    charge_month(DEC, DEC_DUE, [charged.pk], effective_on=last_on)
    reduce_newly_charged(last_on)
    credit = LedgerLine.objects.get(names=rent_of(charged, "rent:2026-12"))
    assert credit.amount_ore == -100_000


def test_2_11_a_reduction_is_taken_off_days_that_are_settled_long_after_it_ended(lease) -> None:
    ends(lease, D(2026, 11, 15))
    charge_month(NOV, NOV_DUE, [lease.pk])
    reduced(lease, 300_000, NOV, D(2026, 11, 30))
    found = due(lease, D(2026, 11, 25), D(2027, 3, 1), told_on=D(2026, 11, 2))
    assert found == [("rent", "2026-11", 300_000, 100_000)]


@pytest.mark.parametrize("last_on", [D(2026, 12, day) for day in range(1, 32)])
def test_what_is_found_is_what_the_night_would_charge(charged, last_on) -> None:
    found = rent_due(ends(charged, last_on), last_on, last_on, D(2026, 12, 1))
    charge_month(DEC, DEC_DUE, [charged.pk])
    assert [one.ore for one in found] == [rent_of(charged, "rent:2026-12").amount_ore]
