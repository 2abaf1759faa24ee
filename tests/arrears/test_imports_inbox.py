"""Payment files from the command and from the inbox."""

import datetime
import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from arrears.models import (
    ImportState,
    LedgerLine,
    PaymentImport,
)
from arrears.services import imports as service
from arrears.tasks import take_up_imports
from arrears.words.imports import reason
from boligsak.dates import now
from boligsak.jobs.models import JobRun, RunState
from tests.arrears.ocr_encoder import Batch, OcrFile
from tests.arrears.payment_files import (
    TODAY,
    content,
    imported,
    lease_with_kid,
    paid,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


# --- The command and the inbox ----------------------------------------------------------------


def test_the_command_reports_each_file_and_fails_when_one_was_refused(tmp_path, capsys):
    lease = lease_with_kid(1)
    (tmp_path / "good.txt").write_bytes(content(paid(lease), paid(kid="99999990")))
    (tmp_path / "bad.txt").write_bytes(content(paid(lease), number="0000002")[:-90])
    with pytest.raises(CommandError) as refused:
        call_command("import_payments", tmp_path / "bad.txt", tmp_path / "good.txt", "missing.txt")
    assert refused.value.returncode == 1
    told = capsys.readouterr()
    assert "good.txt" in told.out
    assert "bad.txt" in told.err
    assert "missing.txt" in told.err
    assert LedgerLine.objects.count() == 1


@pytest.fixture
def inbox(tmp_path, settings):
    settings.INBOX_DIR = tmp_path / "inbox"
    settings.INBOX_DIR.mkdir()
    return settings.INBOX_DIR


def test_the_inbox_is_emptied_by_name_into_done_and_refused(inbox):
    lease = lease_with_kid(1)
    (inbox / "b.txt").write_bytes(content(paid(lease), number="0000002"))
    (inbox / "a.txt").write_bytes(content(paid(lease), number="0000001"))
    (inbox / "c.txt").write_bytes(b"nothing of the kind")
    (inbox / "d.txt.part").write_bytes(b"NY0000")
    (inbox / ".e.txt").write_bytes(b"NY0000")
    counts = service.import_inbox(TODAY)
    assert counts == {"files": 3, "imported": 2, "repeated": 0, "refused": 1, "payments": 2}
    assert sorted(path.name for path in (inbox / "done").iterdir()) == ["a.txt", "b.txt"]
    assert [path.name for path in (inbox / "refused").iterdir()] == ["c.txt"]
    assert sorted(path.name for path in inbox.iterdir() if path.is_file()) == [
        ".e.txt",
        "d.txt.part",
    ]
    assert list(PaymentImport.objects.order_by("pk").values_list("filename", flat=True)) == [
        "a.txt",
        "b.txt",
        "c.txt",
    ]


def test_a_file_whose_name_is_not_text_is_imported_all_the_same(inbox):
    lease = lease_with_kid(1)
    Path(os.fsdecode(bytes(inbox) + b"/bet\xe5ling.txt")).write_bytes(content(paid(lease)))
    assert service.import_inbox(TODAY)["imported"] == 1
    assert PaymentImport.objects.get().filename == "bet?ling.txt"


def test_a_file_that_was_sent_in_and_lost_by_the_queue_is_imported_by_the_night(inbox, settings):
    settings.FILES_DIR = inbox.parent / "files"
    lease = lease_with_kid(1)
    row = service.receive(
        SimpleUploadedFile("ocr.txt", content(paid(lease))), by=UserFactory(), today=TODAY
    )
    assert service.import_inbox(TODAY)["imported"] == 1
    row.refresh_from_db()
    assert (row.state, row.placed, row.run.state) == (ImportState.DONE, 1, RunState.DONE)
    assert list((inbox.parent / "files" / "documents").iterdir()) == []


def test_a_payment_dated_years_ahead_is_refused_by_its_line():
    ahead = paid(lease_with_kid(1), nets="010136")
    row = imported(OcrFile([Batch([ahead], settled="010136")], date="010136").encode())
    assert row.state == ImportState.REFUSED
    assert "Linje 3" in reason(**row.refusal)
    assert "01.01.2036" in reason(**row.refusal)
    assert not LedgerLine.objects.exists()


def test_a_file_that_was_booked_but_not_moved_is_moved_next_time(inbox):
    file = content(paid(lease_with_kid(1)))
    imported(file)
    (inbox / "a.txt").write_bytes(file)
    (inbox / "done").mkdir()
    (inbox / "done" / "a.txt").write_bytes(b"an older one of the same name")
    assert service.import_inbox(TODAY)["repeated"] == 1
    assert sorted(path.name for path in (inbox / "done").iterdir()) == ["a-2.txt", "a.txt"]
    assert LedgerLine.objects.count() == 1
    assert service.import_inbox(TODAY)["files"] == 0


def test_a_fault_with_one_file_does_not_stop_the_others(inbox, monkeypatch):
    (inbox / "a.txt").write_bytes(content(paid(ore=1)))
    (inbox / "b.txt").write_bytes(content(paid(lease_with_kid(1)), number="0000002"))
    book = service.incoming.book
    calls = []

    def first_fails(import_id):
        calls.append(import_id)
        if len(calls) == 1:
            raise OSError("disk")
        return book(import_id)

    monkeypatch.setattr(service.incoming, "book", first_fails)
    with pytest.raises(OSError, match="disk"):
        service.import_inbox(TODAY)
    assert LedgerLine.objects.count() == 1
    assert (inbox / "a.txt").exists()


def test_an_upload_waits_as_a_file_of_its_own_and_is_gone_afterwards(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"
    lease = lease_with_kid(1)
    upload = SimpleUploadedFile("januar.ocr", content(paid(lease)))
    row = service.receive(upload, by=UserFactory(role="landlord"), today=TODAY)
    (kept,) = (settings.FILES_DIR / "documents").iterdir()
    assert b"NY000" not in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert (row.state, row.run.state) == (ImportState.WAITING, RunState.WAITING)
    row = service.import_stored(row.pk, today=TODAY)
    assert row.state == ImportState.DONE
    assert list((settings.FILES_DIR / "documents").iterdir()) == []
    service.import_stored(row.pk, today=TODAY)
    assert LedgerLine.objects.count() == 1


# --- Files whose worker was lost --------------------------------------------------------------


def sent_in_and_cut_off(lease) -> PaymentImport:
    """A file whose worker was killed halfway, a while ago."""
    upload = SimpleUploadedFile("x.ocr", content(paid(lease)))
    row = service.receive(upload, by=UserFactory(), today=TODAY)
    ago = now() - datetime.timedelta(minutes=3)
    PaymentImport.objects.filter(pk=row.pk).update(received_at=ago)
    JobRun.objects.filter(pk=row.run_id).update(state=RunState.RUNNING, started_at=ago)
    return row


def test_a_file_whose_worker_was_lost_is_taken_up_by_the_next_and_booked_once():
    row = sent_in_and_cut_off(lease_with_kid(1))
    assert take_up_imports() == {"files": 1}
    assert take_up_imports() == {"files": 0}
    lost, row = row, PaymentImport.objects.get(pk=row.pk)
    assert row.state == ImportState.DONE
    assert (row.run.state, row.run_id != lost.run_id) == (RunState.DONE, True)
    assert JobRun.objects.get(pk=lost.run_id).state == RunState.FAILED
    assert LedgerLine.objects.filter(kind="payment").count() == 1


def test_a_file_that_somebody_imports_is_left_to_them(monkeypatch):
    sent_in_and_cut_off(lease_with_kid(1))
    monkeypatch.setattr(service, "is_at_work", lambda name: True)
    assert take_up_imports() == {"files": 0}


def test_a_file_that_has_just_come_is_left_to_its_worker():
    upload = SimpleUploadedFile("x.ocr", content(paid(lease_with_kid(1))))
    service.receive(upload, by=UserFactory(), today=TODAY)
    assert service.lost(now()) == []
