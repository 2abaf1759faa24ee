"""Taking payment files in: whole or not at all, and each one once.

A file is the same file when sender and transmission number are the same (its assignments lie
within the transmission); then its content must be the same too, or it is refused.
"""

import contextlib
import datetime
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.db import connection, transaction

from arrears.models import ImportAssignment, ImportState, PaymentImport
from arrears.rules.ocr_giro import OcrReader
from arrears.services import incoming
from boligsak import dates
from boligsak.jobs.models import JobRun, RunState
from boligsak.jobs.services import LOST_AFTER, Counts, Progress, ask, cut_off, is_at_work, run
from boligsak.letters.files import Sealing, forget, unsealed
from boligsak.rule import RuleBroken

JOB = "import_payments"
SEAL = "payments"
INBOX_DONE, INBOX_REFUSED = "done", "refused"

_FILENAME_LENGTH = 120
# Two lines of eighty characters and their line ends: good enough to say how far a file has come.
_BYTES_OF_A_PAYMENT = 164
# The bank may date a payment on its next working day, Easter between.
_DAYS_AHEAD = datetime.timedelta(days=7)
_LOCKS = 0x6F63  # "oc": the first half of the lock on a transmission's number

Tell = Callable[[int, int | None], None]


def import_file(
    source: BinaryIO | Path,
    *,
    filename: str,
    by: Any = None,
    today: datetime.date,
    asked: JobRun | None = None,
    payment_import: PaymentImport | None = None,
    tell: Tell | None = None,
) -> PaymentImport:
    """Imports one OCR giro file and returns its row: done, repeated or refused (and why).

    Not to be called inside a transaction: the row, the run and its progress are there to be seen
    from the first second, and stay when the file is refused. The payments themselves come in one
    transaction, with the accounts they settle. `tell(done, about)` is called on the way with the
    number of payments read and about how many there are.

    Safe to call again for the same `payment_import`, also when the first call was cut off.
    """
    row = payment_import or PaymentImport.objects.create(filename=_short(filename), by=by)
    asked = asked or row.run or ask(JOB, day=today, by=by, subject=row.filename)
    if row.run_id is None:
        PaymentImport.objects.filter(pk=row.pk).update(run=asked)
    # A night that was missed imports what has come since.
    attempt = _Attempt(row.pk, max(today, dates.today()) + _DAYS_AHEAD, tell)
    try:
        run(
            JOB,
            lambda progress: attempt.work(source, progress),
            day=today,
            by=by,
            subject=row.filename,
            asked=asked,
            alone_as=_name(row.pk),
        )
    except RuleBroken as broken:
        if broken.code != "job.running":
            attempt.refuse(broken.code, broken.facts)
    except Exception:
        attempt.refuse("import.fault", {})
        raise
    row.refresh_from_db()
    return row


