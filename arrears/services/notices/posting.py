"""A notice sent through the outbox: its letters are written now, and it is sent when they are.

Until then it is a draft that waits. A letter carries the day it is dated and is sent on that day or
not at all. When the last of its letters has gone, the notice is sent: with the true day, and the
proof that the outbox has.
"""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from arrears.models import Case, Notice, NoticeState
from arrears.rules.cases import parties_of
from arrears.rules.notices import Kind
from arrears.rules.sending import EMAIL, PAPER, check_sender
from arrears.services.cases.base import at_work, touched
from arrears.services.notices.drafting import draft_at_work
from arrears.services.notices.letters import (
    NAV,
    SOURCE,
    call_off,
    is_queued,
    key_of,
    live_letters,
    wanted_letters,
    write_letters,
)
from arrears.services.notices.making import Made, restored
from arrears.services.notices.sending import (
    Serving,
    check_served,
    close_account,
    finish,
    still_as_written,
)
from arrears.words.notices import kept_refusal
from boligsak.letters import sent
from boligsak.letters.models import Channel, DispatchState, Document
from boligsak.letters.services import outbox
from boligsak.rule import RuleBroken

_HANDED = "meeting"


def register() -> None:
    """Lets the outbox ask and tell about letters of notices."""
    sent.on_sent(SOURCE, note_posted, check=may_go, words=kept_refusal)


