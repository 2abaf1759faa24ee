"""Letters to many: chosen, looked through, approved above a cap, and written in the background.

A letter is written at most once: its row is locked, and is marked in the same transaction in which
it is journaled and put in the outbox. Some fifty letters share a transaction; when something is
wrong with one of them, each is tried by itself. A worker that is killed has written a letter
wholly or not at all, and the next one goes on from there.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from boligsak.jobs.models import JobRun, RunState
from boligsak.jobs.services import Counts, Progress, ask, cut_off, is_at_work, run
from boligsak.letters import bulk_kinds
from boligsak.letters.bulk_kinds import BulkLetterKind
from boligsak.letters.models import BulkLetter, BulkLetterRow, BulkLetterState, Channel
from boligsak.letters.queries.bulk import DONE, PLANNED, REFUSED, seen_rows
from boligsak.letters.rules import bulk as rules
from boligsak.letters.services.journal import NewDocument, journal_many
from boligsak.letters.services.outbox import facts_of, send_many
from boligsak.rates.queries import policies_on
from boligsak.rule import RuleBroken

log = structlog.get_logger(__name__)

JOB = "bulk_letters"
POLICY = "letters"
FAULT = "many.fault"
AT_ONCE = 50
"""So many letters share a transaction: few enough to be done over if it is cut off."""

_LOST_AFTER = datetime.timedelta(minutes=5)


@transaction.atomic
def prepare(
    code: str,
    label: str,
    wanted: Mapping[str, Any],
    *,
    channel: str,
    dated_on: datetime.date,
    by: Any,
    on: datetime.date,
) -> BulkLetter:
    """Finds whom the letters go to. Nothing is written: they are looked through first.

    Raises `RuleBroken` "many.nobody", "many.too_many" (found, most), or what the kind raises.
    """
    kind = bulk_kinds.kind(code)
    targets = list(kind.rows(by, wanted, on))
    if not targets:
        raise RuleBroken("many.nobody")
    if len(targets) > rules.MOST_RECIPIENTS:
        raise RuleBroken("many.too_many", found=len(targets), most=rules.MOST_RECIPIENTS)
    bulk = BulkLetter.objects.create(
        kind=code,
        label=label,
        wanted=dict(wanted),
        channel=channel if channel in Channel.values else Channel.PRINT,
        dated_on=dated_on,
        by=by,
        on=on,
    )
    BulkLetterRow.objects.bulk_create(
        [
            BulkLetterRow(bulk=bulk, ref_id=one.ref_id, office_id=one.office_id)
            for one in sorted(targets)
        ],
        batch_size=1000,
    )
    return bulk


@transaction.atomic
def choose(
    bulk_id: int, chosen: Collection[int], among: Collection[int], *, version: int, by: Any
) -> BulkLetter:
    """Of the rows `among`, those `chosen` get a letter and the others do not.

    Raises `RuleBroken` as `_looked_through` does, or "many.not_seen" when one of them is none that
    `by` sees with a name: whom nobody sees, nobody leaves out.
    """
    bulk = _looked_through(bulk_id, version)
    rows = seen_rows(bulk, bulk_kinds.kind(bulk.kind).seen(by)).filter(pk__in=among)
    rows = bulk.rows.filter(pk__in=list(rows.values_list("pk", flat=True)))
    if rows.count() != len(set(among)) or not set(chosen) <= set(among):
        raise RuleBroken("many.not_seen")
    rows.exclude(pk__in=chosen).update(is_chosen=False)
    rows.filter(pk__in=chosen).update(is_chosen=True)
    return _bumped(bulk)


@transaction.atomic
def choose_office(bulk_id: int, office_id: int, is_chosen: bool, *, version: int) -> BulkLetter:
    """All the letters of one office, or none of them: also those to people that who chooses does
    not see, for an office that is left out is left out whole. Raises `RuleBroken` as
    `_looked_through`."""
    bulk = _looked_through(bulk_id, version)
    bulk.rows.filter(office=office_id).update(is_chosen=is_chosen)
    return _bumped(bulk)


@transaction.atomic
def ask_for(bulk_id: int, *, version: int, by: Any, on: datetime.date) -> BulkLetter:
    """Says that the letters are to be written: at once, or when a second person has approved.

    Raises `RuleBroken` "many.nobody_chosen", "policy.missing", or as `_looked_through` does.
    """
    bulk = _looked_through(bulk_id, version)
    count = bulk.rows.filter(is_chosen=True).count()
    if not count:
        raise RuleBroken("many.nobody_chosen")
    bulk.by, bulk.on = by, on  # who looked it through answers for it
    if rules.needs_approval(count, cap(bulk, on)):
        _to(bulk, BulkLetterState.FOR_APPROVAL)
    else:
        _start(bulk, on)
    return bulk


@transaction.atomic
def approve(bulk_id: int, *, version: int, by: Any, on: datetime.date) -> BulkLetter:
    """A second person has looked, and the letters are written.

    Raises `RuleBroken` "many.own", "many.not_now" or "many.changed" (version).
    """
    bulk = _lock(bulk_id, version)
    if bulk.state != BulkLetterState.FOR_APPROVAL:
        raise RuleBroken("many.not_now", state=bulk.state)
    rules.check_second(bulk.by_id, by.pk)
    bulk.approved_by, bulk.approved_on = by, on
    _start(bulk, on)
    return bulk


@transaction.atomic
def look_again(bulk_id: int, *, version: int) -> BulkLetter:
    """Takes letters that wait for a second person back to be looked through.

    Raises `RuleBroken` "many.not_now" or "many.changed" (version).
    """
    bulk = _lock(bulk_id, version)
    _to(bulk, BulkLetterState.PREVIEW)
    return bulk


@transaction.atomic
def drop(bulk_id: int, reason: str, *, version: int, by: Any, on: datetime.date) -> BulkLetter:
    """Gives the letters up before any is written.

    Raises `RuleBroken` "many.no_reason", "many.not_now" or "many.changed" (version).
    """
    if not (because := reason.strip()):
        raise RuleBroken("many.no_reason")
    bulk = _lock(bulk_id, version)
    bulk.dropped_because, bulk.dropped_on, bulk.dropped_by = because[:200], on, by
    _to(bulk, BulkLetterState.DROPPED)
    return bulk


@transaction.atomic
def start_again(bulk_id: int, *, version: int, on: datetime.date) -> BulkLetter:
    """Tries again the rows in which something broke on our side.

    Raises `RuleBroken` "many.at_work", "many.over", "many.not_now" or "many.changed" (version).
    """
    bulk = _lock(bulk_id, version)
    if is_at_work(_name(bulk_id)):
        raise RuleBroken("many.at_work")
    broken = bulk.rows.filter(state=REFUSED, code=FAULT)
    if bulk.state != BulkLetterState.DONE:
        raise RuleBroken("many.not_now", state=bulk.state)
    if not broken.update(state=PLANNED, code="", facts={}):
        raise RuleBroken("many.over")
    _start(bulk, on)
    return bulk


def write_all(bulk_id: int, *, on: datetime.date) -> JobRun | None:
    """Writes what was asked for and is not written yet. Safe to run again; None when nothing is
    asked for. Raises `RuleBroken("job.running")` when it is at work already."""
    bulk = BulkLetter.objects.select_related("by", "run").get(pk=bulk_id)
    if bulk.state not in (BulkLetterState.ASKED, BulkLetterState.RUNNING) or bulk.run is None:
        return None
    return run(
        JOB,
        partial(_write, bulk, on),
        day=on,
        by=bulk.by,
        asked=bulk.run if bulk.run.state in (RunState.WAITING, RunState.RUNNING) else None,
        subject=str(bulk_id),
        alone_as=_name(bulk_id),
    )


def lost(now: datetime.datetime) -> list[int]:
    """Letters that were asked for and that nobody writes: the worker was killed, or never came."""
    waiting = BulkLetter.objects.filter(
        state__in=(BulkLetterState.ASKED, BulkLetterState.RUNNING),
        run__asked_at__lt=now - _LOST_AFTER,
    )
    pks = waiting.order_by("pk").values_list("pk", flat=True)
    return [pk for pk in pks if not is_at_work(_name(pk))]


def take_up(bulk_id: int, *, on: datetime.date) -> JobRun | None:
    """Goes on with letters whose worker was lost, under a new run."""
    with transaction.atomic():
        bulk = BulkLetter.objects.select_for_update(of=("self",)).get(pk=bulk_id)
        if bulk.state not in (BulkLetterState.ASKED, BulkLetterState.RUNNING):
            return None
        if bulk.run is not None:
            cut_off(bulk.run)
        bulk.run = ask(JOB, day=on, by=bulk.by, subject=str(bulk_id))
        bulk.save(update_fields=["run"])
    return write_all(bulk_id, on=on)


def cap(bulk: BulkLetter, on: datetime.date) -> int:
    """How many letters may go without a second person: the lowest of the offices written to."""
    policies = policies_on(POLICY, on)
    offices = bulk.rows.filter(is_chosen=True).values_list("office", flat=True).distinct()
    own = [policies.get(office, policies[None]).values for office in offices.order_by()]
    return rules.cap_of(own or [policies[None].values])


# --- Writing --------------------------------------------------------------------------------------


def _write(bulk: BulkLetter, on: datetime.date, progress: Progress) -> Counts:
    BulkLetter.objects.filter(pk=bulk.pk).update(state=BulkLetterState.RUNNING)
    kind = bulk_kinds.kind(bulk.kind)
    chosen = bulk.rows.filter(is_chosen=True)
    left = list(chosen.filter(state=PLANNED).order_by("pk").values_list("pk", "ref_id"))
    total = chosen.count()
    done = total - len(left)
    progress(done, total, at_once=True)
    for start in range(0, len(left), AT_ONCE):
        some = left[start : start + AT_ONCE]
        write_some(bulk, kind, some, on)
        done += len(some)
        progress(done, total)
    counts = {state: chosen.filter(state=state).count() for state in (DONE, REFUSED)}
    BulkLetter.objects.filter(pk=bulk.pk).update(state=BulkLetterState.DONE)
    progress(total, total, at_once=True)
    return counts


def write_some(
    bulk: BulkLetter, kind: BulkLetterKind, some: Sequence[tuple[int, int]], on: datetime.date
) -> None:
    """The letters of these rows (row id, ref id): journaled, in the outbox, and marked."""
    refs = dict(some)
    letters: dict[int, NewDocument] = {}
    try:
        composed = kind.compose(list(refs.values()), bulk, bulk.by, on)
    except Exception as fault:
        if len(some) == 1:
            _refuse(some[0][0], *_why(bulk, fault))
        else:
            _one_by_one(bulk, kind, some, on)
        return
    for row_id, ref_id in refs.items():
        found = composed.get(ref_id) or RuleBroken("dispatch.nobody")
        if isinstance(found, RuleBroken):
            _refuse(row_id, found.code, facts_of(found))
        else:
            letters[row_id] = found
    try:
        _keep(bulk, letters, on)
    except Exception as fault:
        if len(letters) == 1:
            _refuse(next(iter(letters)), *_why(bulk, fault))
        else:
            _one_by_one(bulk, kind, [(row_id, refs[row_id]) for row_id in letters], on)


def _one_by_one(
    bulk: BulkLetter, kind: BulkLetterKind, some: Sequence[tuple[int, int]], on: datetime.date
) -> None:
    """One letter's fault is no reason to leave the others."""
    for one in some:
        write_some(bulk, kind, [one], on)


