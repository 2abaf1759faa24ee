"""The pages of the outbox: who sees which letters, what can be done with them, and the files."""

import datetime
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boligsak.accounts.models import LookUp
from boligsak.dates import today
from boligsak.letters.channels import NotSent
from boligsak.letters.models import Dispatch, PrintBatch
from boligsak.letters.services.delivering import deliver
from boligsak.letters.services.journal import NewParty
from boligsak.letters.services.outbox import send
from boligsak.letters.services.print_batches import make_batch
from tenants.models import Person
from tests.factories import CaseFactory, LeaseFactory, PersonFactory, UserFactory
from tests.letters.pdf_text import pages
from tests.letters.posting import NOW, ON, Wire, a_letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

OUTBOX = reverse("letters:outbox")


def signed_in(role="coordinator", **more):
    client = Client()
    client.user = UserFactory(role=role, **more)  # type: ignore[attr-defined]
    client.force_login(client.user)
    return client


def to_tenant(channel="print", lease=None, **more) -> Dispatch:
    """A letter to the tenant of a lease, in the outbox."""
    lease = lease or LeaseFactory()
    person = lease.parties.get().person
    Person.objects.filter(pk=person.pk).update(email="a@example.org")
    hides = person.is_protected or lease.is_protected
    address = "" if hides else "Lia 1\n7010 Trondheim"
    party = NewParty("recipient", str(person), address, "a@example.org", person.pk, hides)
    letter = a_letter(
        party,
        folder_kind=more.pop("folder_kind", "lease"),
        ref_id=more.pop("ref_id", lease.pk),
        office=lease.office,
        is_protected=lease.is_protected,
        **more,
    )
    return send(letter, channel=channel, by=UserFactory(), on=ON, email_used_on=ON)[0]


def said(response):
    return re.sub(r"\s+", " ", response.content.decode())


def hidden_tenant(**more):
    person = PersonFactory(given_name="Vilde", family_name="Ukjentsen", protection=6)
    return to_tenant(lease=LeaseFactory(tenant=person, is_protected=True), **more)


def submit(client, name, row, **fields):
    url = reverse(f"letters:{name}", args=[row.pk])
    given = {"submission_id": str(uuid4()), "version": row.version, **fields}
    return client.post(url, given)


# --- The list -------------------------------------------------------------------------------------


def test_a_letter_stands_under_the_tab_of_its_state(monkeypatch):
    row = to_tenant()
    client = signed_in()
    assert row.party.name in said(client.get(OUTBOX))
    assert row.party.name not in said(client.get(OUTBOX, {"tab": "sent"}))


@pytest.mark.parametrize("role", ["caseworker", "manager", "privacy_officer", "administrator"])
def test_who_sends_no_letters_has_no_outbox(role):
    assert signed_in(role).get(OUTBOX).status_code == 403


def test_another_offices_letters_are_not_there():
    here, there = to_tenant(), to_tenant()
    client = signed_in("landlord", role__offices=[here.office])
    text = said(client.get(OUTBOX))
    assert here.party.name in text
    assert there.party.name not in text
    assert client.get(reverse("letters:dispatch", args=[there.pk])).status_code == 404


def test_the_landlord_sees_no_letter_of_an_application_nor_of_a_case_not_shared_with_it():
    case = CaseFactory(party="welfare", sharing_basis="none")
    row = to_tenant(lease=case.lease, folder_kind="case", ref_id=case.pk)
    assert row.party.name not in said(signed_in("landlord").get(OUTBOX))
    assert row.party.name in said(signed_in("coordinator").get(OUTBOX))


def test_what_is_for_the_welfare_side_is_printed_by_nobody_else():
    row = to_tenant(is_social=True)
    assert row.party.name not in said(signed_in("landlord").get(OUTBOX))
    assert row.party.name in said(signed_in("coordinator").get(OUTBOX))


def test_whoever_is_shown_is_written_in_the_look_up_log():
    row = to_tenant()
    client = signed_in()
    client.get(OUTBOX)
    looked = LookUp.objects.get(user=client.user, page="letters:outbox")
    assert looked.person_ids == [row.party.person_id]


