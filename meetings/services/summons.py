"""The summons: when and where, who is invited, and what is on the agenda, without anybody's name.

It goes to everybody who is invited, by e-mail where the address is in use. A colleague's is, when
they have signed in lately; nobody knows that of a guest's, so theirs is handed over.
"""

import datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from boligsak import dates
from boligsak.letters.models import Channel, Document, PartyKind
from boligsak.letters.pdf import pdf
from boligsak.letters.services import outbox
from boligsak.letters.services.journal import NewParty, journal_many
from boligsak.letters.services.writing import Composed, compose, document_of
from boligsak.rule import RuleBroken
from meetings.letter_kinds import LANGUAGE, SUMMONS
from meetings.models import Attendance, Meeting
from meetings.queries.session import items_of
from meetings.services.folder import meeting_folder
from meetings.services.planning import planned
from meetings.words.summons import summons_fields

SOURCE = "summons"


def preview_summons(meeting: Meeting, *, by: Any, on: datetime.date) -> bytes:
    """The summons as PDF, as it would be; nothing is kept. Raises as `compose`."""
    return pdf(_composed(meeting, _invited(meeting), by=by, on=on).letter)


@transaction.atomic
def send_summons(meeting_id: int, *, version: int, by: Any, on: datetime.date) -> Document:
    """The summons journaled on the meeting and put in the outbox, once for each who is invited.

    Raises `RuleBroken` "meeting.office", "meeting.changed", "meeting.not_planned" (state),
    "summons.past" (held_on), "summons.nobody", or as `compose`.
    """
    meeting = planned(meeting_id, version, by)
    if meeting.held_on < on:
        raise RuleBroken("summons.past", held_on=meeting.held_on)
    invited = _invited(meeting)
    if not invited:
        raise RuleBroken("summons.nobody")
    first, *others = [_party(one) for one in invited]
    new = document_of(
        SUMMONS,
        _composed(meeting, invited, by=by, on=on),
        folder=meeting_folder(meeting, on),
        to=first,
        copies=others,
        source=SOURCE,
        source_id=meeting.pk,
    )
    document = journal_many([new], by=by, on=on)[0]
    used_on = {
        one.user.email: one.user.last_login.astimezone(dates.OSLO).date()
        for one in invited
        if one.user is not None and one.user.email and one.user.last_login is not None
    }
    outbox.send(
        document,
        channel=Channel.EMAIL,
        by=by,
        on=on,
        email_used_on=used_on,
        otherwise=Channel.HAND,  # nobody's private address is known here, nor asked for
    )
    return document


def _composed(
    meeting: Meeting, invited: list[Attendance], *, by: Any, on: datetime.date
) -> Composed:
    with translation.override(LANGUAGE):
        fields = summons_fields(meeting, invited, items_of(meeting))
    return compose(
        SUMMONS,
        reference=meeting.number,
        fields=fields,
        to=None,
        office_id=meeting.office_id,
        office=meeting.office,
        language=LANGUAGE,
        by=by,
        dated_on=on,
    )


def _invited(meeting: Meeting) -> list[Attendance]:
    return list(meeting.attendances.select_related("user").order_by("party", "pk"))


def _party(one: Attendance) -> NewParty:
    if one.user is None:
        return NewParty(str(PartyKind.RECIPIENT), one.guest, email=one.email, is_third=True)
    return NewParty(str(PartyKind.RECIPIENT), str(one.user), email=one.user.email)
