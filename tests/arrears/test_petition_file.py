"""The petition as one file: what is in it, what is never in it, and how it is kept."""

import datetime
import io
from uuid import uuid4

import pikepdf
import pytest
from django.urls import reverse

from arrears.models import Referral
from arrears.queries.enclosures import candidates
from arrears.services import referrals as service
from arrears.services.case_folder import case_folder
from arrears.services.referrals.petition_file import petition_file
from boligsak.accounts.models import LookUp
from boligsak.dates import today
from boligsak.letters.files import _path
from boligsak.letters.models import Document
from boligsak.letters.services.journal import NewParty, content_of, journal
from boligsak.rule import RuleBroken
from tenants.services.letters import lease_folder
from tests.arrears.gate_town import NUMBER, GateTown
from tests.arrears.test_referrals import ENCLOSED, FEE_ORE
from tests.factories import LeaseFactory, UserFactory
from tests.letters import pdf_text
from tests.letters.test_bundle import outline, pages

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 6, 16)


@pytest.fixture(autouse=True)
def files(tmp_path, settings):
    settings.FILES_DIR = tmp_path


def kept(town: GateTown, kind: str, title: str, *, on_lease: bool = False, **more) -> Document:
    folder = lease_folder(town.lease, DAY) if on_lease else case_folder(town.case, DAY)
    folder = more.pop("folder", folder)
    given = {"content": pages(2), "media_type": "application/pdf"} | more
    return journal(
        folder,
        direction="in",
        kind=kind,
        title=title,
        dated_on=DAY,
        parties=[NewParty("sender", "Ola")],
        by=town.landlord,
        on=DAY,
        **given,
    )


def filed(town: GateTown, **enclosures: list[int]) -> Document:
    row = town.refer()
    service.file_petition(
        row.pk,
        attachments=ENCLOSED,
        enclosures=enclosures,
        fee_ore=FEE_ORE,
        by=town.landlord,
        on=town.day,
    )
    return Document.objects.get(source="referral", source_id=row.pk)


def text_of(content: bytes) -> str:
    return "\n".join(pdf_text.pages(content)).replace("\u00a0", " ")


def test_the_petition_is_journaled_with_its_enclosures_when_it_is_sent() -> None:
    town = GateTown()
    contract = kept(town, "signed-contract", "Signert kontrakt", on_lease=True)
    document = filed(town, lease=[contract.pk])
    assert (document.direction, document.kind, document.dated_on) == ("out", "petition", DAY)
    assert document.parties.get().is_third
    assert document.facts["enclosures"]["lease"] == [str(contract)]
    with pikepdf.open(io.BytesIO(content_of(document))) as opened:
        names = [name for name, _page in outline(opened)]
    assert names[0].startswith("Begjæring om tvangsfravikelse")
    assert "Signert kontrakt" in names[1]
    assert len(names) == 4  # the contract, proof of sending, specification


def test_a_debt_collector_gets_no_petition() -> None:
    town = GateTown(kind="collection")
    row = town.refer("collection", "none")
    service.file_petition(row.pk, by=town.landlord, on=town.day)
    assert not Document.objects.filter(source="referral").exists()


def test_the_newest_contract_is_proposed_and_others_are_offered() -> None:
    town = GateTown()
    older = kept(town, "signed-contract", "Gammel", on_lease=True)
    newer = kept(town, "signed-contract", "Ny", on_lease=True)
    offered = candidates(town.refer())["lease"]
    assert [(one.document, one.is_usual) for one in offered] == [(newer, True), (older, False)]


@pytest.mark.parametrize(
    "more",
    [{"is_social": True}, {"media_type": "application/zip"}],
    ids=["for the welfare side", "not to be joined"],
)
def test_what_cannot_go_out_is_not_offered(more) -> None:
    town = GateTown()
    kept(town, "signed-contract", "Kontrakt", **more)
    assert candidates(town.refer())["lease"] == []