def test_the_list_is_filtered_by_office_way_kind_and_day():
    row, other = to_tenant(), to_tenant("hand")
    client = signed_in()
    for filters, is_there in (
        ({"office": row.office_id}, True),
        ({"office": other.office_id}, False),
        ({"channel": "print"}, True),
        ({"channel": "email"}, False),
        ({"kind": "information"}, True),
        ({"first": "2.3.2026"}, True),
        ({"last": "1.3.2026"}, False),
    ):
        assert (row.party.name in said(client.get(OUTBOX, filters))) == is_there, filters


def test_many_letters_cost_no_more_queries_than_one():
    client = signed_in()
    to_tenant()
    client.get(OUTBOX)
    with CaptureQueriesContext(connection) as few:
        client.get(OUTBOX)
    for _ in range(12):
        to_tenant()
    with CaptureQueriesContext(connection) as many:
        client.get(OUTBOX)
    assert len(many) == len(few)


@pytest.mark.parametrize("tab", ["print", "waiting", "back", "sent", "ended"])
def test_an_empty_tab_says_so(tab):
    response = signed_in().get(OUTBOX, {"tab": tab})
    assert response.status_code == 200
    assert "empty" in said(response)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_list_is_downloaded_as_it_is_shown(file_format):
    row, _other = to_tenant(), to_tenant("hand")
    response = signed_in().get(OUTBOX, {"export": file_format})
    body = b"".join(response.streaming_content)
    if file_format == "csv":
        lines = body.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert row.party.name in lines[1]


# --- Protected people -----------------------------------------------------------------------------


def test_a_protected_persons_letter_is_seen_by_the_cleared_alone():
    row = hidden_tenant()
    plain, cleared = signed_in(), signed_in(role__cleared=True)
    for tab in ("print", "protected", "waiting", "back", "sent", "ended"):
        assert "Ukjentsen" not in said(plain.get(OUTBOX, {"tab": tab}))
    assert "Ukjentsen" in said(cleared.get(OUTBOX, {"tab": "protected"}))
    assert "Ukjentsen" not in said(cleared.get(OUTBOX))
    assert plain.get(reverse("letters:dispatch", args=[row.pk])).status_code == 404
    assert plain.get(reverse("letters:dispatch_file", args=[row.pk])).status_code == 404


@pytest.mark.parametrize("tab", ["print", "protected", "sent"])
def test_no_file_of_the_list_names_a_protected_person_even_for_the_cleared(tab):
    hidden_tenant()
    response = signed_in(role__cleared=True).get(OUTBOX, {"tab": tab, "export": "csv"})
    assert "Ukjentsen" not in b"".join(response.streaming_content).decode()


def test_the_cleared_print_it_with_the_address_as_it_is_now(people):
    row = hidden_tenant()
    people.addresses[row.party.person_id] = ("Skjultefaret 3", "7010 Trondheim")
    client = signed_in(role__cleared=True)
    assert "Skjultefaret 3" in said(client.get(reverse("letters:dispatch", args=[row.pk])))
    letter = client.get(reverse("letters:dispatch_file", args=[row.pk]))
    assert "Skjultefaret 3" in pages(letter.content)[0]
    assert LookUp.objects.filter(user=client.user, page="letters:dispatch_file").exists()


def protected_since() -> Dispatch:
    """A letter about a tenancy its recipient has left, and that is not protected for their sake."""
    row = to_tenant()
    Person.objects.filter(pk=row.party.person_id).update(protection=6)
    return row


@pytest.mark.parametrize("what", ["dispatch", "dispatch_file"])
def test_a_letter_to_somebody_who_is_protected_now_is_opened_by_the_cleared_alone(what):
    row = protected_since()
    where = reverse(f"letters:{what}", args=[row.pk])
    assert signed_in().get(where).status_code == 404
    assert signed_in(role__cleared=True).get(where).status_code == 200


