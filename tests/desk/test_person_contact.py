"""How somebody is reached: from the day an e-mail address was used to the letter sent to it."""

import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from boligsak import dates
from boligsak.letters import recipients
from boligsak.letters.models import Dispatch
from boligsak.letters.services.delivering import deliver
from boligsak.letters.services.outbox import send
from boligsak.letters.services.writing import write
from tenants.models import Guardianship, Person
from tenants.queries.addressees import addressee
from tenants.services.letters import guardian_copy, lease_folder, party_of
from tests.factories import LeaseFactory, OfficeFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

OLA = "ola@example.org"


@pytest.fixture(autouse=True)
def folders(tmp_path: Any, settings: Any) -> None:
    settings.FILES_DIR = tmp_path / "files"


def signed_in(role: str = "caseworker", **user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role, **user))
    return client


def step(name: str, pk: int) -> str:
    return reverse(f"desk:{name}", args=[pk])


def letter_to(lease: Any, *copies: Any, kind: str = "information") -> Any:
    """An ordinary letter to the tenant, journaled and not sent."""
    day = dates.today()
    person = lease.parties.get().person
    fields = {"about": "Vannet", "text": "Vannet blir stengt.", "lease": lease.number}
    return write(
        kind,
        folder=lease_folder(lease, day),
        fields=fields,
        to=party_of(addressee(person.pk, day)),
        copies=copies,
        office_id=lease.office_id,
        language="nb",
        by=UserFactory(),
        on=day,
    )


def send_by_email(client: Client, letter: Any) -> Any:
    sent = {"submission_id": uuid4(), "channel": "email"}
    return client.post(step("document_send", letter.pk), sent, follow=True)


# --- From the person's page to an e-mail that has gone --------------------------------------------


def test_an_address_that_is_noted_to_be_in_use_gets_the_letter_with_its_proof() -> None:
    person = PersonFactory(email=OLA)
    lease = LeaseFactory(tenant=person)
    client = signed_in()
    page = client.get(step("person", person.pk)).content.decode()
    assert "letters go on paper" in page
    assert step("email_used", person.pk) in page
    noted = {"submission_id": uuid4(), "version": 1, "used_on": "i dag"}
    assert client.post(step("email_used", person.pk), noted).status_code == 302
    assert "Last used or confirmed" in client.get(step("person", person.pk)).content.decode()

    letter = letter_to(lease)
    shown = client.get(step("document_send", letter.pk)).content.decode()
    assert f"goes to {OLA}" in shown
    send_by_email(client, letter)
    row = Dispatch.objects.get()
    assert (row.channel, row.to) == ("email", OLA)
    assert deliver(dates.now()) == {"sent": 1}
    (message,) = mail.outbox
    assert message.to == [OLA]
    row.refresh_from_db()
    assert (row.state, row.sent_on) == ("sent", dates.today())
    coordinator = signed_in("coordinator")
    told = coordinator.get(reverse("letters:dispatch", args=[row.pk])).content.decode()
    assert message.extra_headers["Message-ID"].strip("<>") in told


def test_an_address_nobody_has_used_gets_paper_and_the_page_and_the_outbox_say_why() -> None:
    lease = LeaseFactory(tenant=PersonFactory(email=OLA))
    client, letter = signed_in(), letter_to(lease)
    assert (
        "has not been used lately" in client.get(step("document_send", letter.pk)).content.decode()
    )
    answer = send_by_email(client, letter)
    assert "has not been used lately" in answer.content.decode()
    row = Dispatch.objects.get()
    assert row.channel == "print"
    told = signed_in("coordinator").get(reverse("letters:dispatch", args=[row.pk]))
    assert "has not been used lately" in told.content.decode()


@pytest.mark.parametrize(
    ("person", "because"),
    [
        ({"is_reserved": True}, "dispatch.reserved"),
        ({"protection": 7}, "dispatch.protected"),
    ],
)
def test_who_is_reserved_or_protected_gets_no_email_however_lately_it_was_used(
    person: dict[str, Any], because: str
) -> None:
    today = dates.today()
    tenant = PersonFactory(email=OLA, email_used_on=today, **person)
    lease = LeaseFactory(tenant=tenant, is_protected="protection" in person)
    (row,) = send(letter_to(lease), channel="email", by=UserFactory(), on=today)
    assert (row.channel, row.to, row.facts["because"]) == ("print", "", because)


