"""Debt of several years, with deposits, credits and corrections, against the ledger's rule."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.models import ChargeDispute, LeaseAccount, LedgerLine
from arrears.services.ledger import NewLine, close_dispute, correct, dispute, post
from arrears.services.settle import resettle
from boligsak.rule import RuleBroken
from tests.arrears.test_settle import START, expected, kept
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db

CHARGES = ("rent", "fee")
STEPS = st.tuples(
    st.sampled_from(
        ["rent", "rent", "rent", "fee", "payment", "payment"]
        + ["credit", "reversal", "dispute", "close", "correct"]
    ),
    st.sampled_from([0, 30, 60, 350, 500, 800, 1200, 1600]),  # days after START
    st.sampled_from([100, 250, 900, 901, 2000]),  # øre
    st.integers(0, 9),  # which of the charges
    st.booleans(),  # names it, or raises it
)


def step(lease_id: int, number: int, what: tuple[str, int, int, int, bool], by) -> None:
    kind, after, ore, place, flag = what
    day = START + dt.timedelta(after)
    charges = list(
        LedgerLine.objects.filter(lease=lease_id, due_on__isnull=False)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    one = charges[place % len(charges)] if charges else None
    if kind in CHARGES:
        post([NewLine(lease_id, kind, ore, day, f"r{number}", due_on=day)])
    elif kind == "close":
        row = ChargeDispute.objects.filter(line__lease=lease_id, closed_on=None).first()
        if row is not None:
            close_dispute(row.pk, on=row.opened_on, outcome="Enige")
    elif kind == "dispute":
        if one is not None:
            dispute(one, ore, on=day, note="Uenig", by=by)
    elif kind == "correct":
        if one is not None:
            correct(one, amount_ore=ore if flag else -ore, on=day, note="Feil", by=by)
    else:
        signed = ore if kind == "reversal" else -ore
        names = one if flag else None
        post([NewLine(lease_id, kind, signed, day, f"r{number}", names_id=names)])


@given(st.lists(STEPS, min_size=4, max_size=20), st.sampled_from([0, 100, 900, 4_000]))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_debt_of_several_years_is_settled_as_the_rule_says_after_every_step(
    db, steps, monthly_rent_ore
) -> None:
    lease, by = LeaseFactory(tenant=None), UserFactory(role="landlord")
    post([NewLine(lease.pk, "rent", 900, START, "r", due_on=START)])
    # How far back is read first goes by the rent; whatever it is, nothing older may be missed.
    LeaseAccount.objects.filter(pk=lease.pk).update(monthly_rent_ore=monthly_rent_ore)
    for number, what in enumerate(steps):
        try:
            step(lease.pk, number, what, by)
        except RuleBroken:
            continue  # it changes nothing
        assert kept(lease.pk) == expected(lease.pk)
    before = kept(lease.pk)
    resettle([lease.pk])
    assert kept(lease.pk) == before