def test_somebody_who_is_protected_now_is_named_in_the_list_to_the_cleared_alone():
    row = protected_since()
    assert row.party.name not in said(signed_in().get(OUTBOX))
    assert row.party.name in said(signed_in(role__cleared=True).get(OUTBOX))


def test_no_file_of_the_list_names_somebody_who_is_protected_now():
    row, other = protected_since(), to_tenant()
    answer = signed_in(role__cleared=True).get(OUTBOX, {"export": "csv"})
    file = b"".join(answer.streaming_content).decode()
    assert row.party.name not in file
    assert other.party.name in file


def test_the_own_register_knows_where_a_protected_tenant_lives():
    row = hidden_tenant()
    lease = row.document.folder.ref_id
    letter = signed_in(role__cleared=True).get(reverse("letters:dispatch_file", args=[row.pk]))
    street = LeaseFactory._meta.model.objects.get(pk=lease).dwelling.street
    assert street in pages(letter.content)[0]


# --- One letter -----------------------------------------------------------------------------------


def failed(monkeypatch) -> Dispatch:
    from boligsak.letters import channels

    wire = Wire(first=[NotSent("email.refused", is_final=True)])
    monkeypatch.setattr(channels, "_channels", {"email": wire})
    row = to_tenant("email")
    deliver(NOW)
    row.refresh_from_db()
    return row


def test_a_letter_that_came_back_says_why_and_what_can_be_done(monkeypatch):
    row = failed(monkeypatch)
    client = signed_in()
    assert row.party.name in said(client.get(OUTBOX, {"tab": "back"}))
    text = said(client.get(reverse("letters:dispatch", args=[row.pk])))
    for name in ("dispatch_retry", "dispatch_paper", "dispatch_cancel"):
        assert reverse(f"letters:{name}", args=[row.pk]) in text
    assert reverse("letters:dispatch_sent", args=[row.pk]) not in text


def test_paper_instead_and_what_it_replaces_lead_to_each_other(monkeypatch):
    row = failed(monkeypatch)
    client = signed_in()
    assert submit(client, "dispatch_paper", row).status_code == 302
    paper = Dispatch.objects.get(instead_of=row)
    here = said(client.get(reverse("letters:dispatch", args=[row.pk])))
    assert reverse("letters:dispatch", args=[paper.pk]) in here
    there = said(client.get(reverse("letters:dispatch", args=[paper.pk])))
    assert reverse("letters:dispatch", args=[row.pk]) in there


def test_a_letter_is_sent_again(monkeypatch):
    row = failed(monkeypatch)
    assert submit(signed_in(), "dispatch_retry", row).status_code == 302
    row.refresh_from_db()
    assert row.state == "waiting"


def test_a_letter_is_stopped_with_a_reason_and_not_without():
    row, client = to_tenant(), signed_in()
    assert submit(client, "dispatch_cancel", row, reason=" ").status_code == 422
    assert submit(client, "dispatch_cancel", row, reason="Feil").status_code == 302
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_a_letter_sent_by_hand_is_written_down_with_day_and_proof():
    row, client = to_tenant("hand"), signed_in()
    late = today() + datetime.timedelta(days=1)
    fields = {"sent_on": late.isoformat(), "proof": "Overlevert"}
    assert submit(client, "dispatch_sent", row, **fields).status_code == 422
    fields["sent_on"] = ON.isoformat()
    assert submit(client, "dispatch_sent", row, **fields).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.sent_on, row.proof) == ("sent", ON, "Overlevert")


def test_who_comes_second_is_told_and_loses_nothing_typed():
    row, client = to_tenant(), signed_in()
    Dispatch.objects.filter(pk=row.pk).update(version=row.version + 1)
    response = submit(client, "dispatch_cancel", row, reason="Feil vedlegg")
    assert response.status_code == 422
    assert "Feil vedlegg" in said(response)
    row.refresh_from_db()
    assert f'name="version" value="{row.version}"' in said(response)


# --- Batches --------------------------------------------------------------------------------------


