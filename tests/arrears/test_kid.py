"""KID: check digits, what is a KID, and the KID of a lease."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from arrears.rules.kid import Method, is_valid_kid, make_kid, mod10, mod11
from boligsak.rule import RuleBroken

digits = st.from_regex(r"[0-9]{1,24}", fullmatch=True)


@pytest.mark.parametrize(
    ("number", "tenth", "eleventh"),
    [
        ("12345678", "2", "5"),
        ("0", "0", "0"),
        ("1", "8", "9"),
        ("6", "7", "-"),
        ("00000001", "8", "9"),
        ("9" * 24, "4", "7"),
    ],
)
def test_check_digits_are_those_of_the_specification(
    number: str, tenth: str, eleventh: str
) -> None:
    assert (mod10(number), mod11(number)) == (tenth, eleventh)


@given(digits)
def test_mod10_is_the_luhn_algorithm(number: str) -> None:
    assert mod10(number) == luhn.calc_check_digit(number)


@given(digits)
def test_mod11_makes_the_weighted_sum_divisible_by_eleven(number: str) -> None:
    check = mod11(number)
    weights = [2, 3, 4, 5, 6, 7] * 4
    total = sum(int(d) * w for d, w in zip(reversed(number), weights, strict=False))
    assert (total + (10 if check == "-" else int(check))) % 11 == 0


@given(digits, st.integers(0, 23), st.integers(1, 9), st.sampled_from([mod10, mod11]))
def test_one_wrong_digit_is_always_seen(number: str, at: int, by: int, check) -> None:  # type: ignore[no-untyped-def]
    at %= len(number)
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert check(wrong) != check(number)


@pytest.mark.parametrize("number", ["", "12a", "1 2", "-1", "²", "٣", "1" * 25])
@pytest.mark.parametrize("check", [mod10, mod11])
def test_only_one_to_twenty_four_digits_have_a_check_digit(check, number: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleBroken) as refused:
        check(number)
    assert refused.value.code == "kid.not_digits"


@pytest.mark.parametrize(
    ("kid", "method", "valid"),
    [
        ("123456782", "mod10", True),
        ("123456785", "mod11", True),
        ("123456785", "mod10", False),
        ("123456782", None, True),
        ("123456785", None, True),
        ("123456780", None, False),
        ("6-", "mod11", True),
        ("6-", "mod10", False),
        ("-6", None, False),
        ("", None, False),
        ("0", None, False),
        ("00", "mod10", True),
        (" 123456782", None, False),
        ("123456782\n", None, False),
        ("1" * 26, None, False),
    ],
)
def test_a_kid_is_valid_by_its_check_digit(kid: str, method: Method | None, valid: bool) -> None:
    assert is_valid_kid(kid, method) is valid


@given(st.integers(1, 10**24 - 1), st.sampled_from(["mod10", "mod11"]))
def test_the_kid_of_a_lease_is_valid_and_holds_its_number(number: int, method: Method) -> None:
    kid = make_kid(number, method)
    assert is_valid_kid(kid, method)
    assert int(kid[:-1]) == number
    assert len(kid) <= 25


@pytest.mark.parametrize(("number", "kid"), [(12345678, "123456782"), (42, "000000422")])
def test_kids_of_leases_are_of_one_length(number: int, kid: str) -> None:
    assert make_kid(number) == kid


@pytest.mark.parametrize("number", [0, -1, 10**24])
def test_a_lease_number_that_makes_no_kid_is_refused(number: int) -> None:
    with pytest.raises(RuleBroken) as refused:
        make_kid(number)
    assert refused.value.code == "kid.not_digits"
