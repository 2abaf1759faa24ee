"""Letters printed together and posted together.

A batch is one office's, made of what its maker may see. It is remade when a letter is taken out, so
that what is printed is what the manifest says. Nothing of a protected person is ever in one.
"""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from boligsak.letters import printing
from boligsak.letters.files import Stored, fetch, forget, store
from boligsak.letters.models import Channel, Dispatch, DispatchState, PrintBatch
from boligsak.letters.queries.outbox import IS_PROTECTED
from boligsak.letters.recipients import RegisterAway, contact_register
from boligsak.letters.rules import outbox as rules
from boligsak.letters.services.journal import DocumentLost, content_of
from boligsak.letters.services.outbox import (
    WITH,
    mark_sent,
    may_go,
    note,
    refuse,
    tell_owner,
    to_state,
)
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day

MOST_IN_ONE = 300
"""No more letters in one file: it is as many as somebody folds in a morning."""

_SEAL = "print batch"
_LOCK = 0x70726E  # "prn"; the year is the lock's second half


class Made(NamedTuple):
    """What came of printing: the batch (None when no letter was left), how many wait for the next
    one, how many came back to the worklist, and how many turned out to be protected."""

    batch: PrintBatch | None
    left: int
    refused: int
    protected: int


class Posted(NamedTuple):
    """What became of a batch that was posted: letters sent, and those that must not go."""

    sent: int
    refused: list[Dispatch]


@transaction.atomic
def make_batch(office_id: int, waiting: QuerySet[Dispatch], *, by: Any, on: datetime.date) -> Made:
    """Prints what waits of one office's letters among `waiting` (what this user sees), oldest
    first, at most `MOST_IN_ONE`.

    A letter its owner no longer wants comes back to the worklist, and so does one without an
    address and one whose file is lost; one to somebody who has become protected goes to the list
    of those. Raises `RuleBroken("batch.register_away")`: nobody can tell who is protected, so
    nothing is printed.
    """
    rows = list(
        Dispatch.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(
            pk__in=waiting.values("pk"),
            office=office_id,
            state=DispatchState.WAITING,
            channel=Channel.PRINT,
            batch__isnull=True,
        )
        .exclude(IS_PROTECTED)
        .select_related(*WITH)
        .order_by("on", "pk")[: MOST_IN_ONE + 1]
    )
    found = _sorted_out(rows[:MOST_IN_ONE], by=by, on=on)
    left = len(rows) - len(rows[:MOST_IN_ONE])
    if not found.letters:
        return Made(None, left, found.refused, found.protected)
    number = _next_number(on.year)
    printed = _print(number, found.letters, office=found.letters[0].row.office, on=on)
    batch = PrintBatch.objects.create(
        number=number, office_id=office_id, made_on=on, by=by, **printed
    )
    for letter in found.letters:
        letter.row.batch = batch
        letter.row.version += 1
        letter.row.save(update_fields=["batch", "version"])
        note(letter.row, "printed", by=by, on=on, batch=number)
    return Made(batch, left, found.refused, found.protected)


@transaction.atomic
def take_out(
    dispatch_id: int, reason: str, *, version: int, by: Any, on: datetime.date
) -> PrintBatch:
    """Takes a letter out of a batch that is not posted, and prints the rest anew. The letter waits
    again; with the last one the batch is dropped.

    Raises `RuleBroken` "dispatch.no_reason", "dispatch.changed" (version, state),
    "batch.not_in_one", or as `_open` does.
    """
    because = rules.check_reason(reason, "dispatch.no_reason")
    batch_id = Dispatch.objects.values_list("batch", flat=True).get(pk=dispatch_id)
    if batch_id is None:
        raise RuleBroken("batch.not_in_one")
    batch = _open(batch_id)
    rows = _letters(batch)
    row = next((one for one in rows if one.pk == dispatch_id), None)
    if row is None:
        raise RuleBroken("batch.not_in_one")
    if row.version != version:
        raise RuleBroken("dispatch.changed", version=row.version, state=row.state)
    _put_back(row, "taken_out", batch, because, by=by, on=on)
    rest = [one for one in rows if one.pk != dispatch_id]
    _again(batch, rest, because, by=by, on=on)
    return batch


