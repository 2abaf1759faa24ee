"""Deciding on an application by its pages: begun, answered, made, sent, appealed; who sees what."""

import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from boligsak.dates import today
from boligsak.rates.services import enter_policy
from tenants.models import Appeal, Application, Condition, Decision
from tenants.queries.decisions import answers_of
from tenants.rules.application_policy import default_values
from tests.factories import (
    DecisionFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.tenants.deciding import made, ready

pytestmark = pytest.mark.django_db

SECRET = "Psykisk uhelse siden 2019."


@pytest.fixture(autouse=True)
def _in_english():  # type: ignore[no-untyped-def]
    with translation.override("en"):
        yield


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def post(client: Client, name: str, pk: int, version: int | None, **fields: Any):  # type: ignore[no-untyped-def]
    form = {"submission_id": str(uuid4()), "version": "" if version is None else version}
    return client.post(reverse(name, args=[pk]), form | fields)


def text(client: Client, name: str, pk: int) -> str:
    response = client.get(reverse(name, args=[pk]))
    assert response.status_code == 200, name
    return response.content.decode()


def application(**more: Any) -> Application:
    person = PersonFactory(given_name="Siri", post_address="Storgata 1, 7010 Trondheim")
    return ready(applicant=person, received_on=today() - datetime.timedelta(days=5), **more)


def whole(row: Decision, **more: Any) -> dict[str, Any]:
    answers = {f"met_{one.criterion_id}": "yes" for one in answers_of(row.pk)}
    return {
        "outcome": "granted",
        "content": "Kommunal bolig.",
        "reasons": "Uten egnet bolig.",
        "participation": "Samtale.",
        **answers,
        **more,
    }


def test_an_application_is_decided_on_from_the_first_answer_to_the_letter() -> None:
    client, row = signed_in(UserFactory()), application()
    where = post(client, "tenants:decision_new", row.pk, row.version, kind="allocation").url
    draft = Decision.objects.get()
    assert where == reverse("tenants:decision_draft", args=[draft.pk])
    page = text(client, "tenants:decision", draft.pk)
    assert "Answer every criterion" in page
    fields = whole(draft, condition_1_what="Møter til samtale", condition_1_party="landlord")
    post(client, "tenants:decision_draft", draft.pk, draft.version, **fields)
    draft.refresh_from_db()
    assert "Make the decision" in text(client, "tenants:decision", draft.pk)
    post(client, "tenants:decision_make", draft.pk, draft.version)
    draft.refresh_from_db()
    assert draft.state == "final"
    assert Condition.objects.get().party == "landlord"
    post(client, "tenants:decision_notify", draft.pk, draft.version, channel="hand")
    draft.refresh_from_db()
    assert draft.notified_on == today()
    assert "Register an appeal" in text(client, "tenants:decision", draft.pk)


def test_a_draft_with_anything_missing_is_saved_and_says_what_is_left() -> None:
    client, row = signed_in(UserFactory()), application()
    post(client, "tenants:decision_new", row.pk, row.version, kind="allocation")
    draft = Decision.objects.get()
    response = post(client, "tenants:decision_draft", draft.pk, draft.version, outcome="granted")
    assert response.status_code == 302
    page = text(client, "tenants:decision", draft.pk)
    assert "What is left before the decision can be made" in page
    assert "Make the decision" not in page


def test_no_decision_is_begun_on_an_application_that_is_over() -> None:
    row = application(state="withdrawn")
    page = text(signed_in(UserFactory()), "tenants:decision_new", row.pk)
    assert "Register a new one instead" in page
    assert "Begin the draft" not in page


def test_nobody_has_decided_before_an_outcome_is_chosen() -> None:
    client, row = signed_in(UserFactory()), application()
    post(client, "tenants:decision_new", row.pk, row.version, kind="allocation")
    draft = Decision.objects.get()
    page = text(client, "tenants:decision_draft", draft.pk)
    assert "Granted" in page
    assert "checked" not in page
    assert "Granted" not in text(client, "tenants:decision", draft.pk)
    response = post(client, "tenants:decision_draft", draft.pk, draft.version, content="En bolig")
    assert response.status_code == 422
    assert "Choose an outcome" in response.content.decode()


def test_what_is_left_leads_to_the_assessment_that_is_missing() -> None:
    client, row = signed_in(UserFactory()), application()
    row.supports.model.objects.none()
    other = DecisionFactory(conditions__is_draft=True, made_on=None)
    page = text(client, "tenants:decision", other.pk)
    assert reverse("desk:application", args=[other.application_id]) + "#economy" in page
    assert reverse("desk:application", args=[other.application_id]) + "#support" in page


def test_who_was_first_is_said_and_nothing_typed_is_lost() -> None:
    client, row = signed_in(UserFactory()), application()
    post(client, "tenants:decision_new", row.pk, row.version, kind="allocation")
    draft = Decision.objects.get()
    post(client, "tenants:decision_draft", draft.pk, draft.version, **whole(draft))
    response = post(
        client,
        "tenants:decision_draft",
        draft.pk,
        draft.version,
        **whole(draft, reasons="Min egen tekst."),
    )
    assert response.status_code == 422
    assert "Min egen tekst." in response.content.decode()


def test_a_second_person_approves_where_the_terms_ask_for_it() -> None:
    first, second, row = UserFactory(), UserFactory(), application()
    enter_policy(
        "applications",
        office_id=row.office_id,
        valid_from=today() - datetime.timedelta(days=100),
        values=default_values() | {"four_eyes": 1},
    )
    decision = made(row, first, on=today())
    assert decision.state == "approval"
    mine = text(signed_in(first), "tenants:decision", decision.pk)
    assert "Approve the decision" not in mine
    client = signed_in(second)
    assert "Approve the decision" in text(client, "tenants:decision", decision.pk)
    post(client, "tenants:decision_approve", decision.pk, decision.version)
    decision.refresh_from_db()
    assert (decision.state, decision.approved_by) == ("final", second)


def test_the_housing_unit_reads_what_was_decided_on_help_and_not_why() -> None:
    row = application()
    decision = made(row, UserFactory(), "housing_help", on=today(), reasons=SECRET)
    client = signed_in(UserFactory(role="housing_unit"))
    page = text(client, "tenants:decision", decision.pk)
    assert SECRET not in page
    assert "The grounds are for the welfare office" in page
    assert SECRET not in text(client, "desk:application", row.pk)
    for name in ("decision_notify", "decision_preview", "appeal_new"):
        assert client.get(reverse(f"tenants:{name}", args=[decision.pk])).status_code == 404


def test_the_housing_unit_reads_nothing_of_a_draft_on_help() -> None:
    row = DecisionFactory(
        kind="housing_help",
        state="draft",
        outcome="refused",
        content="Avslag.",
        version=2,
        facts={"conditions": [{"what": "Rusbehandling.", "kind": "other", "party": "welfare"}]},
        conditions__is_draft=True,
    )
    welfare = text(signed_in(UserFactory()), "tenants:decision", row.pk)
    page = text(signed_in(UserFactory(role="housing_unit")), "tenants:decision", row.pk)
    for told in ("Refused", "Rusbehandling"):
        assert told in welfare
        assert told not in page


def test_both_decisions_stand_side_by_side_with_their_appeal_bodies() -> None:
    user, row = UserFactory(), application()
    made(row, user, "housing_help", on=today())
    made(row, user, on=today())
    page = text(signed_in(user), "desk:application", row.pk)
    assert "Statsforvalteren" in page
    assert "Kommunens klagenemnd" in page


def test_the_letter_is_seen_before_it_is_written() -> None:
    user, row = UserFactory(), application()
    decision = made(row, user, on=today())
    response = signed_in(user).get(reverse("tenants:decision_preview", args=[decision.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


def test_an_appeal_goes_from_its_receipt_to_the_appeal_body() -> None:
    user, row = UserFactory(), application()
    decision = made(row, user, on=today(), outcome="refused")
    client = signed_in(user)
    post(client, "tenants:decision_notify", decision.pk, decision.version, channel="hand")
    decision.refresh_from_db()
    post(
        client,
        "tenants:appeal_new",
        decision.pk,
        decision.version,
        received_on=today().isoformat(),
        grounds="Jeg har ingen bolig.",
        channel="print",
    )
    appeal = Appeal.objects.get()
    assert "Look at the decision again" in text(client, "tenants:appeal", appeal.pk)
    post(
        client,
        "tenants:appeal_assess",
        appeal.pk,
        appeal.version,
        what="send_on",
        assessment="Ingenting nytt.",
        channel="",
    )
    appeal.refresh_from_db()
    assert appeal.state == "sent_on"
    post(
        client,
        "tenants:appeal_result",
        appeal.pk,
        appeal.version,
        result="upheld",
        ended_on=today().isoformat(),
        text="Enig med kommunen.",
        channel="",
    )
    appeal.refresh_from_db()
    assert appeal.state == "upheld"
    assert "Decision upheld by the appeal body" in text(client, "desk:application", row.pk)


def test_an_appeal_about_help_is_not_told_of_to_the_housing_unit() -> None:
    user, row = UserFactory(), application()
    decision = made(row, user, "housing_help", on=today(), outcome="refused")
    post(
        signed_in(user),
        "tenants:appeal_new",
        decision.pk,
        decision.version,
        received_on=today().isoformat(),
        grounds=SECRET,
        channel="print",
    )
    assert "Appeal received" in text(signed_in(user), "desk:application", row.pk)
    unit = signed_in(UserFactory(role="housing_unit"))
    for name, pk in (("desk:application", row.pk), ("tenants:decision", decision.pk)):
        assert "Appeal received" not in text(unit, name, pk)


def test_an_appeal_that_changes_the_decision_leads_to_the_new_draft() -> None:
    user, row = UserFactory(), application()
    decision = made(row, user, on=today(), outcome="refused")
    appeal = Appeal.objects.create(decision=decision, received_on=today(), grounds="Feil.", by=user)
    response = post(
        signed_in(user),
        "tenants:appeal_assess",
        appeal.pk,
        1,
        what="change",
        assessment="Nye opplysninger.",
    )
    new = Decision.objects.get(replaces=decision)
    assert response.url == reverse("tenants:decision_draft", args=[new.pk])


def test_a_preliminary_answer_is_sent_from_the_application() -> None:
    user, row = UserFactory(), application()
    client = signed_in(user)
    assert reverse("tenants:preliminary_answer", args=[row.pk]) in text(
        client, "desk:application", row.pk
    )
    later = today() + datetime.timedelta(days=60)
    post(
        client,
        "tenants:preliminary_answer",
        row.pk,
        row.version,
        why="Vi venter på opplysninger.",
        expected_on=later.isoformat(),
        channel="hand",
    )
    row.refresh_from_db()
    assert (row.preliminary_sent_on, row.decision_expected_on) == (today(), later)


def test_the_application_shows_its_clocks_as_days_and_distances() -> None:
    row = application()
    assert "Preliminary answer" in text(signed_in(UserFactory()), "desk:application", row.pk)


# --- Conditions -----------------------------------------------------------------------------------


def condition(party: str = "welfare", **more: Any) -> Condition:
    decision = DecisionFactory(
        application__state="waiting", conditions=[{"party": party, "kind": "document"} | more]
    )
    return decision.conditions.get()


def test_a_condition_is_met_with_what_was_checked() -> None:
    row, client = condition(), signed_in(UserFactory(role="caseworker"))
    assert "It is met" in text(client, "tenants:condition", row.pk)
    post(client, "tenants:condition_meet", row.pk, row.version, because="Sett passet.")
    row.refresh_from_db()
    assert row.state == "met"
    assert "Open it again" in text(client, "tenants:condition", row.pk)


def test_the_landlord_sees_the_conditions_it_is_to_check_and_no_others() -> None:
    mine, other = condition("landlord"), condition("welfare")
    client = signed_in(UserFactory(role="landlord"))
    page = client.get(reverse("tenants:conditions")).content.decode()
    assert mine.decision.application.number in page
    assert other.decision.application.number not in page
    assert client.get(reverse("tenants:condition", args=[other.pk])).status_code == 404
    assert "Samtale med søkeren" not in text(client, "tenants:condition", mine.pk)
    post(client, "tenants:condition_meet", mine.pk, mine.version, because="Betalt.")
    mine.refresh_from_db()
    assert mine.state == "met"


def test_a_protected_applicant_is_a_number_in_the_list_and_in_its_file() -> None:
    row = condition(what="Bor i Hemmeligveien.")
    Application.objects.filter(pk=row.decision.application_id).update(is_protected=True)
    client = signed_in(UserFactory())
    page = client.get(reverse("tenants:conditions")).content.decode()
    assert row.decision.application.number in page
    assert "Hemmeligveien" not in page
    assert client.get(reverse("tenants:condition", args=[row.pk])).status_code == 404
    cleared = signed_in(UserFactory(role__cleared=True, role="coordinator"))
    file = b"".join(cleared.get(reverse("tenants:conditions_export"))).decode()  # type: ignore[arg-type]
    assert "Hemmeligveien" not in file


@pytest.mark.parametrize("sort", ["due", "-due"])
def test_no_order_tells_when_a_masked_condition_is_due(sort: str) -> None:
    days = [today() + n * datetime.timedelta(days=1) for n in (4, 2, 3, 1)]
    rows = [condition(due_on=on) for on in days]
    hidden = rows[0].decision.application, rows[1].decision.application
    for one in hidden:
        Application.objects.filter(pk=one.pk).update(is_protected=True)
    for client, is_masked in (
        (signed_in(UserFactory()), True),
        (signed_in(UserFactory(role="coordinator", role__cleared=True)), False),
    ):
        page = client.get(reverse("tenants:conditions"), {"sort": sort}).content.decode()
        numbers = [row.decision.application.number for row in rows]
        shown = sorted(numbers, key=page.index)
        by_day = [numbers[at] for at in (3, 1, 2, 0)]
        expected = by_day if sort == "due" else by_day[::-1]
        if is_masked:
            last = sorted(one.number for one in hidden)
            expected = [one for one in expected if one not in last] + last
        assert shown == expected


@pytest.mark.parametrize(
    "query", [{"kind": "document"}, {"party": "welfare"}, {"state": "overdue"}]
)
def test_no_filter_tells_what_a_masked_condition_is_about(query: dict[str, str]) -> None:
    row = condition(due_on=today() - datetime.timedelta(days=1))
    number = row.decision.application.number
    client = signed_in(UserFactory())
    assert number in client.get(reverse("tenants:conditions"), query).content.decode()
    Application.objects.filter(pk=row.decision.application_id).update(is_protected=True)
    assert number not in client.get(reverse("tenants:conditions"), query).content.decode()
    assert number in client.get(reverse("tenants:conditions")).content.decode()


def test_the_list_of_conditions_costs_the_same_for_one_and_fifty(
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    client = signed_in(UserFactory())
    condition()
    client.get(reverse("tenants:conditions"))
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("tenants:conditions"))
    for _number in range(20):
        condition()
    with django_assert_max_num_queries(12) as many:
        client.get(reverse("tenants:conditions"))
    assert len(few) == len(many)


def test_filters_leave_the_others_out() -> None:
    late = condition(due_on=today() - datetime.timedelta(days=1))
    condition(due_on=today() + datetime.timedelta(days=9))
    client = signed_in(UserFactory())
    page = client.get(reverse("tenants:conditions"), {"state": "overdue"}).content.decode()
    assert late.decision.application.number in page
    assert page.count("</tr>") == 2


def test_another_offices_decision_is_not_there() -> None:
    row = condition()
    elsewhere = UserFactory(role="coordinator", role__offices=[OfficeFactory()])
    client = signed_in(elsewhere)
    for name, pk in (("decision", row.decision_id), ("condition", row.pk)):
        assert client.get(reverse(f"tenants:{name}", args=[pk])).status_code == 404


def test_old_arrears_of_nobody_are_said_to_be_none() -> None:
    row = condition(kind="arrears")
    LeaseFactory()
    client = signed_in(UserFactory())
    page = text(client, "arrears:old_arrears", row.decision.application_id)
    assert "Nothing is owed from earlier tenancies." in page
    response = post(
        client,
        "arrears:old_arrears",
        row.decision.application_id,
        row.version,
        condition=row.pk,
        because="Sett i reskontro.",
    )
    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.state, row.evidence["kind"]) == ("met", "no_debt")
