"""The pages of a meeting in session: what is on the screen, and what is saved as it is typed."""

import uuid

import pytest

from arrears.services.cases.handing import disqualify
from boligsak.dates import today
from meetings.models import AgendaItem, Meeting, MeetingState
from meetings.services.session import open_meeting, take_pen
from tests.desk.work import body, signed_in
from tests.factories import OfficeFactory, UserFactory
from tests.meetings.session_room import come
from tests.meetings.session_screen import on_the_agenda, page, sent, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder", "a_wednesday")]


@pytest.fixture
def item(meeting, coordinator) -> AgendaItem:
    row = on_the_agenda(meeting, coordinator, given_name="Siv", family_name="Bø")
    open_meeting(meeting.pk, by=coordinator, on=today())
    return row


# --- Opening and who is there ---------------------------------------------------------------------


def test_the_meeting_is_opened_by_a_button_and_the_page_says_who_writes(
    meeting, coordinator
) -> None:
    client = signed_in(coordinator)
    client.post(page("session_open", meeting.pk), {"submission_id": str(uuid.uuid4())})
    assert Meeting.objects.get().state == MeetingState.RUNNING
    assert "Kari Koordinator, since 10.42" in body(client, page("session", meeting.pk))


def test_the_landlord_neither_opens_nor_takes_over(meeting) -> None:
    client = signed_in(UserFactory(role="landlord"))
    assert "Open the meeting" not in body(client, page("session", meeting.pk))
    for name in ("session_open", "session_pen", "closing"):
        assert client.post(page(name, meeting.pk)).status_code == 403


def test_who_is_here_is_kept(meeting, item, coordinator) -> None:
    rows = list(meeting.attendances.order_by("pk"))
    data = {"submission_id": str(uuid.uuid4()), f"p{rows[0].pk}": "present"}
    signed_in(coordinator).post(page("session_presence", meeting.pk), data)
    assert [row.presence for row in meeting.attendances.order_by("pk")] == [
        "present",
        "invited",
        "invited",
    ]


def test_a_guest_who_comes_is_put_on_the_list_as_present(meeting, item, coordinator) -> None:
    client = signed_in(coordinator)
    answer = client.post(
        page("session_guest", meeting.pk), {"submission_id": str(uuid.uuid4()), "name": ""}
    )
    assert answer.status_code == 422
    client.post(
        page("session_guest", meeting.pk),
        {"submission_id": str(uuid.uuid4()), "name": "Verge Olsen", "party": "other"},
    )
    assert meeting.attendances.get(guest="Verge Olsen").presence == "present"


# --- On the screen --------------------------------------------------------------------------------


def test_names_lie_under_a_lid_until_somebody_opens_it(item, coordinator) -> None:
    shown = body(signed_in(coordinator), page("session_item", item.meeting_id, item.pk))
    before, lid, after = shown.partition("<details")
    assert "Siv Bø" not in before
    assert lid
    assert "Siv Bø" in after.partition("</details>")[0]
    assert "Siv Bø" not in after.partition("</details>")[2]


def test_the_list_of_the_agenda_has_no_names(item, coordinator) -> None:
    assert "Siv" not in body(signed_in(coordinator), page("session", item.meeting_id))


@pytest.mark.parametrize("role", ["coordinator", "landlord", "housing_unit"])
@pytest.mark.parametrize("why", ["unshared", "protected"])
def test_some_cases_are_a_number_to_everybody_in_the_room(meeting, coordinator, role, why) -> None:
    by = UserFactory(role="coordinator", role__cleared=True)
    unshared = {"sharing_basis": "none", "sharing_source": "", "sharing_on": None}
    row = on_the_agenda(
        meeting,
        by,
        given_name="Hemmelig",
        lease={"is_protected": why == "protected"},
        **(unshared if why == "unshared" else {}),
    )
    open_meeting(meeting.pk, by=by, on=today())
    reader = by if role == "coordinator" else UserFactory(role=role)
    shown = body(signed_in(reader), page("session_item", meeting.pk, row.pk))
    assert row.case.number in shown
    assert "Hemmelig" not in shown
    assert str(row.case.lease.dwelling) not in shown