@transaction.atomic
def drop_batch(
    batch_id: int, reason: str, *, version: int, by: Any, on: datetime.date
) -> PrintBatch:
    """Gives a batch up: it is not posted, and its letters wait again.

    Raises `RuleBroken` "dispatch.no_reason", or as `_open` does.
    """
    because = rules.check_reason(reason, "dispatch.no_reason")
    batch = _open(batch_id, version)
    for row in _letters(batch):
        _put_back(row, "dropped", batch, because, by=by, on=on)
    _end(batch, because, by=by, on=on)
    return batch


@transaction.atomic
def post_batch(
    batch_id: int, posted_on: datetime.date, *, version: int, by: Any, on: datetime.date
) -> Posted:
    """Its letters were posted on that day: each is sent, with the batch as proof.

    A letter whose owner refuses that day is cancelled and comes back to the worklist: it is taken
    out of the pile. Raises `RuleBroken` as `_open` and `check_sent_on` do.
    """
    batch = _open(batch_id, version)
    rules.check_sent_on(posted_on, batch.made_on, on)
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Posted in print batch %(number)s")
    proof = words % {"number": batch.number}
    refused = []
    count = 0
    # What a letter is about is locked before the letter itself.
    pks = batch.dispatches.order_by("pk").values_list("pk", flat=True)
    for pk in list(pks):
        broken = _told(pk, posted_on, proof, by=by)
        row = Dispatch.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=pk)
        if broken is not None:
            refuse(row, broken, by=by, on=on)
            refused.append(row)
        else:
            mark_sent(row, posted_on, proof, by=by, on=on)
            count += 1
    batch.posted_on, batch.posted_by = posted_on, by
    batch.version += 1
    batch.save(update_fields=["posted_on", "posted_by", "version"])
    return Posted(count, refused)


def content_of_batch(batch: PrintBatch) -> bytes:
    """The file to print. Raises `FileNotFoundError` or `InvalidTag` when it is lost."""
    return fetch(batch.stored, _SEAL)


def single(row: Dispatch, on: datetime.date) -> tuple[bytes, bool]:
    """One letter to print by itself, and whether it has its address. A protected person's has an
    address sheet before it, looked up now: only for who is cleared.

    Raises `DocumentLost`, or `RuleBroken("batch.register_away")`.
    """
    content = content_of(row.document)
    if row.party.address and not row.facts.get("is_protected"):
        return content, True
    lines: Sequence[str] = ()
    if row.party.person_id is not None:
        try:
            lines = contact_register().address_of(row.party.person_id, on)
        except RegisterAway as why:
            raise RuleBroken("batch.register_away") from why
    sender = f"{settings.MUNICIPALITY['name']} kommune"
    sheet = printing.address_sheet(sender, (row.party.name, *lines))
    return printing.joined(sheet, content), bool(lines)


# --- How one is printed ---------------------------------------------------------------------------


class _Letter(NamedTuple):
    row: Dispatch
    content: bytes


class _Found(NamedTuple):
    letters: list[_Letter]
    refused: int
    protected: int


def _sorted_out(rows: list[Dispatch], *, by: Any, on: datetime.date) -> _Found:
    """The letters that can be printed today; the others are moved where they belong."""
    people = {row.party.person_id for row in rows if row.party.person_id is not None}
    try:
        standing = contact_register().standing(people)
    except RegisterAway as why:
        raise RuleBroken("batch.register_away") from why
    letters: list[_Letter] = []
    refused = protected = 0
    for row in rows:
        person = standing.get(row.party.person_id) if row.party.person_id is not None else None
        if person is not None and person.is_protected:
            row.facts = row.facts | {"is_protected": True}
            row.version += 1
            row.save(update_fields=["facts", "version"])
            note(row, "protected", by=by, on=on)
            protected += 1
            continue
        try:
            may_go(row, on)
            if not row.party.address:  # somebody has to find out where they are
                _back(row, "dispatch.no_address", on)
                refused += 1
                continue
            letters.append(_Letter(row, content_of(row.document)))
        except RuleBroken as broken:
            refuse(row, broken, by=by, on=on)
            refused += 1
        except DocumentLost:
            _back(row, "dispatch.document_lost", on)
            refused += 1
    return _Found(letters, refused, protected)


def _back(row: Dispatch, code: str, on: datetime.date) -> None:
    """A letter that cannot be printed comes back to the worklist."""
    to_state(row, DispatchState.FAILED, code)
    note(row, "not_printed", by=None, on=on, code=code)


