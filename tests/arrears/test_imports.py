"""Importing payment files: what is booked, what is refused, and what a file twice does."""

import datetime as dt
import io
import random
import tracemalloc

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.models import (
    ImportState,
    LeaseAccount,
    LedgerLine,
    LineKind,
    OpenCharge,
    PaymentImport,
    UnplacedPayment,
)
from arrears.rules.kid import make_kid
from arrears.services import imports as service
from arrears.services.ledger import charge_month
from arrears.services.settle import resettle
from arrears.words.imports import reason
from boligsak.jobs.models import RunState
from boligsak.jobs.services import ask
from tenants.models import Lease
from tests.arrears.ocr_damage import damaged
from tests.arrears.ocr_encoder import OcrFile
from tests.arrears.payment_files import (
    DUE,
    RENT,
    TODAY,
    content,
    imported,
    kept_state,
    lease_with_kid,
    paid,
)
from tests.factories import LeaseFactory

pytestmark = pytest.mark.django_db


def charge(*months: dt.date) -> None:
    for month in months or (DUE,):
        charge_month(month.replace(day=1), month, None)


def test_a_payment_with_a_leases_kid_is_booked_on_it():
    lease = lease_with_kid(1)
    charge()
    row = imported(content(paid(lease)))
    line = LedgerLine.objects.get(kind=LineKind.PAYMENT)
    assert (line.lease_id, line.amount_ore, line.effective_on) == (lease.pk, -RENT, DUE)
    assert (line.reference, line.payment_import_id, line.file_line) == (f"p{row.pk}:3", row.pk, 3)
    assert LeaseAccount.objects.get(lease=lease).balance_ore == 0
    assert not OpenCharge.objects.exists()


def test_the_import_says_what_was_in_the_file():
    lease = lease_with_kid(1)
    row = imported(content(paid(lease), paid(lease, 50_000), paid(kid="99999990")))
    assert (row.state, row.payments, row.placed) == (ImportState.DONE, 3, 2)
    assert row.sum_ore == 2 * RENT + 50_000
    assert (row.sender, row.transmission_no) == ("00008080", "0000001")
    assert (row.first_on, row.last_on) == (DUE, DUE)
    assert list(row.assignments.values_list("agreement", "number")) == [("001008566", "0000001")]
    assert row.run.state == RunState.DONE
    assert row.run.counts["unplaced"] == 1


def test_a_minus_in_the_file_is_a_reversal():
    lease = lease_with_kid(1)
    charge()
    imported(content(paid(lease), paid(lease, -RENT)))
    line = LedgerLine.objects.get(kind=LineKind.REVERSAL)
    assert line.amount_ore == RENT
    assert LeaseAccount.objects.get(lease=lease).balance_ore == RENT
    assert OpenCharge.objects.get().open_ore == RENT


def test_a_payment_settles_the_oldest_rent_first():
    lease = lease_with_kid(1)
    charge(dt.date(2025, 12, 20), DUE)
    imported(content(paid(lease)))
    assert OpenCharge.objects.get(lease=lease).due_on == DUE


def test_the_same_file_twice_changes_nothing():
    lease = lease_with_kid(1)
    charge()
    file = content(paid(lease), paid(kid="99999990"))
    imported(file)
    before = kept_state()
    again = imported(file)
    assert again.state == ImportState.REPEATED
    assert service.first_import(again) is not None
    assert kept_state() == before
    assert LedgerLine.objects.filter(kind=LineKind.PAYMENT).count() == 1
    assert UnplacedPayment.objects.count() == 1


def test_the_same_numbers_with_other_content_are_refused():
    lease = lease_with_kid(1)
    imported(content(paid(lease)))
    other = imported(content(paid(lease, 100)))
    assert other.state == ImportState.REFUSED
    assert other.refusal["code"] == "import.same_numbers_other_content"
    assert LedgerLine.objects.count() == 1


def test_a_file_with_new_numbers_and_the_same_payments_is_a_new_file():
    lease = lease_with_kid(1)
    imported(content(paid(lease)))
    assert imported(content(paid(lease), number="0000002")).state == ImportState.DONE
    assert LedgerLine.objects.count() == 2


