"""What a notice costs, and what is taken off again when it should not have cost anything."""

import datetime as dt

import pytest

from arrears.models import InterestPart, LedgerLine
from arrears.services.notices.correcting import correct_costs, correct_late
from arrears.services.notices.sending import withdraw_notice
from boligsak import dates
from boligsak.rule import RuleBroken
from tests.arrears.notice_town import DAY, RENT_ORE, build, facts, pay

pytestmark = pytest.mark.django_db

D = dt.date


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


# --- Fee and interest -----------------------------------------------------------------------------


def test_the_fee_stands_in_the_ledger_and_falls_due_with_the_deadline():
    town = build()
    notice = town.send("collection_notice", DAY)
    assert notice.fee_line.kind == "fee"
    assert (notice.fee_line.amount_ore, notice.fee_line.due_on) == (3_750, D(2026, 6, 15))
    town.lease.account.refresh_from_db()
    assert town.lease.account.balance_ore == RENT_ORE + 3_750


def test_at_most_two_fees_are_taken_on_a_claim():
    town = build()
    fees = [town.send("reminder", DAY + dt.timedelta(days=days)).fee_ore for days in (0, 1, 2)]
    assert fees == [3_750, 3_750, 0]


def test_no_fee_before_fourteen_days_after_the_due_day():
    town = build(due_on=D(2026, 5, 20))
    assert town.send("reminder", D(2026, 6, 2)).fee_ore == 0
    assert town.send("reminder", D(2026, 6, 3)).fee_ore == 3_750


def test_interest_is_split_at_the_change_of_rate_and_taken_once_for_each_day():
    town = build(due_on=D(2025, 12, 20))
    notice = town.send("collection_notice", D(2026, 1, 10), with_interest=True, with_fee=False)
    parts = list(notice.interest_parts.order_by("from_on"))
    assert [(part.from_on, part.to_on) for part in parts] == [
        (D(2025, 12, 21), D(2025, 12, 31)),
        (D(2026, 1, 1), D(2026, 1, 10)),
    ]
    # 9000 kr: 11 days at 12.25 % and 10 at 12 % of 365.
    assert notice.interest_ore == round(900_000 * (11 * 12.25 + 10 * 12) / 36_500)
    later = town.send("payment_demand", D(2026, 1, 26), with_interest=True, with_fee=False)
    assert later.interest_parts.get().from_on == D(2026, 1, 11)


def test_without_a_rate_interest_is_refused_and_the_notice_can_go_without():
    town = build(due_on=D(2026, 6, 20))
    on = D(2026, 7, 10)
    with refused("rate.missing"):
        town.draft("collection_notice", on, with_interest=True)
    assert town.send("collection_notice", on).interest_ore == 0


# --- Taking back ----------------------------------------------------------------------------------


def test_a_notice_that_should_not_have_been_sent_costs_nothing_and_carries_nothing():
    town = build(due_on=D(2025, 12, 20))
    notice = town.send("collection_notice", D(2026, 1, 10), with_interest=True)
    town.lease.account.refresh_from_db()
    assert town.lease.account.balance_ore == RENT_ORE + 3_750 + notice.interest_ore
    withdraw_notice(notice.pk, because="Sendt feil person", by=town.landlord, on=D(2026, 1, 12))
    town.lease.account.refresh_from_db()
    assert town.lease.account.balance_ore == RENT_ORE
    assert facts(town, D(2026, 1, 30)).latest == {}
    again = town.send("collection_notice", D(2026, 1, 12), with_interest=True)
    assert again.interest_parts.order_by("from_on").first().from_on == D(2025, 12, 21)
    assert again.fee_ore == 3_750


def test_a_notice_is_taken_back_once_and_with_a_reason():
    town = build()
    notice = town.draft("reminder", DAY)
    with refused("notice.no_reason"):
        withdraw_notice(notice.pk, because=" ", by=town.landlord, on=DAY)
    withdraw_notice(notice.pk, because="Betalt i dag", by=town.landlord, on=DAY)
    with refused("notice.withdrawn"):
        withdraw_notice(notice.pk, because="Betalt", by=town.landlord, on=DAY)


# --- When the ledger turns out to have been otherwise ---------------------------------------------


def test_a_payment_with_a_wrong_kid_takes_fee_and_interest_with_it():
    town = build(due_on=D(2025, 12, 20))
    town.send("collection_notice", D(2026, 1, 10), with_interest=True)
    pay(town.lease, RENT_ORE, D(2025, 12, 20))  # came late, with its own value date
    taken = correct_costs([town.lease.pk], on=D(2026, 1, 20), by=town.landlord)
    assert taken == 3_750 + 6_282  # 62,815 … kr
    town.lease.account.refresh_from_db()
    assert town.lease.account.balance_ore == 0
    assert correct_costs([town.lease.pk], on=D(2026, 1, 21), by=town.landlord) == 0


def test_the_night_finds_what_came_late_and_no_other():
    town = build(due_on=D(2025, 12, 20))
    town.send("collection_notice", D(2026, 1, 10))
    pay(town.lease, 100_000, D(2026, 1, 15))
    assert correct_late(dates.today())["leases"] == 0
    pay(town.lease, RENT_ORE, D(2025, 12, 20))
    assert correct_late(dates.today()) == {"leases": 1, "taken_off_ore": 3_750}
    assert correct_late(dates.today())["taken_off_ore"] == 0


def test_interest_that_was_right_stays():
    town = build(due_on=D(2025, 12, 20))
    town.send("collection_notice", D(2026, 1, 10), with_interest=True)
    assert correct_costs([town.lease.pk], on=D(2026, 1, 20), by=town.landlord) == 0
    assert InterestPart.objects.count() == 2
    assert not LedgerLine.objects.filter(kind="correction").exists()