def _print(
    number: str, letters: Sequence[_Letter], *, office: Any, on: datetime.date
) -> dict[str, Any]:
    """The joined file, kept; and what the batch's row says of it."""
    rows, parts, listed = [], [], []
    sheets = 0
    for place, letter in enumerate(letters, 1):
        pages = printing.pages_of(letter.content)
        document, name = str(letter.row.document), letter.row.party.name
        own = rules.sheets(pages)
        sheets += own
        rows.append((str(place), document, name, str(pages), str(own)))
        listed.append(
            {"dispatch": letter.row.pk, "document": document, "name": name, "pages": pages}
        )
        facts = (
            (_("Document"), document),
            (_("Recipient"), name),
            (_("Pages"), str(pages)),
            (_("Print batch"), number),
        )
        parts.append(printing.Part(letter.content, facts))
    title = _("Print batch %(number)s") % {"number": number}
    facts = (
        (_("Office"), str(office)),
        (_("Printed"), str(format_day(on))),
        (_("Letters"), str(len(letters))),
        (_("Sheets of letters, printed on both sides"), str(sheets)),
    )
    first = printing.manifest(title, facts, rows)
    kept: Stored = store(printing.batch(first, printing.separators(title, parts), parts), _SEAL)
    return {
        "letters": len(letters),
        "sheets": sheets,
        "stored": kept.name,
        "sha256": kept.sha256,
        "manifest": listed,
    }


def _again(
    batch: PrintBatch, rows: list[Dispatch], reason: str, *, by: Any, on: datetime.date
) -> None:
    """Prints a batch anew without what was taken out."""
    if not rows:
        _end(batch, reason, by=by, on=on)
        return
    old = batch.stored
    letters = [_Letter(row, content_of(row.document)) for row in rows]
    printed = _print(batch.number, letters, office=batch.office, on=batch.made_on)
    for name, value in printed.items():
        setattr(batch, name, value)
    batch.version += 1
    batch.save(update_fields=[*printed, "version"])
    transaction.on_commit(lambda: forget(old))


def _end(batch: PrintBatch, reason: str, *, by: Any, on: datetime.date) -> None:
    batch.dropped_because, batch.dropped_on, batch.dropped_by = reason, on, by
    batch.version += 1
    batch.save(update_fields=["dropped_because", "dropped_on", "dropped_by", "version"])
    stored = batch.stored
    transaction.on_commit(lambda: forget(stored))


def _put_back(
    row: Dispatch, what: str, batch: PrintBatch, reason: str, *, by: Any, on: datetime.date
) -> None:
    row.batch = None
    row.version += 1
    row.save(update_fields=["batch", "version"])
    note(row, what, by=by, on=on, note=reason, batch=batch.number)


def _told(pk: int, posted_on: datetime.date, proof: str, *, by: Any) -> RuleBroken | None:
    """Tells a letter's owner that it was posted; what the owner says against it."""
    row = Dispatch.objects.select_related(*WITH).get(pk=pk)
    try:
        with transaction.atomic():
            tell_owner(row, posted_on, proof, by=by)
    except RuleBroken as broken:
        return broken
    return None


def _letters(batch: PrintBatch) -> list[Dispatch]:
    rows = batch.dispatches.select_for_update(of=("self",)).select_related(*WITH)
    return list(rows.order_by("on", "pk"))


def _open(batch_id: int, version: int | None = None) -> PrintBatch:
    """The batch, locked, while it can be changed.

    Raises `RuleBroken` "batch.changed" (version), "batch.posted" (on) or "batch.dropped".
    """
    batch = (
        PrintBatch.objects.select_for_update(of=("self",)).select_related("office").get(pk=batch_id)
    )
    if batch.posted_on is not None:
        raise RuleBroken("batch.posted", on=batch.posted_on)
    if batch.dropped_because:
        raise RuleBroken("batch.dropped")
    if version is not None and batch.version != version:
        raise RuleBroken("batch.changed", version=batch.version)
    return batch


def _next_number(year: int) -> str:
    """P2026-0001 and on, without gaps. Others who print wait until this transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, year])
    numbers = PrintBatch.objects.filter(number__startswith=f"P{year}-")
    last = numbers.aggregate(last=Max("number"))["last"]
    return f"P{year}-{int(last.partition('-')[2]) + 1 if last else 1:04d}"