@transaction.atomic
def queue_notice(
    notice_id: int,
    ways: Sequence[Serving],
    *,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Notice:
    """Writes the letters and puts them in the outbox. `ways`: by which channel to each, "letter"
    or "email" (the proof comes when it is sent).

    Raises RuleBroken: what `send_notice` raises, "notice.queued", "notice.date_passed" (dated_on),
    "notice.email_today" (dated_on: what goes by e-mail goes at once), or what the outbox refuses.
    """
    notice, case = draft_at_work(notice_id, by=by, version=version)
    if is_queued(notice):
        raise RuleBroken("notice.queued")
    kind = Kind(notice.kind)
    check_sender(kind, parties_of(by.access.roles))
    wanted = restored(notice.facts["wanted"])
    if wanted.dated_on < on:
        raise RuleBroken("notice.date_passed", dated_on=wanted.dated_on)
    if wanted.dated_on > on and any(one.channel == EMAIL for one in ways):
        raise RuleBroken("notice.email_today", dated_on=wanted.dated_on)
    made = still_as_written(case, notice)
    # That the ways are lawful is asked now; what proves each, the outbox says when it has gone.
    expected = [replace(one, proof=SOURCE) for one in ways]
    check_served(case, kind, expected, wanted.dated_on)
    by_key = {(one.person_id, one.guardianship_id): one for one in ways}
    letters = write_letters(case, notice, made, wanted_letters(made, by_key), by=by, on=on)
    for letter in letters:
        way = by_key.get(key_of(letter))  # type: ignore[arg-type]
        by_wire = way is not None and way.channel == EMAIL
        outbox.send(
            letter,
            channel=Channel.EMAIL if by_wire else Channel.PRINT,
            by=by,
            on=on,
            # A guardian's copy: the wait hangs on what the tenant got.
            email_used_on=(way.email_used_on or on) if way is not None and by_wire else None,
        )
    notice.facts = notice.facts | {"posted": {}}
    notice.version += 1
    notice.save(update_fields=["facts", "version"])
    touched(case)
    return notice


@transaction.atomic
def take_back(
    notice_id: int, *, because: str, by: Any, on: datetime.date, version: int | None = None
) -> Notice:
    """The letters do not go: it is an ordinary draft again.

    Raises RuleBroken "notice.not_queued", "notice.partly_sent" (one of them has gone: send the
    others by hand, or withdraw the notice), "notice.no_reason", or what `cancel` of the outbox
    refuses (a letter that lies in a print batch is taken out of it first).
    """
    notice, case = draft_at_work(notice_id, by=by, version=version)
    if not is_queued(notice):
        raise RuleBroken("notice.not_queued")
    if notice.facts.get("posted"):
        raise RuleBroken("notice.partly_sent")
    call_off(notice, because, by=by, on=on)
    notice.version += 1
    notice.save(update_fields=["version"])
    touched(case)
    return notice


# --- What the outbox asks and tells ---------------------------------------------------------------


def may_go(document: Document, on: datetime.date) -> None:
    """Asked just before a letter is printed or mailed.

    Raises RuleBroken "notice.not_queued", "notice.date_passed" (dated_on) or "notice.outdated".
    """
    rows = Notice.objects.select_related("case__lease", "case__office")
    notice = rows.get(pk=_notice_of(document))
    if notice.state == NoticeState.SENT:
        return
    if notice.state != NoticeState.DRAFT:
        raise RuleBroken("notice.not_queued")
    dated_on = restored(notice.facts["wanted"]).dated_on
    if on > dated_on:
        raise RuleBroken("notice.date_passed", dated_on=dated_on)
    still_as_written(notice.case, notice)


def note_posted(document: Document, sent_on: datetime.date, proof: str, by: Any) -> None:
    """A letter has gone; with the last of them the notice is sent. Signed by who asked for it.

    Raises RuleBroken "notice.not_queued", "notice.date_passed" (dated_on), "notice.outdated", or
    what `send_notice` raises: then the letter must not go.
    """
    who = document.by
    notice_id = _notice_of(document)
    case_id, state = Notice.objects.values_list("case_id", "state").get(pk=notice_id)
    if state == NoticeState.SENT:
        return  # the same letter to somebody again: it is the dispatch that is proved
    case = at_work(case_id, by=who)
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.state != NoticeState.DRAFT:
        raise RuleBroken("notice.not_queued")
    dated_on = restored(notice.facts["wanted"]).dated_on
    if sent_on != dated_on:
        raise RuleBroken("notice.date_passed", dated_on=dated_on)
    close_account(notice)
    made = still_as_written(case, notice)
    posted = dict(notice.facts.get("posted") or {})
    posted[str(document.pk)] = {"proof": proof, **_way(document)}
    notice.facts = notice.facts | {"posted": posted}
    letters = list(live_letters(notice))
    if {str(letter.pk) for letter in letters} <= set(posted):
        servings = [
            _serving(letter, posted[str(letter.pk)]) for letter in letters if key_of(letter) != NAV
        ]
        _finished(case, notice, made, servings, sent_on, who)
    else:
        notice.version += 1
        notice.save(update_fields=["facts", "version"])
        touched(case)


def _notice_of(document: Document) -> int:
    if document.source_id is None:
        raise ValueError("a letter of a notice without its notice")
    return document.source_id


def _finished(
    case: Case,
    notice: Notice,
    made: Made,
    servings: Sequence[Serving],
    sent_on: datetime.date,
    by: Any,
) -> None:
    check_sender(Kind(notice.kind), parties_of(by.access.roles))
    finish(case, notice, made, servings, sent_on=sent_on, by=by, on=sent_on)


def _way(document: Document) -> dict[str, str]:
    """How a letter goes, as its dispatch says."""
    rows = document.dispatches.exclude(state=DispatchState.CANCELLED)
    row = rows.order_by("-pk").first()
    if row is None or row.channel == Channel.PRINT:
        return {"channel": PAPER}
    if row.channel == Channel.HAND:
        return {"channel": _HANDED}
    used_on = row.facts.get("email_used_on")
    return {"channel": EMAIL, **({"used_on": used_on} if used_on else {})}


def _serving(letter: Document, way: dict[str, str]) -> Serving:
    person_id, guardianship_id = key_of(letter)
    if person_id is None:
        raise ValueError("Nav is told, and served nothing")
    used_on = way.get("used_on")
    return Serving(
        person_id=person_id,
        guardianship_id=guardianship_id,
        channel=way["channel"],
        proof=way["proof"],
        email_used_on=datetime.date.fromisoformat(used_on) if used_on else None,
    )
