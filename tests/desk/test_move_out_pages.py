"""Moving out as people meet it: from the word of it to the letter of the settlement."""

import datetime as dt
import html
from uuid import uuid4

import pytest

from arrears.models import LeaseAccount, LedgerLine
from arrears.services.ledger import NewLine, post
from boligsak.dates import today
from tenants.models import Lease, MoveOut
from tenants.services.move_outs import begin_move_out, take_keys
from tests.desk.work import body, signed_in
from tests.factories import LeaseFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def landlord():
    return UserFactory(role="landlord")


@pytest.fixture
def client(landlord):
    return signed_in(landlord)


def sent(client, address: str, **form):
    return client.post(address, {"submission_id": uuid4(), **form})


def said(response) -> str:
    return html.unescape(response.content.decode())


def begun(landlord, last_on=None, **more) -> MoveOut:
    return begin_move_out(
        LeaseFactory(**more).pk,
        moves_on=last_on or today() - DAY,
        reason="",
        by=landlord,
        on=today() - 30 * DAY,
    )


def over(landlord, *, owed: int = 900_000, **more) -> MoveOut:
    row = begun(landlord, **more)
    if owed:
        kind, due = ("rent", today() - 60 * DAY) if owed > 0 else ("payment", None)
        post([NewLine(row.lease_id, kind, owed, today() - 60 * DAY, "x", due_on=due)])
    return take_keys(
        row.pk,
        keys_on=today() - DAY,
        last_on=today() - DAY,
        new_address="Nygata 3, 7014 Trondheim",
        by=landlord,
        on=today(),
    )


def test_it_begins_on_the_lease_and_gets_a_page_of_its_own(client) -> None:
    lease = LeaseFactory()
    address = f"/leases/{lease.pk}/move-out/"
    assert address in body(client, f"/leases/{lease.pk}/")
    last_on = today() + 30 * DAY
    response = sent(
        client,
        address,
        told_on="i dag",
        moves_on=f"{last_on:%d.%m.%Y}",
        reason="Ny jobb",
        new_address="",
        version=1,
    )
    assert response["Location"] == f"/leases/{lease.pk}/moving-out/"
    page = body(client, f"/leases/{lease.pk}/moving-out/")
    for words in ("Ny jobb", "Not inspected yet", "The keys are not back yet"):
        assert words in page, words
    assert f"Moves out {last_on:%d.%m.%Y}" in body(client, f"/leases/{lease.pk}/")
    assert Lease.objects.get(pk=lease.pk).moved_out_on == last_on
    assert client.get(address)["Location"] == f"/leases/{lease.pk}/moving-out/"


def test_the_inspection_takes_lines_and_says_what_is_missing_in_one(client, landlord) -> None:
    row = begun(landlord)
    address = f"/leases/moves/{row.pk}/inspection/"
    form = {"inspected_on": "i dag", "note": "Pent ellers", "version": 1}
    response = sent(client, address, **form, what_1="Knust rute", ore_1="")
    assert response.status_code == 422
    assert "Write what it costs, or leave the line empty" in said(response)
    lines = {"what_1": "Knust rute", "ore_1": "1500", "what_3": "Nøkkel", "ore_3": "450,50"}
    sent(client, address, **form, **lines)
    row.refresh_from_db()
    assert row.damages == [
        {"what": "Knust rute", "ore": 150_000},
        {"what": "Nøkkel", "ore": 45_050},
    ]
    assert "1\xa0950,50\xa0kr" in body(client, f"/leases/{row.lease_id}/moving-out/")


def test_the_keys_are_registered_with_the_last_day(client, landlord) -> None:
    row = begun(landlord)
    sent(
        client,
        f"/leases/moves/{row.pk}/keys/",
        keys_on="i dag",
        last_on="i dag",
        new_address="Nygata 3, 7014 Trondheim",
        version=1,
    )
    row.refresh_from_db()
    assert row.keys_on == today()
    assert row.lease.parties.get().person.post_address == "Nygata 3, 7014 Trondheim"


def test_another_day_and_staying_after_all(client, landlord) -> None:
    row = begun(landlord, today() + 10 * DAY)
    new = today() + 20 * DAY
    sent(client, f"/leases/moves/{row.pk}/day/", moves_on=f"{new:%d.%m.%Y}", reason="", version=1)
    assert Lease.objects.get(pk=row.lease_id).moved_out_on == new
    sent(client, f"/leases/moves/{row.pk}/stay/", reason="Fikk ikke lån", version=2)
    assert Lease.objects.get(pk=row.lease_id).moved_out_on is None
    page = body(client, f"/leases/{row.lease_id}/moving-out/")
    assert "Fikk ikke lån" in page
    assert f"/leases/{row.lease_id}/move-out/" in page


