"""The minutes: what a closed meeting was and decided, in two versions that are never changed.

Both are written from their template and journaled on the meeting.

Names stand in the one for the parties; the other knows cases by their number. In both, a case with
a protected address or without a basis for sharing is a number, and nothing that was noted for the
welfare side alone is in either.
"""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import translation

from boligsak.letters.files import fetch
from boligsak.letters.models import PEOPLE, Document
from boligsak.letters.services.journal import NewDocument, content_of, journal_many
from boligsak.letters.services.writing import compose, document_of
from boligsak.rule import RuleBroken
from meetings.letter_kinds import LANGUAGE, MINUTES
from meetings.models import Addition, AgendaItem, ItemState, Meeting, MeetingState, Minutes
from meetings.queries.minutes import NAMED, UNNAMED, named_people
from meetings.queries.session import named
from meetings.services.folder import meeting_folder
from meetings.words.minutes import minutes_fields

_LONGEST = 140  # of a title, with room for which version it is
_OLD_SEAL = "minutes"  # what was closed before minutes were journaled lies under this


def make_minutes(
    meeting: Meeting, items: Sequence[AgendaItem], *, by: Any, on: datetime.date
) -> Minutes:
    """The minutes of the meeting, not saved yet; their two files are journaled.

    Call it late in the transaction: the journal's number waits for its end. Raises `RuleBroken` as
    `compose` does.
    """
    names = named([item.case for item in items if item.case is not None], meeting.held_on)
    content = {
        "number": meeting.number,
        "office": meeting.office.name,
        "held_on": meeting.held_on.isoformat(),
        "at_time": f"{meeting.at_time:%H.%M}",
        "place": meeting.place,
        "secretary": str(by),
        "people": [
            {"name": row.guest or str(row.user), "party": row.party, "presence": row.presence}
            for row in meeting.attendances.select_related("user").order_by("party", "pk")
        ],
        "items": [_item(item, names) for item in items],
    }
    with_names, without = journal_many(
        [_new(meeting, content, with_names=named, by=by, on=on) for named in (True, False)],
        by=by,
        on=on,
    )
    return Minutes(
        meeting=meeting,
        content=content,
        stored_with=with_names.stored,
        stored_without=without.stored,
        sha256_with=with_names.sha256,
        sha256_without=without.sha256,
    )


def _item(item: AgendaItem, names: dict[int, str]) -> dict[str, Any]:
    return {
        "item": item.pk,
        "case": item.case.number if item.case is not None else "",
        # A case that nobody came to is a number: what is not needed is not passed on.
        "name": names.get(item.case_id or 0, "") if item.state == ItemState.DISCUSSED else "",
        "issue": item.issue.title if item.issue is not None else "",
        "state": item.state,
        "dropped_because": item.dropped_because,
        "note": item.note,
        "decision": item.decision,
        "reason": item.reason,
        "party": item.party,
        "owner": str(item.owner) if item.owner_id else "",
        "due_on": item.due_on.isoformat() if item.due_on else "",
        "again_on": item.again_on.isoformat() if item.again_on else "",
    }


def _new(
    meeting: Meeting, content: dict[str, Any], *, with_names: bool, by: Any, on: datetime.date
) -> NewDocument:
    with translation.override(LANGUAGE):
        fields = minutes_fields(content, with_names=with_names)
        secretary = translation.gettext("Secretary")
        version = translation.gettext("with names")
    made = compose(
        MINUTES,
        reference=meeting.number,
        fields=fields,
        to=None,
        office_id=meeting.office_id,
        office=meeting.office,
        language=LANGUAGE,
        by=by,
        dated_on=on,
        signature=(secretary, content["secretary"]),
    )
    new = document_of(
        MINUTES,
        made,
        folder=meeting_folder(meeting, on),
        to=None,
        source=NAMED if with_names else UNNAMED,
        source_id=meeting.pk,
    )
    if not with_names:
        return new
    facts = {**new.facts, PEOPLE: named_people(content)}
    return replace(new, title=f"{new.title[:_LONGEST]}, {version}", facts=facts)


def minutes_file(minutes: Minutes, *, with_names: bool) -> bytes:
    """The PDF as it was made. Raises when the file was changed or is gone."""
    name = minutes.stored_with if with_names else minutes.stored_without
    document = Document.objects.filter(stored=name).first()
    return content_of(document) if document is not None else fetch(name, _OLD_SEAL)


@transaction.atomic
def add_to_minutes(
    meeting_id: int, *, text: str, reason: str, item_id: int | None, by: Any, on: datetime.date
) -> Addition:
    """A correction of locked minutes: it stands beside them with its author and reason.

    Raises `RuleBroken` "meeting.office", "minutes.not_closed", "minutes.no_text" or
    "minutes.no_reason".
    """
    meeting = Meeting.objects.visible_to(by).filter(pk=meeting_id).first()
    if meeting is None:
        raise RuleBroken("meeting.office")
    if meeting.state != MeetingState.CLOSED:
        raise RuleBroken("minutes.not_closed")
    if not text.strip():
        raise RuleBroken("minutes.no_text")
    if not reason.strip():
        raise RuleBroken("minutes.no_reason")
    item = meeting.items.get(pk=item_id) if item_id is not None else None
    return Addition.objects.create(
        meeting=meeting, item=item, text=text.strip(), reason=reason.strip(), by=by, on=on
    )
