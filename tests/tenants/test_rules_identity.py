"""Identity numbers: which are valid, what they say, and the synthetic ones."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.rules import identity
from tenants.rules.identity import IdentityKind

TODAY = dt.date(2026, 11, 20)
BIRTHS = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2026, 11, 20))


# Nobody can have these: born in 1854, a century before there were identity numbers.
@pytest.mark.parametrize(
    ("number", "kind", "born_on"),
    [
        ("15105460187", IdentityKind.BIRTH_NUMBER, dt.date(1854, 10, 15)),
        ("55105460170", IdentityKind.D_NUMBER, dt.date(1854, 10, 15)),
    ],
)
def test_a_number_tells_its_kind_and_the_day_of_birth(number, kind, born_on):
    assert identity.check(number, TODAY) == number
    assert identity.kind(number) is kind
    assert identity.birth_day(number) == born_on


@pytest.mark.parametrize(
    ("born_on", "d_number", "kind", "first_six"),
    [
        (dt.date(1990, 5, 17), False, IdentityKind.SYNTHETIC, "178590"),
        (dt.date(1990, 5, 17), True, IdentityKind.SYNTHETIC_D_NUMBER, "578590"),
        (dt.date(2012, 12, 31), False, IdentityKind.SYNTHETIC, "319212"),
    ],
)
def test_a_synthetic_number_has_eighty_added_to_the_month(born_on, d_number, kind, first_six):
    number = identity.make_synthetic(born_on, 0, d_number=d_number)
    assert number.startswith(first_six)
    assert identity.kind(number) is kind
    assert identity.is_synthetic(number)


@given(BIRTHS, st.integers(min_value=0, max_value=380), st.booleans())
def test_every_synthetic_number_is_valid_and_tells_its_day_of_birth(born_on, serial, d_number):
    number = identity.make_synthetic(born_on, serial, d_number=d_number)
    assert identity.check(number, TODAY) == number
    assert identity.birth_day(number) == born_on


def test_the_synthetic_numbers_of_a_day_are_all_different_and_always_the_same():
    day = dt.date(1984, 3, 9)
    numbers = [identity.make_synthetic(day, serial) for serial in range(380)]
    assert len(set(numbers)) == 380
    assert numbers == [identity.make_synthetic(day, serial) for serial in range(380)]


@pytest.mark.parametrize(
    ("born_on", "serial"), [(dt.date(1984, 3, 9), 500), (dt.date(1850, 1, 1), 0)]
)
def test_no_synthetic_number_is_made_up_when_they_are_used_up(born_on, serial):
    with pytest.raises(RuleBroken) as refusal:
        identity.make_synthetic(born_on, serial)
    assert refusal.value.code == "identity.used_up"


@given(BIRTHS, st.integers(0, 380), st.integers(0, 10), st.integers(1, 9))
def test_one_mistyped_digit_is_always_noticed(born_on, serial, place, step):
    number = identity.make_synthetic(born_on, serial)
    wrong = str((int(number[place]) + step) % 10)
    assert not identity.is_valid(number[:place] + wrong + number[place + 1 :], TODAY)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "identity.digits"),
        ("1510546018", "identity.length"),
        ("151054601878", "identity.length"),
        ("1510546018x", "identity.digits"),
        ("١٥١٠٥٤٦٠١٨٧", "identity.digits"),
        ("15105460188", "identity.check_digits"),
        ("32105460187", "identity.no_such_day"),
        ("31025460187", "identity.no_such_day"),
        ("15135460187", "identity.no_such_day"),
        ("15505460187", "identity.no_such_day"),  # a hospital's help number: month + 40
        ("15935460187", "identity.no_such_day"),
        ("95105460187", "identity.no_such_day"),  # an FH number
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_fault(typed, code):
    with pytest.raises(RuleBroken) as refusal:
        identity.check(typed, TODAY)
    assert refusal.value.code == code


def test_a_number_of_somebody_not_born_yet_is_refused():
    number = identity.make_synthetic(dt.date(2026, 11, 21), 0)
    assert not identity.is_valid(number, TODAY)
    assert identity.is_valid(number, dt.date(2026, 11, 21))


@pytest.mark.parametrize("typed", ["151054 60187", "15.10.54-60187", " 15105460187 "])
def test_a_number_may_be_typed_with_spaces_dots_and_hyphens(typed):
    assert identity.check(typed, TODAY) == "15105460187"


def test_a_number_is_read_aloud_in_two_groups():
    assert identity.grouped("15105460187") == "151054 60187"


def test_a_refusal_does_not_repeat_the_number():
    with pytest.raises(RuleBroken) as refusal:
        identity.check("15105460188", TODAY)
    assert "15105460188" not in repr(refusal.value.facts)
