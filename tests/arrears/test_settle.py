"""The set-based settling against the reference in `arrears.rules.ledger`, on a real database."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.models import ChargeDispute, LeaseAccount, LedgerLine, LineKind, OpenCharge
from arrears.rules import ledger as rules
from arrears.services.ledger import (
    NewLine,
    charge_month,
    close_dispute,
    correct,
    dispute,
    move_payment,
    post,
)
from arrears.services.settle import resettle
from boligsak.rule import RuleBroken
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db

START = dt.date(2025, 1, 20)


def kept(lease_id: int) -> tuple[object, ...]:
    account = LeaseAccount.objects.get(pk=lease_id)
    open_charges = OpenCharge.objects.filter(lease_id=lease_id)
    return (
        account.balance_ore,
        account.open_ore,
        account.disputed_ore,
        account.unallocated_ore,
        account.oldest_due_on,
        sorted(
            (row.due_on, row.kind, row.reference, row.amount_ore, row.open_ore)
            for row in open_charges
        ),
    )


def expected(lease_id: int) -> tuple[object, ...]:
    rows = list(LedgerLine.objects.filter(lease_id=lease_id).select_related("names"))

    def key(row: LedgerLine) -> rules.ChargeKey:
        return rules.ChargeKey(row.due_on, rules.ChargeKind(row.kind), row.reference)

    lines: list[rules.Line] = []
    for row in rows:
        if row.due_on:
            lines.append(rules.Charge(key(row), row.amount_ore, row.effective_on))
        else:
            lines.append(
                rules.Movement(
                    rules.MovementKind(row.kind),
                    row.amount_ore,
                    row.effective_on,
                    key(row.names) if row.names else None,
                )
            )
    disputes = [
        rules.Dispute(key(row.line), row.deposited_ore, row.opened_on)
        for row in ChargeDispute.objects.filter(line__lease_id=lease_id, closed_on=None)
    ]
    settled = rules.settle(lines, disputes)
    return (
        settled.balance_ore,
        settled.open_ore,
        settled.disputed_ore,
        settled.unallocated_ore,
        settled.open[0].key.due_on if settled.open else None,
        sorted(
            (c.key.due_on, str(c.key.kind), c.key.reference, c.amount_ore, c.open_ore)
            for c in settled.open
        ),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[list[tuple[str, int, int, int | None]]]:
    """Batches of (kind, days after START, amount, index of the charge it names)."""
    lines: list[tuple[str, int, int, int | None]] = []
    charges = 0
    for _ in range(draw(st.integers(1, 14))):
        kind = draw(
            st.sampled_from(["rent", "rent", "rent", "fee", "payment", "payment", "reversal"])
        )
        day = draw(st.sampled_from([0, 30, 60, 90, 120, 500, 1200]))  # over some turns of the year
        amount = draw(st.sampled_from([100, 100, 250, 900, 901]))
        names = None
        if kind in ("payment", "reversal") and charges and draw(st.integers(0, 5)) == 0:
            names = draw(st.integers(0, charges - 1))
        charges += kind in ("rent", "fee")
        lines.append((kind, day, amount, names))
    cuts = sorted(draw(st.sets(st.integers(1, len(lines)), max_size=5)) | {len(lines)})
    return [lines[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]


def post_history(lease_id: int, batches: list[list[tuple[str, int, int, int | None]]]) -> None:
    charges: list[int] = []
    number = 0
    for batch in batches:
        # A line that names a charge needs it to be there: it goes after its batch's charges.
        for late in (False, True):
            new = []
            for kind, after, amount, names in batch:
                is_named = names is not None and names < len(charges)
                if is_named is not late:
                    continue
                number += 1
                day = START + dt.timedelta(after)
                is_charge = kind in ("rent", "fee")
                new.append(
                    NewLine(
                        lease_id,
                        kind,
                        -amount if kind == "payment" else amount,
                        day,
                        f"r{number}",
                        due_on=day if is_charge else None,
                        names_id=charges[names] if is_named and names is not None else None,
                    )
                )
            if new:
                added = post(new)
                charges += [row.pk for row in added if row.due_on]
                assert kept(lease_id) == expected(lease_id)


@given(histories())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_is_kept_is_what_the_rule_says_after_every_step(db, history) -> None:
    lease = LeaseFactory(tenant=None)
    post_history(lease.pk, history)


@given(histories())
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_rebuild_from_the_ledger_changes_nothing(db, history) -> None:
    lease = LeaseFactory(tenant=None)
    post_history(lease.pk, history)
    before = kept(lease.pk)
    resettle([lease.pk])
    assert kept(lease.pk) == before


def month(lease_id: int, due_on: dt.date, amount: int = 900_000) -> NewLine:
    return NewLine(lease_id, "rent", amount, due_on, f"rent:{due_on:%Y-%m}", due_on=due_on)


def paid(lease_id: int, on: dt.date, amount: int, reference: str, **more: object) -> NewLine:
    return NewLine(lease_id, "payment", -amount, on, reference, **more)  # type: ignore[arg-type]


def test_a_payment_settles_the_oldest_rent_first() -> None:
    lease = LeaseFactory()
    post([month(lease.pk, dt.date(2026, 1, 20)), month(lease.pk, dt.date(2026, 2, 20))])
    post([paid(lease.pk, dt.date(2026, 2, 21), 900_000, "p1")])
    (left,) = OpenCharge.objects.all()
    assert left.due_on == dt.date(2026, 2, 20)


def test_a_payment_that_names_its_month_settles_that_month() -> None:
    lease = LeaseFactory()
    _, february = post(
        [month(lease.pk, dt.date(2026, 1, 20)), month(lease.pk, dt.date(2026, 2, 20))]
    )
    post([paid(lease.pk, dt.date(2026, 2, 21), 900_000, "p1", names_id=february.pk)])
    (left,) = OpenCharge.objects.all()
    assert left.due_on == dt.date(2026, 1, 20)


def test_a_payment_cannot_name_a_charge_of_another_lease() -> None:
    lease, other = LeaseFactory(), LeaseFactory()
    (charge,) = post([month(other.pk, START)])
    with pytest.raises(ValueError, match="own lease"):
        post([NewLine(lease.pk, LineKind.PAYMENT, -1, START, "p", names_id=charge.pk)])


def test_the_same_line_twice_is_one_line() -> None:
    lease = LeaseFactory()
    line = month(lease.pk, dt.date(2026, 1, 20))
    post([line])
    assert post([line]) == []
    assert LeaseAccount.objects.get(pk=lease.pk).balance_ore == 900_000


def test_a_deposited_charge_stands_outside_until_the_dispute_is_settled() -> None:
    lease = LeaseFactory()
    january, _ = post(
        [month(lease.pk, dt.date(2026, 1, 20)), month(lease.pk, dt.date(2026, 2, 20))]
    )
    row = dispute(january.pk, 900_000, on=dt.date(2026, 2, 1), note="mangel", by=UserFactory())
    account = LeaseAccount.objects.get(pk=lease.pk)
    assert (account.open_ore, account.disputed_ore) == (900_000, 900_000)
    close_dispute(row.pk, on=dt.date(2026, 3, 1), outcome="ikke medhold")
    account.refresh_from_db()
    assert (account.open_ore, account.disputed_ore) == (1_800_000, 0)


def test_a_moved_payment_keeps_its_value_date_on_both_leases() -> None:
    wrong, right = LeaseFactory(), LeaseFactory()
    on = dt.date(2026, 1, 19)
    post([month(wrong.pk, dt.date(2026, 1, 20)), month(right.pk, dt.date(2026, 1, 20))])
    (line,) = post([paid(wrong.pk, on, 900_000, "p1")])
    away, here = move_payment(line.pk, to_lease_id=right.pk, by=UserFactory(), note="feil KID")
    assert (away.effective_on, here.effective_on) == (on, on)
    balances = dict(LeaseAccount.objects.values_list("lease_id", "balance_ore"))
    assert (balances[wrong.pk], balances[right.pk]) == (900_000, 0)


def test_a_payment_cannot_be_moved_twice() -> None:
    wrong, right = LeaseFactory(), LeaseFactory()
    (line,) = post([paid(wrong.pk, START, 500, "p1")])
    move_payment(line.pk, to_lease_id=right.pk, by=UserFactory(), note="feil KID")
    with pytest.raises(RuleBroken, match=r"move\.already_corrected"):
        move_payment(line.pk, to_lease_id=right.pk, by=UserFactory(), note="feil KID")


def test_no_more_than_the_charge_can_be_taken_off_it() -> None:
    lease, due = LeaseFactory(), dt.date(2026, 1, 20)
    (january,) = post([month(lease.pk, due)])
    user = UserFactory()
    correct(january.pk, amount_ore=-800_000, on=due, note="avslag", by=user)
    with pytest.raises(RuleBroken, match=r"correct\.too_much"):
        correct(january.pk, amount_ore=-200_000, on=due, note="avslag", by=user)


def test_a_month_is_charged_once_and_part_months_by_the_day() -> None:
    whole = LeaseFactory()
    LeaseFactory(starts_on=dt.date(2026, 4, 16))
    first, due = dt.date(2026, 4, 1), dt.date(2026, 4, 20)
    assert charge_month(first, due, None) == 2
    assert charge_month(first, due, None) == 0
    amounts = sorted(LedgerLine.objects.values_list("amount_ore", flat=True))
    assert amounts == [450_000, 900_000]
    assert LeaseAccount.objects.get(pk=whole.pk).monthly_rent_ore == 900_000


@pytest.mark.parametrize(
    "statement", ["UPDATE arrears_ledgerline SET note = 'x'", "DELETE FROM arrears_ledgerline"]
)
def test_the_database_refuses_to_change_the_ledger(statement: str) -> None:
    post([month(LeaseFactory().pk, START)])
    with (
        pytest.raises(Exception, match=r"(?i)cannot (update|delete)|permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


@pytest.mark.parametrize(
    ("kind", "amount", "due_on"),
    [
        (LineKind.RENT, -1, START),
        (LineKind.RENT, 1, None),
        (LineKind.PAYMENT, 1, None),
        (LineKind.PAYMENT, -1, START),
        (LineKind.REVERSAL, -1, None),
    ],
)
def test_a_line_whose_sign_or_due_day_does_not_fit_its_kind_is_refused(
    kind, amount, due_on
) -> None:
    lease = LeaseFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerLine.objects.create(
            lease=lease,
            kind=kind,
            amount_ore=amount,
            due_on=due_on,
            effective_on=START,
            reference="x",
        )


def test_two_tenancies_of_one_dwelling_cannot_overlap() -> None:
    lease = LeaseFactory(moved_out_on=dt.date(2026, 1, 31))
    LeaseFactory(dwelling=lease.dwelling, starts_on=dt.date(2026, 2, 1))
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        LeaseFactory(dwelling=lease.dwelling, starts_on=dt.date(2026, 1, 31))


def test_a_kid_with_a_wrong_check_digit_is_refused() -> None:
    LeaseFactory(kid="123456782")
    with pytest.raises(IntegrityError, match="kid_checks"), transaction.atomic():
        LeaseFactory(kid="123456783")