def test_the_landlord_reads_along_but_has_no_form_and_no_social_note(item, coordinator) -> None:
    typed(signed_in(coordinator), item, note="Betaler på fredag")
    AgendaItem.objects.filter(pk=item.pk).update(social_note="Har vært innlagt")
    client = signed_in(UserFactory(role="landlord"))
    shown = body(client, page("session_item", item.meeting_id, item.pk))
    assert "Betaler på fredag" in shown
    assert "innlagt" not in shown
    assert "data-autosave" not in shown
    welfare = page("session_welfare", item.meeting_id, item.pk)
    assert welfare not in shown
    assert client.get(welfare).status_code == 403


def test_the_social_note_is_not_on_the_screen_in_the_room(item, coordinator) -> None:
    client = signed_in(coordinator)
    welfare = page("session_welfare", item.meeting_id, item.pk)
    data = {"submission_id": str(uuid.uuid4()), "was": "", "text": "Har vært innlagt"}
    assert client.post(welfare, data).status_code == 302
    assert "innlagt" in body(client, welfare)
    assert "innlagt" not in body(client, page("session_item", item.meeting_id, item.pk))


def test_a_social_note_written_by_two_loses_neither(item, coordinator) -> None:
    client = signed_in(coordinator)
    welfare = page("session_welfare", item.meeting_id, item.pk)
    first = {"submission_id": str(uuid.uuid4()), "was": "", "text": "Den ene"}
    client.post(welfare, first)
    second = {"submission_id": str(uuid.uuid4()), "was": "", "text": "Den andre"}
    answer = client.post(welfare, second)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Den ene" in shown
    assert "Den andre" in shown


def test_of_a_case_of_another_party_that_is_not_shared_nothing_is_decided(
    meeting, coordinator
) -> None:
    unshared = {"sharing_basis": "none", "sharing_source": "", "sharing_on": None}
    row = on_the_agenda(meeting, coordinator, party="landlord", **unshared)
    open_meeting(meeting.pk, by=coordinator, on=today())
    client = signed_in(coordinator)
    assert 'name="decision"' not in body(client, page("session_item", meeting.pk, row.pk))
    typed(client, row, note="Drøftet uten navn", decision="continue")
    row.refresh_from_db()
    assert (row.note, row.decision) == ("Drøftet uten navn", "")


def test_who_is_disqualified_reads_no_more_than_the_number_in_the_room(
    meeting, item, coordinator
) -> None:
    client = signed_in(coordinator)
    typed(client, item, note="Gjelden skyldes sykdom", decision="continue", reason="Hemmelig grunn")
    landlord = UserFactory(role="landlord")
    address = page("session_item", meeting.pk, item.pk)
    assert "Gjelden skyldes sykdom" in body(signed_in(landlord), address)
    disqualify(item.case_id, landlord, reason="Slekt", by=coordinator, on=today())
    for shown in (
        body(signed_in(landlord), address),
        body(signed_in(landlord), page("session", meeting.pk)),
        body(signed_in(landlord), page("meeting", meeting.pk)),
    ):
        assert item.case.number in shown
        assert "Gjelden skyldes sykdom" not in shown
        assert "Hemmelig grunn" not in shown
        assert "Continue with measures" not in shown


# --- Saved as it is typed -------------------------------------------------------------------------


def test_what_is_typed_is_saved_and_the_answer_says_when(item, coordinator) -> None:
    status, answer = typed(signed_in(coordinator), item, note="Betaler på fredag")
    assert (status, answer["saved"], answer["version"]) == (200, "Saved at 10.42", 2)
    item.refresh_from_db()
    assert item.note == "Betaler på fredag"


