"""Addresses that are put together from a kept pattern."""

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix
from hypothesis import given
from hypothesis import strategies as st

from boligsak.addresses import address


@given(st.integers(0, 2**63 - 1))
def test_an_address_is_what_reverse_says(number: int) -> None:
    for name in ("desk:lease", "arrears:dispute_charge", "tenants:rent"):
        assert address(name, number) == reverse(name, args=[number])


def test_an_address_without_numbers_is_what_reverse_says() -> None:
    assert address("desk:search") == reverse("desk:search")


@pytest.mark.parametrize("kind", ["lease", "application"])
def test_a_word_in_an_address_keeps_its_place(kind: str) -> None:
    assert address("desk:document_upload", kind, 7) == reverse(
        "desk:document_upload", args=[kind, 7]
    )


def test_a_page_that_is_not_there_has_no_address() -> None:
    with pytest.raises(NoReverseMatch):
        address("desk:lease")
    with pytest.raises(NoReverseMatch):
        address("desk:nowhere", 1)


def test_a_site_that_moves_takes_its_addresses_along() -> None:
    before = address("desk:lease", 3)
    set_script_prefix("/bolig/")
    try:
        assert address("desk:lease", 3) == f"/bolig{before}"
    finally:
        set_script_prefix("/")
    assert address("desk:lease", 3) == before
