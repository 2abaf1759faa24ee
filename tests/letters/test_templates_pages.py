"""The pages of templates: list, one version, the editor and its preview."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boligsak.accounts.models import RoleAssignment
from boligsak.letters import registry
from boligsak.letters.models import Template, TemplateState
from boligsak.letters.services import templates as services
from boligsak.letters.services.journal import NewParty, journal
from tenants.models import Person
from tenants.services.letters import lease_folder
from tests.factories import LeaseFactory, OfficeFactory, PersonFactory, UserFactory
from tests.letters.pdf_text import pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_now")]

DAY = dt.date(2026, 11, 23)
KIND = "preliminary-answer"
BODY = "Vi fikk søknaden {received_on}.\n\n{why}\n\nDu får svar innen {expected_on}."


@pytest.fixture
def _now(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def admin():
    return UserFactory(role="administrator")


@pytest.fixture
def page(client, admin):
    client.force_login(admin)
    return client


def post(client, url, **fields):
    return client.post(url, {"submission_id": str(uuid4()), **fields})


def begin(page, kind=KIND) -> Template:
    where = post(page, reverse("letters:template_new"), kind=kind, language="nb", office="")
    assert where.status_code == 302
    return Template.objects.get(state=TemplateState.DRAFT)


def text(answer) -> str:
    return answer.content.decode()


def test_the_list_says_what_is_in_use(page):
    answer = page.get(reverse("letters:templates"), {"kind": KIND, "language": "nb"})
    assert "Foreløpig svar" in text(answer)
    assert "versjon 1, fra 01.01.2020" in text(answer)


def test_a_list_without_hits_says_how_to_go_on(page):
    answer = page.get(reverse("letters:templates"), {"kind": KIND, "state": "missing"})
    assert "Nullstill filteret" in text(answer)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_list_is_exported_as_shown(page, file_format):
    answer = page.get(reverse("letters:templates"), {"kind": KIND, "export": file_format})
    assert file_format in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content)


def test_the_list_asks_the_database_as_often_for_many_as_for_one(page, admin):
    address = reverse("letters:templates")
    page.get(address)
    with CaptureQueriesContext(connection) as few:
        page.get(address, {"kind": KIND})
    for _ in range(5):
        office = OfficeFactory()
        row = services.new_version(KIND, "nb", office.pk, by=admin, on=DAY)
        services.approve(row.pk, valid_from=DAY, by=admin, on=DAY)
    with CaptureQueriesContext(connection) as many:
        page.get(address, {"kind": KIND})
    assert len(many) == len(few)


def test_a_version_is_written_tried_approved_and_used(page):
    row = begin(page)
    edit = reverse("letters:template_edit", args=[row.pk])
    shown = text(page.get(edit))
    assert "{expected_on}" in shown
    assert "fvl. § 11 a andre ledd" in shown
    tried = post(page, edit, version=row.edits, title="Nytt svar", body=BODY, preview="1")
    assert tried["Content-Type"] == "application/pdf"
    row.refresh_from_db()
    assert row.title != "Nytt svar"  # a preview saves nothing
    saved = post(page, edit, version=row.edits, title="Nytt svar", body=BODY, note="Kortere")
    assert saved.url == reverse("letters:template", args=[row.pk])
    shown = text(page.get(saved.url))
    assert "Kortere" in shown
    assert "Tatt ut:" in shown  # what differs from the version before
    row.refresh_from_db()
    approve = reverse("letters:template_approve", args=[row.pk])
    done = post(page, approve, version=row.edits, valid_from="23.11.2026")
    assert done.status_code == 302
    row.refresh_from_db()
    assert row.state == TemplateState.APPROVED
    assert page.get(edit).status_code == 302  # never edited again


@pytest.mark.parametrize("button", [{}, {"preview": "1"}])
def test_what_was_typed_stays_when_it_is_refused(page, button):
    row = begin(page)
    edit = reverse("letters:template_edit", args=[row.pk])
    answer = post(page, edit, version=row.edits, title="x", body="Linje\n{ingen}", **button)
    assert answer.status_code == 422
    assert "Linje 2" in text(answer)
    assert "{ingen}" in text(answer)


def test_the_second_of_two_sees_what_the_first_wrote(page, admin):
    row = begin(page)
    edit = reverse("letters:template_edit", args=[row.pk])
    services.change_draft(row.pk, title="Første", body=BODY, note="", by=admin)
    answer = post(page, edit, version=row.edits, title="Andre", body=BODY + "\n\nMer.")
    assert answer.status_code == 422
    assert "Mer." in text(answer)
    assert "Satt inn:" in text(answer)
    again = post(page, edit, version=row.edits + 1, title="Andre", body=BODY + "\n\nMer.")
    assert again.status_code == 302


def test_one_that_lacks_what_the_law_asks_for_cannot_be_approved(page, admin):
    row = begin(page)
    services.change_draft(row.pk, title="x", body="Hei", note="", by=admin)
    shown = text(page.get(reverse("letters:template", args=[row.pk])))
    assert "mangler" in shown
    shown = text(page.get(reverse("letters:template_approve", args=[row.pk])))
    assert "fvl. § 11 a andre ledd" in shown
    assert "<form" not in shown.split("<main", 1)[1].split("</main", 1)[0]


def test_beginning_again_goes_on_with_the_draft_there_is(page):
    row = begin(page)
    assert begin(page).pk == row.pk


def test_a_draft_is_thrown_away(page):
    row = begin(page)
    answer = post(page, reverse("letters:template_drop", args=[row.pk]), version=row.edits)
    assert answer.status_code == 302
    assert not Template.objects.filter(pk=row.pk).exists()


def test_an_offices_own_is_taken_out_of_use(page, admin):
    office = OfficeFactory()
    row = services.new_version(KIND, "nb", office.pk, by=admin, on=DAY)
    services.approve(row.pk, valid_from=DAY, by=admin, on=DAY)
    answer = post(page, reverse("letters:template_retire", args=[row.pk]))
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.state == TemplateState.RETIRED


def test_those_who_write_letters_see_templates_and_change_none(client):
    client.force_login(UserFactory(role="coordinator"))
    row = Template.objects.filter(kind=KIND, language="nb").get()
    assert "Ny versjon" not in text(client.get(reverse("letters:template", args=[row.pk])))
    assert client.get(reverse("letters:template_preview", args=[row.pk])).status_code == 200
    assert client.get(reverse("letters:template_new")).status_code == 403
    assert client.get(reverse("letters:template_edit", args=[row.pk])).status_code == 403


def test_a_letter_of_somebody_else_is_no_sample(page):
    row = Template.objects.filter(kind=KIND, language="nb").get()
    address = reverse("letters:template_preview", args=[row.pk])
    assert page.get(address, {"letter": "999999"}).status_code == 404


def test_what_the_text_has_no_place_for_is_told_while_it_is_written_and_approved(page):
    row = begin(page, kind="offer")
    edit = reverse("letters:template_edit", args=[row.pk])
    post(page, edit, version=row.edits, title="Tilbud", body="Leie: {rent}")
    row.refresh_from_db()
    for name in ("template", "template_edit", "template_approve"):
        shown = text(page.get(reverse(f"letters:{name}", args=[row.pk])))
        assert "{expires_on}" in shown.split("Står ikke i teksten", 1)[1]


def test_what_is_typed_is_tried_on_the_letter_that_was_chosen(client, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    user = UserFactory(role="administrator")
    RoleAssignment.objects.create(user=user, role="coordinator", valid_from=DAY)
    client.force_login(user)
    row = Template.objects.filter(kind=KIND, language="nb").get()
    examples = registry.examples(registry.kind(KIND))
    letter = journal(
        lease_folder(LeaseFactory(), DAY),
        direction="out",
        kind=KIND,
        title="Foreløpig svar",
        content=b"%PDF-1.7",
        media_type="application/pdf",
        dated_on=DAY,
        parties=[NewParty("recipient", "Siv Bø", "Lia 1")],
        by=user,
        on=DAY,
        template=row,
        facts={"fields": examples | {"expected_on": "31.12.2031", "recipient": "Siv Bø"}},
    )
    draft = begin(client)
    edit = reverse("letters:template_edit", args=[draft.pk])
    assert f"{letter}" in text(client.get(edit))
    typed = {"version": draft.edits, "title": "Nytt svar", "body": BODY, "preview": "1"}
    said = "".join(pages(post(client, edit, **typed, letter=str(letter.pk)).content))
    assert "31.12.2031" in said
    assert "31.12.2031" not in "".join(pages(post(client, edit, **typed, letter="").content))


def test_a_letter_to_somebody_who_is_protected_now_is_no_sample(client, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    user, person, lease = UserFactory(role="coordinator"), PersonFactory(), LeaseFactory()
    client.force_login(user)
    row = Template.objects.filter(kind=KIND, language="nb").get()
    fields = {one.name: one.example for one in registry.kind(KIND).fields}
    letter = journal(
        lease_folder(lease, DAY),
        direction="out",
        kind=KIND,
        title="Foreløpig svar",
        content=b"%PDF-1.7",
        media_type="application/pdf",
        dated_on=DAY,
        parties=[NewParty("recipient", str(person), "Lia 1", person_id=person.pk)],
        by=user,
        on=DAY,
        template=row,
        facts={"fields": fields},
    )
    address = reverse("letters:template_preview", args=[row.pk])
    assert client.get(address, {"letter": letter.pk}).status_code == 200
    Person.objects.filter(pk=person.pk).update(protection=6)
    assert client.get(address, {"letter": letter.pk}).status_code == 404
