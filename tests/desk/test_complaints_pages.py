"""Complaints as people meet them: the list, the complaint's page, the tenancy and the case."""

import datetime as dt
import html
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arrears.models import Case, LedgerLine, Task
from arrears.services.cases.sharing import set_sharing
from arrears.services.complaints import take_up
from arrears.services.ledger import NewLine, post
from boligsak.accounts.models import LookUp
from boligsak.dates import today
from tenants.models import Complaint, HeadLandlordAction, Person
from tenants.rules.complaints import Reduction
from tenants.services.complaints import assess, close, note_contact, withdraw
from tests.desk.work import body, signed_in
from tests.factories import (
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.tenants.test_complaints import about_the_dwelling, complain

pytestmark = pytest.mark.django_db
LIST = "/complaints/"
DAY = dt.timedelta(days=1)


@pytest.fixture
def kari():
    return UserFactory(role="caseworker", first_name="Kari", last_name="Haugen")


@pytest.fixture
def client(kari):
    return signed_in(kari)


def sent(client, address: str, **form):
    return client.post(address, {"submission_id": uuid4(), **form})


def said(response) -> str:
    return html.unescape(response.content.decode())


def shown(client, **query) -> list[str]:
    """The numbers of the complaints the list shows, in its order."""
    page = body(client, LIST, **query)
    places = {row.number: page.find(f">{row.number}<") for row in Complaint.objects.all()}
    return sorted((n for n in places if places[n] >= 0), key=lambda n: places[n])


# --- The list -----------------------------------------------------------------------------------


def test_a_complaint_stands_with_whom_and_by_when(client, kari) -> None:
    complain(LeaseFactory(), kari, today())
    page = body(client, LIST)
    for words in ("Hansen", "Innherredsveien", "Noise", "Neighbour", "The tenancy", "Open"):
        assert words in page, words


def test_who_complained_is_in_no_list_and_no_file(client, kari) -> None:
    complain(LeaseFactory(), kari, today(), from_name="Sladrehank", from_contact="99887766")
    response = client.get("/complaints/export/", {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "Hansen" in text
    for page in (body(client, LIST), text):
        assert "Sladrehank" not in page
        assert "99887766" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "abc"),
        ({"state": "closed"}, "d"),
        ({"state": "withdrawn"}, "e"),
        ({"state": "all"}, "abcde"),
        ({"about": "dwelling"}, "c"),
        ({"kind": "moisture"}, "c"),
        ({"source": "cooperative"}, "b"),
        ({"only": "missed"}, "a"),
        ({"only": "week"}, "bc"),
        ({"only": "cooperative"}, "b"),
        ({"state": "rubbish"}, "abc"),
    ],
)
def test_a_filter_shows_what_it_says(query, expected, client, kari) -> None:
    a = complain(LeaseFactory(), kari, today() - 20 * DAY)
    b = complain(LeaseFactory(), kari, today() - DAY, source="cooperative")
    c = about_the_dwelling(LeaseFactory(), kari, today() - DAY)
    d, e = complain(LeaseFactory(), kari, today()), complain(LeaseFactory(), kari, today())
    Complaint.objects.filter(pk__in=[b.pk, c.pk]).update(contact_by=today() + DAY)
    b.head_action = HeadLandlordAction.objects.create(
        dwelling=b.dwelling, kind="warning", received_on=today(), by=kari
    )
    b.save(update_fields=["head_action"])
    note_contact(d.pk, contacted_on=today(), says="Ja", by=kari, on=today())
    assess(d.pk, is_upheld=True, assessed="Ja", by=kari, on=today())
    close(d.pk, outcome="Ferdig", by=kari, on=today())
    withdraw(e.pk, reason="Feil", by=kari, on=today())
    names = {row.number: name for name, row in zip("abcde", (a, b, c, d, e), strict=True)}
    assert sorted(names[number] for number in shown(client, **query)) == sorted(expected)


