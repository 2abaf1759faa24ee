"""The minutes of a meeting: locked, with names and without, and corrected beside the text."""

import pytest
from django.db import DatabaseError, connection, transaction

from arrears.services.cases.sharing import set_sharing
from boligsak.letters.models import ArchiveExport, Document, Folder, Template
from boligsak.letters.protected import protected_now
from boligsak.letters.queries.archive import people_in
from meetings.models import Minutes
from meetings.queries.session import may_have_file
from meetings.services.agenda import add_case
from meetings.services.closing import close_meeting
from meetings.services.minutes import add_to_minutes, minutes_file
from meetings.services.session import open_meeting
from tenants.models import Lease, LeaseParty
from tests.factories import CaseFactory, LeaseFactory, PersonFactory, UserFactory
from tests.letters.pdf_text import pages
from tests.meetings.session_room import DAY, TODAY, closed, come, refused, taken_up, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

# --- Locked ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meetings_agendaitem SET note = 'x'",
        "UPDATE meetings_agendaitem SET decision = 'bailiff'",
        "UPDATE meetings_meeting SET state = 'running'",
        "UPDATE meetings_meeting SET held_on = '2026-01-01'",
        "UPDATE meetings_minutes SET content = '{}'",
        "DELETE FROM meetings_agendaitem",
        "DELETE FROM meetings_minutes",
    ],
)
def test_the_database_keeps_closed_minutes_as_they_are(meeting, coordinator, statement) -> None:
    closed(meeting, coordinator)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_correction_stands_beside_the_minutes_with_author_and_reason(
    meeting, coordinator
) -> None:
    item = closed(meeting, coordinator)
    with refused("minutes.no_reason"):
        add_to_minutes(
            meeting.pk, text="Fristen er 1.12.", reason="", item_id=None, by=coordinator, on=TODAY
        )
    row = add_to_minutes(
        meeting.pk,
        text="Fristen er 1.12.",
        reason="Skrivefeil",
        item_id=item.pk,
        by=coordinator,
        on=TODAY,
    )
    assert (row.by, row.reason) == (coordinator, "Skrivefeil")


# --- The minutes ----------------------------------------------------------------------------------


def words_of(content: bytes) -> str:
    """All text of the PDF, by its glyphs' own map to letters."""
    return "".join(pages(content)).replace("\n", "")


def test_the_minutes_are_made_with_and_without_names(meeting, coordinator) -> None:
    closed(meeting, coordinator)
    minutes = Minutes.objects.get()
    assert minutes.content["items"][0]["name"].startswith("Siv Bø")
    with_names, without = (
        words_of(minutes_file(minutes, with_names=named)) for named in (True, False)
    )
    assert meeting.number in with_names
    assert meeting.number in without
    assert "Siv Bø" in with_names
    assert "Siv Bø" not in without


def test_both_versions_are_written_from_the_template_and_journaled(meeting, coordinator) -> None:
    closed(meeting, coordinator)
    minutes = Minutes.objects.get()
    named, plain = Document.objects.filter(folder__kind="meeting").order_by("serial")
    assert (named.template.kind, named.direction) == ("meeting-minutes", "internal")
    assert (named.stored, plain.stored) == (minutes.stored_with, minutes.stored_without)
    assert (named.title, plain.title) == (
        "Referat fra samarbeidsmøte, med navn",
        "Referat fra samarbeidsmøte",
    )
    assert "Siv Bø" in named.facts["fields"]["cases"]
    tenants = LeaseParty.objects.filter(person__given_name="Siv").values_list("person", flat=True)
    assert named.facts["people"] == list(tenants)
    row = ArchiveExport(from_on=TODAY, to_on=TODAY, is_repeat=True)
    assert people_in(row) == list(tenants)  # whoever fetches the package has seen them
    assert "Siv Bø" not in str(plain.facts)


def test_minutes_follow_the_office_s_own_template(meeting, coordinator) -> None:
    Template.objects.create(
        kind="meeting-minutes",
        language="nb",
        office=meeting.office,
        number=1,
        valid_from=TODAY - DAY,
        state="approved",
        approved_on=TODAY - DAY,
        title="Møtebok",
        body="Holdt {held}\n\n{people}\n\n# Vedtak i sakene\n{cases}",
    )
    closed(meeting, coordinator)
    said = words_of(minutes_file(Minutes.objects.get(), with_names=False))
    assert "Møtebok" in said
    assert "Vedtak i sakene" in said


def test_minutes_that_name_somebody_protected_since_are_of_a_protected_folder(
    meeting, coordinator
) -> None:
    closed(meeting, coordinator)
    folder = Folder.objects.get(kind="meeting")
    assert protected_now([folder]) == frozenset()
    Lease.objects.update(is_protected=True)
    assert protected_now([folder]) == {folder.pk}


def test_a_case_that_nobody_came_to_is_a_number_in_both(meeting, coordinator) -> None:
    taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare")
    close_meeting(meeting.pk, by=coordinator, on=TODAY)
    assert "Siv" not in str(Minutes.objects.get().content)


def test_nothing_for_the_welfare_side_alone_is_in_the_minutes(meeting, coordinator) -> None:
    closed(meeting, coordinator)
    assert "innlagt" not in str(Minutes.objects.get().content)


def test_a_case_without_a_basis_for_sharing_is_a_number_in_both(meeting, coordinator) -> None:
    closed(meeting, coordinator, sharing_basis="none", sharing_source="", sharing_on=None)
    content = str(Minutes.objects.get().content)
    assert "Siv" not in content
    assert "Innherredsveien" not in content


def test_a_protected_case_is_a_number_in_both(meeting) -> None:
    cleared = UserFactory(role="coordinator", role__cleared=True)
    lease = LeaseFactory(
        dwelling__office=meeting.office,
        tenant=PersonFactory(given_name="Siv", protection=6),
        is_protected=True,
    )
    case = CaseFactory(lease=lease, opened_on=TODAY - DAY)
    item = add_case(meeting.pk, case.pk, by=cleared, on=TODAY)
    open_meeting(meeting.pk, by=cleared, on=TODAY)
    come(meeting, cleared, "welfare")
    write(item, cleared, decision="continue", reason="Bra")
    close_meeting(meeting.pk, by=cleared, on=TODAY)
    assert "Siv" not in str(Minutes.objects.get().content)


def test_names_in_minutes_stay_with_those_the_case_is_still_shared_with(meeting, coordinator):
    item = taken_up(meeting, coordinator)
    open_meeting(meeting.pk, by=coordinator, on=TODAY)
    come(meeting, coordinator, "welfare", "landlord")
    write(item, coordinator, note="x", decision="continue", reason="Fordi")
    close_meeting(meeting.pk, by=coordinator, on=TODAY)
    landlord = UserFactory(role="landlord")
    made = Minutes.objects.get()
    assert may_have_file(made, landlord, with_names=True)
    set_sharing(item.case_id, "none", by=coordinator, on=TODAY)
    assert not may_have_file(made, landlord, with_names=True)
    assert may_have_file(made, landlord, with_names=False)
    assert may_have_file(made, coordinator, with_names=True)
