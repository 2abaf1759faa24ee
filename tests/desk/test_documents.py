"""Documents on the desk: who sees them, what the pages tell, taking in and taking back."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from arrears.services.case_folder import case_folder
from boligsak.accounts.models import LookUp
from boligsak.dates import today
from boligsak.letters.files import _path
from boligsak.letters.models import Document
from boligsak.letters.services.journal import NewParty, journal
from tenants.services.letters import lease_folder
from tests.factories import (
    CaseFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.letters.test_uploads import JPG, docx, jpeg_from_a_phone, pdf

pytestmark = pytest.mark.django_db
ON = datetime.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.FILES_DIR = tmp_path


@pytest.fixture
def lease():
    return LeaseFactory(tenant__given_name="Ola", tenant__family_name="Berg")


@pytest.fixture
def case(lease):
    return CaseFactory(lease=lease)


def signed_in(role: str = "coordinator", **more) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role, **more))
    return client


def kept(folder, content: bytes | None = None, media_type="application/pdf", **more) -> Document:
    given = {
        "direction": "out",
        "kind": "letter",
        "title": "Brev om husleie",
        "dated_on": ON,
        "parties": [NewParty("recipient", "Ola Berg", "Storgata 1\n7010 Trondheim", person_id=7)],
        "on": ON,
    } | more
    by = given.pop("by", None) or UserFactory()
    return journal(folder, content=content or pdf(), media_type=media_type, by=by, **given)


def on_case(case, *args, **more) -> Document:
    return kept(case_folder(case, ON), *args, **more)


def page(document: Document, what: str = "document", *more) -> str:
    return reverse(f"desk:{what}", args=[document.pk, *more])


# --- The page -------------------------------------------------------------------------------------


def test_the_page_tells_what_a_document_is(case) -> None:
    document = on_case(case)
    text = signed_in().get(page(document)).text
    for told in ("Brev om husleie", "2026/1", "02.03.2026", "offl. § 13", "Ola Berg", "Storgata 1"):
        assert told in text
    assert "The file is the one that was journaled." in text


def test_whoever_is_shown_is_written_down(case) -> None:
    document = on_case(case)
    client = signed_in()
    client.get(page(document))
    client.get(page(document, "document_file"))
    seen = LookUp.objects.filter(page__startswith="desk:document")
    tenant = case.lease.parties.get().person_id
    assert [(one.page, set(one.person_ids)) for one in seen.order_by("id")] == [
        ("desk:document", {7, tenant}),
        ("desk:document_file", {7, tenant}),
    ]


def test_a_file_that_has_been_changed_is_said_to_be_and_not_given_out(case) -> None:
    document = on_case(case)
    _path(document.stored).write_bytes(b"x" * 100)
    client = signed_in()
    assert "not the one that was journaled" in client.get(page(document)).text
    assert client.get(page(document, "document_file")).status_code == 404


def test_the_facts_of_a_letter_are_those_that_its_template_tells(case) -> None:
    from boligsak.letters.models import Template

    template = Template.objects.create(
        kind="notice-reminder",
        language="nb",
        number=99,
        valid_from=ON,
        title="Purring",
        body="Du skylder {sum}.",
    )
    facts = {"fields": {"sum": "9 000,00 kr", "why": "hemmelig grunn"}}
    document = on_case(case, template=template, facts=facts)
    text = signed_in().get(page(document)).text
    assert "9 000,00 kr" in text
    assert "hemmelig grunn" not in text


def test_another_writing_of_the_same_letter_stands_beside_it(case) -> None:
    first = on_case(case, source="notice", source_id=5)
    second = on_case(case, source="notice", source_id=5)
    assert page(first) in signed_in().get(page(second)).text


# --- Who sees it ----------------------------------------------------------------------------------


def test_a_document_of_another_office_is_not_there(case) -> None:
    document = on_case(case)
    client = signed_in("caseworker", role__offices=[OfficeFactory()])
    for what in ("document", "document_file"):
        assert client.get(page(document, what)).status_code == 404


def test_a_document_on_a_protected_tenancy_is_there_for_the_cleared_alone() -> None:
    lease = LeaseFactory(is_protected=True)
    document = kept(lease_folder(lease, ON))
    assert signed_in().get(page(document)).status_code == 404
    assert signed_in(role__cleared=True).get(page(document)).status_code == 200


@pytest.mark.parametrize("what", ["document", "document_file"])
def test_what_is_for_the_welfare_side_is_not_there_for_others(case, what: str) -> None:
    document = on_case(case, is_social=True)
    case.sharing_basis = "consent"
    case.save()
    assert signed_in("landlord").get(page(document, what)).status_code == 404
    assert signed_in("caseworker").get(page(document, what)).status_code == 200


def test_what_is_for_the_welfare_side_is_not_listed_for_others(lease) -> None:
    kept(lease_folder(lease, ON), title="Om helsen", is_social=True)
    url = reverse("desk:lease", args=[lease.pk])
    assert "Om helsen" in signed_in("caseworker").get(url).text
    assert "Om helsen" not in signed_in("landlord").get(url).text


def test_a_letter_to_somebody_who_is_protected_now_is_opened_by_the_cleared_alone(case) -> None:
    neighbour = PersonFactory(given_name="Hemmelig", family_name="Nabo", protection=6)
    party = NewParty("recipient", "Hemmelig Nabo", "Lillegata 2", person_id=neighbour.pk)
    document = on_case(case, parties=[party])
    client = signed_in()
    text = client.get(page(document)).text
    assert "Lillegata" not in text
    assert "Hemmelig Nabo" not in text
    assert client.get(page(document, "document_file")).status_code == 404
    assert client.get(page(document, "document_picture", 1)).status_code == 404
    assert signed_in(role__cleared=True).get(page(document, "document_file")).status_code == 200


def test_whoever_gets_a_copy_gives_no_address_of_a_protected_recipient_away(case) -> None:
    """A guardian or a joint tenant may live where they do."""
    hidden = PersonFactory(given_name="Hemmelig", family_name="Nabo", protection=6)
    document = on_case(
        case,
        parties=[
            NewParty("recipient", "Hemmelig Nabo", "", person_id=hidden.pk, is_protected=True),
            NewParty("copy", "Verge Nabo", "Lillegata 2\n7013 TRONDHEIM"),
        ],
    )
    assert "Lillegata" not in signed_in().get(page(document)).text
    assert "Lillegata" in signed_in(role__cleared=True).get(page(document)).text


def test_a_role_without_documents_opens_none(case) -> None:
    assert signed_in("privacy_officer").get(page(on_case(case))).status_code == 403


# --- The file -------------------------------------------------------------------------------------


def test_a_pdf_is_shown_under_a_policy_of_its_own_and_a_name_that_tells_nothing(case) -> None:
    document = on_case(case, file_name="Ola Berg.pdf")
    answer = signed_in().get(page(document, "document_file"))
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == 'inline; filename="dokument-2026-1.pdf"'
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_a_picture_is_shown_in_a_sandbox(case) -> None:
    answer = signed_in().get(page(on_case(case, JPG, "image/jpeg"), "document_file"))
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("asked", ["", "?download=1"])
def test_what_a_browser_cannot_show_is_downloaded(case, asked: str) -> None:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    document = on_case(case, docx(), word) if not asked else on_case(case)
    answer = signed_in().get(page(document, "document_file") + asked)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_page_of_a_pdf_is_drawn(case) -> None:
    answer = signed_in().get(page(on_case(case), "document_picture", 1))
    assert answer.content.startswith(b"\x89PNG")


def test_a_page_that_is_not_there_is_not_drawn(case) -> None:
    assert signed_in().get(page(on_case(case), "document_picture", 2)).status_code == 404


# --- Taking one in --------------------------------------------------------------------------------


def sent(case, content: bytes = JPG, **more) -> dict:
    return (
        {
            "submission_id": "6f1b1f3e-0000-4000-8000-000000000001",
            "direction": "in",
            "kind": "answer",
            "title": "Svar på purring",
            "dated_on": today().isoformat()[:10],
            "party": "other",
            "party_name": "Namsfogden",
            "access": "13",
            "file": SimpleUploadedFile("Ola Berg.html", content, "text/html"),
        }
        | {"dated_on": today().strftime("%d.%m.%Y")}
        | more
    )


def test_a_document_is_taken_in_and_stands_on_the_case(case) -> None:
    client = signed_in()
    url = reverse("desk:document_upload", args=["case", case.pk])
    answer = client.post(url, sent(case, jpeg_from_a_phone()))
    document = Document.objects.get()
    assert answer["Location"] == page(document)
    assert (document.media_type, document.direction, document.kind) == (
        "image/jpeg",
        "in",
        "answer",
    )
    party = document.parties.get()
    assert (party.kind, party.name, party.is_third) == ("sender", "Namsfogden", True)
    assert "Ola" not in document.file_name
    assert "Svar på purring" in client.get(reverse("desk:case", args=[case.pk])).text


def test_the_same_form_sent_twice_keeps_one_document(case) -> None:
    client = signed_in()
    url = reverse("desk:document_upload", args=["case", case.pk])
    first = client.post(url, sent(case))
    assert client.post(url, sent(case))["Location"] == first["Location"]
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": "Svar fra Berg"}, "seems to name somebody (Berg)"),
        ({"title": "Gjelder 12345678901"}, "identity number"),
        ({"party": "", "party_name": ""}, "who the document came from"),
        ({"party": "", "party_name": "", "direction": "out"}, "who the document was sent to"),
        ({"party_name": ""}, "Write the name"),
        ({"dated_on": "31.12.2099"}, "cannot have come after today"),
        ({"file": SimpleUploadedFile("a.pdf", b"<html>")}, "Web pages and drawings"),
        ({"file": SimpleUploadedFile("a.pdf", b"")}, "empty"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_keeps_what_was_typed(case, given, said) -> None:
    url = reverse("desk:document_upload", args=["case", case.pk])
    answer = signed_in().post(url, sent(case, **given))
    assert answer.status_code == 422
    assert said in answer.text
    assert given.get("title", "Svar på purring") in answer.text
    assert not Document.objects.exists()


def test_a_title_that_only_looks_like_a_name_is_kept_when_that_is_said(case) -> None:
    url = reverse("desk:document_upload", args=["case", case.pk])
    signed_in().post(url, sent(case, title="Skred ved Berg", title_is_fine="on"))
    assert Document.objects.get().title == "Skred ved Berg"


def test_somebody_of_the_household_is_not_named_in_a_title_either(case) -> None:
    person = PersonFactory(given_name="Line", family_name="Aas")
    household = HouseholdMemberFactory(person=person).household
    case.lease.household = household
    case.lease.save()
    url = reverse("desk:document_upload", args=["case", case.pk])
    assert "(Line)" in signed_in().post(url, sent(case, title="Om Line")).text


@pytest.mark.parametrize("kind", ["income", "health"])
def test_papers_about_income_and_health_are_for_the_welfare_side(case, kind: str) -> None:
    url = reverse("desk:document_upload", args=["case", case.pk])
    signed_in().post(url, sent(case, kind=kind))
    assert Document.objects.get().is_social


def test_who_may_not_read_social_papers_cannot_bring_them_in(lease) -> None:
    url = reverse("desk:document_upload", args=["lease", lease.pk])
    answer = signed_in("landlord").post(url, sent(lease, kind="health", is_social="on"))
    assert answer.status_code == 422
    assert not Document.objects.exists()


@pytest.mark.parametrize("kind", ["dwelling", "meeting", "application"])
def test_nothing_is_taken_into_a_folder_of_nothing(case, kind: str) -> None:
    url = reverse("desk:document_upload", args=[kind, 999_999])
    assert signed_in().get(url).status_code == 404


# --- Sending one ----------------------------------------------------------------------------------


def a_letter(case, **more) -> Document:
    from boligsak.letters.models import Template

    return on_case(case, template=Template.objects.order_by("pk").first(), **more)


def test_a_letter_that_nobody_has_sent_is_put_in_the_outbox_once(case) -> None:
    document = a_letter(case)
    client = signed_in()
    assert page(document, "document_send") in client.get(page(document)).text
    form = {"submission_id": "6f1b1f3e-0000-4000-8000-000000000009", "channel": "print"}
    assert client.post(page(document, "document_send"), form).status_code == 302
    assert [one.channel for one in document.dispatches.all()] == ["print"]
    assert page(document, "document_send") not in client.get(page(document)).text


def test_a_letter_that_an_email_must_not_hold_goes_by_none(case) -> None:
    document = a_letter(case)
    form = {"submission_id": "6f1b1f3e-0000-4000-8000-000000000008", "channel": "email"}
    assert signed_in().post(page(document, "document_send"), form).status_code == 422
    assert not document.dispatches.exists()


@pytest.mark.parametrize("source", ["notice", "upload"])
def test_what_is_sent_where_it_was_written_is_not_sent_from_here(case, source: str) -> None:
    more = {"template": None} if source == "upload" else {}
    document = (a_letter if source == "notice" else on_case)(
        case, source=source, source_id=1, **more
    )
    client = signed_in()
    assert client.get(page(document, "document_send")).status_code == 404
    form = {"submission_id": "6f1b1f3e-0000-4000-8000-000000000007", "channel": "print"}
    assert client.post(page(document, "document_send"), form).status_code == 404
    assert not document.dispatches.exists()


# --- Taking one back ------------------------------------------------------------------------------


def test_a_document_in_the_wrong_folder_is_withdrawn_with_a_reason(case) -> None:
    client = signed_in()
    client.post(reverse("desk:document_upload", args=["case", case.pk]), sent(case))
    document = Document.objects.get()
    form = {"submission_id": "6f1b1f3e-0000-4000-8000-000000000002", "reason": "Feil sak"}
    client.post(page(document, "document_withdraw"), form)
    text = client.get(page(document)).text
    assert "Withdrawn" in text
    assert "Feil sak" in text


def test_a_letter_of_ours_is_not_withdrawn_here(case) -> None:
    document = on_case(case, source="notice", source_id=1)
    assert signed_in().get(page(document, "document_withdraw")).status_code == 404
