"""The gate reads the register of applications: one that waits for a decision closes it."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from arrears.models import Referral
from arrears.queries.gate import gate
from arrears.words.gate import told
from boligsak.rule import RuleBroken
from tenants.models import Application, ApplicationAct, ApplicationMember
from tests.arrears.gate_town import DAY, ONE, GateTown
from tests.factories import ApplicationFactory, DecisionFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

LONG_AGO = DAY - 20 * ONE
WAITS = "application.none_waiting"


def unmet(town: GateTown, kind: str = "bailiff", ground: str = "a") -> list[str]:
    return [one.code for one in gate(town.case.pk, kind, ground, DAY).unmet]


def applied(town: GateTown, received_on: datetime.date = LONG_AGO, **more: Any) -> Application:
    facts = {"applicant": town.person, "received_on": received_on} | more
    return ApplicationFactory(**facts)


def found(town: GateTown) -> Any:
    rows = gate(town.case.pk, "bailiff", "a", DAY).conditions
    with translation.override("nb"):
        return told(next(row for row in rows if row.code == WAITS))


@pytest.mark.parametrize(
    ("state", "made", "is_met"),
    [
        ("draft", None, True),
        ("received", None, False),
        ("decided", ("housing_help", "granted"), False),  # nobody has decided about a home
        ("decided", ("allocation", "refused"), True),
        ("decided", ("allocation", "dismissed"), True),
        ("waiting", ("allocation", "granted"), True),
        ("housed", ("allocation", "granted"), True),
        ("withdrawn", None, True),
        ("closed", None, True),
    ],
)
def test_an_application_that_nobody_has_decided_on_closes_the_gate(
    state: str, made: tuple[str, str] | None, is_met: bool, town: GateTown
) -> None:
    application = applied(town, state=state)
    if made:
        kind, outcome = made
        DecisionFactory(application=application, kind=kind, outcome=outcome, made_on=LONG_AGO)
    assert unmet(town) == ([] if is_met else [WAITS])


@pytest.mark.parametrize(("kind", "ground"), [("collection", "none"), ("court", "heving")])
def test_it_closes_every_way_out(kind: str, ground: str) -> None:
    town = GateTown(kind=kind)
    assert WAITS not in unmet(town, kind, ground)
    applied(town)
    assert WAITS in unmet(town, kind, ground)


def test_one_that_a_tenant_is_to_live_with_counts_though_another_applies(town: GateTown) -> None:
    application = applied(town, applicant=PersonFactory())
    assert unmet(town) == []
    ApplicationMember.objects.create(application=application, person=town.person, role="adult")
    assert unmet(town) == [WAITS]


def test_one_to_swap_or_extend_this_lease_counts(town: GateTown) -> None:
    applied(town, applicant=PersonFactory(), kind="extension", lease=town.lease)
    assert unmet(town) == [WAITS]


def test_one_received_after_the_day_that_is_looked_at_does_not_wait_on_it() -> None:
    town = GateTown(without=["decision"])
    applied(town, DAY + ONE)
    assert WAITS not in unmet(town)


def test_the_row_says_which_and_how_long_it_has_waited(town: GateTown) -> None:
    number = applied(town).number
    assert found(town).said == f"Ikke avgjort: {number}, mottatt for 20 dager siden."


def test_of_a_protected_application_its_number_is_all_that_is_said(town: GateTown) -> None:
    number = applied(town, is_protected=True).number
    assert found(town).said == f"Ikke avgjort: {number}."


def test_no_answer_of_a_person_takes_it_away(town: GateTown) -> None:
    applied(town)
    town.answers(DAY)
    assert unmet(town) == [WAITS]
    with pytest.raises(RuleBroken) as broken:
        town.refer()
    assert broken.value.facts["conditions"] == [WAITS]


def test_one_received_after_the_meeting_sends_the_case_back_though_it_is_decided_since(
    town: GateTown,
) -> None:
    application = applied(town, DAY - ONE, state="decided")
    DecisionFactory(application=application, outcome="refused", made_on=DAY)
    assert unmet(town) == ["decision.no_application_since"]


def test_one_received_before_but_registered_after_the_meeting_does_too(town: GateTown) -> None:
    application = applied(town, state="decided")
    DecisionFactory(application=application, outcome="refused", made_on=DAY)
    assert unmet(town) == []
    ApplicationAct.objects.create(application=application, what="registered", on=DAY)
    assert unmet(town) == ["decision.no_application_since"]


def test_one_taken_back_since_the_meeting_changes_nothing(town: GateTown) -> None:
    applied(town, DAY, state="withdrawn")
    assert unmet(town) == []


def test_a_referral_keeps_that_none_waited(town: GateTown) -> None:
    town.refer()
    kept = Referral.objects.get().gate
    assert {"code": WAITS, "group": "work", "is_met": True, "facts": {"waiting": []}} in kept


def test_the_page_leads_to_the_application_for_who_may_open_it(client: Any, town: GateTown) -> None:
    application = applied(town)
    address = reverse("desk:application", args=[application.pk])
    for role, leads in (("coordinator", True), ("landlord", False)):
        client.force_login(UserFactory(role=role))
        page = client.get(reverse("arrears:gate", args=[town.case.pk])).content.decode()
        assert application.number in page
        assert (address in page) is leads


def test_many_applications_take_as_many_questions_as_one(
    client: Any, django_assert_max_num_queries: Any, town: GateTown
) -> None:
    applied(town)
    client.force_login(UserFactory(role="coordinator"))
    address = reverse("arrears:gate", args=[town.case.pk])
    client.get(address)
    with django_assert_max_num_queries(60) as few:
        client.get(address)
    for _number in range(5):
        applied(town)
    with django_assert_max_num_queries(60) as many:
        client.get(address)
    assert len(few) == len(many)
