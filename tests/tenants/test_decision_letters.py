"""Decisions are notified by letter, and from the day it is sent the time to appeal runs."""

import datetime

import pytest

from boligsak.letters import sent
from boligsak.letters.models import Dispatch, Document
from boligsak.rule import RuleBroken
from tenants.models import Application, Decision, Guardianship
from tenants.rules.decisions import NewCondition
from tenants.services.conditions import waive_condition
from tenants.services.decision_letters import (
    notify,
    preview_decision,
    remind_of_conditions,
    send_preliminary_answer,
)
from tests.factories import ApplicationFactory, PersonFactory, UserFactory
from tests.tenants.deciding import DAY, made, ready

pytestmark = pytest.mark.django_db

LATER = datetime.date(2026, 11, 27)


@pytest.fixture
def by():  # type: ignore[no-untyped-def]
    return UserFactory()


def applicant(**more):  # type: ignore[no-untyped-def]
    return PersonFactory(post_address="Storgata 1, 7010 Trondheim", **more)


def refused(do) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleBroken) as broken:
        do()
    return broken.value.code


def notified(decision: Decision, by, channel: str = "print") -> Decision:  # type: ignore[no-untyped-def]
    return notify(decision.pk, channel=channel, version=decision.version, by=by, on=DAY)


def test_the_letter_says_what_was_decided_and_how_to_appeal(by) -> None:  # type: ignore[no-untyped-def]
    plan = NewCondition("arrears", "Avtale om gammel gjeld", "welfare", datetime.date(2026, 12, 15))
    row = notified(made(ready(applicant=applicant()), by, conditions=[plan]), by)
    fields = Document.objects.get(pk=row.document_id).facts["fields"]
    assert fields["outcome"] == "Du får kommunal bolig."
    assert fields["appeal_body"] == "Kommunens klagenemnd"
    assert fields["appeal_last_on"] == "14.12.2026"
    assert "Avtale om gammel gjeld. Siste dag: 15.12.2026." in fields["conditions"]
    assert "Søkeren er uten egnet bolig" in fields["rules"]


def test_the_time_to_appeal_runs_from_the_day_the_letter_went(by) -> None:  # type: ignore[no-untyped-def]
    row = notified(made(ready(applicant=applicant()), by), by)
    assert (row.notified_on, row.appeal_last_on) == (None, None)
    sent.tell(row.document, LATER, "postet", by)
    row.refresh_from_db()
    assert (row.notified_on, row.appeal_last_on) == (LATER, datetime.date(2026, 12, 18))


def test_a_letter_that_is_handed_over_notifies_at_once(by) -> None:  # type: ignore[no-untyped-def]
    row = notified(made(ready(applicant=applicant()), by), by, channel="hand")
    row.refresh_from_db()
    assert row.notified_on == DAY
    assert not Dispatch.objects.exists()


def test_a_guardian_gets_a_copy(by) -> None:  # type: ignore[no-untyped-def]
    person = applicant()
    Guardianship.objects.create(
        person=person, guardian_name="Vera Verge", mandate="økonomi", from_on=DAY
    )
    row = notified(made(ready(applicant=person), by), by)
    parties = row.document.parties.order_by("pk").values_list("kind", "name")
    assert list(parties) == [("recipient", str(person)), ("copy", "Vera Verge")]


def test_a_guardian_whose_mandate_is_over_gets_none(by) -> None:  # type: ignore[no-untyped-def]
    person = applicant()
    Guardianship.objects.create(
        person=person,
        guardian_name="Vera Verge",
        mandate="økonomi",
        from_on=datetime.date(2020, 1, 1),
        to_on=datetime.date(2026, 11, 22),
    )
    row = notified(made(ready(applicant=person), by), by)
    assert row.document.parties.count() == 1


def test_a_protected_applicants_address_stands_in_no_letter() -> None:
    cleared = UserFactory(role="coordinator", role__cleared=True)
    application = ready(applicant=applicant(protection=6), is_protected=True)
    row = notified(made(application, cleared), cleared)
    assert row.document.parties.get().address == ""
    assert "Storgata" not in str(row.document.facts) + row.document.body


def test_a_decision_on_help_is_for_the_welfare_side(by) -> None:  # type: ignore[no-untyped-def]
    application = ready(applicant=applicant())
    on_help = notified(made(application, by, "housing_help"), by)
    home = notified(made(application, by), by)
    assert (on_help.document.is_social, home.document.is_social) == (True, False)


