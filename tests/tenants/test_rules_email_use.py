"""Tvangsfullbyrdelsesloven § 4-18: when somebody last used their e-mail address."""

import datetime as dt

import pytest

from boligsak.rule import RuleBroken
from tenants.rules.email_use import used_on_after

ON = dt.date(2026, 11, 20)
BEFORE = dt.date(2026, 9, 1)
OLA, NEW = "ola@example.org", "ny@example.org"


@pytest.mark.parametrize(
    ("was", "now", "used_on"),
    [
        ((OLA, BEFORE), (OLA, BEFORE), BEFORE),
        ((OLA, BEFORE), ("Ola@Example.org", BEFORE), BEFORE),
        ((OLA, BEFORE), (OLA, ON), ON),
        ((OLA, ON), (OLA, BEFORE), BEFORE),
        ((OLA, BEFORE), (OLA, None), None),
        ((OLA, BEFORE), (NEW, BEFORE), None),
        ((OLA, BEFORE), (NEW, ON), ON),
        ((OLA, ON), (NEW, ON), ON),
        (("", None), (NEW, BEFORE), BEFORE),
        ((OLA, BEFORE), ("", BEFORE), None),
        (("", None), ("", ON), None),
    ],
)
def test_a_day_said_of_another_address_says_nothing_of_this_one(was, now, used_on) -> None:
    assert used_on_after(was, now, ON) == used_on


def test_no_address_has_been_used_tomorrow() -> None:
    with pytest.raises(RuleBroken, match=r"person\.email_used_ahead"):
        used_on_after((OLA, None), (OLA, ON + dt.timedelta(days=1)), ON)