def test_a_document_of_another_case_never_follows() -> None:
    town = GateTown()
    folder = lease_folder(LeaseFactory(), DAY)
    foreign = kept(town, "signed-contract", "Fremmed", folder=folder)
    document = filed(town, lease=[foreign.pk])
    assert document.facts["enclosures"]["lease"] == []


def test_a_document_that_cannot_be_read_stops_the_petition() -> None:
    town = GateTown()
    contract = kept(town, "signed-contract", "Kontrakt", on_lease=True)
    _path(contract.stored).unlink()
    row = town.refer()
    with pytest.raises(RuleBroken) as refused:
        service.file_petition(
            row.pk,
            attachments=ENCLOSED,
            enclosures={"lease": [contract.pk]},
            fee_ore=FEE_ORE,
            by=town.landlord,
            on=DAY,
        )
    assert refused.value.code == "petition.lost"
    assert Referral.objects.get(pk=row.pk).state == "prepared"


def test_the_numbers_stand_in_what_is_sent_and_not_in_the_draft() -> None:
    town = GateTown()
    row = town.refer()
    draft = text_of(petition_file(row, {}, DAY, reveals=False))
    sent = text_of(petition_file(row, {}, DAY, reveals=True))
    number = f"{NUMBER[:6]} {NUMBER[6:]}"
    assert number not in draft
    assert number in sent


def test_no_address_goes_out_of_somebody_protected_and_no_document_that_would_tell_it() -> None:
    town = GateTown()
    contract = kept(town, "signed-contract", "Kontrakt", on_lease=True)
    row = town.refer()
    town.lease.is_protected = True
    town.lease.save()
    row = Referral.objects.get(pk=row.pk)
    content = petition_file(row, {"lease": [contract.pk]}, DAY, reveals=True)
    dwelling = town.lease.dwelling
    said = text_of(content)
    assert "Begjæring" in said
    for told in (dwelling.street, dwelling.postcode, town.lease.office.name):
        assert told not in said
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert not [name for name, _page in outline(opened) if "Kontrakt" in name]


# --- Pages ----------------------------------------------------------------------------------------


def test_the_draft_is_there_until_it_is_sent(client) -> None:
    town = GateTown(today())
    row = town.refer()
    client.force_login(town.landlord)
    url = reverse("arrears:petition_draft", args=[row.pk])
    assert client.get(url).content.startswith(b"%PDF")
    assert url in client.get(reverse("arrears:referral", args=[row.pk])).text
    service.file_petition(
        row.pk, attachments=ENCLOSED, fee_ore=FEE_ORE, by=town.landlord, on=town.day
    )
    assert client.get(url).status_code == 404


def test_documents_are_ticked_where_it_is_sent_and_that_numbers_went_out_is_written_down(
    client,
) -> None:
    town = GateTown(today())
    contract = kept(town, "signed-contract", "Signert kontrakt", on_lease=True)
    row = town.refer()
    client.force_login(town.landlord)
    url = reverse("arrears:referral_step", args=[row.pk, "file"])
    assert "Signert kontrakt" in client.get(url).text
    typed = {
        "submission_id": str(uuid4()),
        "version": row.version,
        "attachments": list(ENCLOSED),
        "enclosure_lease": [contract.pk],
        "fee": "1642",
        "note": "",
    }
    assert client.post(url, typed).status_code == 302
    document = Document.objects.get(source="referral")
    assert document.facts["enclosures"]["lease"] == [str(contract)]
    assert LookUp.objects.filter(page="arrears:referral_step").exclude(why="").count() == 1
    assert str(document) in client.get(reverse("arrears:referral", args=[row.pk])).text


def test_the_file_of_a_petition_is_opened_by_those_who_may_see_the_numbers(client) -> None:
    town = GateTown()
    document = filed(town)
    url = reverse("desk:document_file", args=[document.pk])
    client.force_login(UserFactory(role="housing_unit"))
    page = client.get(reverse("desk:document", args=[document.pk]))
    assert page.status_code == 200
    assert client.get(url).status_code == 404
    client.force_login(town.landlord)
    assert client.get(url).status_code == 200
    assert LookUp.objects.filter(page="desk:document_file").exclude(why="").exists()
