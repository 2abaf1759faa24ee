"""Unplaced payments: placed by hand, returned, and moved when that was wrong."""

import csv
import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrears.models import LeaseAccount, LedgerLine, LineKind, UnplacedPayment, UnplacedState
from arrears.queries.lease_search import find_leases
from arrears.queries.near_kids import leases_meant
from arrears.rules.kid import make_kid
from arrears.services import unplaced as service
from arrears.services.ledger import charge_month
from boligsak.accounts.models import LookUp
from boligsak.rule import RuleBroken
from tenants.models import Lease
from tests.arrears.payment_files import DUE, RENT, content, imported, lease_with_kid, paid
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def landlord(client):
    user = UserFactory(role="landlord")
    client.force_login(user)
    return user


def unplaced(ore: int = RENT, kid: str = "99999990", **fields: object) -> UnplacedPayment:
    number = f"{UnplacedPayment.objects.count() + 1:07d}"
    row = imported(content(paid(ore=ore, kid=kid, **fields), number=number))
    return row.unplaced.get()


def posted(client, url: str, **data: object):
    return client.post(url, {"submission_id": str(uuid.uuid4()), **data})


def place_url(payment: UnplacedPayment, lease: Lease) -> str:
    return reverse("arrears:unplaced_place", args=[payment.pk, lease.pk])


def return_url(payment: UnplacedPayment) -> str:
    return reverse("arrears:unplaced_return", args=[payment.pk])


# --- The steps --------------------------------------------------------------------------------


def test_a_placed_payment_counts_from_the_day_it_was_paid():
    lease, payment, by = LeaseFactory(), unplaced(), UserFactory()
    charge_month(DUE.replace(day=1), DUE, None)
    done = service.place(payment.pk, lease_id=lease.pk, version=1, by=by)
    line = LedgerLine.objects.get(kind=LineKind.PAYMENT)
    assert (line.amount_ore, line.effective_on, line.by) == (-RENT, DUE, by)
    assert (line.payment_import_id, line.file_line) == (payment.payment_import_id, 3)
    assert LeaseAccount.objects.get(lease=lease).balance_ore == 0
    assert (done.state, done.placed_line, done.decided_by) == (UnplacedState.PLACED, line, by)


def test_an_unplaced_reversal_is_placed_as_a_reversal():
    lease, payment = LeaseFactory(), unplaced(-5_000)
    service.place(payment.pk, lease_id=lease.pk, version=1, by=UserFactory())
    assert LedgerLine.objects.get().kind == LineKind.REVERSAL
    assert LeaseAccount.objects.get(lease=lease).balance_ore == 5_000


def test_a_returned_payment_is_booked_nowhere():
    payment, by = unplaced(), UserFactory()
    done = service.send_back(payment.pk, reason=" Ikke vår ", version=1, by=by)
    assert (done.state, done.reason, done.decided_by) == (UnplacedState.RETURNED, "Ikke vår", by)
    assert not LedgerLine.objects.exists()


def test_a_payment_is_not_returned_without_a_reason():
    with pytest.raises(RuleBroken) as refused:
        service.send_back(unplaced().pk, reason="  ", version=1, by=UserFactory())
    assert refused.value.code == "unplaced.no_reason"


def test_a_payment_is_decided_on_once():
    lease, payment, by = LeaseFactory(), unplaced(), UserFactory()
    service.send_back(payment.pk, reason="Ikke vår", version=1, by=by)
    with pytest.raises(RuleBroken) as refused:
        service.place(payment.pk, lease_id=lease.pk, version=1, by=by)
    assert refused.value.code == "unplaced.decided"


def test_a_payment_that_has_changed_since_is_not_decided_on():
    payment = unplaced()
    UnplacedPayment.objects.filter(pk=payment.pk).update(version=2)
    with pytest.raises(RuleBroken) as refused:
        service.place(payment.pk, lease_id=LeaseFactory().pk, version=1, by=UserFactory())
    assert refused.value.code == "unplaced.changed"


def test_a_lease_that_has_got_the_kid_since_is_meant():
    LeaseFactory(kid=make_kid(12_345_678))
    kid = make_kid(12_345_679)
    payment = unplaced(kid=kid)
    lease = LeaseFactory(kid=kid)
    assert leases_meant(payment, UserFactory(role="landlord")) == [lease.pk]


def test_of_several_leases_one_slip_away_those_with_the_amount_come_first():
    other, fitting = lease_with_kid(1001), lease_with_kid(1009, rent_ore=700_000)
    charge_month(DUE.replace(day=1), DUE, None)
    payment = unplaced(kid=other.kid[:-1] + fitting.kid[-1], ore=700_000)
    assert leases_meant(payment, UserFactory(role="landlord")) == [fitting.pk, other.pk]


