"""Sending what goes by wire: take a letter, commit, send it, write down what came of it.

Nothing is sent twice and nothing is lost, wherever the worker is killed:

- before the taking is committed: the letter waits as before;
- after it: the row says who took it and when. Once that is so long ago that nobody can still be
  sending it, a channel that can tell the same letter twice from two sends it again, and by any
  other it is *uncertain* until a person has found out;
- between sending and writing it down: the same, for from here the two look alike.
"""

import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.db.models import Q

from boligsak.dates import OSLO
from boligsak.letters.channels import (
    MaybeSent,
    NotSent,
    Outgoing,
    channel,
    forget_rejection,
    rejections,
)
from boligsak.letters.models import Channel, Dispatch, DispatchState, PartyKind
from boligsak.letters.recipients import RegisterAway, Standing, contact_register
from boligsak.letters.rules import outbox as rules
from boligsak.letters.services.journal import DocumentLost, content_of
from boligsak.letters.services.outbox import (
    RECENT_EMAIL,
    WITH,
    facts_of,
    instead_on_paper,
    lock,
    mark_sent,
    may_go,
    note,
    refuse,
    tell_owner,
    to_state,
)
from boligsak.rates.queries import rate_on
from boligsak.rule import RuleBroken

log = structlog.get_logger(__name__)

_NOT_YET = "not_yet"
NEEDS_AGAIN = (NotSent, RegisterAway, DocumentLost)


def is_due(now: datetime.datetime) -> bool:
    """Whether there is anything for a worker to do."""
    return _due(now).exists() or _cut_off(now).exists() or bool(rejections())


def deliver(now: datetime.datetime, limit: int = 200) -> dict[str, int]:
    """Sends what waits and is due, at most `limit` letters, and returns how many came to what.

    Several workers may do it at once: each takes rows that nobody else holds. Not to be called in
    a transaction: a letter is sent after what says so is committed.
    """
    counts: dict[str, int] = {}

    def count(what: str) -> None:
        counts[what] = counts.get(what, 0) + 1

    for what in _take_up_cut_off(now):
        count(what)
    for what in _read_rejections(now):
        count(what)
    for _number in range(limit):
        taken = take(now)
        if taken is None:
            break
        count(_send(taken, now))
    if counts:
        log.info("outbox", **counts)
    return counts


# --- Taking ---------------------------------------------------------------------------------------


def _due(now: datetime.datetime) -> Any:
    return Dispatch.objects.filter(
        Q(next_try_at__isnull=True) | Q(next_try_at__lte=now),
        state=DispatchState.WAITING,
        channel__in=rules.BY_ITSELF,
    )


def _cut_off(now: datetime.datetime) -> Any:
    return Dispatch.objects.filter(state=DispatchState.TAKEN, taken_at__lte=now - rules.TAKEN_FOR)


@transaction.atomic
def take(now: datetime.datetime) -> tuple[int, UUID] | None:
    """Takes the letter that has waited longest: its id and the token that says who has it."""
    row = (
        _due(now)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("next_try_at", "pk")
        .first()
    )
    if row is None:
        return None
    row.token, row.taken_at = uuid4(), now
    row.attempts += 1
    to_state(row, DispatchState.TAKEN)
    return row.pk, row.token


