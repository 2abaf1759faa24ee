"""Payers besides the tenant: whose payment is missing, and of which month."""

import datetime as dt

import pytest

from arrears.rules.payers import Incoming, Missing, Payer, expected_on, is_from, missing_payer

D = dt.date
NAV = Payer(1, "NAV", 700_000, 25, D(2026, 1, 1))
MONTHS = (D(2026, 1, 1), D(2026, 2, 1), D(2026, 3, 1))


@pytest.mark.parametrize(
    ("day", "month", "expected"),
    [
        (25, D(2026, 3, 1), D(2026, 3, 25)),
        (25, D(2026, 4, 1), D(2026, 4, 27)),  # a Saturday
        (31, D(2026, 2, 1), D(2026, 3, 2)),  # 28 February is a Saturday
        (17, D(2027, 5, 1), D(2027, 5, 18)),
    ],
)
def test_a_payment_is_expected_on_a_working_day(day, month, expected):
    assert expected_on(Payer(1, "", 1, day, D(2020, 1, 1)), month) == expected


@pytest.mark.parametrize(
    ("name", "payment", "is_theirs"),
    [
        ("NAV", Incoming(D(2026, 1, 1), 5, "Nav Heimdal og Byåsen"), True),
        ("NAV", Incoming(D(2026, 1, 1), 5, "Ola Hansen"), False),
        ("", Incoming(D(2026, 1, 1), 5, "Nav"), False),
        ("", Incoming(D(2026, 1, 1), 700_000, ""), True),
    ],
)
def test_a_payer_is_known_by_name_or_by_the_very_amount(name, payment, is_theirs):
    assert is_from(Payer(1, name, 700_000, 25, D(2026, 1, 1)), payment) is is_theirs


@pytest.mark.parametrize(
    ("payments", "day", "missing"),
    [
        # 25 January 2026 is a Sunday: expected the 26th, three days for the bank.
        ([], D(2026, 1, 29), []),
        ([], D(2026, 1, 30), [Missing(D(2026, 1, 1), D(2026, 1, 26), 700_000)]),
        ([Incoming(D(2026, 1, 26), 700_000)], D(2026, 1, 30), []),
        # Ten days early is this month's.
        ([Incoming(D(2026, 1, 16), 700_000)], D(2026, 1, 30), []),
        # What comes after the day asked about is not known.
        (
            [Incoming(D(2026, 2, 2), 700_000)],
            D(2026, 1, 30),
            [Missing(D(2026, 1, 1), D(2026, 1, 26), 700_000)],
        ),
        # Half of it.
        (
            [Incoming(D(2026, 1, 26), 300_000, "NAV")],
            D(2026, 1, 30),
            [Missing(D(2026, 1, 1), D(2026, 1, 26), 400_000)],
        ),
        # January did not come, February did: it is January that is missing.
        (
            [Incoming(D(2026, 2, 25), 700_000)],
            D(2026, 3, 5),
            [Missing(D(2026, 1, 1), D(2026, 1, 26), 700_000)],
        ),
        # … until both come at once.
        ([Incoming(D(2026, 2, 25), 1_400_000, "NAV")], D(2026, 3, 5), []),
        # What has come for a month that is not over does not fill the one before.
        (
            [Incoming(D(2026, 2, 20), 700_000)],
            D(2026, 2, 21),
            [Missing(D(2026, 1, 1), D(2026, 1, 26), 700_000)],
        ),
    ],
)
def test_a_month_whose_payment_has_not_come_is_missing(payments, day, missing):
    assert missing_payer(NAV, payments, day, grace_days=3) == missing


def test_nothing_is_missing_before_the_agreement_or_after_it():
    short = Payer(1, "", 700_000, 25, D(2026, 2, 1), D(2026, 2, 28))
    found = missing_payer(short, [], D(2026, 4, 30), grace_days=3)
    assert [one.month for one in found] == [D(2026, 2, 1)]
