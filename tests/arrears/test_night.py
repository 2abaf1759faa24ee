"""Whole nights: the due day, the days after it, missed nights, late news, files."""

import datetime
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arrears.models import Figure, Flag, LeaseAccount, LedgerLine, LineKind
from arrears.rules.kid import make_kid
from arrears.services.flags import bring_flags_up_to_date
from arrears.services.ledger import NewLine, charge_month, post
from boligsak import dates, night
from boligsak.accounts.models import Submission
from boligsak.jobs.models import JobRun
from boligsak.night import NightFailed, last_night, run_night
from boligsak.rates.models import Policy
from tests.arrears.nights import (
    _one_transaction,  # noqa: F401
    look,
)
from tests.arrears.payment_files import content, paid
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_one_transaction", "_inbox")]

D = datetime.date
KID = "12345674"


@pytest.fixture
def _inbox(settings, tmp_path):
    settings.INBOX_DIR = tmp_path / "inbox"
    settings.FILES_DIR = tmp_path / "files"  # other tests leave files behind


@pytest.fixture
def lease():
    return LeaseFactory(kid=KID, starts_on=D(2024, 1, 1))


def pay(lease, ore: int, on: datetime.date, reference: str = "p:1") -> None:
    post([NewLine(lease.pk, LineKind.PAYMENT, -ore, on, reference)])


def open_flags(lease) -> dict[str, int]:
    return dict(lease.flags.open().values_list("kind", "level"))


def due_days(lease) -> list[datetime.date]:
    return list(lease.ledger_lines.order_by("due_on").values_list("due_on", flat=True))


# --- Charges ----------------------------------------------------------------------------------


def test_rent_is_charged_on_the_day_it_falls_due(lease):
    run_night(D(2026, 10, 19))
    assert due_days(lease) == []
    run_night(D(2026, 10, 20))
    assert due_days(lease) == [D(2026, 10, 20)]


def test_a_due_day_on_a_sunday_moves_to_the_monday(lease):
    run_night(D(2026, 9, 20))
    assert due_days(lease) == []
    run_night(D(2026, 9, 21))
    assert due_days(lease) == [D(2026, 9, 21)]


def test_a_night_run_twice_charges_once(lease):
    run_night(D(2026, 10, 20))
    run_night(D(2026, 10, 20))
    assert due_days(lease) == [D(2026, 10, 20)]


def test_an_office_with_a_due_day_of_its_own_is_charged_on_that_day(lease):
    other = LeaseFactory(kid="12345682", starts_on=D(2024, 1, 1))
    values = Policy.objects.get(kind="arrears", office=None).values
    Policy.objects.create(
        kind="arrears",
        office=other.office,
        valid_from=D(2026, 1, 1),
        values={**values, "due_day": 15},
    )
    run_night(D(2026, 10, 15))
    assert (due_days(lease), due_days(other)) == ([], [D(2026, 10, 15)])
    run_night(D(2026, 10, 20))
    assert (due_days(lease), due_days(other)) == ([D(2026, 10, 20)], [D(2026, 10, 15)])


def test_a_lease_registered_after_the_due_day_is_charged_when_it_is_found(lease):
    run_night(D(2026, 10, 20))
    late = LeaseFactory(starts_on=D(2026, 10, 15))
    late.save()  # the database notes the change
    run_night(D(2026, 10, 22))
    charge = late.ledger_lines.get()
    assert charge.due_on == D(2026, 10, 21)
    assert charge.amount_ore == round(900_000 * 17 / 31)


def test_what_an_earlier_system_has_charged_is_not_charged_again_in_the_first_night(lease):
    run_night(D(2026, 10, 25))
    assert due_days(lease) == []
    assert open_flags(lease) == {"no_charge": 1}


# --- Missed nights ----------------------------------------------------------------------------


def test_missed_nights_are_run_one_by_one(lease):
    run_night(D(2026, 10, 18))
    run_night(D(2026, 10, 24))
    nights = JobRun.objects.filter(job="night").order_by("pk").values_list("day", flat=True)
    assert list(nights) == [D(2026, 10, day) for day in (18, 19, 20, 21, 22, 23, 24)]
    flag = lease.flags.get(kind="arrears")
    assert flag.raised_on == D(2026, 10, 24)


