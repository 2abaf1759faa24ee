"""In the meeting: the pen, what is written, and closing, which alone writes decisions."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from arrears.models import CaseDecision, Task
from arrears.services.cases.closing import close_case
from arrears.services.cases.handing import disqualify
from boligsak.rule import RuleBroken
from meetings.models import AgendaItem, ItemState, Meeting, MeetingState, Minutes, SystemIssue
from meetings.services.agenda import fill_agenda
from meetings.services.closing import close_meeting
from meetings.services.planning import plan_single
from meetings.services.series import Invited
from meetings.services.session import Words, let_in, open_meeting, save_item, set_presence, take_pen
from tests.factories import UserFactory
from tests.meetings.session_room import DAY, TODAY, come, refused, taken_up, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

# --- Opening and the pen --------------------------------------------------------------------------


def test_a_meeting_is_not_opened_before_its_day(meeting, coordinator) -> None:
    with refused("session.too_early"):
        open_meeting(meeting.pk, by=coordinator, on=TODAY - DAY)


def test_whoever_opens_the_meeting_holds_the_pen(meeting, coordinator) -> None:
    opened = open_meeting(meeting.pk, by=coordinator, on=TODAY)
    assert (opened.state, opened.secretary) == (MeetingState.RUNNING, coordinator)


def test_one_secretary_at_a_time(meeting, coordinator) -> None:
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    other = UserFactory(role="caseworker")
    with refused("session.pen"):
        save_item(item.pk, Words(note="x"), version=1, by=other)
    take_pen(meeting.pk, by=other)
    save_item(item.pk, Words(note="x"), version=1, by=other)
    with pytest.raises(RuleBroken, match=r"^session\.pen$") as late:
        save_item(item.pk, Words(note="y"), version=2, by=coordinator)
    assert late.value.facts["name"] == str(other)


def test_a_second_window_is_told_that_the_first_has_written(meeting, coordinator) -> None:
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    save_item(item.pk, Words(note="først"), version=1, by=coordinator)
    with refused("session.changed"):
        save_item(item.pk, Words(note="så"), version=1, by=coordinator)


def test_what_is_saved_is_there_for_whoever_comes_back(meeting, coordinator) -> None:
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    write(item, coordinator, note="Betaler på fredag", decision="continue", reason="Avtalt")
    again = open_meeting(meeting.pk, by=coordinator, on=TODAY).items.get()
    assert (again.note, again.decision, again.state) == (
        "Betaler på fredag",
        "continue",
        ItemState.DISCUSSED,
    )


def test_a_guest_who_comes_is_present(meeting, coordinator) -> None:
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    row = let_in(meeting.pk, Invited("other", guest="Verge Olsen"), by=coordinator, on=TODAY)
    assert row.presence == "present"


# --- Decisions to refer ---------------------------------------------------------------------------


@pytest.mark.parametrize("parties", [(), ("welfare",), ("landlord",), ("welfare", "housing_unit")])
def test_without_landlord_and_welfare_office_nobody_is_referred(
    meeting, coordinator, parties
) -> None:
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, *parties)
    with refused("session.parties"):
        write(item, coordinator, decision="bailiff", reason="Alt er prøvd")


def test_who_leaves_before_the_end_takes_the_referral_along(meeting, coordinator) -> None:
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare", "landlord")
    write(item, coordinator, decision="bailiff", reason="Alt er prøvd")
    set_presence(meeting.attendances.get(party="landlord").pk, "absent", by=coordinator)
    with pytest.raises(RuleBroken) as broken:
        close_meeting(meeting.pk, by=coordinator, on=TODAY)
    assert [fault.code for fault in broken.value.facts["faults"]] == ["parties"]


def test_the_housing_unit_must_have_been_asked(office, coordinator) -> None:
    meeting = plan_single(
        office_id=office.pk,
        held_on=TODAY,
        at_time=dt.time(9),
        minutes=60,
        place="Her",
        invited=[
            Invited("welfare", user_id=coordinator.pk),
            Invited("landlord", guest="Utleier"),
        ],
        by=coordinator,
        on=TODAY,
    )
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare", "landlord")
    with refused("session.parties"):
        write(item, coordinator, decision="collection", reason="Alt er prøvd")


def test_the_housing_unit_is_not_invited_by_writing_it_down_in_the_meeting(meeting, coordinator):
    meeting.attendances.filter(party="housing_unit").delete()
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare", "landlord")
    row = let_in(meeting.pk, Invited("housing_unit", guest="Ida"), by=coordinator, on=TODAY)
    set_presence(row.pk, "absent", by=coordinator)
    with refused("session.parties"):
        write(item, coordinator, decision="bailiff", reason="Fordi")
    set_presence(row.pk, "present", by=coordinator)
    assert write(item, coordinator, decision="bailiff", reason="Fordi").decision == "bailiff"


# --- Closing --------------------------------------------------------------------------------------


def test_closing_writes_the_decision_on_the_case_with_its_task(meeting, coordinator) -> None:
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare", "landlord")
    write(
        item,
        coordinator,
        note="Snakket om avtale",
        decision="offer_plan",
        reason="Har fått jobb",
        owner_id=coordinator.pk,
        due_on=TODAY + 7 * DAY,
    )
    assert not CaseDecision.objects.exists()
    close_meeting(meeting.pk, by=coordinator, on=TODAY)
    decision = CaseDecision.objects.get()
    assert (decision.case_id, decision.kind, decision.meeting) == (
        item.case_id,
        "offer_plan",
        meeting.number,
    )
    task = Task.objects.get(about=f"decision:{decision.pk}")
    assert (task.owner, task.due_on) == (coordinator, TODAY + 7 * DAY)


def test_what_nobody_came_to_is_carried_over_to_the_next_meeting(meeting, coordinator) -> None:
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare")
    close_meeting(meeting.pk, by=coordinator, on=TODAY)
    item.refresh_from_db()
    assert item.state == ItemState.CARRIED
    following = plan_single(
        office_id=meeting.office_id,
        held_on=TODAY + 14 * DAY,
        at_time=dt.time(9),
        minutes=60,
        place="Her",
        invited=[],
        by=coordinator,
        on=TODAY,
    )
    fill_agenda(following.pk, by=None, on=TODAY + DAY)
    assert "carried" in following.items.get(case=item.case_id).reasons


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"note": "Snakket lenge"}, "undecided"),
        ({"decision": "continue"}, "no_reason"),
        ({"decision": "take_up_again", "reason": "Venter på Nav"}, "no_day"),
        (
            {"decision": "take_up_again", "reason": "Venter", "again_on": TODAY},
            "day_past",
        ),
        ({"decision": "continue", "reason": "Bra", "due_on": TODAY - DAY}, "due_before"),
    ],
)
def test_a_meeting_is_not_closed_with_half_a_decision(meeting, coordinator, words, code) -> None:
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare", "landlord")
    write(item, coordinator, **words)
    with pytest.raises(RuleBroken) as broken:
        close_meeting(meeting.pk, by=coordinator, on=TODAY)
    assert [fault.code for fault in broken.value.facts["faults"]] == [code]
    assert Meeting.objects.get().state == MeetingState.RUNNING


def test_a_meeting_that_nobody_came_to_is_not_closed(meeting, coordinator) -> None:
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    with refused("closing.nobody"):
        close_meeting(meeting.pk, by=coordinator, on=TODAY)


def test_a_decision_that_its_case_refuses_closes_nothing(meeting, coordinator) -> None:
    good, bad = taken_up(meeting, coordinator), taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare")
    for item in (good, bad):
        write(item, coordinator, decision="continue", reason="Bra")
    bad.case.status, bad.case.closed_on, bad.case.outcome = "closed", TODAY, "paid"
    bad.case.save()
    with refused("closing.refused"):
        close_meeting(meeting.pk, by=coordinator, on=TODAY)
    assert not CaseDecision.objects.exists()
    assert not Minutes.objects.exists()


def test_what_was_said_of_a_routine_stands_on_the_issue(meeting, coordinator) -> None:
    issue = SystemIssue.objects.create(
        title="Nøkler", text="…", raised_on=TODAY, raised_by=coordinator
    )
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    fill_agenda(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare")
    write(meeting.items.get(issue=issue), coordinator, note="Ny rutine fra januar")
    close_meeting(meeting.pk, by=coordinator, on=TODAY)
    assert issue.notes.get().text == "Ny rutine fra januar"


# --- What happens meanwhile -----------------------------------------------------------------------


def test_a_case_closed_during_the_meeting_does_not_keep_the_meeting_open(meeting, coordinator):
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare", "landlord")
    write(item, coordinator, note="Leietakeren har betalt.")
    close_case(item.case_id, "moved_out", by=coordinator, on=TODAY)
    close_meeting(meeting.pk, by=coordinator, on=TODAY)
    item.refresh_from_db()
    assert (item.state, item.note) == (ItemState.DISCUSSED, "Leietakeren har betalt.")


def test_what_was_entered_before_late_minutes_were_closed_the_meeting_did_not_know_of(
    meeting, coordinator
):
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare", "landlord")
    item = write(item, coordinator, decision="continue", reason="Fordi")
    close_meeting(meeting.pk, by=coordinator, on=TODAY + DAY)
    assert CaseDecision.objects.get().entered_at == item.saved_at


def test_who_is_disqualified_writes_nothing_on_the_case(meeting, coordinator):
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    disqualify(
        item.case_id, coordinator, reason="Slekt", by=UserFactory(role="coordinator"), on=TODAY
    )
    with refused("session.not_yours"):
        write(item, coordinator, note="Jeg kjenner henne.")


# --- What is confirmed is kept --------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_what_is_said_to_be_saved_is_seen_by_another_connection(meeting, coordinator) -> None:
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    save_item(item.pk, Words(note="Betaler på fredag"), version=1, by=coordinator)
    # The connection that wrote is gone, as after a server that died.
    connection.close()
    with ThreadPoolExecutor(1) as other:
        assert other.submit(_note_seen_elsewhere, item.pk).result() == "Betaler på fredag"


def _note_seen_elsewhere(item_id: int) -> str:
    try:
        return AgendaItem.objects.get(pk=item_id).note
    finally:
        connection.close()