def test_the_same_decision_is_not_sent_twice(by) -> None:  # type: ignore[no-untyped-def]
    row = notified(made(ready(applicant=applicant()), by), by)
    assert refused(lambda: notified(row, by)) == "decision.letter_waits"


def test_a_letter_that_came_back_is_written_anew(by) -> None:  # type: ignore[no-untyped-def]
    row = notified(made(ready(applicant=applicant()), by), by)
    Dispatch.objects.filter(document=row.document_id).update(state="cancelled")
    first = row.document_id
    assert notified(row, by).document_id != first


def test_a_replaced_decision_does_not_leave_the_house(by) -> None:  # type: ignore[no-untyped-def]
    row = notified(made(ready(applicant=applicant()), by), by)
    Decision.objects.filter(pk=row.pk).update(state="replaced")
    assert refused(lambda: sent.may_go(row.document, DAY)) == "decision.replaced"


def test_a_draft_is_looked_at_as_a_letter_and_nothing_is_written(by) -> None:  # type: ignore[no-untyped-def]
    row = made(ready(applicant=applicant()), by)
    assert preview_decision(row, by=by, on=DAY).startswith(b"%PDF")
    assert not Document.objects.exists()


def test_the_letter_is_in_the_applicants_own_language(by) -> None:  # type: ignore[no-untyped-def]
    row = notified(made(ready(applicant=applicant(language="en")), by), by)
    assert row.document.facts["fields"]["outcome"] == "You get a municipal home."


def test_a_reminder_names_the_conditions_that_are_not_met(by) -> None:  # type: ignore[no-untyped-def]
    asks = [
        NewCondition("other", "Møter til samtale", "welfare"),
        NewCondition("document", "Legger fram pass", "welfare", datetime.date(2026, 12, 15)),
    ]
    application = ready(applicant=applicant())
    decision = made(application, by, conditions=asks)
    application.refresh_from_db()
    first = decision.conditions.order_by("pk")[0]
    waive_condition(first.pk, because="Trengs ikke.", version=1, by=by, on=DAY)
    application.refresh_from_db()
    document = remind_of_conditions(
        application.pk, channel="print", version=application.version, by=by, on=DAY
    )
    fields = document.facts["fields"]
    assert "Legger fram pass" in fields["conditions"]
    assert "Møter" not in fields["conditions"]
    assert fields["due_on"] == "15.12.2026"


# --- The preliminary answer -----------------------------------------------------------------------


def preliminary(application: Application, by, **more):  # type: ignore[no-untyped-def]
    given = {
        "why": "Vi venter på opplysninger.",
        "expected_on": datetime.date(2027, 1, 15),
        "channel": "print",
        "version": application.version,
        "by": by,
        "on": DAY,
    }
    return send_preliminary_answer(application.pk, **given | more)


def test_the_preliminary_answer_says_why_and_by_when(by) -> None:  # type: ignore[no-untyped-def]
    application = ready(applicant=applicant())
    document = preliminary(application, by)
    assert document.facts["fields"]["expected_on"] == "15.01.2027"
    application.refresh_from_db()
    assert application.decision_expected_on == datetime.date(2027, 1, 15)
    assert application.preliminary_sent_on is None


def test_its_clock_stops_the_day_it_goes(by) -> None:  # type: ignore[no-untyped-def]
    application = ready(applicant=applicant())
    sent.tell(preliminary(application, by), LATER, "postet", by)
    application.refresh_from_db()
    assert application.preliminary_sent_on == LATER


def test_a_promise_is_for_a_day_to_come(by) -> None:  # type: ignore[no-untyped-def]
    application = ready(applicant=applicant())
    assert refused(lambda: preliminary(application, by, expected_on=DAY)) == "preliminary.past"


def test_what_has_been_decided_gets_no_preliminary_answer(by) -> None:  # type: ignore[no-untyped-def]
    application = ready(applicant=applicant())
    made(application, by)
    application.refresh_from_db()
    assert refused(lambda: preliminary(application, by)) == "preliminary.decided"


def test_a_draft_gets_no_preliminary_answer(by) -> None:  # type: ignore[no-untyped-def]
    application = ApplicationFactory(state="draft", received_on=None, made_on=DAY)
    assert refused(lambda: preliminary(application, by)) == "preliminary.not_received"
