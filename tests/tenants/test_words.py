"""Refusals of tenants' rules read as sentences."""

import datetime as dt

import pytest
from django.utils import translation

from boligsak import dates, money
from boligsak.rule import RuleBroken
from tenants.rules import identity
from tenants.rules.leases import check_term
from tenants.words.register import refusal

TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: money.parse("fem"), "Skriv beløpet slik: 12345,50."),
        (lambda: dates.parse("snart", TODAY), "Skriv datoen slik: 20.11.2026."),
        (
            lambda: identity.check("1510546018", TODAY),
            "Et fødselsnummer eller D-nummer har elleve sifre; dette har 10.",
        ),
        (
            lambda: check_term(
                dt.date(2026, 1, 1),
                dt.date(2026, 12, 31),
                told_in_writing=True,
                short_terms_before=0,
                has_special_grounds=False,
                has_weighty_grounds=False,
            ),
            "En kontrakt på under tre år krever særlige grunner (§ 11-1). Skriv dem ned.",
        ),
    ],
)
def test_a_refusal_says_what_is_missing(act, sentence):
    with pytest.raises(RuleBroken) as broken:
        act()
    with translation.override("nb"):
        assert refusal(broken.value) == sentence
