"""Two people at the same decision, condition or appeal: one is first, the other is told."""

import pytest

from tenants.models import Appeal, Decision
from tenants.rules.decisions import NewCondition
from tenants.services.appeals import register_appeal
from tenants.services.conditions import meet_condition, waive_condition
from tenants.services.decisions import make_decision, save_draft, start_decision
from tests.factories import UserFactory
from tests.tenants.deciding import DAY, draft_of, made, ready
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_begin_the_same_decision_leave_one_draft() -> None:
    kari, ola, application = UserFactory(), UserFactory(), ready()
    assert at_once(
        lambda: start_decision(application.pk, "allocation", by=kari, on=DAY),
        lambda: start_decision(application.pk, "allocation", by=ola, on=DAY),
    ) == ["decision.draft_exists", "done"]
    assert Decision.objects.count() == 1


def test_two_who_make_a_decision_make_it_once() -> None:
    kari, ola, application = UserFactory(), UserFactory(), ready()
    row = start_decision(application.pk, "allocation", by=kari, on=DAY)
    asks = [NewCondition("other", "Møter.", "welfare")]
    row = save_draft(row.pk, draft_of(row, conditions=asks), version=row.version, by=kari, on=DAY)
    assert at_once(
        lambda: make_decision(row.pk, version=row.version, by=kari, on=DAY),
        lambda: make_decision(row.pk, version=row.version, by=ola, on=DAY),
    ) == ["decision.changed", "done"]
    assert row.conditions.count() == 1


def test_two_who_settle_a_condition_settle_it_once() -> None:
    kari, ola = UserFactory(), UserFactory()
    asks = [NewCondition("other", "Møter.", "welfare")]
    row = made(ready(), kari, conditions=asks).conditions.get()
    assert at_once(
        lambda: meet_condition(row.pk, because="Møtte.", version=1, by=kari, on=DAY),
        lambda: waive_condition(row.pk, because="Nei.", version=1, by=ola, on=DAY),
    ) == ["condition.changed", "done"]


def test_two_who_register_the_same_appeal_leave_one() -> None:
    kari, ola = UserFactory(), UserFactory()
    decision = made(ready(), kari, outcome="refused")

    def register(by) -> Appeal:  # type: ignore[no-untyped-def]
        return register_appeal(
            decision.pk, received_on=DAY, grounds="Feil.", channel="", by=by, on=DAY
        )

    assert at_once(lambda: register(kari), lambda: register(ola)) == ["appeal.open", "done"]
    assert Appeal.objects.count() == 1