def test_an_address_changed_while_the_letter_waits_gets_nothing() -> None:
    today = dates.today()
    tenant = PersonFactory(email=OLA, email_used_on=today)
    lease = LeaseFactory(tenant=tenant)
    (row,) = send(letter_to(lease), channel="email", by=UserFactory(), on=today)
    assert row.channel == "email"
    Person.objects.filter(pk=tenant.pk).update(email="ny@example.org", email_used_on=None)
    assert deliver(dates.now()) == {"paper": 1}
    assert mail.outbox == []
    assert row.replaced_by.facts["because"] == "dispatch.email_changed"


def test_a_letter_for_the_welfare_side_alone_goes_by_no_ordinary_email() -> None:
    today = dates.today()
    lease = LeaseFactory(tenant=PersonFactory(email=OLA, email_used_on=today))
    letter = letter_to(lease)
    letter.is_social = True
    (row,) = send(letter, channel="email", by=UserFactory(), on=today)
    assert row.facts["because"] == "dispatch.not_by_email"


# --- Noting that an address is used ---------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["i morgen", "31.12.2099", "snart", ""])
def test_a_day_that_cannot_be_is_refused_beside_its_field(wrong: str) -> None:
    person = PersonFactory(email=OLA)
    LeaseFactory(tenant=person)
    sent = {"submission_id": uuid4(), "version": 1, "used_on": wrong}
    assert signed_in().post(step("email_used", person.pk), sent).status_code == 422
    assert Person.objects.get().email_used_on is None


def test_without_an_address_there_is_nothing_to_confirm() -> None:
    person = PersonFactory()
    LeaseFactory(tenant=person)
    assert "Enter the address" in signed_in().get(step("email_used", person.pk)).content.decode()


def test_a_new_address_has_not_been_used_until_somebody_says_so() -> None:
    today = dates.today()
    person = PersonFactory(email=OLA, email_used_on=today - datetime.timedelta(days=3))
    LeaseFactory(tenant=person)
    sent = {
        "email": "ny@example.org",
        "email_used_on": dates.format_day(person.email_used_on),
        "language": "nb",
        "protection": 0,
        "version": 1,
        "submission_id": uuid4(),
    }
    assert signed_in().post(step("person_change", person.pk), sent).status_code == 302
    person.refresh_from_db()
    assert (person.email, person.email_used_on) == ("ny@example.org", None)


def test_a_paper_that_came_by_email_shows_that_the_address_is_used() -> None:
    person = PersonFactory(email=OLA)
    lease = LeaseFactory(tenant=person)
    day = dates.today() - datetime.timedelta(days=1)
    from django.core.files.uploadedfile import SimpleUploadedFile

    from boligsak.letters.services.journal import content_of
    from tests.letters.posting import a_letter

    sent = {
        "submission_id": uuid4(),
        "file": SimpleUploadedFile("svar.pdf", content_of(a_letter())),
        "direction": "in",
        "kind": "letter-in",
        "title": "Svar på brev",
        "dated_on": dates.format_day(day),
        "party": person.pk,
        "access": "13",
        "came_by_email": "on",
    }
    answer = signed_in().post(reverse("desk:document_upload", args=["lease", lease.pk]), sent)
    assert answer.status_code == 302, answer.content.decode()
    person.refresh_from_db()
    assert person.email_used_on == day


# --- Guardians ------------------------------------------------------------------------------------


def told_guardian(**more: Any) -> dict[str, Any]:
    return {
        "submission_id": uuid4(),
        "guardian_name": "Kari Verge",
        "mandate": "Økonomi",
        "from_on": "01.01.2026",
        "post_address": "Lia 2\n7020 Trondheim",
        **more,
    }


def test_a_guardian_is_entered_and_gets_the_copy_at_their_own_address() -> None:
    person = PersonFactory()
    lease = LeaseFactory(tenant=person)
    client = signed_in()
    assert client.post(step("guardian_new", person.pk), told_guardian()).status_code == 302
    guardian = Guardianship.objects.get()
    assert "Lia 2" in client.get(step("person", person.pk)).content.decode()
    letter = letter_to(lease, guardian_copy(guardian))
    rows = send(letter, by=UserFactory(), on=dates.today())
    assert [(row.party.name, row.party.address) for row in rows][1] == (
        "Kari Verge",
        "Lia 2\n7020 Trondheim",
    )


