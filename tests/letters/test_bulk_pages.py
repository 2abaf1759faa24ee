"""The pages of letters to many: asked for, looked through, approved and followed."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boligsak.accounts.models import LookUp, Office
from boligsak.dates import today
from boligsak.letters.models import BulkLetter, Document, Folder
from boligsak.letters.services.bulk import ask_for, prepare
from boligsak.rates.services import enter_policy
from tests.factories import (
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.letters.pdf_text import pages

pytestmark = pytest.mark.django_db

LIST = reverse("letters:bulk_letters")
NEW = reverse("letters:bulk_new", args=["information"])


@pytest.fixture(autouse=True)
def folders(tmp_path, settings):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def office():
    return OfficeFactory(name="Midtbyen")


def tenancies(office, count=3):
    return [LeaseFactory(dwelling=DwellingFactory(office=office)) for _ in range(count)]


def signed_in(role="coordinator", **more):
    client = Client()
    client.user = UserFactory(role=role, **more)  # type: ignore[attr-defined]
    client.force_login(client.user)
    return client


def said(response):
    return re.sub(r"\s+", " ", response.content.decode())


def prepared(office, by=None) -> BulkLetter:
    given = {"offices": [office.pk], "about": "Vannet", "text": "Vannet blir stengt."}
    return prepare(
        "information",
        "Vann",
        given,
        channel="print",
        dated_on=today(),
        by=by or UserFactory(),
        on=today(),
    )


def submit(client, name, on, /, **fields):
    url = reverse(f"letters:{name}", args=[on.pk])
    return client.post(url, {"submission_id": str(uuid4()), "version": on.version, **fields})


def form(*offices, **more):
    return {
        "submission_id": str(uuid4()),
        "label": "Vannet stenges",
        "channel": "print",
        "dated_on": "i dag",
        "offices": [one.pk for one in offices],
        "about": "Vannet",
        "text": "Vannet blir stengt tirsdag.",
        **more,
    }


def test_from_the_form_to_written_letters(office, django_capture_on_commit_callbacks):
    leases, client = tenancies(office), signed_in()
    where = client.post(NEW, form(office))["Location"]
    text = said(client.get(where))
    assert all(str(lease.parties.get().person) in text for lease in leases)
    assert not Document.objects.exists()
    bulk = BulkLetter.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        assert submit(client, "bulk_ask", bulk).status_code == 302
    bulk.refresh_from_db()
    assert bulk.state == "done"
    assert Document.objects.count() == 3
    assert str(Document.objects.first()) in said(client.get(where))


@pytest.mark.parametrize(
    "wrong", [{"about": ""}, {"text": " "}, {"offices": []}, {"dated_on": "1.1.2001"}]
)
def test_a_form_that_lacks_something_keeps_what_was_typed(office, wrong):
    tenancies(office)
    response = signed_in().post(NEW, form(office, **wrong))
    assert response.status_code == 422
    assert "Vannet stenges" in said(response)


def test_an_office_of_somebody_elses_cannot_be_chosen(office):
    tenancies(office)
    tenancies(there := OfficeFactory(name="Lerkendal"))
    client = signed_in("landlord", role__offices=[office])
    assert "Lerkendal" not in said(client.get(NEW))
    assert client.post(NEW, form(there)).status_code == 422


def test_a_kind_nobody_has_registered_is_not_there():
    assert signed_in().get(reverse("letters:bulk_new", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("role", ["caseworker", "privacy_officer", "administrator"])
def test_who_may_not_write_to_many_does_not_come_in(role):
    client = signed_in(role)
    assert client.get(LIST).status_code == 403
    assert client.get(NEW).status_code == 403


def test_letters_to_another_office_are_not_there(office):
    tenancies(office)
    bulk = prepared(office)
    client = signed_in("landlord", role__offices=[OfficeFactory()])
    assert client.get(reverse("letters:bulk", args=[bulk.pk])).status_code == 404
    assert "Vann" not in said(client.get(LIST)).split("<main")[1]


def test_letters_are_switched_off_one_by_one(office):
    leases = tenancies(office)
    bulk, client = prepared(office), signed_in()
    rows = list(bulk.rows.order_by("pk").values_list("pk", flat=True))
    submit(client, "bulk_choose", bulk, row=rows[:1], shown=rows[:2])
    chosen = set(bulk.rows.filter(is_chosen=True).values_list("pk", flat=True))
    assert chosen == {rows[0], rows[2]}
    assert len(leases) == 3


def test_an_office_is_switched_off_and_on(office):
    tenancies(office)
    bulk, client = prepared(office), signed_in()
    submit(client, "bulk_office", bulk, office=office.pk)
    assert not bulk.rows.filter(is_chosen=True).exists()
    bulk.refresh_from_db()
    submit(client, "bulk_office", bulk, office=office.pk, is_chosen="on")
    assert bulk.rows.filter(is_chosen=True).count() == 3


def test_one_of_the_letters_is_looked_at_before_any_is_written(office):
    (lease,) = tenancies(office, 1)
    bulk = prepared(office)
    response = signed_in().get(reverse("letters:bulk_letter", args=[bulk.pk]))
    assert str(lease.parties.get().person) in " ".join(pages(response.content))
    assert not Document.objects.exists()
    assert not Folder.objects.exists()


def test_above_the_cap_the_manager_approves_without_seeing_who_gets_it(
    office, django_capture_on_commit_callbacks
):
    leases = tenancies(office)
    enter_policy("letters", office_id=office.pk, valid_from=today(), values={"bulk_cap": 2})
    asker = signed_in()
    bulk = prepared(office, by=asker.user)
    submit(asker, "bulk_ask", bulk)
    bulk.refresh_from_db()
    assert bulk.state == "approval"
    refused = asker.get(reverse("letters:bulk_approve", args=[bulk.pk])).content.decode()
    assert "En annen enn du" in refused
    assert "<button" not in refused.split("<main", 1)[1].split("</main", 1)[0]
    assert submit(asker, "bulk_approve", bulk).status_code == 422

    manager = signed_in("manager")
    assert "Vann" in said(manager.get(LIST))
    text = said(manager.get(reverse("letters:bulk", args=[bulk.pk])))
    assert "Vannet blir stengt." in text
    assert all(str(lease.parties.get().person) not in text for lease in leases)
    with django_capture_on_commit_callbacks(execute=True):
        assert submit(manager, "bulk_approve", bulk).status_code == 302
    assert Document.objects.count() == 3


def test_protected_people_are_counted_and_not_named(office):
    hidden = PersonFactory(given_name="Vilde", family_name="Ukjentsen", protection=6)
    LeaseFactory(dwelling=DwellingFactory(office=office), tenant=hidden, is_protected=True)
    tenancies(office, 1)
    bulk = prepared(office)
    where = reverse("letters:bulk", args=[bulk.pk])
    assert "Ukjentsen" not in said(signed_in().get(where))
    assert "Ukjentsen" in said(signed_in(role__cleared=True).get(where))


def test_no_count_tells_in_which_district_somebody_protected_lives(office):
    other = OfficeFactory()
    hidden = PersonFactory(protection=6)
    LeaseFactory(dwelling=DwellingFactory(office=office), tenant=hidden, is_protected=True)
    for one in (office, other):
        tenancies(one, 4)
    bulk = prepared(office)
    where = reverse("letters:bulk", args=[bulk.pk])
    page = signed_in().get(where)
    assert [one.letters for one in page.context["offices"]] == [4]
    assert dict(page.context["facts"])["Brev"] == "4"
    assert "1 brev til" not in said(page)
    assert dict(signed_in(role__cleared=True).get(where).context["facts"])["Brev"] == "5"
    for client, letters in ((signed_in(), "4"), (signed_in(role__cleared=True), "5")):
        (row,) = client.get(reverse("letters:bulk_letters")).context["rows"]
        assert row["cells"][2] == letters
        asked = client.get(reverse("letters:bulk_ask", args=[bulk.pk]))
        assert dict(asked.context["facts"])["Brev"] == letters


@pytest.mark.parametrize(("cleared", "letters"), [(False, "4"), (True, "5")])
def test_who_sees_no_names_cannot_set_the_letters_against_the_figures_of_the_office(
    office, cleared, letters
):
    """The figures of an office leave the protected out, for the manager too."""
    LeaseFactory(
        dwelling=DwellingFactory(office=office),
        tenant=PersonFactory(protection=6),
        is_protected=True,
    )
    tenancies(office, 4)
    bulk = prepared(office)
    for offices in ([], [office]):
        manager = signed_in("manager", role__cleared=cleared, role__offices=offices)
        page = manager.get(reverse("letters:bulk", args=[bulk.pk]))
        assert dict(page.context["facts"])["Brev"] == letters
        (row,) = manager.get(reverse("letters:bulk_letters")).context["rows"]
        assert row["cells"][2] == letters
        assert ("vises og telles ikke her" in said(page)) is not cleared


@pytest.mark.parametrize("is_every", [True, False])
def test_how_many_are_not_shown_is_said_only_of_letters_to_every_office(office, is_every):
    hidden = PersonFactory(protection=6)
    LeaseFactory(dwelling=DwellingFactory(office=office), tenant=hidden, is_protected=True)
    tenancies(office, 1)
    others = Office.objects.exclude(pk=office.pk)
    others.update(closed_on=today())
    if not is_every:
        OfficeFactory()
    page = said(signed_in().get(reverse("letters:bulk", args=[prepared(office).pk])))
    assert ("1 brev til går til en med sperret adresse" in page) is is_every


def test_whoever_is_shown_is_written_in_the_look_up_log(office):
    (lease,) = tenancies(office, 1)
    client = signed_in()
    client.get(reverse("letters:bulk", args=[prepared(office).pk]))
    looked = LookUp.objects.get(user=client.user, page="letters:bulk")
    assert looked.person_ids == [lease.parties.get().person_id]


def test_the_progress_is_asked_for_until_it_is_over(office):
    tenancies(office)
    bulk = prepared(office)
    bulk = ask_for(bulk.pk, version=1, by=UserFactory(), on=today())
    client = signed_in()
    url = reverse("letters:bulk_progress", args=[bulk.pk])
    assert client.get(url).status_code == 400
    waiting = client.get(url, headers={"hx-request": "true"})
    assert waiting.status_code == 200
    assert "HX-Refresh" not in waiting
    BulkLetter.objects.filter(pk=bulk.pk).update(state="done")
    assert client.get(url, headers={"hx-request": "true"})["HX-Refresh"] == "true"


def test_letters_are_dropped_with_a_reason(office):
    tenancies(office)
    bulk, client = prepared(office), signed_in()
    assert submit(client, "bulk_drop", bulk, reason="").status_code == 422
    assert submit(client, "bulk_drop", bulk, reason="Feil dato").status_code == 302
    assert "Feil dato" in said(client.get(reverse("letters:bulk", args=[bulk.pk])))


def test_many_recipients_cost_no_more_queries_than_one(office):
    client = signed_in()
    tenancies(office, 1)
    one = reverse("letters:bulk", args=[prepared(office).pk])
    tenancies(office, 12)
    many = reverse("letters:bulk", args=[prepared(office).pk])
    client.get(one)
    with CaptureQueriesContext(connection) as few:
        client.get(one)
    with CaptureQueriesContext(connection) as more:
        client.get(many)
    assert len(more) == len(few)