def test_a_refused_file_leaves_nothing():
    lease = lease_with_kid(1)
    charge()
    before = kept_state()
    row = imported(content(*[paid(lease)] * 1500)[:-40])
    assert row.state == ImportState.REFUSED
    assert row.refusal["code"] == "ocr.truncated"
    assert row.refusal["facts"]["line"] == 3004
    assert row.transmission_no == "0000001"
    assert kept_state() == before
    assert not LedgerLine.objects.filter(kind=LineKind.PAYMENT).exists()
    assert not UnplacedPayment.objects.exists()
    assert row.run.state == RunState.REFUSED


def test_a_refused_file_may_come_again_when_it_is_whole():
    lease = lease_with_kid(1)
    file = content(paid(lease))
    imported(file[:-81])
    assert imported(file).state == ImportState.DONE


def test_the_reason_is_said_with_its_line():
    row = imported(content(paid(ore=100))[:-82])
    text = reason(row.refusal["code"], row.refusal["facts"])
    assert text.startswith(("Linje 5", "Line 5"))


def test_a_payment_larger_than_the_ledger_takes_is_refused_with_its_line():
    lease = lease_with_kid(1)
    row = imported(content(paid(lease), paid(lease, 10**13)))
    assert row.refusal == {
        "code": "import.amount_too_large",
        "facts": {"line": 5, "amount_ore": 10**13},
    }
    assert "100\u00a0000\u00a0000\u00a0000,00" in reason(**row.refusal)


def test_a_file_without_payments_is_a_file():
    row = imported(OcrFile([], date="000000").encode())
    assert (row.state, row.payments) == (ImportState.DONE, 0)


def test_a_technical_fault_books_nothing_and_is_written_down(monkeypatch):
    def broken(import_id):
        raise OSError("disk")

    monkeypatch.setattr(service.incoming, "book", broken)
    with pytest.raises(OSError, match="disk"):
        imported(content(paid(lease_with_kid(1))))
    row = PaymentImport.objects.get()
    assert (row.state, row.refusal["code"]) == (ImportState.REFUSED, "import.fault")
    assert row.run.state == RunState.FAILED
    assert not LedgerLine.objects.exists()


def test_an_import_that_is_done_is_not_done_again():
    lease = lease_with_kid(1)
    row = imported(content(paid(lease)))
    imported(content(paid(lease), number="0000009"), payment_import=row, asked=ask("x"))
    assert LedgerLine.objects.count() == 1


def test_free_text_with_backslashes_survives_the_copy():
    imported(content(paid(ore=100, kid="", kind=21, text=r"a\tb\N \. Åse")))
    assert UnplacedPayment.objects.get().note == r"a\tb\N \. Åse"


def test_the_file_name_is_kept_without_its_folders():
    assert imported(content(paid(ore=1)), name=r"C:\Users\x\ocr.txt").filename == "ocr.txt"


# --- Unknown KIDs -----------------------------------------------------------------------------


def test_a_kid_that_matches_no_lease_becomes_an_unplaced_payment():
    row = imported(content(paid(kid="99999990", ore=5_000, archive="000012345")))
    payment = UnplacedPayment.objects.get()
    assert (payment.payment_import_id, payment.file_line) == (row.pk, 3)
    assert (payment.kid, payment.amount_ore, payment.effective_on) == ("99999990", 5_000, DUE)
    assert payment.bank_reference == "000012345"
    assert payment.likely_lease_id is None
    assert not LedgerLine.objects.exists()


KID = make_kid(12_345_678)  # 123456782


@pytest.mark.parametrize(
    "written",
    ["123456792", "123456788", "223456782", "123465782", "123456728", "213456782"],
    ids=["digit", "check digit", "first", "swapped", "last two", "first two"],
)
def test_a_kid_with_one_slip_points_at_the_lease_that_was_meant(written):
    lease = LeaseFactory(kid=KID)
    imported(content(paid(kid=written)))
    assert UnplacedPayment.objects.get().likely_lease == lease