def settle(client, row, **more):
    balance = LeaseAccount.objects.get(pk=row.lease_id).balance_ore
    form = {
        "seen": balance,
        "due_on": f"{today() + 14 * DAY:%d.%m.%Y}",
        "version": MoveOut.objects.get(pk=row.pk).version,
    }
    return sent(client, f"/leases/{row.lease_id}/moving-out/settle/", **(form | more))


def test_it_is_settled_with_a_letter(client, landlord) -> None:
    row = over(landlord)
    page = body(client, f"/leases/{row.lease_id}/moving-out/settle/")
    assert "The tenant owes 9\xa0000,00\xa0kr" in page
    response = settle(client, row)
    assert response["Location"] == f"/leases/{row.lease_id}/moving-out/"
    row.refresh_from_db()
    assert row.settled_on == today()
    page = body(client, f"/leases/{row.lease_id}/moving-out/")
    assert f"/documents/{row.document_id}/" in page
    assert "Moving out settled" in page
    assert "settled" in body(client, f"/leases/{row.lease_id}/")


def test_a_credit_is_paid_back_or_moved(client, landlord) -> None:
    row = over(landlord, owed=-500_000)
    person = row.lease.parties.get().person
    new = LeaseFactory(tenant=person, starts_on=today())
    page = body(client, f"/leases/{row.lease_id}/moving-out/settle/")
    assert new.number in page
    response = settle(client, row, credit="move", to_lease="")
    assert "Choose the lease the credit is moved to" in said(response)
    settle(client, row, credit="move", to_lease=new.pk)
    assert LedgerLine.objects.get(lease=new).amount_ore == -500_000
    assert new.number in body(client, f"/leases/{row.lease_id}/moving-out/")


def test_a_ledger_that_moved_meanwhile_is_shown_anew(client, landlord) -> None:
    row = over(landlord)
    response = settle(client, row, seen=1)
    assert response.status_code == 422
    page = said(response)
    assert "the balance is 9\xa0000,00\xa0kr now" in page
    assert 'name="seen" value="900000"' in page
    assert MoveOut.objects.get(pk=row.pk).settled_on is None


def test_before_the_keys_the_settlement_says_what_is_missing(client, landlord) -> None:
    row = begun(landlord)
    page = body(client, f"/leases/{row.lease_id}/moving-out/settle/")
    assert "Register first that the keys are back" in page


def test_a_caseworker_sees_it_and_settles_nothing(landlord) -> None:
    row = over(landlord)
    client = signed_in(UserFactory(role="caseworker"))
    page = body(client, f"/leases/{row.lease_id}/moving-out/")
    assert "/moving-out/settle/" not in page
    assert client.get(f"/leases/{row.lease_id}/moving-out/settle/").status_code == 403


def test_a_lease_nobody_moves_out_of_has_no_such_page(client) -> None:
    assert client.get(f"/leases/{LeaseFactory().pk}/moving-out/").status_code == 404


def test_a_secret_home_s_moving_out_is_for_who_is_cleared(client) -> None:
    chief = UserFactory(role="landlord", role__cleared=True)
    row = begun(chief, is_protected=True, tenant=PersonFactory(protection=6))
    assert client.get(f"/leases/{row.lease_id}/moving-out/").status_code == 404
    assert "Moves out" in body(signed_in(chief), f"/leases/{row.lease_id}/moving-out/")


def test_rent_that_is_still_to_be_charged_stands_as_a_line_and_is_settled(client, landlord) -> None:
    first = today().replace(day=1)
    row = begun(landlord, last_on=today(), starts_on=first, kid="12345674")
    days = {"keys_on": today(), "last_on": today(), "by": landlord, "on": today()}
    take_keys(row.pk, new_address="Nygata 3, 7014 Trondheim", **days)
    said_as = f"Rent {today():%m.%Y}, until the last day"
    assert said_as in body(client, f"/leases/{row.lease_id}/moving-out/settle/")
    assert said_as in body(client, f"/leases/{row.lease_id}/moving-out/")
    LeaseAccount.objects.get_or_create(pk=row.lease_id)
    late = today() + 40 * DAY
    settle(client, row, due_on=f"{late:%d.%m.%Y}")
    row.refresh_from_db()
    assert row.settlement["rent_due_ore"] > 0
    assert "Rent until the last day, not charged before" in body(
        client, f"/leases/{row.lease_id}/moving-out/"
    )


def test_a_last_month_that_nobody_here_charged_is_warned_of(client, landlord) -> None:
    row = over(landlord)
    address, told = f"/leases/{row.lease_id}/moving-out/settle/", "another system may have asked"
    last_on = today().replace(day=1) - DAY
    Lease.objects.filter(pk=row.lease_id).update(moved_out_on=last_on)
    assert told in body(client, address)
    post([NewLine(row.lease_id, "rent", 100, last_on, "rent:last", due_on=last_on)])
    assert told not in body(client, address)
