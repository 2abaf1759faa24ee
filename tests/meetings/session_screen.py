"""The pages of a meeting in session: what is sent to them, and a case on their agenda."""

import json
import uuid

from django.urls import reverse

from boligsak.dates import today
from meetings.services.agenda import add_case
from tests.factories import CaseFactory, LeaseFactory, PersonFactory
from tests.meetings.session_room import DAY


def on_the_agenda(meeting, by, *, lease=None, given_name="Ola", family_name="Dal", **fields):
    lease = lease or {}
    tenant = PersonFactory(given_name=given_name, family_name=family_name)
    home = LeaseFactory(dwelling__office=meeting.office, tenant=tenant, **lease)
    case = CaseFactory(lease=home, opened_on=today() - 30 * DAY, **fields)
    return add_case(meeting.pk, case.pk, by=by, on=today())


def page(name: str, *args) -> str:
    return reverse(f"meetings:{name}", args=args)


def sent(item, **typed) -> dict[str, str]:
    item.refresh_from_db()
    return {"submission_id": str(uuid.uuid4()), "version": str(item.version)} | typed


def typed(client, item, data=None, **words):
    """What the page's script sends, and the answer it gets."""
    answer = client.post(
        page("session_save", item.meeting_id, item.pk),
        data or sent(item, **words),
        headers={"accept": "application/json"},
    )
    return answer.status_code, json.loads(answer.content)
