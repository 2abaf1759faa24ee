"""The minutes: what a closed meeting was and decided, in two versions that are never changed.

Names stand in the one for the parties; the other knows cases by their number. In both, a case with
a protected address or without a basis for sharing is a number, and nothing that was noted for the
welfare side alone is in either.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import translation

from boligsak.letters.files import fetch, store
from boligsak.letters.pdf import Letter, pdf, sender
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from meetings.models import Addition, AgendaItem, ItemState, Meeting, MeetingState, Minutes
from meetings.queries.session import named
from meetings.words.minutes import minutes_text

CONTEXT = "minutes"
_LANGUAGE = "nb"


def make_minutes(
    meeting: Meeting, items: Sequence[AgendaItem], *, by: Any, on: datetime.date
) -> Minutes:
    """The minutes of the meeting, not saved yet; their two files are stored."""
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
    files = []
    for with_names in (True, False):
        letter = _letter(meeting, content, with_names=with_names, on=on)
        files.append(store(pdf(letter), CONTEXT))
    return Minutes(
        meeting=meeting,
        content=content,
        stored_with=files[0].name,
        stored_without=files[1].name,
        sha256_with=files[0].sha256,
        sha256_without=files[1].sha256,
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


def _letter(
    meeting: Meeting, content: dict[str, Any], *, with_names: bool, on: datetime.date
) -> Letter:
    with translation.override(_LANGUAGE):
        title, marks, body, signature = minutes_text(content, with_names=with_names)
        return Letter(
            title=title,
            body=body,
            sender=sender(meeting.office.name),
            on=on,
            marks=(*marks, (translation.gettext("Closed"), format_day(on))),
            signature=signature,
            language=_LANGUAGE,
        )


def minutes_file(minutes: Minutes, *, with_names: bool) -> bytes:
    """The PDF as it was made. Raises when the file was changed or is gone."""
    return fetch(minutes.stored_with if with_names else minutes.stored_without, CONTEXT)


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