def test_two_nights_skipped_give_what_every_night_would_have_given():
    leases = [LeaseFactory(kid=kid, starts_on=D(2024, 1, 1)) for kid in (KID, "12345682")]
    for day in (19, 22):  # 20, the due day, and 21 were missed
        run_night(D(2026, 10, day))
    pay(leases[0], 900_000, D(2026, 10, 22))
    for day in (23, 26):
        run_night(D(2026, 10, day))
    assert open_flags(leases[0]) == {}
    assert leases[1].flags.get(kind="arrears").raised_on == D(2026, 10, 24)


def test_for_a_day_before_the_last_night_charges_are_filled_in_and_flags_are_left(lease):
    run_night(D(2026, 11, 25))
    before = list(Flag.objects.values())
    run_night(D(2026, 10, 20))
    assert due_days(lease) == [D(2026, 10, 20)]
    assert list(Flag.objects.values()) == before
    assert list(JobRun.objects.order_by("pk").values_list("job", flat=True))[-2:] == [
        "night",
        "charges",
    ]
    run_night(D(2026, 11, 26))
    assert open_flags(lease)["arrears"] == 3


def test_a_step_that_fails_leaves_the_night_undone_and_the_others_done(lease, monkeypatch):
    run_night(D(2026, 10, 23))

    def fail(day, progress):
        raise ZeroDivisionError

    monkeypatch.setitem(night.STEPS, "inbox", fail)
    with pytest.raises(NightFailed):
        run_night(D(2026, 10, 24))
    assert JobRun.objects.get(job="inbox", day=D(2026, 10, 24)).state == "failed"
    assert JobRun.objects.get(job="flags", day=D(2026, 10, 24)).state == "done"
    assert last_night() == D(2026, 10, 23)
    monkeypatch.undo()


def test_the_night_after_a_failed_one_does_it_again(lease, monkeypatch):
    run_night(D(2026, 10, 18))
    with monkeypatch.context() as patch:
        patch.setitem(night.STEPS, "charges", lambda day, progress: 1 / 0)
        with pytest.raises(NightFailed):
            run_night(D(2026, 10, 20))
    run_night(D(2026, 10, 21))
    assert due_days(lease) == [D(2026, 10, 20)]


# --- Late news --------------------------------------------------------------------------------


@pytest.fixture
def in_arrears(lease):
    """Charged on 20 October, flagged on the 24th, level 2 on 3 November."""
    for day in (20, 24):
        run_night(D(2026, 10, day))
    run_night(D(2026, 11, 3))
    assert open_flags(lease)["arrears"] == 2
    return lease


def test_a_back_dated_payment_resolves_what_it_had_paid(in_arrears):
    pay(in_arrears, 900_000, D(2026, 10, 20))
    run_night(D(2026, 11, 4))
    assert open_flags(in_arrears) == {}


def test_a_reversal_opens_the_charge_again_and_a_new_flag_counts_from_its_due_day(in_arrears):
    pay(in_arrears, 900_000, D(2026, 11, 3))
    run_night(D(2026, 11, 4))
    post([NewLine(in_arrears.pk, LineKind.REVERSAL, 900_000, D(2026, 11, 5), "r:1")])
    run_night(D(2026, 11, 5))
    assert open_flags(in_arrears) == {"arrears": 2}
    flag = in_arrears.flags.open().get()
    assert (flag.anchor_on, flag.raised_on) == (D(2026, 10, 20), D(2026, 11, 5))


def test_the_same_lines_twice_change_nothing(in_arrears):
    for _ in range(2):
        pay(in_arrears, 300_000, D(2026, 11, 3))
        run_night(D(2026, 11, 4))
    assert in_arrears.account.balance_ore == 600_000
    assert in_arrears.flags.open().get(kind="arrears").changed_on == D(2026, 11, 3)


def test_a_file_that_waits_is_imported_before_flags_are_looked_at_and_twice_is_once(
    in_arrears, settings
):
    file = content(paid(in_arrears))
    settings.INBOX_DIR.mkdir(exist_ok=True)
    (settings.INBOX_DIR / "a.txt").write_bytes(file)
    counts = run_night(D(2026, 11, 4)).counts
    assert counts["inbox"]["imported"] == 1
    assert open_flags(in_arrears) == {}
    (settings.INBOX_DIR / "again.txt").write_bytes(file)
    counts = run_night(D(2026, 11, 5)).counts
    assert counts["inbox"]["repeated"] == 1
    assert LeaseAccount.objects.get(lease=in_arrears).balance_ore == 0


# --- What a night costs -----------------------------------------------------------------------


def _statements(day: datetime.date) -> tuple[int, dict[str, int]]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        counts = look(day)
    return len(queries), counts


