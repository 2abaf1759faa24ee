"""Letters and money at the same time, on connections of their own."""

import datetime as dt

import pytest

from arrears.models import LedgerLine, Notice, NoticeServing
from arrears.queries.notices import notice_facts
from arrears.services.notices.sending import send_notice, withdraw_notice
from tests.arrears.notice_town import RENT_ORE, build, pay
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

DAY = dt.date(2026, 6, 1)


def test_a_letter_recorded_as_sent_by_two_is_sent_and_charged_once():
    town = build()
    notice = town.draft("collection_notice", DAY)

    def send():
        send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY)

    assert at_once(send, send) == ["done", "notice.not_a_draft"]
    assert LedgerLine.objects.filter(kind="fee").count() == 1
    assert NoticeServing.objects.filter(notice=notice).count() == 1


def test_a_letter_that_is_sent_while_another_withdraws_it_costs_what_its_state_says():
    town = build()
    notice = town.draft("collection_notice", DAY)

    def send():
        send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY)

    def withdraw():
        withdraw_notice(notice.pk, because="Betalt", by=town.landlord, on=DAY)

    assert at_once(send, withdraw) in (["done", "done"], ["done", "notice.not_a_draft"])
    assert Notice.objects.get().state == "withdrawn"
    town.lease.account.refresh_from_db()
    assert town.lease.account.balance_ore == RENT_ORE


def test_a_payment_that_comes_while_a_warning_is_sent_leaves_either_the_letter_or_the_money_right():
    town = build()
    notice = town.draft("warning_a", DAY)

    def send():
        send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY)

    def come():
        pay(town.lease, RENT_ORE, DAY)

    found = at_once(send, come)
    notice.refresh_from_db()
    assert found in (["done", "done"], ["done", "notice.charge_gone"])
    assert notice.state == ("sent" if found == ["done", "done"] else "draft")
    # Whichever came first, the warning carries nothing once the rent is paid.
    assert notice_facts([town.case.pk], DAY)[town.case.pk].carrying("warning_a") is None