@pytest.mark.parametrize("written", ["", "123", "1234567", "923456781", "321456782"])
def test_a_kid_further_off_points_at_nothing(written):
    LeaseFactory(kid=KID)
    imported(content(paid(kid=written, kind=21)))
    assert UnplacedPayment.objects.get().likely_lease is None


def test_of_two_likely_leases_the_one_whose_rent_was_paid_is_meant():
    leases = [lease_with_kid(1001, rent_ore=700_000), lease_with_kid(1009)]
    charge()
    near = _between(leases[0].kid, leases[1].kid)
    imported(content(paid(kid=near, ore=700_000)))
    assert UnplacedPayment.objects.get().likely_lease == leases[0]


def test_of_two_leases_that_are_as_likely_none_is_named():
    leases = [lease_with_kid(1001), lease_with_kid(1009)]
    imported(content(paid(kid=_between(leases[0].kid, leases[1].kid))))
    assert UnplacedPayment.objects.get().likely_lease is None


def _between(one: str, other: str) -> str:
    """A KID that is one digit from both: they differ in the last digit of the number and in the
    check digit."""
    assert one[:-2] == other[:-2]
    return one[:-1] + other[-1]


# --- Order and damage -------------------------------------------------------------------------


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_files_in_any_order_give_the_state_of_a_rebuild(data):
    # One database for all examples, also for those that are given up after the first lines:
    # leases and transmissions are new each time.
    base = Lease.objects.count()
    leases = [lease_with_kid(10_000 + base + n) for n in range(3)]
    months = [dt.date(2025, 11, 20), dt.date(2025, 12, 20), DUE]
    amounts = st.sampled_from([RENT, RENT, RENT // 2, 2 * RENT, -RENT, 12_345])
    files = [
        content(
            *[
                paid(data.draw(st.sampled_from(leases)), data.draw(amounts), nets=nets)
                for _ in range(data.draw(st.integers(1, 6)))
            ],
            number=f"{base * 10 + at:07d}",
        )
        for at, nets in enumerate(["201125", "201225", "200126"])
    ]
    steps = [*(lambda m=m: charge(m) for m in months), *(lambda f=f: imported(f) for f in files)]
    for step in data.draw(st.permutations(steps)):
        step()
    kept = kept_state()
    resettle()
    assert kept_state() == kept


def test_files_in_reverse_order_give_the_same_state():
    leases = [lease_with_kid(n) for n in (1, 2)]
    files = [
        content(paid(leases[0], RENT // 2), paid(leases[1], -RENT), number="0000001"),
        content(paid(leases[0], RENT), paid(leases[1], RENT), number="0000002"),
        content(paid(leases[0], 3 * RENT), number="0000003"),
    ]

    def after(order: list[bytes]) -> list[tuple[object, ...]]:
        with transaction.atomic():
            charge(dt.date(2025, 12, 20))
            for file in order:
                imported(file)
            charge()
            state = kept_state()
            transaction.set_rollback(True)
        return state

    assert after(files) == after(files[::-1]) == after([files[1], files[0], files[2]])


def test_damaged_files_are_refused_whole():
    lease = lease_with_kid(1)
    good = content(paid(lease), paid(lease, -100), paid(kid="", kind=21, text="Hei"))
    chance = random.Random(7)
    booked = 0
    for _ in range(250):
        row = imported(damaged(good, chance))
        lines, waiting = LedgerLine.objects.count(), UnplacedPayment.objects.count()
        if row.state == ImportState.DONE:
            assert lines + waiting == booked + row.payments
            booked += row.payments
        assert lines + waiting == booked


def test_importing_takes_no_more_memory_for_a_longer_file():
    lease_with_kid(1)

    def peak(payments: int, number: str) -> int:
        file = io.BytesIO(content(*[paid(kid=make_kid(1))] * payments, number=number))
        tracemalloc.start()
        service.import_file(file, filename="x", today=TODAY)
        _, top = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return top

    small, large = peak(6_000, "0000001"), peak(24_000, "0000002")
    assert large < small * 1.2