class _Attempt:
    """One go at one file. What was read of its header outlives the transaction that fails."""

    def __init__(self, import_id: int, latest_on: datetime.date, tell: Tell | None) -> None:
        self.import_id = import_id
        self.latest_on = latest_on
        self.tell = tell
        self.reader: OcrReader | None = None

    def work(self, source: BinaryIO | Path, progress: Progress) -> Counts:
        """Everything that becomes of the file, in one transaction."""
        with _opened(source) as stream, transaction.atomic():
            about = _size(stream) // _BYTES_OF_A_PAYMENT or None

            def told(done: int) -> None:
                progress(done, max(about, done) if about else None)
                if self.tell:
                    self.tell(done, about)

            row = PaymentImport.objects.select_for_update(of=("self",)).get(pk=self.import_id)
            if row.state != ImportState.WAITING:
                return {"payments": row.payments, "placed": row.placed}
            self.reader = OcrReader(stream)
            payments = incoming.fill(self.reader, told, latest_on=self.latest_on)
            progress(payments, payments, at_once=True)  # read to the end; booking is one step
            self._describe(row, payments)
            counts = self._repeat(row) or self._book(row)
            row.save()
        return counts

    def _describe(self, row: PaymentImport, payments: int) -> None:
        reader = self.reader
        if reader is None or reader.header is None or reader.totals is None:
            raise RuntimeError("the file has not been read")
        if payments != reader.totals.payments:
            raise RuntimeError("not every payment that was read has been copied")
        row.sha256 = reader.fingerprint
        row.sender = reader.header.sender
        row.transmission_no = reader.header.transmission_no
        row.recipient = reader.header.recipient
        row.payments = payments
        row.sum_ore = reader.totals.sum_ore
        row.first_on, row.last_on = incoming.days()

    def _repeat(self, row: PaymentImport) -> Counts | None:
        """What to answer when the transmission is known; None when it is new.

        Nobody else can book a transmission with this number until our transaction is over.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
                [_LOCKS, f"{row.sender}:{row.transmission_no}"],
            )
        known = first_import(row)
        if known is None:
            return None
        if known.sha256 != row.sha256:
            raise RuleBroken(
                "import.same_numbers_other_content",
                line=1,
                sender=row.sender,
                transmission_no=row.transmission_no,
                import_id=known.pk,
            )
        row.state = ImportState.REPEATED
        return {"payments": row.payments, "placed": 0, "repeats": known.pk}

    def _book(self, row: PaymentImport) -> Counts:
        totals = self.reader.totals if self.reader else None
        ImportAssignment.objects.bulk_create(
            ImportAssignment(
                payment_import=row,
                sender=row.sender,
                transmission_no=row.transmission_no,
                agreement=assignment.agreement,
                number=assignment.number,
                account=assignment.account,
            )
            for assignment in (totals.assignments if totals else ())
        )
        placed, unplaced, leases = incoming.book(row.pk)
        row.state, row.placed = ImportState.DONE, placed
        return {
            "payments": row.payments,
            "placed": placed,
            "unplaced": unplaced,
            "leases": leases,
            "sum_ore": row.sum_ore,
        }

    def refuse(self, code: str, facts: dict[str, Any]) -> None:
        """Writes down why nothing came of it, and what the file said it was, as far as was read."""
        header = self.reader.header if self.reader else None
        PaymentImport.objects.filter(pk=self.import_id, state=ImportState.WAITING).update(
            state=ImportState.REFUSED,
            refusal={"code": code, "facts": {name: _plain(fact) for name, fact in facts.items()}},
            sender=header.sender if header else "",
            transmission_no=header.transmission_no if header else "",
            recipient=header.recipient if header else "",
        )


def first_import(row: PaymentImport) -> PaymentImport | None:
    """The import that booked this row's transmission, another one than this; None without one."""
    return (
        PaymentImport.objects.filter(
            sender=row.sender, transmission_no=row.transmission_no, state=ImportState.DONE
        )
        .exclude(pk=row.pk)
        .first()
    )


# --- From the browser -------------------------------------------------------------------------


def receive(upload: File, *, by: Any, today: datetime.date) -> PaymentImport:
    """Keeps an uploaded file for the worker and asks for its import. The caller starts the task.

    The copy is sealed as it comes in, and is there only until the worker has been through it: then
    it is deleted, whatever came of it.
    """
    filename = _short(upload.name or "")
    with Sealing(SEAL) as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
    try:
        with transaction.atomic():
            return PaymentImport.objects.create(
                filename=filename,
                stored_as=copy.name,
                by=by,
                run=ask(JOB, day=today, by=by, subject=filename),
            )
    except BaseException:
        forget(copy.name)
        raise


def import_stored(import_id: int, *, today: datetime.date) -> PaymentImport:
    """Imports a file that `receive` kept, and deletes the copy. Safe to call again."""
    row = PaymentImport.objects.select_related("run", "by").get(pk=import_id)
    if row.state == ImportState.WAITING and not (row.run and _is_over(row.run)):
        with unsealed(row.stored_as, SEAL) as copy:
            row = import_file(
                copy, filename=row.filename, by=row.by, today=today, payment_import=row
            )
    if row.state != ImportState.WAITING and row.stored_as:
        forget(row.stored_as)
    return row


def lost(now: datetime.datetime) -> list[int]:
    """Files that were sent in and that nobody imports: the worker was killed, or never came."""
    waiting = PaymentImport.objects.filter(
        state=ImportState.WAITING, received_at__lt=now - LOST_AFTER
    ).exclude(stored_as="")
    pks = waiting.order_by("pk").values_list("pk", flat=True)
    return [pk for pk in pks if not is_at_work(_name(pk))]


