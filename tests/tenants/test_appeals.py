"""Appeals against decisions: in time or late, looked at again, sent on, and what came of them."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from tenants.models import Appeal, Application, Decision
from tenants.queries.decisions import answers_of
from tenants.rules.appeals import NEXT_STEPS, OPEN, is_late
from tenants.rules.decisions import NewCondition
from tenants.services.appeals import (
    change_on_appeal,
    note_result,
    register_appeal,
    reject_appeal,
    send_on,
    withdraw_appeal,
)
from tenants.services.conditions import meet_condition
from tenants.services.decision_letters import notify
from tenants.services.decisions import make_decision, save_draft
from tests.factories import PersonFactory, UserFactory
from tests.tenants.deciding import DAY, draft_of, made, ready

pytestmark = pytest.mark.django_db

LAST = datetime.date(2026, 12, 14)  # three weeks after the letter of 23 November


@pytest.fixture
def by():  # type: ignore[no-untyped-def]
    return UserFactory()


def refused(do) -> RuleBroken:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleBroken) as broken:
        do()
    return broken.value


def decided(by, kind: str = "allocation", outcome: str = "refused", **more) -> Decision:  # type: ignore[no-untyped-def]
    person = PersonFactory(post_address="Storgata 1, 7010 Trondheim")
    row = made(ready(applicant=person), by, kind, outcome=outcome, **more)
    return notify(row.pk, channel="hand", version=row.version, by=by, on=DAY)


def appealed(row: Decision, by, received_on: datetime.date = LAST, **more) -> Appeal:  # type: ignore[no-untyped-def]
    given = {"grounds": "Jeg har ingen bolig.", "channel": "", "by": by, "on": received_on} | more
    return register_appeal(row.pk, received_on=received_on, **given)


@pytest.mark.parametrize(
    ("received", "late"),
    [(LAST, False), (LAST + datetime.timedelta(days=1), True), (DAY, False)],
)
def test_an_appeal_after_three_weeks_is_late_fvl_29(
    by,  # type: ignore[no-untyped-def]
    received: datetime.date,
    late: bool,
) -> None:
    assert appealed(decided(by), by, received).is_late is late


def test_a_decision_nobody_was_told_of_is_appealed_in_time() -> None:
    assert not is_late(datetime.date(2030, 1, 1), None)


def test_a_late_appeal_is_heard_with_a_written_reason_only_fvl_31(by) -> None:  # type: ignore[no-untyped-def]
    late = LAST + datetime.timedelta(days=5)
    row = appealed(decided(by), by, late)

    def heard(because: str):  # type: ignore[no-untyped-def]
        return send_on(
            row.pk,
            assessment="Ingen endring.",
            late_because=because,
            channel="",
            version=row.version,
            by=by,
            on=late,
        )

    assert refused(lambda: heard("")).code == "appeal.late"
    assert heard("Lå på sykehus.").state == "sent_on"


def test_nothing_is_heard_after_a_year_fvl_31(by) -> None:  # type: ignore[no-untyped-def]
    row = appealed(decided(by), by, datetime.date(2027, 11, 24), late_because="Visste ikke.")
    broken = refused(
        lambda: send_on(row.pk, assessment="Nei.", channel="", version=1, by=by, on=row.received_on)
    )
    assert (broken.code, broken.facts["limit_on"]) == (
        "appeal.over_limit",
        datetime.date(2027, 11, 23),
    )


def test_an_appeal_in_time_is_never_rejected_as_late(by) -> None:  # type: ignore[no-untyped-def]
    row = appealed(decided(by), by)
    broken = refused(
        lambda: reject_appeal(row.pk, because="Sent.", channel="", version=1, by=by, on=LAST)
    )
    assert broken.code == "appeal.in_time"


def test_a_late_appeal_is_rejected_with_reasons_and_a_letter(by) -> None:  # type: ignore[no-untyped-def]
    late = LAST + datetime.timedelta(days=5)
    row = appealed(decided(by), by, late)
    row = reject_appeal(
        row.pk, because="Ingen grunn til det.", channel="print", version=1, by=by, on=late
    )
    assert (row.state, row.ended_on) == ("rejected", late)
    letter = Document.objects.get(source="appeal")
    assert letter.facts["fields"]["result"] == "Klagen er avvist fordi den kom for sent."


def test_one_appeal_is_open_at_a_time(by) -> None:  # type: ignore[no-untyped-def]
    decision = decided(by)
    first = appealed(decision, by)
    assert refused(lambda: appealed(decision, by)).code == "appeal.open"
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(decision=decision, received_on=LAST, grounds="x", by=by)
    withdraw_appeal(first.pk, because="Trakk den.", version=1, by=by, on=LAST)
    assert appealed(decision, by).state == "received"


def test_an_appeal_cannot_come_before_the_decision(by) -> None:  # type: ignore[no-untyped-def]
    decision = decided(by)
    early = DAY - datetime.timedelta(days=1)
    assert refused(lambda: appealed(decision, by, early, on=DAY)).code == "appeal.before_decision"


def test_the_receipt_says_when_an_answer_comes(by) -> None:  # type: ignore[no-untyped-def]
    appealed(decided(by), by, channel="print")
    letter = Document.objects.get(source="appeal")
    assert letter.facts["fields"]["expected_on"] == "14.01.2027"


def test_an_appeal_that_is_sent_on_goes_with_the_new_assessment(by) -> None:  # type: ignore[no-untyped-def]
    decision = decided(by, "housing_help")
    row = appealed(decision, by)
    row = send_on(row.pk, assessment="Vi endrer ikke.", channel="print", version=1, by=by, on=LAST)
    letter = Document.objects.get(source="appeal")
    assert (row.state, row.sent_on) == ("sent_on", LAST)
    assert letter.facts["fields"]["appeal_body"] == "Statsforvalteren"
    assert letter.is_social


def test_a_changed_decision_takes_the_old_ones_place(by) -> None:  # type: ignore[no-untyped-def]
    old = decided(by)
    row = appealed(old, by)
    new = change_on_appeal(row.pk, assessment="Nye opplysninger.", version=1, by=by, on=LAST)
    assert (new.state, new.replaces_id, new.reasons) == ("draft", old.pk, old.reasons)
    assert [one.is_met for one in answers_of(new.pk)] == [False, False, False]
    row.refresh_from_db()
    assert row.state == "received"  # until the new decision is made
    new = save_draft(new.pk, draft_of(new), version=new.version, by=by, on=LAST)
    make_decision(new.pk, version=new.version, by=by, on=LAST)
    old.refresh_from_db()
    row.refresh_from_db()
    old.application.refresh_from_db()
    assert (old.state, row.state, row.ended_on) == ("replaced", "changed", LAST)
    assert old.application.state == "waiting"


def test_a_refusal_after_an_appeal_leaves_who_has_moved_in_housed(by) -> None:  # type: ignore[no-untyped-def]
    old = decided(by, outcome="granted")
    row = appealed(old, by)
    Application.objects.filter(pk=old.application_id).update(state="housed")
    new = change_on_appeal(row.pk, assessment="Vilkårene manglet.", version=1, by=by, on=LAST)
    new = save_draft(new.pk, draft_of(new, "refused"), version=new.version, by=by, on=LAST)
    make_decision(new.pk, version=new.version, by=by, on=LAST)
    old.application.refresh_from_db()
    assert old.application.state == "housed"


def test_what_was_met_before_is_met_under_the_new_decision(by) -> None:  # type: ignore[no-untyped-def]
    asks = NewCondition("other", "Møter til samtale.", "welfare")
    old = decided(by, outcome="granted", conditions=[asks])
    meet_condition(old.conditions.get().pk, because="Møtte.", version=1, by=by, on=DAY)
    row = appealed(old, by)
    new = change_on_appeal(row.pk, assessment="Lengre.", version=1, by=by, on=LAST)
    new = save_draft(new.pk, draft_of(new, conditions=[asks]), version=new.version, by=by, on=LAST)
    make_decision(new.pk, version=new.version, by=by, on=LAST)
    assert new.conditions.get().state == "met"


@pytest.mark.parametrize(
    ("result", "state"), [("upheld", "upheld"), ("rejected", "rejected"), ("changed", "sent_on")]
)
def test_the_appeal_bodys_answer_is_noted(by, result: str, state: str) -> None:  # type: ignore[no-untyped-def]
    decision = decided(by)
    row = appealed(decision, by)
    row = send_on(row.pk, assessment="Nei.", channel="", version=1, by=by, on=LAST)
    row = note_result(
        row.pk,
        result=result,
        text="Nemnda mener det samme.",
        ended_on=LAST,
        channel="",
        version=row.version,
        by=by,
        on=LAST,
    )
    assert row.state == state
    assert decision.replaced_by.exists() is (result == "changed")


def test_the_housing_unit_hears_no_appeal_on_help(by) -> None:  # type: ignore[no-untyped-def]
    decision = decided(by, "housing_help")
    unit = UserFactory(role="housing_unit")
    assert refused(lambda: appealed(decision, unit)).code == "decision.not_yours"


def test_an_ended_appeal_stays_ended() -> None:
    for state, then in NEXT_STEPS.items():
        assert bool(then) is (state in OPEN)