def test_the_same_words_sent_again_after_a_lost_answer_are_kept_once(item, coordinator) -> None:
    client = signed_in(coordinator)
    data = sent(item, note="Betaler")
    typed(client, item, data)
    assert typed(client, item, data)[1]["version"] == 2
    item.refresh_from_db()
    assert item.version == 2


def test_a_half_typed_date_does_not_hold_the_note_back(item, coordinator) -> None:
    status, answer = typed(signed_in(coordinator), item, note="Frist settes", due_on="12.")
    assert status == 200
    assert not answer["is_whole"]
    assert "“12.” is not a date" in answer["saved"]
    item.refresh_from_db()
    assert (item.note, item.due_on) == ("Frist settes", None)


def test_a_refused_referral_does_not_hold_the_note_back(item, coordinator) -> None:
    status, answer = typed(
        signed_in(coordinator), item, note="Alt er prøvd", decision="bailiff", reason="x"
    )
    assert status == 200
    assert "Missing: welfare office, landlord" in answer["saved"]
    item.refresh_from_db()
    assert (item.note, item.decision) == ("Alt er prøvd", "")


def test_with_the_parties_in_the_room_a_referral_can_be_decided(meeting, item, coordinator) -> None:
    come(meeting, coordinator, "welfare", "landlord")
    answer = typed(signed_in(coordinator), item, decision="bailiff", reason="Alt er prøvd")[1]
    assert answer["is_whole"], answer


def test_who_lost_the_pen_is_told_who_took_it_and_nothing_is_overwritten(item, coordinator) -> None:
    other = UserFactory(role="caseworker", first_name="Ola", last_name="Saksbehandler")
    take_pen(item.meeting_id, by=other)
    typed(signed_in(other), item, note="Ny sekretær")
    status, answer = typed(signed_in(coordinator), item, note="Gammel sekretær")
    assert status == 409
    assert "Ola Saksbehandler took over as secretary at 10.42" in answer["refused"]
    assert answer["version"] is None
    item.refresh_from_db()
    assert item.note == "Ny sekretær"


def test_without_the_script_a_conflict_shows_both_and_the_next_save_replaces(
    item, coordinator
) -> None:
    client = signed_in(coordinator)
    late = sent(item, note="Mitt")
    typed(client, item, note="Fra det andre vinduet")
    answer = client.post(page("session_save", item.meeting_id, item.pk), late)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Mitt" in shown
    assert "Fra det andre vinduet" in shown
    assert 'name="version" value="2"' in shown


def test_without_the_script_a_button_saves_and_goes_on(meeting, item, coordinator) -> None:
    following = on_the_agenda(meeting, coordinator)
    answer = signed_in(coordinator).post(
        page("session_save", meeting.pk, item.pk), sent(item, note="Ferdig", go="next")
    )
    assert answer["Location"] == page("session_item", meeting.pk, following.pk)


def test_one_person_or_one_party_is_responsible(item, coordinator) -> None:
    client = signed_in(coordinator)
    typed(client, item, who=str(coordinator.pk))
    item.refresh_from_db()
    assert (item.party, item.owner) == ("welfare", coordinator)
    typed(client, item, who="party:housing_unit")
    item.refresh_from_db()
    assert (item.party, item.owner) == ("housing_unit", None)


def test_a_new_day_in_the_browser_shows_everything_that_was_confirmed(item, coordinator) -> None:
    typed(
        signed_in(coordinator),
        item,
        note="Betaler på fredag",
        decision="take_up_again",
        reason="Venter på Nav",
        again_on="9.12.2026",
    )
    shown = body(signed_in(coordinator), page("session_item", item.meeting_id, item.pk))
    for part in ("Betaler på fredag", "Venter på Nav", 'value="09.12.2026"', "Saved at 10.42"):
        assert part in shown


def test_another_office_s_meeting_is_not_there(item) -> None:
    stranger = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    client = signed_in(stranger)
    for name in ("session", "minutes", "closing"):
        assert client.get(page(name, item.meeting_id)).status_code == 404
    assert client.get(page("session_item", item.meeting_id, item.pk)).status_code == 404
