"""Two people at the gate at once, on connections of their own."""

import pytest

from arrears.models import CaseDecision, LedgerLine, Referral
from arrears.services import referrals as service
from arrears.services.decisions import withdraw_decision
from tests.arrears.gate_town import DAY, GateTown
from tests.arrears.notice_town import pay
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_refer_at_once_make_one_referral():
    town = GateTown()
    ends = at_once(lambda: town.refer(by=town.landlord), lambda: town.refer(by=town.coordinator))
    assert ends == ["done", "referral.runs_already"]
    assert Referral.objects.count() == 1


def test_a_decision_withdrawn_while_somebody_refers_carries_no_running_referral():
    town = GateTown()
    ends = at_once(
        town.refer,
        lambda: withdraw_decision(town.decision.pk, because="Feil", by=town.coordinator, on=DAY),
    )
    assert ends in (["decision.referral_runs", "done"], ["done", "gate.closed"])
    is_withdrawn = CaseDecision.objects.get().withdrawn_on is not None
    assert Referral.objects.exists() != is_withdrawn


def test_a_payment_that_comes_while_it_is_sent_is_either_seen_or_comes_after():
    town = GateTown()
    row = town.refer()
    ends = at_once(
        lambda: service.file_petition(
            row.pk,
            attachments=["lease", "warning", "proof", "specification"],
            fee_ore=0,
            by=town.landlord,
            on=DAY,
        ),
        lambda: pay(town.lease, 900_000, DAY),
    )
    row.refresh_from_db()
    assert LedgerLine.objects.filter(kind="payment").count() == 1
    # Sent, it was sent whole; refused, nothing of it was.
    assert ends in (["done", "done"], ["done", "gate.closed"])
    assert row.state == ("filed" if ends == ["done", "done"] else "prepared")
    assert row.steps.count() == (1 if row.state == "filed" else 0)