def test_a_protected_persons_guardian_gets_the_copy_and_no_address_of_the_person() -> None:
    person = PersonFactory(protection=6, post_address="Hemmelig 1, 7000 By")
    lease = LeaseFactory(tenant=person, is_protected=True, dwelling__street="Skjultveien")
    guardian = Guardianship.objects.create(
        person=person,
        guardian_name="Kari Verge",
        mandate="Økonomi",
        from_on=datetime.date(2026, 1, 1),
        post_address="Lia 2, 7020 Trondheim",
    )
    letter = letter_to(lease, guardian_copy(guardian))
    rows = send(letter, by=UserFactory(), on=dates.today())
    assert [row.party.address for row in rows] == ["", "Lia 2\n7020 Trondheim"]
    for secret in ("Skjultveien", "Hemmelig"):
        assert secret not in letter.body
        assert secret not in str(letter.facts)


def test_a_change_of_a_guardian_by_the_second_of_two_is_told_so() -> None:
    person = PersonFactory()
    LeaseFactory(tenant=person)
    guardian = Guardianship.objects.create(
        person=person, guardian_name="V", mandate="M", from_on=datetime.date(2026, 1, 1)
    )
    client, address = signed_in(), step("guardian_change", guardian.pk)
    assert client.post(address, told_guardian(version=1)).status_code == 302
    answer = client.post(address, told_guardian(version=1, phone="1"))
    assert answer.status_code == 422
    assert "Somebody has changed this" in answer.content.decode()


@pytest.mark.parametrize("name", ["email_used", "guardian_new"])
def test_a_person_of_another_office_is_not_there(name: str) -> None:
    person = PersonFactory(email=OLA)
    LeaseFactory(tenant=person)
    client = signed_in(role__offices=[OfficeFactory()])
    assert client.get(step(name, person.pk)).status_code == 404


@pytest.mark.parametrize(("cleared", "status"), [(True, 200), (False, 404)])
def test_where_a_protected_persons_guardian_lives_is_for_the_cleared(
    cleared: bool, status: int
) -> None:
    person = PersonFactory(protection=7)
    LeaseFactory(tenant=person, is_protected=True)
    guardian = Guardianship.objects.create(
        person=person,
        guardian_name="Kari Verge",
        mandate="M",
        from_on=datetime.date(2026, 1, 1),
        post_address="Lia 2, 7020 Trondheim",
    )
    client = signed_in("coordinator", role__cleared=cleared)
    assert client.get(step("guardian_change", guardian.pk)).status_code == status
    assert ("Lia 2" in client.get(step("person", person.pk)).content.decode()) is cleared


# --- The register does not answer -----------------------------------------------------------------


class _Away:
    def standing(self, person_ids: Any) -> Any:
        raise recipients.RegisterAway

    def address_of(self, person_id: int, on: datetime.date) -> Any:
        raise recipients.RegisterAway

    def identity_of(self, person_id: int) -> str:
        raise recipients.RegisterAway


def test_a_register_that_is_away_is_a_plain_refusal_with_a_way_to_try_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lease = LeaseFactory(tenant=PersonFactory(email=OLA, email_used_on=dates.today()))
    letter = letter_to(lease)
    (row,) = send(letter_to(lease), by=UserFactory(), on=dates.today())
    client = signed_in("coordinator")
    monkeypatch.setattr(recipients, "_registers", [_Away()])
    for address in (
        reverse("desk:document", args=[letter.pk]),
        reverse("desk:document_file", args=[letter.pk]),
        reverse("letters:outbox"),
        reverse("letters:outbox") + "?export=csv",
        reverse("letters:dispatch", args=[row.pk]),
    ):
        answer = client.get(address)
        page = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 503, address
        assert f'href="{address}"' in page.decode()
        assert answer["Retry-After"]
    assert client.get(step("document_send", letter.pk)).status_code == 503
    answer = send_by_email(client, letter)
    assert not letter.dispatches.exists()
    assert answer.status_code in (422, 503)