def test_a_night_looks_only_at_the_leases_that_moved():
    office = OfficeFactory()
    leases = [
        LeaseFactory(kid=kid, dwelling=DwellingFactory(office=office), starts_on=D(2024, 1, 1))
        for kid in _kids(40)
    ]
    charge_month(D(2026, 10, 1), D(2026, 10, 20), None)
    for lease in leases:
        pay(lease, 900_000, D(2026, 10, 20))
    look(D(2026, 10, 25))
    quiet, counts = _statements(D(2026, 10, 26))
    assert counts["looked"] == 0
    for lease in leases[:3]:
        post([NewLine(lease.pk, LineKind.REVERSAL, 900_000, D(2026, 10, 26), "r:1")])
    few, counts = _statements(D(2026, 10, 27))
    assert (counts["looked"], counts["raised"], counts["accounts"]) == (3, 6, 3)
    for lease in leases[3:]:
        post([NewLine(lease.pk, LineKind.REVERSAL, 900_000, D(2026, 10, 27), "r:1")])
    many, counts = _statements(D(2026, 10, 28))
    assert (counts["looked"], counts["raised"]) == (37, 74)
    assert many == few <= quiet + 16


def _kids(number: int) -> list[str]:
    return [make_kid(n) for n in range(1, number + 1)]


def test_rows_written_are_bounded_by_the_leases_that_moved(lease):
    others = [LeaseFactory(kid=kid, starts_on=D(2024, 1, 1)) for kid in _kids(5)]
    run_night(D(2026, 10, 20))
    for other in others:
        pay(other, 900_000, D(2026, 10, 20))
    run_night(D(2026, 10, 24))
    pay(lease, 900_000, D(2026, 10, 24))
    counts = run_night(D(2026, 10, 25)).counts["flags"]
    assert counts["looked"] == counts["accounts"] == 1
    assert counts["resolved"] == 2
    assert counts["raised"] == counts["changed"] == 0


# --- Around it --------------------------------------------------------------------------------


def test_every_step_has_a_run_of_its_own(lease):
    row = run_night(D(2026, 10, 20))
    jobs = JobRun.objects.filter(day=D(2026, 10, 20), state="done").values_list("job", flat=True)
    assert set(jobs) == {"night", *night.STEPS}
    assert row.counts["charges"]["lines"] == 1
    assert Figure.objects.filter(name="leases.running", value=1).exists()


def test_forms_sent_long_ago_are_forgotten(lease):
    Submission.objects.create(
        id="6a8a4c0e-3a5a-4b7e-9b70-0d3f2b8f1a11", user=UserFactory(), path="/", answer="/"
    )
    run_night(dates.today() + datetime.timedelta(days=10))
    assert Submission.objects.count() == 1
    run_night(dates.today() + datetime.timedelta(days=32), fill_gaps=False)
    assert Submission.objects.count() == 0


def test_the_command_runs_the_night_of_the_day_it_is_given(lease):
    out = io.StringIO()
    call_command("run_night", "--today", "2026-10-20", stdout=out)
    assert '"lines": 1' in out.getvalue()
    assert last_night() == D(2026, 10, 20)


def test_the_command_answers_in_words_when_the_day_is_none():
    with pytest.raises(CommandError, match="i_overmorgen"):
        call_command("run_night", "--today", "i_overmorgen")
    assert last_night() is None


def test_the_beat_calls_the_night_outside_the_hour_that_is_there_twice():
    schedule = night.BEAT["night"]["schedule"]
    assert night.BEAT["night"]["task"] == night.night.name
    assert not schedule.hour & {2}


def test_the_task_takes_the_day_and_gives_counts(lease):
    assert night.night("2026-10-20")["charges"]["lines"] == 1


def test_the_ledger_can_be_checked_and_rebuilt_by_hand(lease):
    run_night(D(2026, 10, 20))
    out = io.StringIO()
    call_command("check_ledger", "--all", stdout=out)
    assert "1 leases checked" in out.getvalue()
    LeaseAccount.objects.update(balance_ore=1)
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("check_ledger", stdout=out)
    call_command("rebuild", "--today", "2026-10-24", stdout=out)
    assert LeaseAccount.objects.get().balance_ore == 900_000


def test_the_ledger_itself_is_never_written_by_flags(lease):
    run_night(D(2026, 10, 20))
    before = LedgerLine.objects.count()
    bring_flags_up_to_date(D(2026, 10, 24))
    assert LedgerLine.objects.count() == before
