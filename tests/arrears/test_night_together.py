"""The night beside others at work, on connections of their own."""

import datetime
import threading

import pytest
from django.db import InterfaceError, connection, transaction

from arrears.models import Flag, LeaseAccount, LineKind
from arrears.services.flags import look as looking
from arrears.services.ledger import NewLine, charge_month, post
from boligsak import night
from boligsak.jobs import services as jobs
from boligsak.jobs.models import JobRun
from boligsak.jobs.services import Counts, Progress
from boligsak.night import run_night
from boligsak.rule import RuleBroken
from tenants.models import Lease
from tests.arrears.nights import look
from tests.factories import DwellingFactory, LeaseFactory

pytestmark = pytest.mark.django_db(transaction=True)

D = datetime.date
KID = "12345674"


def test_a_lease_being_registered_while_the_night_runs_is_seen_by_the_next():
    look(D(2026, 10, 1))
    dwelling = DwellingFactory()
    with transaction.atomic(using="progress"):
        lease = Lease.objects.using("progress").create(
            number="2026-1", dwelling=dwelling, office=dwelling.office, starts_on=D(2026, 10, 1)
        )
        look(D(2026, 10, 2))
    assert not LeaseAccount.objects.filter(lease_id=lease.pk).exists()
    look(D(2026, 10, 3))
    assert LeaseAccount.objects.get(lease_id=lease.pk).has_flag


def test_what_no_one_has_touched_is_not_looked_at_again():
    LeaseFactory(kid=KID, starts_on=D(2026, 10, 2))
    assert look(D(2026, 10, 2))["looked"] == 1
    assert look(D(2026, 10, 3))["looked"] == 0


def test_a_payment_that_comes_while_the_night_decides_is_not_lost(monkeypatch):
    """The night holds the account; the payment waits, and leaves the lease to be looked at."""
    lease = LeaseFactory(kid=KID, starts_on=D(2024, 1, 1))
    charge_month(D(2026, 10, 1), D(2026, 10, 20), None)
    paying = threading.Thread(target=_pay, args=(lease.pk,))
    write = looking.write_raised

    def write_later(rows, day):
        paying.start()
        paying.join(0.5)
        assert paying.is_alive()
        write(rows, day)

    monkeypatch.setattr(looking, "write_raised", write_later)
    look(D(2026, 10, 24))
    monkeypatch.undo()
    paying.join(10)
    assert set(lease.flags.open().values_list("kind", flat=True)) == {"arrears", "first_arrears"}
    assert look(D(2026, 10, 25))["resolved"] == 2


def test_the_night_takes_flags_in_the_order_in_which_they_are_assigned():
    """It would write the changed flag before the resolved one; the other way round they are
    assigned, and each would wait for the other."""
    paid, owing = (LeaseFactory(kid=kid, starts_on=D(2024, 1, 1)) for kid in (KID, "12345682"))
    charge_month(D(2026, 10, 1), D(2026, 10, 20), None)
    look(D(2026, 10, 24))
    _pay(paid.pk)
    resolved, changed = (lease.flags.get(kind="arrears").pk for lease in (paid, owing))
    assert resolved < changed
    night = threading.Thread(target=_look, args=(D(2026, 11, 3),))
    with transaction.atomic(using="progress"):
        flags = Flag.objects.using("progress").select_for_update(nowait=True)
        assert flags.get(pk=resolved)
        night.start()
        night.join(0.5)
        assert night.is_alive()
        assert flags.get(pk=changed).level == 1
    night.join(10)
    assert Flag.objects.get(pk=resolved).resolved_on == D(2026, 11, 3)
    assert Flag.objects.get(pk=changed).level == 2


# --- Nights beside nights ---------------------------------------------------------------------


def nights(job: str = "night") -> list[tuple[str, str]]:
    return list(JobRun.objects.filter(job=job).order_by("pk").values_list("state", "error"))


def test_a_second_night_is_refused_while_one_is_at_work(monkeypatch):
    refused: list[str] = []

    def meanwhile(day: datetime.date, progress: Progress) -> Counts:
        other = threading.Thread(target=_night, args=(day, refused))
        other.start()
        other.join(10)
        return {"refused": len(refused)}

    monkeypatch.setattr(night, "STEPS", {"check": meanwhile})
    assert run_night(D(2026, 10, 2)).counts == {"check": {"refused": 1}}
    assert refused == ["job.running"]
    assert nights() == [("done", ""), ("refused", "")]


def test_how_far_a_night_has_come_is_seen_while_it_runs(monkeypatch):
    seen = []

    def look_on(day: datetime.date, progress: Progress) -> Counts:
        runs = JobRun.objects.using("progress").order_by("pk")
        seen.append(list(runs.values_list("job", "state", "done", "total")))
        return {}

    monkeypatch.setattr(jobs, "_EVERY", 0)
    monkeypatch.setattr(night, "STEPS", {"charges": look_on, "check": look_on})
    run_night(D(2026, 10, 2))
    assert seen[0] == [("night", "running", 0, 2), ("charges", "running", 0, None)]
    assert seen[1] == [
        ("night", "running", 1, 2),
        ("charges", "done", 0, None),
        ("check", "running", 0, None),
    ]
    assert JobRun.objects.get(job="night").done == 2


def test_a_night_that_lost_its_server_is_ended_and_done_again_by_the_next(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(night, "STEPS", {"charges": _lose_the_server, "check": _lose_the_server})
        lost = threading.Thread(target=_night, args=(D(2026, 10, 2), []))
        lost.start()
        lost.join(10)
    assert nights() == nights("charges") == [("running", "")]
    run_night(D(2026, 10, 2))
    assert nights() == nights("charges") == [("failed", "Cut off"), ("done", "")]


def _lose_the_server(day: datetime.date, progress: Progress) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return {}


def _night(day: datetime.date, refused: list[str]) -> None:
    try:
        run_night(day)
    except RuleBroken as broken:
        refused.append(broken.code)
    except InterfaceError:
        pass  # it could not even say so
    finally:
        connection.close()


def _look(day: datetime.date) -> None:
    look(day)
    connection.close()


def _pay(lease_id: int) -> None:
    post([NewLine(lease_id, LineKind.PAYMENT, -900_000, D(2026, 10, 23), "p:1")])
    connection.close()
