"""What was read of leases' pasts: kept, forgotten when a line reaches into it, and read ahead."""

import datetime
import threading

import pytest
from django.db import connection

from arrears.models import LeaseAccount, LineKind
from arrears.services.flags import pasts, rebuild
from arrears.services.ledger import NewLine, post
from arrears.services.settle import resettle
from boligsak.rates.models import Policy
from tests.arrears.nights import _one_transaction, look  # noqa: F401
from tests.factories import LeaseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_one_transaction")]

D = datetime.date
ONE = datetime.timedelta(days=1)
KID = "12345674"
SEPTEMBER, OCTOBER = D(2026, 9, 21), D(2026, 10, 20)
TUESDAY, SUNDAY = D(2026, 11, 10), D(2026, 11, 15)
RENT = 900_000


def a_lease(kid: str = KID, **more):
    """Paid in time until and with October's rent; the past is read at the first look there is."""
    lease = LeaseFactory(kid=kid, starts_on=D(2026, 1, 1), **more)
    for due_on in (SEPTEMBER, OCTOBER):
        post([charge(lease, due_on), payment(lease, due_on)])
    return lease


def charge(lease, due_on: D, kind: str = LineKind.RENT) -> NewLine:
    return NewLine(lease.pk, kind, RENT, due_on, f"{kind}:{due_on}", due_on=due_on)


def payment(lease, on: D, kind: str = LineKind.PAYMENT) -> NewLine:
    ore = RENT if kind == LineKind.REVERSAL else -RENT
    return NewLine(lease.pk, kind, ore, on, f"{kind}:{on}")


def past(lease) -> tuple[D | None, bool | None]:
    account = LeaseAccount.objects.get(pk=lease.pk)
    return account.past_until, account.past_had if account.past_until else None


def test_the_first_look_there_is_reads_every_past_up_to_the_newest_charge():
    lease = a_lease()
    assert look(TUESDAY)["pasts"] == 1
    assert past(lease) == (OCTOBER, False)


def test_of_who_has_moved_out_or_was_never_charged_no_past_is_read():
    a_lease(moved_out_on=TUESDAY - ONE)
    LeaseFactory(kid="12345682", starts_on=D(2026, 1, 1))
    assert look(TUESDAY)["pasts"] == 0


def test_a_past_that_was_forgotten_is_read_again_on_sunday():
    lease, _ = a_lease(), a_lease("12345682")
    look(TUESDAY)
    post([charge(lease, SEPTEMBER, LineKind.FEE), payment(lease, SEPTEMBER + 10 * ONE)])
    assert past(lease) == (None, None)
    read = [look(TUESDAY + number * ONE)["pasts"] for number in range(1, 7)]
    assert read == [0, 0, 0, 0, 1, 0]
    assert past(lease) == (OCTOBER, True)


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        (lambda lease: charge(lease, OCTOBER - ONE, LineKind.FEE), False),
        (lambda lease: charge(lease, OCTOBER, LineKind.FEE), True),
        # The last charge before October the 20th could be one due on the 19th: overdue on the 23rd.
        (lambda lease: payment(lease, OCTOBER + 3 * ONE, LineKind.REVERSAL), False),
        (lambda lease: payment(lease, OCTOBER + 4 * ONE, LineKind.REVERSAL), True),
        (lambda lease: payment(lease, OCTOBER + 3 * ONE), False),
        (lambda lease: payment(lease, OCTOBER + 4 * ONE), True),
    ],
)
def test_a_line_that_reaches_into_a_past_makes_it_forgotten(line, is_kept):
    lease = a_lease()
    look(TUESDAY)
    post([line(lease)])
    assert past(lease) == ((OCTOBER, False) if is_kept else (None, None))


def test_the_longest_grace_of_any_policy_says_how_far_a_payment_reaches():
    lease = a_lease()
    look(TUESDAY)
    general = Policy.objects.get(kind="arrears", office=None)
    Policy.objects.create(
        kind="arrears", valid_from=D(2027, 1, 1), values=general.values | {"grace_days": 10}
    )
    post([payment(lease, OCTOBER + 11 * ONE)])
    assert past(lease) == (OCTOBER, False)
    post([payment(lease, OCTOBER + 10 * ONE)])
    assert past(lease) == (None, None)


def test_of_lines_that_come_together_the_one_that_reaches_furthest_counts():
    lease = a_lease()
    look(TUESDAY)
    post([payment(lease, TUESDAY), payment(lease, OCTOBER + ONE), charge(lease, D(2026, 11, 20))])
    assert past(lease) == (None, None)


def test_arrears_that_begin_are_the_first_by_what_was_read_and_what_came_since():
    paid, late = a_lease(), a_lease("12345682")
    look(TUESDAY)
    november = D(2026, 11, 20)
    post([charge(paid, november), charge(late, november)])
    post([payment(paid, november), payment(late, november + 5 * ONE)])
    december = D(2026, 12, 21)
    post([charge(paid, december), charge(late, december)])
    look(december + 4 * ONE)
    kinds = {
        lease: set(lease.flags.open().values_list("kind", flat=True)) for lease in (paid, late)
    }
    assert kinds[paid] >= {"arrears", "first_arrears"}
    assert "arrears" in kinds[late]
    assert "first_arrears" not in kinds[late]
    assert (past(paid), past(late)) == ((december, False), (december, True))


def test_what_is_settled_anew_for_one_lease_forgets_its_past():
    lease, other = a_lease(), a_lease("12345682")
    look(TUESDAY)
    resettle([lease.pk])
    assert (past(lease), past(other)) == ((None, None), (OCTOBER, False))


def test_a_rebuild_forgets_the_pasts_of_those_leases_whose_accounts_were_wrong():
    lease, other = a_lease(), a_lease("12345682")
    look(TUESDAY)
    LeaseAccount.objects.filter(pk=lease.pk).update(balance_ore=1)
    rebuild(TUESDAY)
    assert (past(lease), past(other)) == ((None, None), (OCTOBER, False))


def test_a_past_read_two_years_ago_is_read_on_from_there():
    lease = a_lease()
    look(TUESDAY)
    due_on = D(2028, 10, 20)
    post([charge(lease, due_on), payment(lease, due_on)])
    look(D(2028, 11, 9))
    assert past(lease) == (OCTOBER, False)
    look(D(2028, 11, 12))  # a Sunday
    assert past(lease) == (due_on, False)


@pytest.mark.django_db(transaction=True)
def test_a_charge_that_comes_while_its_past_is_read_makes_it_forgotten(monkeypatch):
    """Whoever reads a past holds the account, and the line that reaches into it waits."""
    lease = a_lease()
    booking = threading.Thread(target=_post, args=([charge(lease, SEPTEMBER, LineKind.FEE)],))
    write = pasts.write_pasts

    def write_later(found):
        booking.start()
        booking.join(0.5)
        assert booking.is_alive()
        write(found)

    monkeypatch.setattr(pasts, "write_pasts", write_later)
    look(TUESDAY)
    booking.join(10)
    assert past(lease) == (None, None)


def _post(lines) -> None:
    try:
        post(lines)
    finally:
        connection.close()
