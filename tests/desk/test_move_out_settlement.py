"""Settling: what the ledger gets, what becomes of the sum, and the letter to the tenant."""

import datetime as dt

import pytest

from arrears.models import LeaseAccount, LedgerLine
from arrears.services.charges import charge_due
from arrears.services.ledger import NewLine, charge_month, correct, post
from boligsak.desk.services.move_outs import Settling, propose, settle_move_out
from boligsak.jobs.services import run
from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from tenants.models import Guarantee, MoveOut, Person
from tenants.rules.move_out import Damage, Settlement
from tenants.services.leases import add_party
from tenants.services.move_outs import begin_move_out, inspect, take_keys
from tests.factories import LeaseFactory, PersonFactory, UserFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db
D = dt.date
TOLD, LAST, DAY = D(2026, 11, 2), D(2026, 11, 10), D(2026, 11, 23)
DUE = D(2026, 12, 20)


@pytest.fixture
def landlord():
    return UserFactory(role="landlord")


def moved(landlord, *damages: Damage, charged=True, lease=None, last_on=LAST) -> MoveOut:
    """Charged for all of November, moved on the tenth, keys back the same day."""
    lease = lease or LeaseFactory(kid="12345674")
    if charged:
        charge_month(D(2026, 11, 1), D(2026, 11, 20), [lease.pk])
    row = begin_move_out(lease.pk, moves_on=last_on, reason="", by=landlord, on=TOLD)
    inspect(row.pk, inspected_on=last_on, damages=list(damages), note="", by=landlord, on=DAY)
    address = "Nygata 3, 7014 Trondheim"
    return take_keys(
        row.pk, keys_on=last_on, last_on=last_on, new_address=address, by=landlord, on=DAY
    )


def balance(lease_id: int) -> int:
    return LeaseAccount.objects.get(pk=lease_id).balance_ore


def settled(row: MoveOut, landlord, **how) -> MoveOut:
    row = MoveOut.objects.select_related("lease").get(pk=row.pk)
    seen = {"seen_ore": propose(row, DAY).settlement.balance_ore, "due_on": DUE}
    return settle_move_out(row.pk, Settling(**(seen | how)), by=landlord, on=DAY)


