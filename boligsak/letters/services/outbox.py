"""Asking for a letter to be sent, and what a person does with one that waits or came back.

`delivering` sends what goes by wire; `print_batches` what goes on paper. A letter to a party is
asked for once, whatever happens: its key is unique.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from boligsak import dates
from boligsak.letters import sent
from boligsak.letters.models import (
    Channel,
    Dispatch,
    DispatchAct,
    DispatchState,
    Document,
    DocumentParty,
    PartyKind,
)
from boligsak.letters.recipients import RegisterAway, Standing, contact_register
from boligsak.letters.registry import may_email
from boligsak.letters.rules import outbox as rules
from boligsak.rates.queries import rate_on
from boligsak.rule import RuleBroken

WITH = ("document__folder", "party", "batch", "by", "instead_of")

UsedOn = datetime.date | Mapping[str, datetime.date] | None
"""When the recipients last used their e-mail address: all of them, or by address."""

RECENT_EMAIL = "email-used-within"
"""The rate (days) that arrears' own notices use for the same question."""


def send(
    document: Document,
    *,
    channel: str = Channel.PRINT,
    by: Any,
    on: datetime.date,
    email_used_on: UsedOn = None,
    otherwise: str = Channel.PRINT,
) -> list[Dispatch]:
    """Puts a document in the outbox, once for each recipient and copy, in the caller's transaction.

    Asking again for the same changes nothing and gives the same rows. When an e-mail address was
    last used is known by the register of people; `email_used_on` is what the caller knows besides
    of the recipients', for all or by address. What cannot go by e-mail goes `otherwise`, what must
    not go by wire on paper, and the row says why. Raises `RuleBroken` "dispatch.withdrawn",
    "dispatch.nobody" or "dispatch.register_away".
    """
    return send_many(
        [document],
        channel=channel,
        by=by,
        on=on,
        email_used_on=email_used_on,
        otherwise=otherwise,
    )


@transaction.atomic
def send_many(
    documents: Sequence[Document],
    *,
    channel: str = Channel.PRINT,
    by: Any,
    on: datetime.date,
    email_used_on: UsedOn = None,
    otherwise: str = Channel.PRINT,
) -> list[Dispatch]:
    """The same for many documents at once: all or none."""
    for document in documents:
        if document.withdrawn_on is not None:
            raise RuleBroken("dispatch.withdrawn")
    rows = [
        _new(document, party, channel, choice, used_on, by, on)
        for document, party, choice, used_on in _chosen(
            documents, channel, email_used_on, otherwise, on
        )
    ]
    if {row.document_id for row in rows} != {document.pk for document in documents}:
        raise RuleBroken("dispatch.nobody")
    # Asked for by two at once, the second waits here for the first and then adds nothing.
    Dispatch.objects.bulk_create(rows, ignore_conflicts=True)
    found = Dispatch.objects.filter(key__in=[row.key for row in rows])
    return list(found.select_related("party").order_by("pk"))


def choices(
    document: Document, channel: str, on: datetime.date
) -> list[tuple[DocumentParty, rules.Choice]]:
    """How the letter would go to each if it were sent now. Raises as `send` does."""
    return [
        (party, choice)
        for _document, party, choice, _on in _chosen([document], channel, None, Channel.PRINT, on)
    ]


def _chosen(
    documents: Sequence[Document],
    wanted: str,
    email_used_on: UsedOn,
    otherwise: str,
    on: datetime.date,
) -> Iterator[tuple[Document, DocumentParty, rules.Choice, datetime.date | None]]:
    """Each party with the channel of its letter and, for e-mail, when the address was last used."""
    by_id = {document.pk: document for document in documents}
    parties = list(
        DocumentParty.objects.filter(
            document__in=by_id, kind__in=(PartyKind.RECIPIENT, PartyKind.COPY)
        ).order_by("pk")
    )
    recent: int = 0
    known: Mapping[int, Standing] = {}
    if wanted == Channel.EMAIL:
        recent = int(rate_on(RECENT_EMAIL, on).value)
        known = _standing(parties)
    for party in parties:
        document = by_id[party.document_id]
        told = None
        if party.kind == PartyKind.RECIPIENT:  # of a copy's address nobody but the register knows
            told = _told(email_used_on, party.email)
        one = known.get(party.person_id or 0, Standing())
        to = rules.last_used(rules.Address(party.email, told), one.email, one.email_used_on)
        choice = rules.choose(
            wanted,
            is_protected=party.is_protected
            or one.is_protected
            or (document.folder.is_protected and party.person_id is not None),
            is_reserved=one.is_reserved,
            may_email=may_email(document.kind) and not document.is_social,
            to=to,
            on=on,
            recent_days=recent,
            otherwise=otherwise,
        )
        yield document, party, choice, to.used_on


def _told(used_on: UsedOn, email: str) -> datetime.date | None:
    return used_on.get(email) if isinstance(used_on, Mapping) else used_on


