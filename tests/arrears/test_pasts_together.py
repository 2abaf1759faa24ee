"""What is kept of a lease's past when somebody else is at work beside the night."""

import datetime
from contextlib import suppress

import pytest

from arrears.models import LeaseAccount, LineKind
from arrears.queries import flags as facts
from arrears.queries import past as query
from arrears.services.flags import rebuild
from arrears.services.ledger import NewLine, post
from boligsak.rates.models import Policy
from boligsak.rates.services import change_policy
from boligsak.rule import RuleBroken
from tests.arrears.nights import _one_transaction, look  # noqa: F401
from tests.arrears.test_flags_rebuild import pasts
from tests.factories import LeaseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_one_transaction")]

D = datetime.date
ONE = datetime.timedelta(days=1)
SEPTEMBER, OCTOBER = D(2026, 9, 21), D(2026, 10, 20)
TUESDAY = D(2026, 11, 10)
RENT = 900_000


def owe(lease, due_on: D, paid_on: D | None) -> None:
    post([NewLine(lease.pk, LineKind.RENT, RENT, due_on, f"rent:{due_on}", due_on=due_on)])
    if paid_on is not None:
        post([NewLine(lease.pk, LineKind.PAYMENT, -RENT, paid_on, f"paid:{due_on}")])


def test_a_past_that_a_rebuild_reads_beside_the_night_stays_as_it_was_read(monkeypatch):
    lease = LeaseFactory(kid="12345674", starts_on=D(2026, 1, 1))
    owe(lease, SEPTEMBER, SEPTEMBER + 9 * ONE)
    owe(lease, OCTOBER, OCTOBER)
    unread = query.leases_with_unread_past

    def rebuilt_meanwhile(*asked):
        found = unread(*asked)
        owe(lease, D(2026, 11, 2), None)
        rebuild(TUESDAY)
        return found

    monkeypatch.setattr(query, "leases_with_unread_past", rebuilt_meanwhile)
    look(TUESDAY)
    assert pasts() == ({lease.pk: True}, {lease.pk: True})


def test_a_policy_corrected_while_the_night_reads_stands_for_no_other_measure(monkeypatch):
    lease = LeaseFactory(kid="12345674", starts_on=D(2026, 1, 1))
    owe(lease, SEPTEMBER, SEPTEMBER + 9 * ONE)
    owe(lease, OCTOBER, OCTOBER)
    assert not Policy.objects.filter(kind="arrears", cited_at__isnull=False).exists()
    read = facts.arrears_policies

    def corrected_meanwhile(day):
        found = read(day)
        with suppress(RuleBroken):
            correct_grace(10)
        return found

    monkeypatch.setattr(facts, "arrears_policies", corrected_meanwhile)
    look(TUESDAY)
    assert pasts() == ({lease.pk: False}, {lease.pk: False})
    assert LeaseAccount.objects.get().past_until is not None


def test_a_policy_by_which_a_night_looks_can_be_corrected_no_more(monkeypatch):
    LeaseFactory(kid="12345674", starts_on=D(2026, 1, 1))
    looks = facts.lookalikes

    def corrected_meanwhile():
        with pytest.raises(RuleBroken, match=r"policy\.in_use"):
            correct_grace(10)
        return looks()

    monkeypatch.setattr(facts, "lookalikes", corrected_meanwhile)
    look(TUESDAY)


def correct_grace(days: int) -> None:
    policy = Policy.objects.get(kind="arrears", office=None)
    change_policy(
        policy.pk,
        valid_from=policy.valid_from,
        values=policy.values | {"grace_days": days},
        source=policy.source,
    )
