"""An agenda for one reader: what each item is called, and why it is there."""

import datetime
from dataclasses import dataclass
from typing import Any

from arrears.models import Case
from arrears.queries.case_access import sights
from meetings.models import AgendaItem, ItemState, Meeting
from meetings.queries.session import items_of
from tenants.queries.cards import lease_cards


@dataclass(frozen=True, slots=True)
class Topic:
    """One item as a reader sees it. `who` and `where` are empty for who may not know; then
    `is_masked`. `is_hidden`: not even the row is this reader's, and only its number stands."""

    item: AgendaItem
    place: int
    number: str
    who: str = ""
    where: str = ""
    is_masked: bool = False
    is_hidden: bool = False
    person_ids: tuple[int, ...] = ()


def agenda(meeting: Meeting, user: Any, day: datetime.date) -> list[Topic]:
    """The items in order, those taken off last. A few queries, however many items."""
    items = items_of(meeting)
    case_ids = [item.case_id for item in items if item.case_id]
    seen = set(Case.objects.visible_to(user).filter(pk__in=case_ids).values_list("pk", flat=True))
    told = sights([item.case for item in items if item.case_id in seen], user)
    open_to = {case_id: not one.is_masked for case_id, one in told.items()}
    leases = [item.case.lease_id for item in items if item.case and open_to.get(item.case_id)]
    cards = lease_cards(leases, user, day, also=leases)
    topics, place = [], 0
    for item in items:
        place += item.state != ItemState.DROPPED
        if item.case is None:
            topics.append(Topic(item, place, "", who=item.issue.title if item.issue else ""))
            continue
        card = cards.get(item.case.lease_id) if open_to.get(item.case_id) else None
        is_known = card is not None and not card.is_masked
        topics.append(
            Topic(
                item,
                place,
                item.case.number,
                who=card.name if is_known and card else "",
                where=f"{card.address}, {card.unit}" if is_known and card else "",
                is_masked=not is_known,
                is_hidden=item.case_id not in seen,
                person_ids=tuple(card.person_ids) if is_known and card else (),
            )
        )
    return topics