def refused(do, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code


def test_the_rent_after_the_last_day_is_taken_off_and_damages_are_charged(landlord) -> None:
    row = moved(landlord, Damage("Knust rute", 150_000))
    row = settled(row, landlord)
    assert row.settlement["net_ore"] == 900_000 - 600_000 + 150_000
    assert balance(row.lease_id) == 450_000
    damage = LedgerLine.objects.get(lease=row.lease_id, kind="damage")
    assert (damage.due_on, damage.note) == (DUE, "Knust rute")
    credit = LedgerLine.objects.get(lease=row.lease_id, kind="credit")
    assert credit.names.kind == "rent"


def test_a_month_that_was_charged_by_its_days_is_left_alone(landlord) -> None:
    row = moved(landlord, charged=False)
    charge_month(D(2026, 11, 1), D(2026, 11, 20), [row.lease_id])
    row = settled(row, landlord)
    assert row.settlement["rent_back_ore"] == 0
    assert balance(row.lease_id) == 300_000


def test_of_what_was_taken_off_before_only_what_is_left_is_taken_off(landlord) -> None:
    row = moved(landlord)
    line = LedgerLine.objects.get(lease=row.lease_id, kind="rent")
    correct(line.pk, amount_ore=-500_000, on=DAY, note="Feil leie", by=landlord)
    row = settled(row, landlord)
    assert row.settlement["rent_back_ore"] == 266_667
    assert balance(row.lease_id) == 133_333


def test_a_month_charged_ahead_is_taken_off_whole(landlord) -> None:
    lease = LeaseFactory()
    charge_month(D(2026, 11, 1), D(2026, 11, 20), [lease.pk])
    charge_month(D(2026, 12, 1), D(2026, 12, 21), [lease.pk])
    row = settled(moved(landlord, charged=False, lease=lease), landlord)
    assert row.settlement["rent_back_ore"] == 600_000 + 900_000


def test_after_the_settlement_the_night_charges_no_more(landlord) -> None:
    row = settled(moved(landlord), landlord)
    before = LedgerLine.objects.filter(lease=row.lease_id).count()
    run("charges", lambda progress: charge_due(D(2026, 12, 21)), day=D(2026, 12, 21))
    assert LedgerLine.objects.filter(lease=row.lease_id).count() == before


# --- Rent until the last day that is not charged yet ---------------------------------------------

EARLY, EARLY_ON = D(2026, 12, 5), D(2026, 12, 7)
RENT_DUE = D(2026, 12, 21)


def moved_early(landlord, lease=None) -> MoveOut:
    """Charged for November, gone on the fifth of December, before December's rent falls due."""
    lease = lease or LeaseFactory(kid="12345674")
    charge_month(D(2026, 11, 1), D(2026, 11, 20), [lease.pk])
    row = begin_move_out(lease.pk, moves_on=EARLY, reason="", by=landlord, on=TOLD)
    days = {"keys_on": EARLY, "last_on": EARLY, "by": landlord, "on": EARLY_ON}
    return take_keys(row.pk, new_address="Nygata 3, 7014 Trondheim", **days)


def settled_early(row: MoveOut, landlord, **how) -> MoveOut:
    facts = {"seen_ore": 900_000, "due_on": RENT_DUE}
    return settle_move_out(row.pk, Settling(**(facts | how)), by=landlord, on=EARLY_ON)


def night(day: dt.date) -> None:
    run("charges", lambda progress: charge_due(day), day=day)


def test_the_rent_of_the_last_days_is_in_the_settlement_though_it_is_not_due_yet(landlord) -> None:
    row = settled_early(moved_early(landlord), landlord)
    assert row.settlement["rent_due_ore"] == 145_161  # 5 of 31 days of 9 000
    assert row.settlement["net_ore"] == balance(row.lease_id) == 900_000 + 145_161
    line = LedgerLine.objects.get(lease=row.lease_id, reference="rent:2026-12")
    assert (line.effective_on, line.due_on) == (EARLY_ON, RENT_DUE)
    assert "Husleie 12.2026 til siste dag" in row.document.body


def test_the_night_does_not_charge_again_what_the_settlement_charged(landlord) -> None:
    row = settled_early(moved_early(landlord), landlord)
    for day in range(19, 25):
        night(D(2026, 12, day))
    assert balance(row.lease_id) == row.settlement["net_ore"]


def test_3_1_nobody_is_to_pay_the_last_rent_before_it_falls_due(landlord) -> None:
    row = moved_early(landlord)
    assert refused(settled_early, row, landlord, due_on=D(2026, 12, 20)) == "move.due_before_rent"
    assert refused(settled_early, row, landlord, due_on=D(2027, 12, 20)) == "move.due_far"
    assert balance(row.lease_id) == 900_000


def test_days_that_came_after_the_month_was_charged_are_settled_as_their_own_line(landlord) -> None:
    lease = LeaseFactory(kid="12345674")
    row = begin_move_out(lease.pk, moves_on=D(2026, 11, 20), reason="", by=landlord, on=TOLD)
    charge_month(D(2026, 11, 1), D(2026, 11, 20), [lease.pk])
    days = {"keys_on": DAY, "last_on": DAY, "by": landlord, "on": DAY}
    row = take_keys(row.pk, new_address="Nygata 3, 7014 Trondheim", **days)
    row = settled(row, landlord)
    assert row.settlement["rent_due_ore"] == 90_000
    reference = f"moveout:{row.pk}:rent:2026-11"
    assert LedgerLine.objects.get(lease=lease, reference=reference).amount_ore == 90_000


def test_a_credit_is_what_is_left_after_the_last_rent(landlord) -> None:
    row = moved_early(landlord)
    post([NewLine(row.lease_id, "payment", -1_800_000, D(2026, 12, 1), "p1")])
    row = settled_early(row, landlord, seen_ore=-900_000)
    assert row.settlement["paid_back_ore"] == 900_000 - 145_161
    assert balance(row.lease_id) == 0


def paid_too_much(landlord, ore=1_000_000) -> MoveOut:
    row = moved(landlord)
    post([NewLine(row.lease_id, "payment", -ore, D(2026, 11, 20), "p1")])
    return row


def test_a_credit_is_paid_back_and_the_ledger_stands_at_nothing(landlord) -> None:
    row = settled(paid_too_much(landlord), landlord)
    assert row.settlement["paid_back_ore"] == 700_000
    assert balance(row.lease_id) == 0


def test_a_credit_can_follow_to_the_tenant_s_new_lease(landlord) -> None:
    row = paid_too_much(landlord)
    new = LeaseFactory(starts_on=D(2026, 11, 11), tenant=row.lease.parties.get().person)
    row = settled(row, landlord, credit="move", to_lease_id=new.pk)
    assert row.settlement["to_lease"] == new.number
    assert (balance(row.lease_id), balance(new.pk)) == (0, -700_000)


def test_a_credit_does_not_follow_to_somebody_else_s_lease(landlord) -> None:
    row, other = paid_too_much(landlord), LeaseFactory()
    move = {"credit": "move", "to_lease_id": other.pk}
    assert refused(settled, row, landlord, **move) == "move.not_own_lease"
    assert refused(settled, row, landlord, credit="move") == "move.no_lease"
    assert MoveOut.objects.get(pk=row.pk).settled_on is None
    assert LedgerLine.objects.filter(lease=row.lease_id, kind="credit").count() == 0


def test_whoever_guarantees_is_asked_for_no_more_than_that(landlord) -> None:
    row = moved(landlord, Damage("Kjøkken", 5_000_000))
    Guarantee.objects.create(
        lease=row.lease,
        guarantor="Kommunens garanti",
        amount_ore=2_000_000,
        from_on=D(2020, 1, 1),
        by=landlord,
    )
    row = settled(row, landlord, calls_guarantee=True)
    assert row.settlement["called_ore"] == 2_000_000
    assert row.settlement["guarantor"] == "Kommunens garanti"


def test_a_ledger_that_has_moved_is_looked_at_anew(landlord) -> None:
    row = moved(landlord)
    post([NewLine(row.lease_id, "payment", -100_000, DAY, "p2")])
    how = Settling(seen_ore=900_000, due_on=DUE)
    with pytest.raises(RuleBroken) as broken:
        settle_move_out(row.pk, how, by=landlord, on=DAY)
    assert broken.value.code == "move.balance"
    assert broken.value.facts["balance_ore"] == 800_000


def test_it_is_settled_once(landlord) -> None:
    row = settled(moved(landlord), landlord)
    assert refused(settled, row, landlord) == "move.settled"


def test_nothing_is_settled_before_the_keys_are_back(landlord) -> None:
    row = begin_move_out(LeaseFactory().pk, moves_on=LAST, reason="", by=landlord, on=TOLD)
    assert refused(settled, row, landlord) == "move.no_keys"


def test_every_tenant_gets_the_letter_of_the_settlement(landlord) -> None:
    row = moved(landlord, Damage("Knust rute", 150_000))
    other = PersonFactory(post_address="Gamlegata 1, 7012 Trondheim")
    add_party(row.lease_id, other.pk, from_on=D(2021, 1, 1), by=landlord, today=DAY)
    row = settled(row, landlord)
    letter = Document.objects.get(source="move_out", source_id=row.pk)
    assert row.document == letter
    assert letter.parties.count() == 2
    assert "Knust rute" in letter.body
    assert "4\xa0500,00\xa0kr" in letter.body


def test_the_account_of_who_has_died_is_settled_without_a_letter(landlord) -> None:
    row = moved(landlord, Damage("Knust rute", 150_000))
    Person.objects.filter(lease_parties__lease=row.lease_id).update(died_on=D(2026, 11, 1))
    row = settled(row, landlord)
    assert (row.settled_on, row.document) == (DAY, None)
    assert balance(row.lease_id) == row.settlement["net_ore"] == 450_000
    assert not Document.objects.filter(source="move_out").exists()


def test_a_secret_home_is_settled_without_an_address() -> None:
    chief = UserFactory(role="landlord", role__cleared=True)
    hidden = PersonFactory(protection=6)
    lease = LeaseFactory(tenant=hidden, is_protected=True)
    charge_month(D(2026, 11, 1), D(2026, 11, 20), [lease.pk])
    row = begin_move_out(lease.pk, moves_on=LAST, reason="", by=chief, on=TOLD)
    take_keys(row.pk, keys_on=LAST, last_on=LAST, new_address="", by=chief, on=DAY)
    letter = settled(row, chief).document
    assert not letter.parties.get().address
    assert "Innherredsveien" not in letter.body


def test_the_whole_is_what_its_parts_are() -> None:
    settlement = Settlement(balance_ore=5, rent_back_ore=3, damages_ore=1)
    assert settlement.net_ore == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_once_settle_once() -> None:
    one, other = UserFactory(role="landlord"), UserFactory(role="housing_unit")
    row = moved(one, Damage("Rute", 150_000))
    how = Settling(seen_ore=900_000, due_on=DUE)
    found = at_once(
        lambda: settle_move_out(row.pk, how, by=one, on=DAY),
        lambda: settle_move_out(row.pk, how, by=other, on=DAY),
    )
    assert found == ["done", "move.settled"]
    assert LedgerLine.objects.filter(lease=row.lease_id, kind="damage").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", range(3))
def test_the_night_and_a_settlement_at_once_charge_the_last_rent_once(times) -> None:
    landlord = UserFactory(role="landlord")
    row = moved_early(landlord)
    others = [LeaseFactory() for _ in range(20)]
    found = at_once(
        lambda: settled_early(row, landlord),
        lambda: charge_month(D(2026, 12, 1), RENT_DUE, None),
    )
    assert found in (["done", "done"], ["done", "move.balance"])
    assert LedgerLine.objects.filter(lease=row.lease_id, reference="rent:2026-12").count() == 1
    assert balance(row.lease_id) == 900_000 + 145_161
    assert balance(others[0].pk) == 900_000


@pytest.mark.django_db(transaction=True)
def test_a_settlement_that_moves_credit_waits_for_an_import_in_the_same_order() -> None:
    landlord = UserFactory(role="landlord")
    new = LeaseFactory(starts_on=D(2026, 11, 11))
    row = moved_early(landlord, LeaseFactory(tenant=new.parties.get().person, kid="12345674"))
    assert new.pk < row.lease_id
    post([NewLine(row.lease_id, "payment", -1_800_000, D(2026, 12, 1), "p1")])
    lines = [NewLine(pk, "payment", -100, D(2026, 12, 7), "p2") for pk in (new.pk, row.lease_id)]
    how = {"seen_ore": -900_000, "credit": "move", "to_lease_id": new.pk}
    found = at_once(lambda: settled_early(row, landlord, **how), lambda: post(lines))
    assert found in (["done", "done"], ["done", "move.balance"])
