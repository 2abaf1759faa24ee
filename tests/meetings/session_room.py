"""In the room: a case is taken up, people come, and the secretary writes."""

import datetime as dt

import pytest

from boligsak.rule import RuleBroken
from meetings.models import AgendaItem
from meetings.services.agenda import add_case
from meetings.services.closing import close_meeting
from meetings.services.session import Words, open_meeting, save_item, save_social_note, set_presence
from tests.factories import CaseFactory, LeaseFactory, PersonFactory

TODAY = dt.date(2026, 11, 25)
DAY = dt.timedelta(days=1)


def taken_up(meeting, coordinator, **fields) -> AgendaItem:
    lease = LeaseFactory(
        dwelling__office=meeting.office, tenant=PersonFactory(given_name="Siv", family_name="Bø")
    )
    case = CaseFactory(lease=lease, opened_on=TODAY - 30 * DAY, **fields)
    return add_case(meeting.pk, case.pk, by=coordinator, on=TODAY)


def come(meeting, coordinator, *parties: str) -> None:
    for row in meeting.attendances.filter(party__in=parties):
        set_presence(row.pk, "present", by=coordinator)


def write(item, coordinator, **words) -> AgendaItem:
    item.refresh_from_db()
    return save_item(item.pk, Words(**words), version=item.version, by=coordinator)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def closed(meeting, coordinator, **fields) -> AgendaItem:
    item = taken_up(meeting, coordinator, **fields)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare", "landlord")
    write(
        item,
        coordinator,
        note="Sagt i møtet",
        decision="continue",
        reason="Avtalen holdes",
    )
    save_social_note(item.pk, "Har vært innlagt", was="", by=coordinator)
    close_meeting(meeting.pk, by=coordinator, on=TODAY)
    return item