def test_those_nobody_has_talked_about_stand_first(client, kari) -> None:
    new, late = (complain(LeaseFactory(), kari, today() - n * DAY) for n in (0, 20))
    talked = complain(LeaseFactory(), kari, today() - 30 * DAY)
    note_contact(talked.pk, contacted_on=today(), says="Ja", by=kari, on=today())
    assert shown(client) == [late.number, new.number, talked.number]
    assert shown(client, sort="received") == [talked.number, late.number, new.number]


def test_complaints_of_other_offices_are_not_there(kari) -> None:
    here = OfficeFactory()
    mine = complain(LeaseFactory(dwelling=DwellingFactory(office=here)), kari, today())
    complain(LeaseFactory(), kari, today())
    clerk = UserFactory(role="caseworker", role__offices=[here])
    assert shown(signed_in(clerk)) == [mine.number]


def test_a_protected_home_has_no_complaints_for_who_is_not_cleared() -> None:
    chief = UserFactory(role="coordinator", role__cleared=True)
    row = complain(LeaseFactory(is_protected=True), chief, today())
    client = signed_in(UserFactory(role="coordinator"))
    assert shown(client) == []
    assert client.get(f"/complaints/{row.pk}/").status_code == 404
    assert shown(signed_in(chief)) == [row.number]