def _take_up_cut_off(now: datetime.datetime) -> list[str]:
    """Letters whose worker is gone: sent again where that is harmless, else uncertain."""
    found = []
    for pk in list(_cut_off(now).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            row = lock(pk)
            if row.state != DispatchState.TAKEN or row.taken_at is None:
                continue
            if not rules.is_cut_off(row.taken_at, now):
                continue
            if not channel(row.channel).can_repeat:
                to_state(row, DispatchState.UNCERTAIN, "dispatch.cut_off")
            elif rules.next_try(row.attempts) is None:  # whoever takes it up dies of it
                to_state(row, DispatchState.FAILED, "dispatch.fault")
            else:
                row.next_try_at = now
                to_state(row, DispatchState.WAITING)
            note(row, "cut_off", by=None, on=_day(now), channel=row.channel)
            found.append("cut_off")
    return found


# --- Sending --------------------------------------------------------------------------------------


def _send(taken: tuple[int, UUID], now: datetime.datetime) -> str:
    """What came of one letter: the state it is left in, or "paper"."""
    row = Dispatch.objects.select_related(*WITH).get(pk=taken[0])
    try:
        if because := _why_paper(row, _day(now)):
            return _to_paper(taken, because, now)
        may_go(row, _day(now))
        proof = channel(row.channel).send(outgoing(row))
    except RuleBroken as broken:
        return _refused(taken, broken, now)
    except MaybeSent as fault:
        return _uncertain(taken, fault.code, now)
    except Exception as fault:
        # Also what nobody thought of: the others must go, and this one must not be lost.
        if isinstance(fault, NEEDS_AGAIN) or channel(row.channel).can_repeat:
            return _failed(taken, fault, now)
        log.error("outbox_fault", dispatch=row.pk, fault=type(fault).__name__)
        return _uncertain(taken, "dispatch.fault", now)
    return _sent(taken, proof, now)


def outgoing(row: Dispatch) -> Outgoing:
    """The letter of a dispatch, with its file. Raises `DocumentLost`."""
    document, party = row.document, row.party
    identity = ""
    if row.channel == Channel.DIGITAL and party.person_id is not None:
        identity = contact_register().identity_of(party.person_id)
    return Outgoing(
        ref=f"{row.pk}-{document.sha256[:12]}",
        document=str(document),
        title=document.title,
        language=document.language,
        dated_on=document.dated_on,
        content=content_of(document),
        sha256=document.sha256,
        media_type=document.media_type,
        name=party.name,
        email=row.to,
        identity=identity,
        is_copy=party.kind == PartyKind.COPY,
    )


def _why_paper(row: Dispatch, day: datetime.date) -> str:
    """Why a letter may not go by wire today, whatever held when it was asked for. "" when it may.

    Eforvaltningsforskriften § 9: who has reserved against digital contact gets letters on paper.
    """
    person = row.party.person_id
    standing = Standing()
    if person is not None:
        standing = contact_register().standing([person]).get(person, standing)
    if standing.is_protected or row.party.is_protected:
        return "dispatch.protected"
    if standing.is_reserved:
        return "dispatch.reserved"
    if row.channel == Channel.EMAIL:
        if standing.email is not None and standing.email.casefold() != row.to.casefold():
            return "dispatch.email_changed"
        told = row.facts.get("email_used_on")
        used_on = [standing.email_used_on, datetime.date.fromisoformat(told) if told else None]
        last = max((one for one in used_on if one is not None), default=None)
        return rules.why_no_email(row.to, last, day, _recent_days(day))
    return ""


def _recent_days(day: datetime.date) -> int:
    """How long ago an address may have been used. Without the rate it is asked again later."""
    try:
        return int(rate_on(RECENT_EMAIL, day).value)
    except RuleBroken as broken:
        raise NotSent("dispatch.rate_missing") from broken


# --- Writing down what came of it -----------------------------------------------------------------


def _held(taken: tuple[int, UUID]) -> Dispatch | None:
    """The row again, locked; None when it has gone on without us."""
    pk, token = taken
    row = lock(pk)
    return row if row.token == token and row.state == DispatchState.TAKEN else None


@transaction.atomic
def _sent(taken: tuple[int, UUID], proof: str, now: datetime.datetime) -> str:
    pk, token = taken
    day = _day(now)
    refused: RuleBroken | None = None
    try:
        with transaction.atomic():
            looked_at = Dispatch.objects.select_related(*WITH).get(pk=pk)
            tell_owner(looked_at, day, proof, by=None)
    except RuleBroken as broken:
        refused = broken
    row = lock(pk)
    # Who was thought to be cut off has sent it after all: then it is known, and was not.
    if row.token != token or row.state not in (DispatchState.TAKEN, DispatchState.UNCERTAIN):
        transaction.set_rollback(True)
        return "late"
    mark_sent(row, day, proof, by=None, on=day)
    if refused is not None:
        # It is gone and cannot be called back; what its owner says about that stands beside it.
        row.code, row.facts = refused.code, row.facts | facts_of(refused)
        row.save(update_fields=["code", "facts"])
        note(row, "owner_refused", by=None, on=day, code=refused.code)
    return str(row.state)


@transaction.atomic
def _failed(taken: tuple[int, UUID], fault: Exception, now: datetime.datetime) -> str:
    row = _held(taken)
    if row is None:
        return "late"
    code, is_final, facts = _told(fault)
    wait = None if is_final else rules.next_try(row.attempts)
    row.next_try_at = None if wait is None else now + wait
    state = DispatchState.FAILED if wait is None else DispatchState.WAITING
    to_state(row, state, code)
    note(row, "attempt_failed", by=None, on=_day(now), code=code, attempt=row.attempts, **facts)
    return str(state)


def _told(fault: Exception) -> tuple[str, bool, dict[str, Any]]:
    if isinstance(fault, NotSent):
        return fault.code, fault.is_final, fault.facts
    if isinstance(fault, RegisterAway):
        return "dispatch.register_away", False, {}
    if isinstance(fault, DocumentLost):
        return "dispatch.document_lost", True, {}
    log.error("outbox_fault", fault=type(fault).__name__)
    return "dispatch.fault", False, {}


@transaction.atomic
def _uncertain(taken: tuple[int, UUID], code: str, now: datetime.datetime) -> str:
    row = _held(taken)
    if row is None:
        return "late"
    to_state(row, DispatchState.UNCERTAIN, code)
    note(row, "uncertain", by=None, on=_day(now), code=code)
    return str(row.state)


@transaction.atomic
def _to_paper(taken: tuple[int, UUID], because: str, now: datetime.datetime) -> str:
    row = _held(taken)
    if row is None:
        return "late"
    instead_on_paper(row, because, by=None, on=_day(now))
    return "paper"


@transaction.atomic
def _refused(taken: tuple[int, UUID], broken: RuleBroken, now: datetime.datetime) -> str:
    row = _held(taken)
    if row is None:
        return "late"
    refuse(row, broken, on=_day(now))
    return "refused"


def _read_rejections(now: datetime.datetime) -> list[str]:
    """What the digital post could not deliver after it had taken it: it goes on paper.

    The first dispatch stays sent, for it was; the one instead of it says why there are two.
    """
    found = []
    for ref, reason in rejections().items():
        pk = ref.partition("-")[0]
        with transaction.atomic():
            row = Dispatch.objects.filter(pk=int(pk)).first() if pk.isdigit() else None
            told = "" if row is None else _paper_for_rejected(row.pk, ref, reason, now)
        if told == _NOT_YET:
            continue
        if told:
            found.append(told)
        forget_rejection(ref)
    return found


def _paper_for_rejected(pk: int, ref: str, reason: str, now: datetime.datetime) -> str:
    """What came of a rejection: "rejected" where paper goes instead, "" where there is nothing to
    do. `_NOT_YET`: nobody has written down that the letter went, so the next attempt finds its
    package and says so; the rejection is kept until then, for the letter would be lost with it."""
    row = lock(pk)
    is_ours = row.channel == Channel.DIGITAL and ref == f"{pk}-{row.document.sha256[:12]}"
    if not is_ours or Dispatch.objects.filter(instead_of=row).exists():
        return ""
    if row.state in (DispatchState.WAITING, DispatchState.TAKEN):
        return _NOT_YET
    day = _day(now)
    note(row, "rejected", by=None, on=day, reason=reason)
    if row.state != DispatchState.SENT:
        return ""  # it came back, or was stopped: somebody decides what happens
    Dispatch.objects.create(
        document_id=row.document_id,
        party_id=row.party_id,
        channel=Channel.PRINT,
        key=f"{row.key}:paper",
        office_id=row.office_id,
        instead_of=row,
        facts={"wanted": row.channel, "because": "dispatch.rejected"},
        by=row.by,
        on=day,
    )
    return "rejected"


def _day(now: datetime.datetime) -> datetime.date:
    return now.astimezone(OSLO).date()
