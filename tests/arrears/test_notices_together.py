"""Letters and money at the same time, on connections of their own."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest

from arrears.models import LedgerLine, Notice, NoticeServing
from arrears.queries.notices import notice_facts
from arrears.services import complaints
from arrears.services.complaints import reduce_rent
from arrears.services.notices import sending
from arrears.services.notices.sending import send_notice, withdraw_notice
from tenants.models import Lease
from tenants.rules.complaints import Reduction
from tenants.services.complaints import assess
from tests.arrears.notice_town import RENT_ORE, build, pay
from tests.factories import UserFactory
from tests.tenants.test_complaints import about_the_dwelling
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


def slowly(act: Callable[..., Any]) -> Callable[..., Any]:
    """What comes before it has its locks by then, and so has who works at the same time."""

    def later(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.4)
        return act(*args, **kwargs)

    return later


@pytest.fixture
def asked_to_move(monkeypatch):
    """A request to move in draft on a lease whose rent is to be reduced, and both are slow."""
    monkeypatch.setattr(sending, "still_as_written", slowly(sending.still_as_written))
    monkeypatch.setattr(complaints, "lock_account", slowly(complaints.lock_account))
    town = build(starts_on=dt.date(2023, 5, 11), ends_on=dt.date(2026, 5, 10))
    kari = UserFactory(role="caseworker")
    row = about_the_dwelling(town.lease, kari, DAY)
    reduction = Reduction(100_000, dt.date(2026, 4, 1), None)
    row = assess(row.pk, is_upheld=True, assessed="Mugg", reduction=reduction, by=kari, on=DAY)
    return town, town.draft("move_request", DAY), row


def test_a_request_to_move_and_a_reduced_rent_at_once_lock_the_lease_before_its_account(
    asked_to_move,
):
    town, notice, complaint = asked_to_move
    found = at_once(
        lambda: send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY),
        lambda: reduce_rent(complaint.pk, by=town.landlord, on=DAY),
    )
    assert found == ["done", "done"]
    assert Lease.objects.get(pk=town.lease.pk).move_requested_on == DAY