def test_from_the_list_to_the_file_to_posted():
    row, client = to_tenant(), signed_in()
    where = reverse("letters:batch_new", args=[row.office_id])
    assert where in said(client.get(OUTBOX))
    assert client.get(where).status_code == 200
    made = client.post(where, {"submission_id": str(uuid4())})
    batch = PrintBatch.objects.get()
    assert made["Location"] == reverse("letters:batch", args=[batch.pk])
    assert row.party.name in said(client.get(made["Location"]))
    file = client.get(reverse("letters:batch_file", args=[batch.pk]))
    assert file.content.startswith(b"%PDF")
    assert submit(client, "batch_post", batch, posted_on="i dag").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.sent_on) == ("sent", today())


def test_a_form_sent_twice_prints_once():
    row, client = to_tenant(), signed_in()
    where = reverse("letters:batch_new", args=[row.office_id])
    form = {"submission_id": str(uuid4())}
    assert client.post(where, form)["Location"] == client.post(where, form)["Location"]
    assert PrintBatch.objects.count() == 1


def test_a_batch_with_a_letter_one_may_not_see_is_not_there():
    social, lease = to_tenant(is_social=True), None
    to_tenant(lease=lease)
    by = UserFactory()
    batch = make_batch(social.office_id, Dispatch.objects.all(), by=by, on=ON).batch
    assert signed_in().get(reverse("letters:batch", args=[batch.pk])).status_code == 200
    landlord = signed_in("landlord")
    assert landlord.get(reverse("letters:batch", args=[batch.pk])).status_code == 404
    assert landlord.get(reverse("letters:batch_file", args=[batch.pk])).status_code == 404


@pytest.mark.parametrize("what", ["batch", "batch_file", "batch_post"])
def test_a_batch_with_somebody_who_is_protected_now_is_opened_by_the_cleared_alone(what):
    row = to_tenant()
    by = UserFactory()
    batch = make_batch(row.office_id, Dispatch.objects.all(), by=by, on=ON).batch
    Person.objects.filter(pk=row.party.person_id).update(protection=6)
    where = reverse(f"letters:{what}", args=[batch.pk])
    assert signed_in().get(where).status_code == 404
    assert signed_in(role__cleared=True).get(where).status_code == 200


def test_a_batch_prints_only_what_its_maker_may_see():
    lease = LeaseFactory()
    to_tenant(lease=lease, is_social=True)
    to_tenant(lease=lease)
    landlord = signed_in("landlord")
    where = reverse("letters:batch_new", args=[lease.office_id])
    landlord.post(where, {"submission_id": str(uuid4())})
    assert PrintBatch.objects.get().letters == 1


def test_a_batch_is_dropped_from_its_page_and_then_has_no_file():
    row, client = to_tenant(), signed_in()
    batch = make_batch(row.office_id, Dispatch.objects.all(), by=client.user, on=today()).batch
    assert submit(client, "batch_drop", batch, reason="Papirstopp").status_code == 302
    assert client.get(reverse("letters:batch", args=[batch.pk])).status_code == 200
    assert client.get(reverse("letters:batch_file", args=[batch.pk])).status_code == 404
    assert row.party.name in said(client.get(OUTBOX))


def test_a_letter_is_taken_out_of_a_batch_from_its_page():
    row, client = to_tenant(), signed_in()
    make_batch(row.office_id, Dispatch.objects.all(), by=client.user, on=today())
    row.refresh_from_db()
    page = said(client.get(reverse("letters:dispatch", args=[row.pk])))
    assert reverse("letters:dispatch_take_out", args=[row.pk]) in page
    assert submit(client, "dispatch_take_out", row, reason="Feil").status_code == 302
    row.refresh_from_db()
    assert row.batch is None


def test_the_list_of_batches_shows_those_that_were_dropped_too():
    row, client = to_tenant(), signed_in()
    batch = make_batch(row.office_id, Dispatch.objects.all(), by=client.user, on=today()).batch
    submit(client, "batch_drop", batch, reason="Papirstopp")
    assert batch.number in said(client.get(reverse("letters:batches")))
