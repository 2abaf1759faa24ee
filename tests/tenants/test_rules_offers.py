"""Offers, first rents, security and signatures by the rules."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.rules import kid_number
from tenants.rules.contracts import (
    Term,
    check_security,
    check_signing,
    ends_on,
    first_charge,
    is_signed,
)
from tenants.rules.leases import is_short_term
from tenants.rules.offers import (
    ACTIVE,
    ENDED,
    NEXT_STEPS,
    answer_by,
    check_answer,
    check_expiry,
    check_step,
)
from tenants.rules.vacancies import Length, days_empty, empty_since, lengths

DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("offered", "days", "last"),
    [
        (dt.date(2026, 11, 20), 7, dt.date(2026, 11, 27)),
        (dt.date(2026, 11, 20), 8, dt.date(2026, 11, 30)),  # a Saturday
        (dt.date(2026, 12, 18), 7, dt.date(2026, 12, 28)),  # Christmas Day, then a week-end
    ],
)
def test_the_last_day_to_answer_moves_to_a_working_day(
    offered: dt.date, days: int, last: dt.date
) -> None:
    assert answer_by(offered, days) == last


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (DAY, "offer.expires_too_soon"),
        (DAY - dt.timedelta(days=1), "offer.expires_too_soon"),
        (DAY + dt.timedelta(days=61), "offer.expires_too_late"),
    ],
)
def test_an_offer_gives_time_to_think_and_is_not_for_ever(last: dt.date, code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_expiry(DAY, last)
    assert broken.value.code == code


@pytest.mark.parametrize(
    ("answered", "code"),
    [
        (dt.date(2026, 11, 19), "offer.answered_before"),
        (dt.date(2026, 11, 28), "offer.answered_late"),
        (dt.date(2026, 12, 3), "offer.answered_ahead"),
    ],
)
def test_an_answer_comes_after_the_offer_and_in_time(answered: dt.date, code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_answer(DAY, dt.date(2026, 11, 27), answered, dt.date(2026, 12, 2))
    assert broken.value.code == code


def test_an_answer_on_the_last_day_counts() -> None:
    check_answer(DAY, dt.date(2026, 11, 27), dt.date(2026, 11, 27), dt.date(2026, 12, 2))


def test_every_state_is_either_running_or_over_and_only_a_yes_in_time_goes_back() -> None:
    assert set(NEXT_STEPS) == ACTIVE | ENDED
    back = {(one, to) for one in ENDED for to in NEXT_STEPS[one]}
    assert back == {("expired", "accepted")}


@pytest.mark.parametrize("state", sorted(NEXT_STEPS))
def test_only_an_accepted_offer_becomes_a_lease(state: str) -> None:
    if state == "accepted":
        check_step(state, "leased")
        return
    with pytest.raises(RuleBroken) as broken:
        check_step(state, "leased")
    assert broken.value.code == "offer.step"


# --- Terms, rent and security ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "starts", "last"),
    [
        (Term.THREE_YEARS, dt.date(2026, 1, 1), dt.date(2028, 12, 31)),
        (Term.THREE_YEARS, dt.date(2026, 12, 1), dt.date(2029, 11, 30)),
        (Term.TEN_YEARS, dt.date(2026, 12, 1), dt.date(2036, 11, 30)),
        (Term.OPEN, dt.date(2026, 12, 1), None),
        (Term.OTHER, dt.date(2026, 12, 1), dt.date(2027, 5, 31)),
    ],
)
def test_a_term_ends_the_day_before_the_years_are_round_9_3(
    term: Term, starts: dt.date, last: dt.date | None
) -> None:
    assert ends_on(term, starts, dt.date(2027, 5, 31)) == last


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)))
def test_three_years_are_never_a_short_term_9_3(starts: dt.date) -> None:
    last = ends_on(Term.THREE_YEARS, starts, None)
    assert last is not None
    assert not is_short_term(starts, last)


def test_another_term_needs_its_last_day() -> None:
    with pytest.raises(RuleBroken) as broken:
        ends_on(Term.OTHER, DAY, None)
    assert broken.value.code == "contract.no_last_day"


@pytest.mark.parametrize(
    ("deposit", "guarantee", "allowed"),
    [
        (0, 5_400_000, True),
        (0, 5_400_001, False),
        (900_000, 4_500_000, True),
        (1, 5_400_000, False),
    ],
)
def test_deposit_and_guarantee_are_six_months_rent_at_most_3_5_3_6(
    deposit: int, guarantee: int, allowed: bool
) -> None:
    if allowed:
        check_security(deposit, guarantee, 900_000)
        return
    with pytest.raises(RuleBroken) as broken:
        check_security(deposit, guarantee, 900_000)
    assert broken.value.code == "guarantee.too_high"


@pytest.mark.parametrize(
    ("starts", "ore"),
    [
        (dt.date(2026, 11, 1), 900_000),
        (dt.date(2026, 11, 16), 450_000),
        (dt.date(2026, 12, 10), 638_710),  # 22 of 31 days
        (dt.date(2028, 2, 29), 31_034),  # one of 29
    ],
)
def test_the_first_month_costs_its_share_of_the_days(starts: dt.date, ore: int) -> None:
    assert first_charge(900_000, starts) == ore


def test_a_contract_is_signed_when_every_tenant_and_the_landlord_have() -> None:
    assert is_signed([1, 2], [1, 2, None])
    assert not is_signed([1, 2], [1, None])
    assert not is_signed([1, 2], [1, 2])
    assert not is_signed([], [None])


@pytest.mark.parametrize(
    ("signed", "code"),
    [
        (dt.date(2026, 11, 21), "contract.signed_ahead"),
        (dt.date(2026, 11, 18), "contract.signed_before"),
    ],
)
def test_nobody_signs_before_it_is_written_or_tomorrow(signed: dt.date, code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        check_signing(signed, dt.date(2026, 11, 19), DAY)
    assert broken.value.code == code


# --- Empty dwellings and numbers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved_out", "since"),
    [
        (None, dt.date(2026, 1, 1)),
        (dt.date(2026, 5, 31), dt.date(2026, 6, 1)),
        (dt.date(2025, 5, 31), dt.date(2026, 1, 1)),
    ],
)
def test_a_dwelling_is_empty_from_the_day_after_the_last_tenancy(
    moved_out: dt.date | None, since: dt.date
) -> None:
    assert empty_since(dt.date(2026, 1, 1), moved_out) == since


def test_days_empty_are_counted_from_the_first_empty_day() -> None:
    assert [days_empty(DAY, DAY + dt.timedelta(days=gone)) for gone in (-3, 0, 1, 30)] == [
        0,
        0,
        1,
        30,
    ]


@given(st.lists(st.integers(0, 3000)))
def test_the_average_lies_within_half_a_day(days: list[int]) -> None:
    found = lengths(days)
    if not days:
        assert found == Length(0, 0, 0)
        return
    assert abs(found.average - sum(days) / len(days)) <= 0.5
    assert found.longest == max(days)


@given(st.integers(2000, 2099), st.integers(1, 99_999))
def test_a_kid_of_a_new_lease_has_nine_digits_and_its_check_digit(year: int, serial: int) -> None:
    kid = kid_number.kid_of(year, serial)
    assert len(kid) == 9
    assert kid[-1] == kid_number.mod10(kid[:-1])


def test_a_serial_that_has_no_place_in_a_year_is_refused() -> None:
    with pytest.raises(RuleBroken) as broken:
        kid_number.kid_of(2026, 100_000)
    assert broken.value.code == "kid.not_digits"