def test_no_protected_home_is_in_a_file_even_for_who_is_cleared() -> None:
    chief = UserFactory(role="coordinator", role__cleared=True)
    row = complain(LeaseFactory(is_protected=True), chief, today())
    response = signed_in(chief).get("/complaints/export/", {"export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert row.number in text
    assert "Innherredsveien" not in text
    assert "Hansen" not in text


def test_many_complaints_take_as_many_queries_as_one(client, kari) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            body(client, LIST)
        return len(queries)

    complain(LeaseFactory(), kari, today())
    asked()
    one = asked()
    for _ in range(12):
        complain(LeaseFactory(), kari, today())
    assert asked() == one


def test_an_empty_list_says_where_one_begins(client) -> None:
    assert "Register one from the lease's or the dwelling's page" in body(client, LIST)


# --- In -----------------------------------------------------------------------------------------


def test_a_complaint_is_registered_from_the_lease(client) -> None:
    lease = LeaseFactory()
    address = f"/complaints/new/lease/{lease.pk}/"
    assert address in body(client, f"/leases/{lease.pk}/")
    response = sent(
        client,
        address,
        kind="noise",
        source="neighbour",
        text="Fest til fire om natten",
        received_on="i dag",
        from_name="Nabo Nilsen",
    )
    row = Complaint.objects.get()
    assert response["Location"] == f"/complaints/{row.pk}/"
    page = body(client, f"/complaints/{row.pk}/")
    for words in ("Fest til fire om natten", "Nabo Nilsen", "Note a talk with the household"):
        assert words in page, words
    assert LookUp.objects.filter(page="desk:complaint").exists()


def test_a_complaint_about_the_dwelling_stands_beside_what_is_owed(client) -> None:
    lease = LeaseFactory()
    address = f"/complaints/new/lease/{lease.pk}/?about=dwelling"
    form = {"kind": "moisture", "source": "tenant", "text": "Mugg", "received_on": "i dag"}
    sent(client, address, **form)
    assert Complaint.objects.get().about == "dwelling"
    page = body(client, f"/leases/{lease.pk}/")
    assert "Mugg" in page
    assert "about the dwelling" in page


def test_one_who_calls_about_a_flat_need_not_know_who_lives_there(client) -> None:
    lease = LeaseFactory()
    address = f"/complaints/new/dwelling/{lease.dwelling_id}/"
    assert address in body(client, f"/dwellings/{lease.dwelling_id}/")
    form = {"kind": "noise", "source": "neighbour", "text": "Støy", "received_on": "i dag"}
    sent(client, address, **form)
    assert Complaint.objects.get().lease == lease


def test_about_a_secret_home_the_clerk_only_hears_that_it_is_registered() -> None:
    lease = LeaseFactory(is_protected=True)
    client = signed_in(UserFactory(role="caseworker"))
    form = {"kind": "noise", "source": "neighbour", "text": "Støy", "received_on": "i dag"}
    response = sent(client, f"/complaints/new/dwelling/{lease.dwelling_id}/", **form)
    assert response["Location"] == f"/dwellings/{lease.dwelling_id}/#complaints"
    assert Complaint.objects.get().lease == lease
    assert "Støy" not in body(client, f"/dwellings/{lease.dwelling_id}/")


def test_a_form_that_is_refused_keeps_what_was_typed(client) -> None:
    lease = LeaseFactory(starts_on=today())
    form = {"kind": "noise", "source": "neighbour", "text": "Det du skrev", "received_on": "i går"}
    response = sent(client, f"/complaints/new/lease/{lease.pk}/", **form)
    assert response.status_code == 422
    assert "is about somebody else" in said(response)
    assert "Det du skrev" in said(response)


# --- What follows -------------------------------------------------------------------------------


def test_the_steps_from_the_talk_to_the_end(client, kari) -> None:
    row = complain(LeaseFactory(), kari, today())
    sent(client, f"/complaints/{row.pk}/talk/", contacted_on="i dag", says="Beklager", version=1)
    sent(client, f"/complaints/{row.pk}/assess/", is_upheld="yes", assessed="Ja", version=2)
    sent(client, f"/complaints/{row.pk}/close/", outcome="Ro i oppgangen", version=3)
    page = body(client, f"/complaints/{row.pk}/")
    for words in ("Beklager", "Found to be so", "Ro i oppgangen", "Complaint closed"):
        assert words in page, words
    response = client.get(f"/complaints/{row.pk}/withdraw/")
    assert "The complaint was closed" in said(response)


def test_the_second_to_send_is_told_and_loses_nothing(client, kari) -> None:
    row = complain(LeaseFactory(), kari, today())
    note_contact(row.pk, contacted_on=today(), says="Ja", by=kari, on=today())
    response = sent(client, f"/complaints/{row.pk}/withdraw/", reason="Angrer", version=1)
    assert response.status_code == 422
    assert "Somebody changed this complaint" in said(response)
    assert "Angrer" in said(response)
    assert 'name="version" value="2"' in said(response)


def test_a_complaint_is_taken_up_in_a_case_with_the_others(client, kari) -> None:
    lease = LeaseFactory()
    others = [complain(lease, kari, today() - n * DAY) for n in (10, 5)]
    row = complain(lease, kari, today())
    address = f"/cases/complaints/{row.pk}/"
    assert address in body(client, f"/complaints/{row.pk}/")
    assert others[0].number in said(client.get(address))
    response = sent(client, address, owner="", note="Tre på to uker")
    case = Case.objects.get()
    assert response["Location"] == f"/cases/{case.pk}/"
    page = body(client, f"/cases/{case.pk}/")
    for one in (*others, row):
        assert one.number in page
    again = said(client.get(address))
    assert f"taken up in case {case.number} already" in again


def test_a_later_complaint_waits_on_the_case_page_to_be_added(client, kari) -> None:
    lease = LeaseFactory()
    case = take_up(complain(lease, kari, today()).pk, by=kari, on=today()).case
    later = complain(lease, kari, today())
    assert "Not taken up in the case" in body(client, f"/cases/{case.pk}/")
    sent(client, f"/cases/complaints/{later.pk}/", note="")
    page = body(client, f"/cases/{case.pk}/")
    assert "Not taken up in the case" not in page
    assert f"Complaint {later.number} taken up" in page


def test_9_9_the_warning_is_written_where_the_complaint_was_found_to_be_so(client, kari) -> None:
    row = complain(LeaseFactory(), kari, today())
    case = take_up(row.pk, by=kari, on=today()).case
    address = f"/cases/{case.pk}/notices/new/nuisance_warning/"
    assert address not in body(client, f"/complaints/{row.pk}/")
    assess(row.pk, is_upheld=True, assessed="Ja", by=kari, on=today())
    assert address in body(client, f"/complaints/{row.pk}/")
    assert address in body(client, f"/cases/{case.pk}/")


def test_who_complained_is_not_on_the_case(client, kari) -> None:
    row = complain(LeaseFactory(), kari, today(), from_name="Sladrehank")
    case = take_up(row.pk, by=kari, on=today()).case
    assert "Sladrehank" not in body(client, f"/cases/{case.pk}/")


def test_a_protected_complainant_is_named_to_the_cleared_alone(client, kari) -> None:
    secret = PersonFactory(given_name="Siv", family_name="Løvset", protection=6)
    row = complain(LeaseFactory(), kari, today(), from_name="Siv Løvset", from_contact="99887766")
    assert row.person is None
    page = body(client, f"/complaints/{row.pk}/")
    assert "Løvset" not in page
    assert "99887766" not in page
    assert "may have a protected address" in page
    assert not LookUp.objects.filter(person_ids__contains=[secret.pk]).exists()
    cleared = signed_in(UserFactory(role="caseworker", role__cleared=True))
    page = body(cleared, f"/complaints/{row.pk}/")
    assert "Løvset" in page
    assert "99887766" in page
    assert LookUp.objects.filter(person_ids__contains=[secret.pk]).exists()


def test_a_former_tenant_protected_since_is_hidden_as_the_one_who_complained(client, kari) -> None:
    lease = LeaseFactory()
    person = lease.parties.get().person
    row = about_the_dwelling(lease, kari, today(), person_id=person.pk, from_contact="99887766")
    Person.objects.filter(pk=person.pk).update(protection=7, given_name="Siv", family_name="Løvset")
    page = body(client, f"/complaints/{row.pk}/")
    assert "may have a protected address" in page
    assert "99887766" not in page


def test_a_complainant_of_another_name_is_shown(client, kari) -> None:
    PersonFactory(given_name="Siv", family_name="Løvset", protection=6)
    row = complain(LeaseFactory(), kari, today(), from_name="Per Løvset")
    assert "Per Løvset" in body(client, f"/complaints/{row.pk}/")


def test_a_case_without_a_name_for_its_reader_shows_no_complaints(kari) -> None:
    row = complain(LeaseFactory(), kari, today())
    case = take_up(row.pk, by=kari, on=today()).case
    landlord = signed_in(UserFactory(role="landlord"))
    assert row.number not in body(landlord, f"/cases/{case.pk}/")
    set_sharing(case.pk, "consent", source="Muntlig", since=today(), by=kari, on=today())
    assert row.number in body(landlord, f"/cases/{case.pk}/")


def test_a_complaint_does_not_name_a_case_that_has_no_name_for_its_reader(client, kari) -> None:
    row = complain(LeaseFactory(), kari, today())
    case = take_up(row.pk, by=kari, on=today()).case
    landlord = signed_in(UserFactory(role="landlord"))

    number = re.compile(rf"(?<![\w-]){case.number}")  # the complaint's own is a letter longer

    def named(who) -> list[bool]:
        file = who.get("/complaints/export/", {"export": "csv"})
        text = b"".join(file.streaming_content).decode("utf-8-sig")
        pages = (body(who, LIST), body(who, f"/complaints/{row.pk}/"), text)
        return [number.search(page) is not None for page in pages]

    assert named(client) == [True, True, True]
    assert named(landlord) == [False, False, False]
    set_sharing(case.pk, "consent", source="Muntlig", since=today(), by=kari, on=today())
    assert named(landlord) == [True, True, True]


def test_the_cooperative_s_order_is_entered_from_the_complaint(client, kari) -> None:
    lease = LeaseFactory()
    row = complain(lease, kari, today(), source="cooperative")
    address = f"/complaints/{row.pk}/head-action/"
    assert address in body(client, f"/complaints/{row.pk}/")
    deadline = f"{today() + 100 * DAY:%d.%m.%Y}"
    sent(client, address, kind="order_to_sell", received_on="i dag", deadline_on=deadline)
    row.refresh_from_db()
    assert row.head_action.kind == "order_to_sell"
    assert Task.objects.filter(kind="rehouse", lease=lease).count() == 1
    for page in (f"/complaints/{row.pk}/", f"/dwellings/{lease.dwelling_id}/", "/head-actions/"):
        assert deadline in body(client, page)


# --- §§ 2-11, 2-15 ------------------------------------------------------------------------------


def reduced(lease, kari) -> Complaint:
    first = today().replace(day=1)
    post([NewLine(lease.pk, "rent", 900_000, first, "rent:nå", due_on=first)])
    row = about_the_dwelling(lease, kari, today())
    reduction = Reduction(150_000, first)
    return assess(row.pk, is_upheld=True, assessed="Mugg", reduction=reduction, by=kari, on=today())


def test_2_11_the_landlord_credits_what_was_decided(kari) -> None:
    lease = LeaseFactory()
    row = reduced(lease, kari)
    landlord = signed_in(UserFactory(role="landlord"))
    address = f"/cases/complaints/{row.pk}/reduce/"
    assert address in body(landlord, f"/complaints/{row.pk}/")
    assert "1\xa0500,00\xa0kr of 9\xa0000,00\xa0kr" in body(landlord, address)
    response = sent(landlord, address)
    assert response["Location"] == f"/leases/{lease.pk}/#ledger"
    assert LedgerLine.objects.get(lease=lease, kind="credit").amount_ore == -150_000
    assert "1\xa0500,00\xa0kr a month" in body(landlord, f"/leases/{lease.pk}/")
    assert "has its reduction already" in said(landlord.get(address))


def test_2_11_who_closes_says_what_becomes_of_the_reduction(client, kari) -> None:
    row = about_the_dwelling(LeaseFactory(rent_ore=1_000_000), kari, today())
    reduction = Reduction(100_000, today().replace(day=1))
    assess(row.pk, is_upheld=True, assessed="Ja", reduction=reduction, by=kari, on=today())
    address = f"/complaints/{row.pk}/close/"
    assert "Last day of the reduction" in body(client, address)
    form = {"outcome": "Mendet", "version": 2}
    assert "Say whether the reduction ends or goes on." in said(sent(client, address, **form))
    form["reduction"] = "ends"
    assert "Write the last day of the reduction." in said(sent(client, address, **form))
    assert sent(client, address, **form | {"reduction": "goes_on"}).status_code == 302
    page = body(client, f"/complaints/{row.pk}/")
    assert "Complaint closed; the reduction of the rent goes on" in page
    address = f"/complaints/{row.pk}/reduction/end/"
    assert address in page
    assert sent(client, address, version=3, reduced_to="i dag").status_code == 302
    page = body(client, f"/complaints/{row.pk}/")
    assert address not in page
    assert "The reduction of the rent ends" in page
    assert "any more" in body(client, address)


def test_2_11_a_complaint_without_a_reduction_is_closed_without_a_word_of_it(client, kari) -> None:
    row = about_the_dwelling(LeaseFactory(), kari, today())
    assess(row.pk, is_upheld=False, assessed="Nei", by=kari, on=today())
    address = f"/complaints/{row.pk}/close/"
    assert "Last day of the reduction" not in body(client, address)
    assert sent(client, address, outcome="Ferdig", version=2).status_code == 302


def test_2_11_the_caseworker_does_not_touch_the_ledger(client, kari) -> None:
    row = reduced(LeaseFactory(), kari)
    address = f"/cases/complaints/{row.pk}/reduce/"
    assert address not in body(client, f"/complaints/{row.pk}/")
    assert client.get(address).status_code == 403


def test_2_11_an_assessment_takes_amount_and_days_as_people_write_them(client, kari) -> None:
    row = about_the_dwelling(LeaseFactory(), kari, today())
    first = f"1.{today():%m.%y}"
    address = f"/complaints/{row.pk}/assess/"
    form = {"is_upheld": "yes", "assessed": "Mugg", "version": 1}
    response = sent(client, address, reduction="1500", **form)
    assert "Write the first day of the reduction" in said(response)
    sent(client, address, reduction="1 500,50", reduction_from=first, **form)
    row.refresh_from_db()
    assert (row.reduction_ore, row.reduction_from) == (150_050, today().replace(day=1))