def _standing(parties: Sequence[DocumentParty]) -> Mapping[int, Standing]:
    """What the register says of these people. Raises `RuleBroken("dispatch.register_away")`."""
    people = {party.person_id for party in parties if party.person_id is not None}
    try:
        return contact_register().standing(people) if people else {}
    except RegisterAway as why:
        raise RuleBroken("dispatch.register_away") from why


def _new(
    document: Document,
    party: DocumentParty,
    wanted: str,
    choice: rules.Choice,
    used_on: datetime.date | None,
    by: Any,
    on: datetime.date,
) -> Dispatch:
    facts: dict[str, Any] = {}
    if choice.because:
        facts = {"wanted": wanted, "because": choice.because}
        if choice.because == "dispatch.protected" and not party.is_protected:
            facts["is_protected"] = True  # since the letter was written, or for the folder's sake
    elif choice.channel == Channel.EMAIL and used_on is not None:
        facts = {"email_used_on": used_on.isoformat()}
    return Dispatch(
        document=document,
        party=party,
        channel=choice.channel,
        key=f"{document.pk}:{party.pk}",
        to=party.email if choice.channel == Channel.EMAIL else "",
        office_id=document.folder.office_id,
        facts=facts,
        by=by,
        on=on,
    )


# --- What a person does with one ------------------------------------------------------------------


@transaction.atomic
def retry(dispatch_id: int, *, version: int, by: Any, on: datetime.date) -> Dispatch:
    """Tries one that failed, or of which nobody knows, again from the first attempt on.

    Raises `RuleBroken` as `lock` does, "dispatch.not_now", or as `may_go` does.
    """
    row = lock(dispatch_id, version)
    if row.state not in (DispatchState.FAILED, DispatchState.UNCERTAIN):
        raise RuleBroken("dispatch.not_now", state=row.state)
    may_go(row, on)
    row.attempts, row.next_try_at, row.token, row.taken_at = 0, None, None, None
    to_state(row, DispatchState.WAITING)
    note(row, "again", by=by, on=on)
    return row


@transaction.atomic
def on_paper(dispatch_id: int, *, version: int, by: Any, on: datetime.date) -> Dispatch:
    """Cancels one that cannot go by wire and asks for paper instead. Returns the new one.

    Raises `RuleBroken` as `lock` does, "dispatch.is_paper", "dispatch.not_now", or as
    `may_go` does.
    """
    row = lock(dispatch_id, version)
    if row.channel not in rules.BY_ITSELF:
        raise RuleBroken("dispatch.is_paper")
    if row.state == DispatchState.TAKEN:  # it may be gone this very second
        raise RuleBroken("dispatch.not_now", state=row.state)
    may_go(row, on)
    return instead_on_paper(row, "dispatch.chosen_paper", by=by, on=on)


def instead_on_paper(row: Dispatch, because: str, *, by: Any, on: datetime.date) -> Dispatch:
    """Ends a locked dispatch and makes the one on paper that goes instead of it."""
    to_state(row, DispatchState.CANCELLED, because, by=by)
    note(row, "paper", by=by, on=on, because=because)
    facts: dict[str, Any] = {"wanted": row.channel, "because": because}
    if because == "dispatch.protected":  # since the letter was written
        facts["is_protected"] = True
    return Dispatch.objects.create(
        document_id=row.document_id,
        party_id=row.party_id,
        channel=Channel.PRINT,
        key=f"{row.key}:paper",
        office_id=row.office_id,
        instead_of=row,
        facts=facts,
        by=by or row.by,
        on=on,
    )


@transaction.atomic
def cancel(dispatch_id: int, reason: str, *, version: int, by: Any, on: datetime.date) -> Dispatch:
    """Ends one that is not to be sent, with a reason. One in a print batch is taken out first.

    Raises `RuleBroken` as `lock` does, "dispatch.no_reason", "dispatch.in_batch" (batch) or
    "dispatch.not_now".
    """
    because = rules.check_reason(reason, "dispatch.no_reason")
    row = lock(dispatch_id, version)
    if row.batch is not None:
        raise RuleBroken("dispatch.in_batch", batch=row.batch.number)
    if row.state == DispatchState.TAKEN:
        raise RuleBroken("dispatch.not_now", state=row.state)
    to_state(row, DispatchState.CANCELLED, "dispatch.cancelled", by=by)
    note(row, "cancelled", by=by, on=on, note=because)
    return row


