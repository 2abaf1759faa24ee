"""Two imports at once, on connections of their own."""

import threading

import pytest
from django.db import connection

from arrears.models import ImportState, LeaseAccount, LedgerLine, LineKind, UnplacedPayment
from arrears.services.ledger import charge_month
from arrears.services.settle import resettle
from boligsak.jobs import services as jobs
from boligsak.jobs.models import JobRun
from tests.arrears.payment_files import (
    DUE,
    RENT,
    content,
    imported,
    kept_state,
    lease_with_kid,
    paid,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*files: bytes) -> list[str]:
    """Imports the files at the same time and returns the states they ended in."""
    ready = threading.Barrier(len(files))
    states: list[str] = []

    def one(file: bytes) -> None:
        try:
            ready.wait()
            states.append(str(imported(file).state))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(states)


def test_two_files_for_the_same_leases_both_count():
    leases = [lease_with_kid(n) for n in range(1, 30)]
    charge_month(DUE.replace(day=1), DUE, [lease.pk for lease in leases[:15]])
    one = content(*[paid(lease, RENT // 2) for lease in leases] * 20, number="0000001")
    other = content(*[paid(lease, 100) for lease in leases[::-1]] * 20, number="0000002")
    assert at_once(one, other) == [ImportState.DONE, ImportState.DONE]
    account = LeaseAccount.objects.get(lease=leases[0])
    assert account.balance_ore == RENT - 20 * (RENT // 2) - 20 * 100
    kept = kept_state()
    resettle()
    assert kept_state() == kept


def test_the_same_file_twice_at_once_is_booked_once():
    lease = lease_with_kid(1)
    file = content(*[paid(lease)] * 300, paid(kid="99999990"))
    assert at_once(file, file) == [ImportState.DONE, ImportState.REPEATED]
    assert LedgerLine.objects.filter(kind=LineKind.PAYMENT).count() == 300
    assert UnplacedPayment.objects.count() == 1


def test_progress_is_seen_while_the_import_is_not_committed(monkeypatch):
    monkeypatch.setattr(jobs, "_EVERY", 0.0)
    seen: list[tuple[int, int | None, int]] = []

    def look(done: int, about: int | None) -> None:
        row = JobRun.objects.using("progress").get(job="import_payments")
        seen.append((row.done, row.total, LedgerLine.objects.using("progress").count()))

    imported(content(*[paid(lease_with_kid(1))] * 12_000), tell=look)
    assert [done for done, _, _ in seen] == [5_000, 10_000, 12_000]
    assert all(abs((total or 0) - 12_000) < 100 for _, total, _ in seen)
    assert all(lines == 0 for _, _, lines in seen)
    run = JobRun.objects.get(job="import_payments")
    assert (run.done, run.total) == (12_000, 12_000)