@transaction.atomic
def ask_again(import_id: int, *, today: datetime.date) -> None:
    """Asks anew for an import whose worker was lost, in a run of its own."""
    row = PaymentImport.objects.select_for_update(of=("self",)).get(pk=import_id)
    if row.state != ImportState.WAITING:
        return
    if row.run is not None:
        cut_off(row.run)
    row.run = ask(JOB, day=today, by=row.by, subject=row.filename)
    row.save(update_fields=["run"])


# --- From the inbox ---------------------------------------------------------------------------


def import_inbox(day: datetime.date) -> Counts:
    """Imports every file that waits in the inbox, by name, each in a run of its own.

    Before them come those that were sent in and that no worker has come to, should the queue have
    been lost. Afterwards a file of the inbox lies in `done` or in `refused` beside the others.
    Whoever delivers one writes it under a name that begins with "." or ends in ".part" and renames
    it when it is whole: those names are left alone. Safe to run again: a file that was booked but
    not moved is a repetition.
    A technical fault with one file leaves it where it is and the others are imported; then the
    first such fault is raised.
    """
    inbox = Path(settings.INBOX_DIR)
    inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    counts = {"files": 0, "imported": 0, "repeated": 0, "refused": 0, "payments": 0}
    faults: list[Exception] = []
    forgotten = PaymentImport.objects.filter(state=ImportState.WAITING).exclude(stored_as="")
    for import_id in list(forgotten.order_by("pk").values_list("pk", flat=True)):
        try:
            _count(counts, import_stored(import_id, today=day))
        except Exception as fault:
            faults.append(fault)
    for path in sorted(inbox.iterdir()):
        if not path.is_file() or path.name.startswith(".") or path.suffix == ".part":
            continue
        try:
            row = import_file(path, filename=path.name, today=day)
        except Exception as fault:
            faults.append(fault)
            continue
        _count(counts, row)
        if row.state == ImportState.WAITING:
            continue  # somebody else is at it
        _move(path, inbox / (INBOX_REFUSED if row.state == ImportState.REFUSED else INBOX_DONE))
    if faults:
        raise faults[0]
    return counts


def _count(counts: dict[str, int], row: PaymentImport) -> None:
    if row.state == ImportState.WAITING:
        return
    counts["files"] += 1
    if row.state == ImportState.DONE:
        counts["imported"] += 1
        counts["payments"] += row.payments
    else:
        counts[row.state] += 1


def _move(path: Path, folder: Path) -> None:
    """Moves the file, under another name where its own is taken. Gone already: so be it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    target, more = folder / path.name, 1
    while target.exists():
        more += 1
        target = folder / f"{path.stem}-{more}{path.suffix}"
    with contextlib.suppress(FileNotFoundError):
        path.rename(target)


# --- Small things -----------------------------------------------------------------------------


@contextlib.contextmanager
def _opened(source: BinaryIO | Path) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as stream:
            yield stream
    else:
        yield source


def _size(stream: BinaryIO) -> int:
    """How many bytes are left to read; 0 where the stream cannot tell."""
    if size := getattr(getattr(stream, "raw", None), "size", 0):
        return int(size)
    try:
        here = stream.tell()
        end = stream.seek(0, os.SEEK_END)
        stream.seek(here)
    except (OSError, AttributeError):
        return 0
    return end - here


def _name(import_id: int) -> str:
    """Under which name one file is imported by one worker at a time."""
    return f"{JOB}:{import_id}"


def _short(name: str) -> str:
    """The file's own name without folders, as much of it as is kept."""
    name = Path(name.replace("\\", "/")).name[-_FILENAME_LENGTH:]
    return name.encode(errors="replace").decode()  # a name on disk need not be text


def _plain(fact: Any) -> Any:
    """A fact as JSON can hold it."""
    if fact is None or isinstance(fact, bool | int | str):
        return fact
    if isinstance(fact, list | tuple):
        return [_plain(part) for part in fact]
    return fact.isoformat() if isinstance(fact, datetime.date) else str(fact)


def _is_over(asked: JobRun) -> bool:
    return asked.state not in (RunState.WAITING, RunState.RUNNING)