@transaction.atomic
def note_sent(
    dispatch_id: int,
    sent_on: datetime.date,
    proof: str,
    *,
    version: int,
    by: Any,
    on: datetime.date,
) -> Dispatch:
    """A person says that a letter went: by hand, by post on its own, or that one is known to have
    arrived of which the program could not tell.

    Raises `RuleBroken` as `lock` does, "dispatch.no_proof", "dispatch.in_batch" (batch),
    "dispatch.by_wire" (it sends itself), "dispatch.not_now", as `check_sent_on` and the letter's
    owner do.
    """
    words = rules.check_reason(proof, "dispatch.no_proof")
    row = _looked_at(dispatch_id, version)
    if row.batch is not None:
        raise RuleBroken("dispatch.in_batch", batch=row.batch.number)
    if row.channel in rules.BY_ITSELF and row.state != DispatchState.UNCERTAIN:
        raise RuleBroken("dispatch.by_wire")
    rules.check_next(row.state, DispatchState.SENT)
    rules.check_sent_on(sent_on, max(row.on, row.document.dated_on), on)
    tell_owner(row, sent_on, words, by=by)
    row = lock(dispatch_id, version)
    mark_sent(row, sent_on, words, by=by, on=on)
    return row


# --- What every way of sending builds on ----------------------------------------------------------


def lock(dispatch_id: int, version: int | None = None) -> Dispatch:
    """The dispatch, locked, with its document, party and batch.

    Raises `RuleBroken("dispatch.changed")` (version, state) when somebody else was first.
    """
    rows = Dispatch.objects.select_for_update(of=("self",))
    return _same(rows.select_related(*WITH).get(pk=dispatch_id), version)


def _looked_at(dispatch_id: int, version: int) -> Dispatch:
    """The same without a lock: it is taken after the owner's rows are locked."""
    return _same(Dispatch.objects.select_related(*WITH).get(pk=dispatch_id), version)


def _same(row: Dispatch, version: int | None) -> Dispatch:
    if version is not None and row.version != version:
        raise RuleBroken("dispatch.changed", version=row.version, state=row.state)
    return row


def tell_owner(row: Dispatch, sent_on: datetime.date, proof: str, *, by: Any) -> None:
    """Tells who the letter was written for that it goes out. Before the dispatch is locked.

    Raises what the owner raises: then it does not go.
    """
    if row.party.kind == PartyKind.RECIPIENT and not _has_gone(row):
        sent.tell(row.document, sent_on, proof, by or row.by)


def may_go(row: Dispatch, on: datetime.date) -> None:
    """Raises `RuleBroken("dispatch.withdrawn")`, or what the letter's owner raises, when a letter
    should no longer go out."""
    if row.document.withdrawn_on is not None:
        raise RuleBroken("dispatch.withdrawn")
    if not _has_gone(row):
        sent.may_go(row.document, on)


@transaction.atomic
def settle(dispatch_id: int, *, version: int, by: Any, on: datetime.date) -> Dispatch:
    """Somebody has seen what a letter's owner said against it: it leaves the worklist.

    Raises `RuleBroken` as `lock` does, or "dispatch.not_now".
    """
    row = lock(dispatch_id, version)
    is_ended = row.state in (DispatchState.CANCELLED, DispatchState.SENT) and row.code
    if not is_ended or row.settled_by is not None:
        raise RuleBroken("dispatch.not_now", state=row.state)
    row.settled_by = by
    row.version += 1
    row.save(update_fields=["settled_by", "version"])
    note(row, "settled", by=by, on=on)
    return row


def _has_gone(row: Dispatch) -> bool:
    """Whether this is the paper for one that was sent and could not be delivered: then its owner
    has heard of it."""
    return row.instead_of is not None and row.instead_of.state == DispatchState.SENT


def mark_sent(
    row: Dispatch, sent_on: datetime.date, proof: str, *, by: Any, on: datetime.date
) -> None:
    """A locked dispatch, whose owner has been told, has gone out. `by` None: the program itself."""
    row.sent_at = dates.now()
    row.sent_on, row.proof = sent_on, proof[: rules.LONGEST_REASON]
    to_state(row, DispatchState.SENT, by=by)
    note(row, "sent", by=by, on=on, sent_on=sent_on.isoformat())


def to_state(row: Dispatch, state: str, code: str = "", *, by: Any = None, **facts: Any) -> None:
    """Moves a locked dispatch on. Raises `RuleBroken("dispatch.not_now")` when it cannot."""
    rules.check_next(row.state, state)
    row.state, row.code = state, code
    row.facts = row.facts | facts
    row.settled_by = by
    row.version += 1
    row.save()


def note(
    row: Dispatch, what: str, *, by: Any, on: datetime.date, note: str = "", **facts: Any
) -> None:
    """Writes down what happened to a dispatch."""
    DispatchAct.objects.create(dispatch=row, what=what, by=by, on=on, note=note, facts=facts)


def facts_of(broken: RuleBroken) -> dict[str, str]:
    """A refusal's facts as they are kept: days as ISO, everything as text."""
    return {name: str(value) for name, value in broken.facts.items()}


def refuse(row: Dispatch, broken: RuleBroken, *, on: datetime.date, by: Any = None) -> None:
    """The letter's owner says that it must not go: a locked dispatch ends with the owner's code."""
    row.batch = None
    to_state(row, DispatchState.CANCELLED, broken.code, **facts_of(broken))
    note(row, "refused", by=by, on=on, code=broken.code)
