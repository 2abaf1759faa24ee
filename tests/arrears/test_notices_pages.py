"""The pages of notices: from choosing one to a letter that is sent and answered."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from arrears.models import Notice
from arrears.services.notices.letters import live_letters
from arrears.services.notices.serving import note_answer
from tenants.models import Guardianship, LeaseParty, Person
from tests.arrears.notice_town import RENT_ORE, build, pay
from tests.factories import PersonFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_june")]

D = dt.date
DAY = D(2026, 6, 1)


@pytest.fixture
def _june(time_machine):
    time_machine.move_to(dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def town():
    return build()


@pytest.fixture
def page(client, town):
    client.force_login(town.landlord)
    return client


def post(client, url, **fields):
    return client.post(url, {"submission_id": str(uuid4()), **fields})


def write(client, town, kind, **fields):
    town.case.refresh_from_db()
    url = reverse("arrears:notice_write", args=[town.case.pk, kind])
    lines = list(town.lease.open_charges.values_list("line_id", flat=True))
    values = {"version": town.case.version, "dated_on": "01.06.2026", "line_ids": lines, **fields}
    return post(client, url, **values)


def send(client, town, notice, **fields):
    key = f"{town.lease.parties.get().person_id}_0"
    values = {
        "version": notice.version,
        "sent_on": "01.06.2026",
        f"channel_{key}": "letter",
        f"proof_{key}": "Sporing 123",
        **fields,
    }
    return post(client, reverse("arrears:notice_send", args=[notice.pk]), **values)


def test_the_page_of_kinds_says_what_the_law_allows_today_and_from_when_the_rest(page, town):
    town.send("collection_notice", DAY)
    text = page.get(reverse("arrears:notice_new", args=[town.case.pk])).content.decode()
    may, may_not = text.split('id="may-not"')
    assert "Varsel om utkastelse, ubetalt leie" in may
    assert "16.06.2026" in may_not  # the payment demand waits for the fourteen days
    assert "Kontrakten har ingen siste dag" in may_not


def test_a_letter_is_written_read_and_recorded_as_sent(page, town):
    answer = write(page, town, "warning_a", own_words="Ring oss.")
    notice = Notice.objects.get()
    assert answer.url == reverse("arrears:notice", args=[notice.pk])
    letter = page.get(answer.url).content.decode()
    assert "Varsel om utkastelse" in letter
    assert "Ring oss." in letter
    assert "15.06.2026" in letter
    answer = send(page, town, notice)
    assert answer.status_code == 302
    notice.refresh_from_db()
    assert (notice.state, notice.proof) == ("sent", "Sporing 123")
    case = page.get(reverse("desk:case", args=[town.case.pk])).content.decode()
    assert "16.06.2026" in case  # the clock: lawful from


def test_nothing_typed_is_lost_when_the_letter_is_refused(page, town):
    pay(town.lease, RENT_ORE, DAY)
    answer = write(page, town, "reminder", own_words="Ring oss.", line_ids=[])
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Ring oss." in text
    assert "Velg minst ett krav" in text


def test_without_proof_of_sending_it_is_not_sent(page, town):
    write(page, town, "warning_a")
    notice = Notice.objects.get()
    key = f"{town.lease.parties.get().person_id}_0"
    answer = send(page, town, notice, **{f"proof_{key}": ""})
    assert answer.status_code == 422
    notice.refresh_from_db()
    assert notice.state == "draft"


def test_the_same_form_sent_twice_writes_one_letter(page, town):
    town.case.refresh_from_db()
    url = reverse("arrears:notice_write", args=[town.case.pk, "reminder"])
    lines = list(town.lease.open_charges.values_list("line_id", flat=True))
    values = {
        "submission_id": str(uuid4()),
        "version": town.case.version,
        "dated_on": "i dag",
        "line_ids": lines,
    }
    first, second = page.post(url, values), page.post(url, values)
    assert first.url == second.url
    assert Notice.objects.count() == 1


def test_receipt_and_reservation_are_recorded_on_the_letter(page, town):
    notice = town.send("warning_a", DAY)
    serving = notice.servings.get()
    answer = post(
        page,
        reverse("arrears:notice_answer", args=[serving.pk]),
        version=serving.version,
        received_on="1.6.26",
        reserved_on="i dag",
        note="Brev",
    )
    assert answer.status_code == 302
    serving.refresh_from_db()
    assert (serving.received_on, serving.reserved_on) == (DAY, DAY)
    case = page.get(reverse("desk:case", args=[town.case.pk])).content.decode()
    assert "reserverte seg mot varsel til Nav" in case


def test_a_tenant_who_came_later_is_sent_the_letter_too(page, town):
    notice = town.send("warning_a", DAY)
    late = PersonFactory(given_name="Mona")
    LeaseParty.objects.create(lease=town.lease, person=late, position=2, from_on=DAY)
    url = reverse("arrears:notice_serve", args=[notice.pk])
    assert url in page.get(reverse("arrears:notice", args=[notice.pk])).content.decode()
    values = {f"channel_{late.pk}_0": "letter", f"proof_{late.pk}_0": "Sporing 9"}
    assert post(page, url, sent_on="i dag", **values).status_code == 302
    text = page.get(reverse("arrears:notice", args=[notice.pk])).content.decode()
    assert "Sporing 9" in text
    assert url not in text


def test_a_sent_notice_is_withdrawn_with_a_reason_that_stays(page, town):
    notice = town.send("reminder", DAY)
    url = reverse("arrears:notice_withdraw", args=[notice.pk])
    assert post(page, url, version=notice.version, reason="").status_code == 422
    assert post(page, url, version=notice.version, reason="Feil person").status_code == 302
    text = page.get(reverse("arrears:notice", args=[notice.pk])).content.decode()
    assert "Feil person" in text
    assert "Trukket" in text


def test_the_printed_letter_is_the_letter_alone(page, town):
    notice = town.send("reminder", DAY)
    text = page.get(reverse("arrears:notice_print", args=[notice.pk])).content.decode()
    assert "Påminnelse om betaling" in text
    assert "letter-page" in text


@pytest.mark.parametrize("role", ["housing_unit", "manager", "privacy_officer", "administrator"])
def test_who_may_not_send_notices_is_stopped_at_the_door(client, town, role):
    client.force_login(UserFactory(role=role))
    assert client.get(reverse("arrears:notice_new", args=[town.case.pk])).status_code == 403


def test_a_party_without_a_basis_for_sharing_sees_no_letter(client, town):
    notice = town.send("reminder", DAY)
    client.force_login(town.coordinator)
    assert client.get(reverse("arrears:notice", args=[notice.pk])).status_code == 404
    assert client.get(reverse("arrears:notice_print", args=[notice.pk])).status_code == 404


def test_the_other_party_is_told_that_only_the_landlord_ends_a_tenancy(client, town):
    town.case.sharing_basis, town.case.sharing_on = "consent", DAY
    town.case.sharing_source = "Skriftlig"
    town.case.save()
    notice = town.draft("termination", DAY, ground="breach", grounds="Mislighold.")
    client.force_login(town.coordinator)
    text = client.get(reverse("arrears:notice_send", args=[notice.pk])).content.decode()
    assert "Bare utleieren sender dette" in text


def test_a_protest_shows_the_landlords_day_on_the_case(page, town):
    notice = town.send("termination", DAY, ground="breach", grounds="Mislighold.")
    note_answer(
        notice.servings.get().pk,
        received_on=DAY,
        protest_on=DAY,
        reserved_on=None,
        note="",
        by=town.landlord,
        on=DAY,
    )
    text = page.get(reverse("desk:case", args=[town.case.pk])).content.decode()
    assert "Utleierens siste dag til å gå til retten" in text
    assert "01.10.2026" in text


# --- PDF, and through the outbox ----------------------------------------------------------------


def test_a_draft_is_shown_as_pdf_before_it_is_sent(page, town):
    write(page, town, "warning_a")
    notice = Notice.objects.get()
    answer = page.get(reverse("arrears:notice_pdf", args=[notice.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_a_letter_that_was_kept_is_shown_as_it_was(page, town):
    notice = town.send("warning_a", DAY)
    shown = page.get(reverse("arrears:notice", args=[notice.pk])).content.decode()
    assert "Dokument 2026/" in shown
    assert page.get(reverse("arrears:notice_pdf", args=[notice.pk])).content.startswith(b"%PDF")


def test_a_letter_to_somebody_who_is_protected_now_is_opened_by_the_cleared_alone(page, town):
    notice = town.send("warning_a", DAY)
    person = town.lease.parties.get().person
    address = reverse("arrears:notice_pdf", args=[notice.pk])
    assert page.get(address).status_code == 200
    # Not through the service: as for somebody who has left a tenancy that is not protected for it.
    Person.objects.filter(pk=person.pk).update(protection=6)
    assert page.get(address).status_code == 404
    page.force_login(UserFactory(role="landlord", role__cleared=True))
    assert page.get(address).status_code == 200


def test_a_draft_that_would_be_another_letter_now_says_so_instead_of_a_pdf(page, town):
    write(page, town, "warning_a")
    pay(town.lease, RENT_ORE, DAY)
    answer = page.get(reverse("arrears:notice_pdf", args=[Notice.objects.get().pk]))
    assert answer.status_code == 409
    assert "text/plain" in answer["Content-Type"]


def test_the_landlord_does_not_open_what_went_to_a_guardian(page, town):
    person = town.lease.parties.get().person
    Guardianship.objects.create(
        person=person, guardian_name="Vera Verge", from_on=D(2020, 1, 1), mandate="økonomi"
    )
    notice = town.send("warning_a", DAY)
    copy = live_letters(notice).get(is_social=True)
    address = reverse("arrears:notice_pdf", args=[notice.pk])
    assert page.get(address, {"letter": copy.pk}).status_code == 404
    assert (
        "Vera Verge" not in page.get(reverse("arrears:notice", args=[notice.pk])).content.decode()
    )


def test_a_letter_is_left_to_the_outbox_and_taken_back(page, town):
    write(page, town, "warning_a")
    notice = Notice.objects.get()
    address = reverse("arrears:notice_queue", args=[notice.pk])
    assert "01.06.2026" in page.get(address).content.decode()
    key = f"{town.lease.parties.get().person_id}_0"
    answer = post(page, address, version=notice.version, **{f"channel_{key}": "letter"})
    assert answer.status_code == 302
    shown = page.get(answer.url).content.decode()
    assert "I utboksen" in shown
    notice.refresh_from_db()
    assert notice.state == "draft"
    back = reverse("arrears:notice_take_back", args=[notice.pk])
    answer = post(page, back, version=notice.version, reason="Feil dag")
    assert answer.status_code == 302
    assert "I utboksen" not in page.get(answer.url).content.decode()


def test_what_has_gone_stands_in_the_form_for_the_rest(page, town):
    write(page, town, "reminder")
    notice = Notice.objects.get()
    key = f"{town.lease.parties.get().person_id}_0"
    address = reverse("arrears:notice_queue", args=[notice.pk])
    post(page, address, version=notice.version, **{f"channel_{key}": "letter"})
    letter = live_letters(notice).get()
    notice.refresh_from_db()
    notice.facts = notice.facts | {
        "posted": {str(letter.pk): {"channel": "letter", "proof": "Sporing 77"}}
    }
    notice.save()
    form = page.get(reverse("arrears:notice_send", args=[notice.pk])).content.decode()
    assert "Sporing 77" in form
