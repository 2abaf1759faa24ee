"""The pages where a meeting is closed and its minutes are read."""

import uuid

import pytest
from django.urls import reverse

from arrears.models import Disqualification
from boligsak.accounts.models import LookUp
from boligsak.dates import today
from boligsak.letters.models import Document
from boligsak.letters.queries.templates import letters_of_kind
from meetings.models import AgendaItem, Meeting
from meetings.services.session import open_meeting
from tests.desk.work import body, signed_in
from tests.factories import UserFactory
from tests.meetings.session_room import come
from tests.meetings.session_screen import on_the_agenda, page, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder", "a_wednesday")]


@pytest.fixture
def item(meeting, coordinator) -> AgendaItem:
    row = on_the_agenda(meeting, coordinator, given_name="Siv", family_name="Bø")
    open_meeting(meeting.pk, by=coordinator, on=today())
    return row


def close(client, meeting):
    return client.post(page("closing", meeting.pk), {"submission_id": str(uuid.uuid4())})


@pytest.fixture
def closed(meeting, item, coordinator) -> Meeting:
    client = signed_in(coordinator)
    come(meeting, coordinator, "welfare", "landlord")
    typed(client, item, note="Sagt i møtet", decision="continue", reason="Avtalen holdes")
    assert close(client, meeting).status_code == 302
    meeting.refresh_from_db()
    return meeting


def test_the_check_list_says_what_is_missing_and_leads_there(meeting, item, coordinator) -> None:
    client = signed_in(coordinator)
    come(meeting, coordinator, "welfare")
    typed(client, item, note="Snakket lenge")
    shown = body(client, page("closing", meeting.pk))
    assert "Choose a decision" in shown
    assert page("session_item", meeting.pk, item.pk) in shown
    answer = close(client, meeting)
    assert answer.status_code == 422
    assert "Something must be mended" in answer.content.decode()


def test_a_decision_its_case_refuses_is_told_with_the_number_and_why(
    meeting, item, coordinator
) -> None:
    client = signed_in(coordinator)
    come(meeting, coordinator, "welfare")
    typed(client, item, note="x", decision="continue", reason="y")
    item.case.status, item.case.closed_on, item.case.outcome = "closed", today(), "paid"
    item.case.save()
    said = close(client, meeting).content.decode()
    assert f"Case {item.case.number}: Case {item.case.number} is closed." in said


def test_closing_leads_to_the_minutes_with_both_files(closed, coordinator) -> None:
    client = signed_in(coordinator)
    shown = body(client, page("minutes", closed.pk))
    assert "Sagt i møtet" in shown
    assert "Siv Bø" in shown
    for version in ("with-names", "without-names"):
        answer = client.get(page("minutes_pdf", closed.pk, version))
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")


def test_an_addition_stands_with_the_minutes_with_author_and_reason(closed, coordinator) -> None:
    client = signed_in(coordinator)
    data = {"submission_id": str(uuid.uuid4()), "item": "", "text": "Fristen er 1.12."}
    assert client.post(page("addition", closed.pk), data).status_code == 422
    client.post(page("addition", closed.pk), data | {"reason": "Skrivefeil"})
    shown = body(client, page("minutes", closed.pk))
    for part in ("Fristen er 1.12.", "Skrivefeil", "Kari Koordinator"):
        assert part in shown


def test_a_tenant_protected_since_is_a_number_in_the_minutes(closed, item, coordinator) -> None:
    lease = item.case.lease
    lease.is_protected = True
    lease.save()
    client = signed_in(coordinator)
    assert "Siv" not in body(client, page("minutes", closed.pk))
    assert client.get(page("minutes_pdf", closed.pk, "with-names")).status_code == 404
    assert client.get(page("minutes_pdf", closed.pk, "without-names")).status_code == 200


def test_who_is_disqualified_gets_the_number_and_no_file(closed, item, coordinator) -> None:
    other = UserFactory(role="caseworker")
    Disqualification.objects.create(
        case=item.case, user=other, reason="Søskenbarn", from_on=today(), by=coordinator
    )
    client = signed_in(other)
    shown = body(client, page("minutes", closed.pk))
    assert item.case.number in shown
    assert "Sagt i møtet" not in shown
    assert client.get(page("minutes_pdf", closed.pk, "without-names")).status_code == 404


def test_the_minutes_in_the_journal_are_kept_from_the_same_as_the_file(
    closed, item, coordinator
) -> None:
    named, plain = Document.objects.filter(folder__kind="meeting").order_by("serial")
    client = signed_in(coordinator)
    shown = body(client, page("meeting", closed.pk))
    for document in (named, plain):
        assert reverse("desk:document", args=[document.pk]) in shown
        assert client.get(reverse("desk:document_file", args=[document.pk])).status_code == 200
    tenant = item.case.lease.parties.get().person_id
    told = LookUp.objects.filter(page="desk:document_file").values_list("person_ids", flat=True)
    assert list(told) == [[tenant]]  # the version without names tells of nobody
    item.case.lease.is_protected = True
    item.case.lease.save()
    assert reverse("desk:document", args=[named.pk]) not in body(client, page("meeting", closed.pk))
    for name in ("document", "document_file"):
        assert client.get(reverse(f"desk:{name}", args=[named.pk])).status_code == 404
    assert client.get(reverse("desk:document_file", args=[plain.pk])).status_code == 200
    assert named not in letters_of_kind("meeting-minutes", coordinator)


def test_the_welfare_side_s_note_is_put_on_the_case_and_in_no_minutes(
    meeting, item, coordinator
) -> None:
    client = signed_in(coordinator)
    come(meeting, coordinator, "welfare")
    typed(client, item, decision="continue", reason="Bra")
    client.post(
        page("session_welfare", meeting.pk, item.pk),
        {"submission_id": str(uuid.uuid4()), "was": "", "text": "Har vært innlagt"},
    )
    close(client, meeting)
    act = item.case.acts.get(what="note")
    assert (act.note, act.is_social) == ("Har vært innlagt", True)
    assert "innlagt" not in body(client, page("minutes", meeting.pk))