@transaction.atomic
def _keep(bulk: BulkLetter, letters: Mapping[int, NewDocument], on: datetime.date) -> None:
    rows = list(
        BulkLetterRow.objects.select_for_update(of=("self",))
        .filter(pk__in=letters, state=PLANNED)
        .order_by("pk")
    )
    if not rows:
        return
    documents = journal_many([letters[row.pk] for row in rows], by=bulk.by, on=on)
    send_many(documents, channel=bulk.channel, by=bulk.by, on=on)
    for row, document in zip(rows, documents, strict=True):
        row.state, row.document = DONE, document
    BulkLetterRow.objects.bulk_update(rows, ["state", "document"])


def _why(bulk: BulkLetter, fault: Exception) -> tuple[str, dict[str, str]]:
    if isinstance(fault, RuleBroken):
        return fault.code, facts_of(fault)
    log.error("bulk_letter_failed", bulk=bulk.pk, fault=type(fault).__name__)
    return FAULT, {}


def _refuse(row_id: int, code: str, facts: Mapping[str, Any]) -> None:
    BulkLetterRow.objects.filter(pk=row_id, state=PLANNED).update(
        state=REFUSED, code=code, facts=dict(facts)
    )


# --- The row of the whole -------------------------------------------------------------------------


def _start(bulk: BulkLetter, on: datetime.date) -> None:
    bulk.run = ask(JOB, day=on, by=bulk.by, subject=str(bulk.pk))
    _to(bulk, BulkLetterState.ASKED)


def _to(bulk: BulkLetter, state: str) -> None:
    rules.check_next(bulk.state, state)
    bulk.state = state
    bulk.version += 1
    bulk.save()


def _bumped(bulk: BulkLetter) -> BulkLetter:
    bulk.version += 1
    bulk.save(update_fields=["version"])
    return bulk


def _looked_through(bulk_id: int, version: int) -> BulkLetter:
    """The letters, locked, while they are looked through. Raises `RuleBroken` as `_lock` does, or
    "many.not_now" (state)."""
    bulk = _lock(bulk_id, version)
    if bulk.state != BulkLetterState.PREVIEW:
        raise RuleBroken("many.not_now", state=bulk.state)
    return bulk


def _lock(bulk_id: int, version: int) -> BulkLetter:
    """Raises `RuleBroken("many.changed")` (version) when somebody else was first."""
    rows = BulkLetter.objects.select_for_update(of=("self",)).select_related("by", "run")
    bulk = rows.get(pk=bulk_id)
    if bulk.version != version:
        raise RuleBroken("many.changed", version=bulk.version)
    return bulk


def _name(bulk_id: int) -> str:
    return f"bulk_letters:{bulk_id}"
