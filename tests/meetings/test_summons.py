"""The summons to a meeting: what it says, to whom it goes and by which way."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from boligsak.dates import now
from boligsak.letters.models import Dispatch, Document
from boligsak.rule import RuleBroken
from meetings.models import Meeting
from meetings.services.agenda import add_case
from meetings.services.planning import cancel_meeting, plan_single
from meetings.services.series import Invited
from meetings.services.summons import preview_summons, send_summons
from tests.desk.work import body, signed_in
from tests.factories import CaseFactory, LeaseFactory, OfficeFactory, PersonFactory, UserFactory
from tests.letters.pdf_text import pages

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def folder(tmp_path, settings, time_machine):
    settings.FILES_DIR = tmp_path
    time_machine.move_to(dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def coordinator():
    return UserFactory(role="coordinator", last_name="Koordinator", email="kari@kommune.test")


@pytest.fixture
def meeting(coordinator) -> Meeting:
    landlord = UserFactory(role="landlord", email="per@utleier.test", last_login=now())
    return plan_single(
        office_id=OfficeFactory(name="Heimdal").pk,
        held_on=TODAY + 2 * DAY,
        at_time=dt.time(9),
        minutes=90,
        place="Rådhuset",
        invited=[
            Invited("welfare", user_id=coordinator.pk),
            Invited("landlord", user_id=landlord.pk),
            Invited("housing_unit", guest="Ánne Gjest", email="anne@gjest.test"),
        ],
        by=coordinator,
        on=TODAY,
    )


def sent(meeting, by) -> Document:
    return send_summons(meeting.pk, version=meeting.version, by=by, on=TODAY)


def test_it_says_when_and_where_and_names_cases_by_number_alone(meeting, coordinator) -> None:
    tenant = PersonFactory(given_name="Siv", family_name="Bø")
    lease = LeaseFactory(dwelling__office=meeting.office, tenant=tenant)
    case = CaseFactory(lease=lease, opened_on=TODAY - DAY)
    add_case(meeting.pk, case.pk, by=coordinator, on=TODAY)
    said = "".join(pages(preview_summons(meeting, by=coordinator, on=TODAY))).replace("\n", "")
    for words in (meeting.number, "25.11.2026", "09.00", "Rådhuset", "Ánne Gjest", case.number):
        assert words in said
    assert "Bø" not in said


def test_it_is_journaled_on_the_meeting_to_everybody_invited(meeting, coordinator) -> None:
    document = sent(meeting, coordinator)
    assert (document.folder.number, document.direction) == (meeting.number, "out")
    assert document.parties.count() == 3


def test_it_goes_by_mail_to_colleagues_who_sign_in_and_is_handed_to_the_others(
    meeting, coordinator
) -> None:
    sent(meeting, coordinator)
    ways = dict(Dispatch.objects.values_list("party__email", "channel"))
    assert ways == {
        "per@utleier.test": "email",
        "kari@kommune.test": "hand",  # has never signed in
        "anne@gjest.test": "hand",
    }


def test_nobody_is_summoned_to_a_meeting_that_was_cancelled_or_is_over(
    meeting, coordinator
) -> None:
    with pytest.raises(RuleBroken, match=r"summons\.past"):
        send_summons(meeting.pk, version=meeting.version, by=coordinator, on=TODAY + 3 * DAY)
    cancel_meeting(meeting.pk, reason="Ferie", version=meeting.version, by=coordinator, on=TODAY)
    meeting.refresh_from_db()
    with pytest.raises(RuleBroken, match=r"meeting\.not_planned"):
        sent(meeting, coordinator)


def test_a_meeting_without_anybody_invited_summons_nobody(meeting, coordinator) -> None:
    meeting.attendances.all().delete()
    with pytest.raises(RuleBroken, match=r"summons\.nobody"):
        sent(meeting, coordinator)


def test_a_summons_of_what_somebody_moved_meanwhile_is_refused(meeting, coordinator) -> None:
    with pytest.raises(RuleBroken, match=r"meeting\.changed"):
        send_summons(meeting.pk, version=meeting.version - 1, by=coordinator, on=TODAY)


def test_the_page_shows_it_before_it_is_sent_and_sends_it_once(meeting, coordinator) -> None:
    client = signed_in(coordinator)
    address = reverse("meetings:summons", args=[meeting.pk])
    preview = reverse("meetings:summons_pdf", args=[meeting.pk])
    assert preview in body(client, address)
    assert client.get(preview).content.startswith(b"%PDF")
    data = {"submission_id": str(uuid.uuid4()), "version": meeting.version}
    for _ in range(2):
        assert client.post(address, data).status_code == 302
    document = Document.objects.get()
    assert reverse("desk:document", args=[document.pk]) in body(
        client, reverse("meetings:meeting", args=[meeting.pk])
    )
