"""Who may be given the minutes as a file, and whom they name."""

from collections.abc import Collection, Mapping
from typing import Any

from boligsak.letters.models import Document
from meetings.models import AgendaItem, ItemState, Minutes
from meetings.queries.session import may_have_file
from tenants.models import LeaseParty

NAMED, UNNAMED = "minutes-named", "minutes"
"""The source of a document that is a meeting's minutes: with names, and without."""


def may_have_document(document: Document, user: Any) -> bool:
    """Whether a document in a meeting's folder may be given to who sees the meeting: the minutes
    not to everybody (`may_have_file`)."""
    if document.source not in (NAMED, UNNAMED):
        return True
    minutes = Minutes.objects.filter(meeting=document.source_id).first()
    return minutes is not None and may_have_file(minutes, user, with_names=document.source == NAMED)


def named_people(content: Mapping[str, Any]) -> list[int]:
    """The ids of those whom the version with names tells of, by what the minutes hold."""
    numbers = [one["case"] for one in content["items"] if one["name"]]
    people = LeaseParty.objects.filter(lease__cases__number__in=numbers)
    return list(people.values_list("person_id", flat=True).distinct())


def naming_protected(meeting_ids: Collection[int]) -> list[int]:
    """Those of the meetings whose minutes name somebody who is protected now."""
    items = AgendaItem.objects.filter(
        meeting__in=meeting_ids, state=ItemState.DISCUSSED, case__lease__is_protected=True
    )
    numbers: dict[int, set[str]] = {}
    for meeting_id, number in items.values_list("meeting_id", "case__number"):
        numbers.setdefault(meeting_id, set()).add(number)
    return [
        minutes.meeting_id
        for minutes in Minutes.objects.filter(meeting__in=numbers)
        if any(
            one["name"] and one["case"] in numbers[minutes.meeting_id]
            for one in minutes.content["items"]
        )
    ]