# --- The pages --------------------------------------------------------------------------------


def test_the_likely_lease_is_suggested_and_looked_up(client, landlord):
    lease = LeaseFactory(kid=make_kid(12_345_678), tenant__given_name="Åse")
    payment = unplaced(kid="123456788")
    page = client.get(reverse("arrears:unplaced_payment", args=[payment.pk])).content.decode()
    assert place_url(payment, lease) in page
    assert "Åse" in page
    tenant = lease.parties.get().person_id
    assert LookUp.objects.filter(user=landlord, person_ids=[tenant]).exists()


def test_a_payment_is_placed_from_its_page(client, landlord):
    lease, payment = LeaseFactory(), unplaced()
    assert client.get(place_url(payment, lease)).status_code == 200
    answer = posted(client, place_url(payment, lease), version=1)
    assert answer.url == reverse("arrears:unplaced")
    assert LedgerLine.objects.get().lease == lease


def test_the_same_form_twice_places_once(client, landlord):
    lease, payment = LeaseFactory(), unplaced()
    form = {"submission_id": str(uuid.uuid4()), "version": 1}
    answers = [client.post(place_url(payment, lease), form) for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert LedgerLine.objects.count() == 1


def test_the_second_of_two_people_is_told_who_was_first(client, landlord):
    lease, payment = LeaseFactory(), unplaced()
    first = UserFactory(role="landlord", first_name="Berit", last_name="Moe")
    service.place(payment.pk, lease_id=lease.pk, version=1, by=first)
    answer = posted(client, place_url(payment, lease), version=1)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Berit Moe" in page
    assert "Etterpå" not in page
    assert LedgerLine.objects.count() == 1


def test_a_refused_return_keeps_what_was_typed(client, landlord):
    payment = unplaced()
    UnplacedPayment.objects.filter(pk=payment.pk).update(version=7)
    answer = posted(client, return_url(payment), version=1, reason="Betalt til feil kommune")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Betalt til feil kommune" in page
    assert 'name="version" value="7"' in page


def test_a_payment_is_returned_from_its_page(client, landlord):
    payment = unplaced()
    assert posted(client, return_url(payment), version=1).status_code == 422
    answer = posted(client, return_url(payment), version=1, reason="Ikke vår")
    assert answer.url == reverse("arrears:unplaced")
    page = client.get(reverse("arrears:unplaced_payment", args=[payment.pk])).content.decode()
    assert "Ikke vår" in page


def test_what_is_searched_for_never_stands_in_the_address(client, landlord):
    lease = LeaseFactory(tenant__given_name="Ragnhild", tenant__family_name="Øvergård")
    payment = unplaced()
    url = reverse("arrears:unplaced_search", args=[payment.pk])
    answer = client.post(url, {"q": "ragnhild øver"})
    assert "agnhild" not in answer.url
    page = client.get(answer.url).content.decode()
    assert place_url(payment, lease) in page


def test_an_office_is_not_offered_the_leases_of_another(client):
    here, there = OfficeFactory(), OfficeFactory()
    user = UserFactory(role="landlord", role__offices=[here])
    client.force_login(user)
    lease = LeaseFactory(dwelling=DwellingFactory(office=there))
    payment = unplaced()
    assert client.get(place_url(payment, lease)).status_code == 404
    assert find_leases(lease.number, user) == []


def test_the_list_shows_those_that_wait_and_filters(client, landlord):
    lease = LeaseFactory(kid=make_kid(12_345_678))
    likely, other = unplaced(kid="123456788"), unplaced(kid="55555551")
    done = unplaced(kid="66666661")
    service.place(done.pk, lease_id=lease.pk, version=1, by=landlord)

    def kids(**query):
        page = client.get(reverse("arrears:unplaced"), query).content.decode()
        return {kid for kid in (likely.kid, other.kid, done.kid) if kid in page}

    assert kids() == {likely.kid, other.kid}
    assert kids(likely="yes") == {likely.kid}
    assert kids(likely="no") == {other.kid}
    assert kids(state="placed") == {done.kid}
    assert kids(state="all") == {likely.kid, other.kid, done.kid}
    assert kids(file=other.payment_import_id) == {other.kid}
    assert kids(state="nonsense") == {likely.kid, other.kid}


def test_the_list_is_exported_as_it_is_filtered(client, landlord):
    lease = LeaseFactory(kid=make_kid(12_345_678))
    unplaced(kid="123456788", ore=100_050)
    unplaced(kid="55555551")
    answer = client.get(reverse("arrears:unplaced"), {"export": "csv", "likely": "yes"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    _heading, row = csv.reader(io.StringIO(text), delimiter=";")
    assert row[:3] == ["20.01.2026", "1000,50", "123456788"]
    assert lease.number in row


def test_a_protected_lease_shows_its_number_and_nothing_more(client, landlord):
    lease = LeaseFactory(
        kid=make_kid(12_345_678),
        is_protected=True,
        tenant=PersonFactory(given_name="Hemmelig", protection=6),
        dwelling=DwellingFactory(street="Skjulgata"),
    )
    payment = unplaced(kid="123456788")
    for url in (
        reverse("arrears:unplaced"),
        reverse("arrears:unplaced_payment", args=[payment.pk]),
        place_url(payment, lease),
        reverse("arrears:import", args=[payment.payment_import_id]),
    ):
        page = client.get(url).content.decode()
        assert lease.number in page
        assert "Hemmelig" not in page
        assert "Skjulgata" not in page
    answer = client.get(reverse("arrears:unplaced"), {"export": "csv"})
    assert b"Hemmelig" not in b"".join(answer.streaming_content)
    assert find_leases("hemmelig", landlord) == find_leases("skjulgata", landlord) == []
    assert find_leases(lease.number, landlord) == [lease.pk]


def test_the_list_takes_as_many_queries_for_fifty_rows_as_for_one(client, landlord):
    leases = [lease_with_kid(n * 1000) for n in range(1, 51)]
    slips = [lease.kid[:-1] + str((int(lease.kid[-1]) + 1) % 10) for lease in leases]

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page = client.get(reverse("arrears:unplaced")).content.decode()
        assert leases[0].number in page
        return len(found)

    unplaced(kid=slips[0])
    queries()
    one = queries()
    imported(content(*[paid(kid=slip) for slip in slips[1:]], number="0000900"))
    assert queries() == one <= 15


# --- Finding a lease --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["2020-777", make_kid(4_711), "kari nord", "Nordlie", "olav tryggvasons gate 7"]
)
def test_a_lease_is_found_by_number_kid_name_and_address(typed, landlord):
    lease = LeaseFactory(
        number="2020-777",
        kid=make_kid(4_711),
        tenant=PersonFactory(given_name="Kari", family_name="Nordlie"),
        dwelling=DwellingFactory(street="Olav Tryggvasons gate", house_no="7"),
    )
    LeaseFactory()
    assert find_leases(typed, landlord) == [lease.pk]


# --- Moving -----------------------------------------------------------------------------------


def booked(lease: Lease) -> LedgerLine:
    imported(content(paid(lease)))
    return LedgerLine.objects.get(lease=lease, kind=LineKind.PAYMENT)


def test_a_payment_is_moved_to_the_lease_it_belongs_to(client, landlord):
    wrong, right = lease_with_kid(1), lease_with_kid(2)
    line = booked(wrong)
    url = reverse("arrears:move_to", args=[line.pk, right.pk])
    assert client.get(url).status_code == 200
    assert posted(client, url).status_code == 422
    answer = posted(client, url, reason="Feil KID på giroen")
    assert answer.url == reverse("desk:lease", args=[right.pk])
    here = LedgerLine.objects.get(lease=right)
    assert (here.kind, here.amount_ore, here.effective_on) == (LineKind.MOVE_IN, -RENT, DUE)
    assert here.note == "Feil KID på giroen"
    assert LeaseAccount.objects.get(lease=wrong).balance_ore == 0


def test_a_payment_is_moved_once(client, landlord):
    line, right = booked(lease_with_kid(1)), lease_with_kid(2)
    url = reverse("arrears:move_to", args=[line.pk, right.pk])
    posted(client, url, reason="Feil")
    assert posted(client, url, reason="Feil").status_code == 409
    assert LedgerLine.objects.filter(lease=right).count() == 1


def test_the_lease_to_move_to_is_searched_for(client, landlord):
    line, right = booked(lease_with_kid(1)), lease_with_kid(2)
    answer = client.post(reverse("arrears:move_search", args=[line.pk]), {"q": right.number})
    page = client.get(answer.url).content.decode()
    assert reverse("arrears:move_to", args=[line.pk, right.pk]) in page


def test_only_payments_are_moved(client, landlord):
    lease = LeaseFactory()
    charge_month(DUE.replace(day=1), DUE, None)
    rent = LedgerLine.objects.get(lease=lease)
    assert client.get(reverse("arrears:move_payment", args=[rent.pk])).status_code == 404


def test_a_caseworker_moves_no_payments(client):
    client.force_login(UserFactory(role="caseworker"))
    line = booked(lease_with_kid(1))
    assert client.get(reverse("arrears:move_payment", args=[line.pk])).status_code == 403
