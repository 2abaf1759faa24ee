"""The next step on real cases: proposed from what the case shows, and decided on by somebody."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrears.models import CaseAct, ContactAttempt, ExpectedPayment, NextStep
from arrears.queries.next_steps import open_step, situations
from arrears.rules.default_steps import default_values
from arrears.rules.referrals import ATTACHMENTS, Ground, ReferralKind
from arrears.rules.step_policy import DUNNING
from arrears.services import next_steps as service
from arrears.services.cases.closing import close_case
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.sharing import mark_for_meeting
from arrears.services.contacts import NewContact, note_contact
from arrears.services.referrals import file_petition
from arrears.services.tenant_views import NewView, record_view
from boligsak.dates import today
from boligsak.rates.models import Policy
from boligsak.rates.services import enter_policy
from boligsak.rule import RuleBroken
from tenants.models import Absence
from tests.arrears.gate_town import GateTown
from tests.desk.work import owing, signed_in
from tests.factories import (
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def kari():
    return UserFactory(role="caseworker")


def opened(by, lease=None, *kinds: str):
    lease = lease or owing().lease
    new = [NewTrigger(kind) for kind in kinds or ("arrears",)]
    return open_case(lease.pk, new, by=by, on=today()).case


@pytest.fixture
def case(kari):
    found = opened(kari)
    service.refresh(found.pk, today())
    return found


def step(case) -> NextStep:
    return open_step([case.pk])[case.pk]


def general(*steps: dict, office=None, valid_from=None) -> Policy:
    return enter_policy(
        "next-steps",
        office_id=office and office.pk,
        valid_from=valid_from or today(),
        values=default_values() | {"steps": list(steps)},
    )


def call(case, by, result="not_reached", channel="phone", on=None) -> None:
    new = NewContact(channel=channel, on=on or today(), result=result)
    note_contact(case.pk, new, by=by, on=on or today())


def code(do, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code


# --- What is proposed -------------------------------------------------------------------------


def test_a_new_case_about_arrears_begins_with_a_call(case) -> None:
    found = step(case)
    assert (found.action, found.state, found.step) == ("call", "proposed", "first-contact")
    assert found.policy == Policy.objects.get(kind="next-steps", office=None)


def test_the_version_that_said_so_can_never_be_changed_again(case) -> None:
    assert Policy.objects.get(kind="next-steps").cited_at is not None


def test_a_household_with_children_is_called_sooner(kari) -> None:
    home = HouseholdFactory()
    child = PersonFactory(born_on=today() - 3000 * DAY)
    HouseholdMemberFactory(household=home, person=child, role="child")
    found = opened(kari, owing(household=home).lease)
    service.refresh(found.pk, today())
    assert step(found).step == "first-contact-children"


def test_a_call_that_is_registered_is_done_and_the_next_step_follows(case, kari) -> None:
    first = step(case)
    call(case, kari)
    service.refresh(case.pk, today())
    first.refresh_from_db()
    assert (first.state, first.ended_on) == ("done", today())
    assert step(case).step == "write"


def test_a_second_look_on_the_same_day_changes_nothing(case) -> None:
    before = list(NextStep.objects.values())
    assert service.propose(today()) == {"cases": 1, "proposed": 0, "ended": 0}
    assert list(NextStep.objects.values()) == before


def test_a_night_for_a_past_day_leaves_what_was_proposed_later(case) -> None:
    assert service.propose(today() - DAY)["ended"] == 0


def test_a_case_that_is_closed_has_nothing_to_be_done(case, kari) -> None:
    close_case(case.pk, "mistake", note="Feil leietaker", by=kari, on=today())
    service.propose(today())
    assert not open_step([case.pk])
    assert NextStep.objects.get().state == "lapsed"


def test_an_offices_own_policy_goes_before_the_general_one(kari) -> None:
    office = OfficeFactory()
    general({"code": "visit", "action": "home_visit"}, office=office)
    lease = owing().lease
    lease.office = office
    lease.save()
    here, there = opened(kari, lease), opened(kari)
    service.propose(today())
    assert (step(here).action, step(there).action) == ("home_visit", "call")


def test_a_new_policy_keeps_what_the_old_one_said_in_the_history(case) -> None:
    new = general({"code": "advice", "action": "debt_advice"}, valid_from=today())
    service.propose(today())
    old, now = NextStep.objects.order_by("pk")
    assert (old.step, old.state, old.policy_id != new.pk) == ("first-contact", "lapsed", True)
    assert (now.step, now.policy) == ("advice", new)


def test_what_rests_on_a_withdrawn_contact_is_asked_again(case, kari) -> None:
    call(case, kari)
    service.refresh(case.pk, today())
    ContactAttempt.objects.update(state="withdrawn", withdrawn_because="Feil sak")
    service.refresh(case.pk, today())
    # The first call was done, by what was known then; nobody is asked to do it twice in a month.
    assert step(case).step != "write"


def test_somebody_in_prison_is_not_visited_and_the_rent_is_to_be_covered(case, kari) -> None:
    Absence.objects.create(
        person=case.lease.parties.get().person, kind="prison", from_on=today() - DAY
    )
    service.refresh(case.pk, today())
    assert step(case).action == "cover_rent"


def test_one_joint_tenant_at_home_can_be_visited(case) -> None:
    case.lease.parties.create(person=PersonFactory(), from_on=case.lease.starts_on)
    Absence.objects.create(
        person=case.lease.parties.first().person, kind="prison", from_on=today() - DAY
    )
    assert situations([case.pk], today())[case.pk].situation.absence is None


def test_after_the_death_of_the_only_tenant_the_estate_is_contacted(case) -> None:
    person = case.lease.parties.get().person
    person.died_on = today() - DAY
    person.save()
    service.refresh(case.pk, today())
    assert step(case).action == "contact_estate"


def test_while_one_joint_tenant_lives_the_case_goes_on(case) -> None:
    dead = PersonFactory(died_on=today() - DAY)
    case.lease.parties.create(person=dead, from_on=case.lease.starts_on)
    service.refresh(case.pk, today())
    assert step(case).action == "call"


def test_an_agencys_missing_payment_is_asked_of_the_agency(case, kari) -> None:
    ExpectedPayment.objects.create(
        lease=case.lease,
        payer="nav",
        name="Nav Lerkendal",
        amount_ore=900_000,
        day=1,
        from_on=today() - 90 * DAY,
        by=kari,
    )
    service.refresh(case.pk, today() + 40 * DAY)
    assert step(case).action == "ask_payer"


def test_a_thousand_cases_cost_no_more_questions_than_one(kari) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            service.propose(today())
        return len(found)

    opened(kari)
    service.propose(today())
    one = asked()
    for _ in range(8):
        opened(kari)
    service.propose(today())
    assert asked() == one


# --- What somebody decides --------------------------------------------------------------------


def test_a_confirmed_step_stands_with_who_confirmed_it(case, kari) -> None:
    service.confirm(step(case).pk, by=kari, on=today())
    service.propose(today() + 3 * DAY)
    found = step(case)
    assert (found.state, found.decided_by, found.decided_on) == ("confirmed", kari, today())
    assert CaseAct.objects.filter(case=case, what="step_confirmed", by=kari).exists()


def test_a_step_is_confirmed_once(case, kari) -> None:
    service.confirm(step(case).pk, by=kari, on=today())
    assert code(service.confirm, step(case).pk, by=kari, on=today()) == "step.confirmed_already"


def test_a_step_that_is_put_off_comes_back_on_its_day(case, kari) -> None:
    until = today() + 10 * DAY
    service.postpone(step(case).pk, reason="Lønn den 25.", until=until, by=kari, on=today())
    service.propose(until - DAY)
    assert step(case).state == "postponed"
    service.propose(until)
    back = step(case)
    assert (back.state, back.proposed_on) == ("proposed", until)
    put_off = NextStep.objects.get(state="postponed")
    assert (put_off.reason, put_off.until_on, put_off.ended_on) == ("Lønn den 25.", until, until)


@pytest.mark.parametrize(
    ("until", "refused"),
    [(0, "step.until_not_later"), (-1, "step.until_not_later"), (366, "step.until_too_far")],
)
def test_a_step_is_put_off_to_a_day_that_comes(case, kari, until, refused) -> None:
    until_on = today() + until * DAY
    asked = {"reason": "x", "until": until_on, "by": kari, "on": today()}
    assert code(service.postpone, step(case).pk, **asked) == refused


def test_no_step_is_put_off_past_the_last_safe_day_9_2(case, kari) -> None:
    row = step(case)
    last_safe_on = today() + 5 * DAY
    row.facts["reasons"].append(
        {"kind": "days_to_last_safe", "last_safe_on": last_safe_on.isoformat()}
    )
    row.save()
    asked = {"reason": "x", "by": kari, "on": today()}
    assert (
        code(service.postpone, row.pk, until=last_safe_on + DAY, **asked)
        == "step.until_after_last_safe"
    )
    service.postpone(row.pk, until=last_safe_on, **asked)


def test_a_caseworkers_own_step_replaces_the_one_that_stood(case, kari) -> None:
    first = step(case)
    service.override(
        first.pk,
        action="debt_advice",
        reason="Har bedt om det selv",
        due_on=today() + 4 * DAY,
        by=kari,
        on=today(),
    )
    first.refresh_from_db()
    own = step(case)
    assert (first.state, first.ended_on) == ("overridden", today())
    assert (own.action, own.policy, own.reason) == ("debt_advice", None, "Har bedt om det selv")
    service.propose(today() + 30 * DAY)
    assert step(case) == own


def test_the_step_that_stands_cannot_replace_itself(case, kari) -> None:
    asked = {"reason": "x", "due_on": today(), "by": kari, "on": today()}
    assert code(service.override, step(case).pk, action="call", **asked) == "step.same_action"


def test_a_caseworker_who_has_called_today_can_choose_to_call_again(case, kari) -> None:
    call(case, kari)
    service.refresh(case.pk, today())
    service.override(
        step(case).pk,
        action="call",
        reason="Ba meg ringe fredag",
        due_on=today() + 4 * DAY,
        by=kari,
        on=today(),
    )
    service.refresh(case.pk, today())
    assert (step(case).action, step(case).state) == ("call", "confirmed")


def test_what_is_done_already_is_not_chosen_again(case, kari) -> None:
    asked = {"reason": "x", "due_on": today(), "by": kari, "on": today()}
    view = NewView(person_id=case.lease.parties.get().person_id, on=today(), words="Vil bo her")
    record_view(case.pk, view, by=kari, on=today())
    refused = code(service.override, step(case).pk, action="record_view", **asked)
    assert refused == "step.done_already"


def test_a_case_has_its_first_step_from_the_moment_it_is_opened(kari) -> None:
    assert step(opened(kari)).action == "call"


def test_a_change_of_a_case_is_followed_by_its_next_step_at_once(kari) -> None:
    found = opened(kari)
    url = reverse("arrears:case_note", args=[found.pk])
    data = {"submission_id": str(uuid.uuid4()), "version": "1", "note": "Ringte tilbake"}
    assert signed_in(kari).post(url, data).status_code == 302
    assert step(found).action == "call"


def test_what_rests_for_the_policy_rests_for_everybody(case, kari) -> None:
    Absence.objects.create(
        person=case.lease.parties.get().person, kind="hospital", from_on=today() - DAY
    )
    asked = {"reason": "x", "due_on": today(), "by": kari, "on": today()}
    refused = code(service.override, step(case).pk, action="home_visit", **asked)
    assert refused == "step.rests_absence"


def test_what_leaves_no_trace_is_said_to_be_done_and_the_next_step_follows(case, kari) -> None:
    service.override(
        step(case).pk, action="debt_advice", reason="x", due_on=today(), by=kari, on=today()
    )
    own = step(case)
    service.finish(own.pk, result="Har fått time hos gjeldsrådgiver", by=kari, on=today())
    own.refresh_from_db()
    assert (own.state, own.reason) == ("done", "Har fått time hos gjeldsrådgiver")
    # The call it stood instead of is done with it, and rests.
    assert step(case).step != "first-contact"


def test_a_call_is_not_done_by_saying_so(case, kari) -> None:
    asked = {"result": "Ringte", "by": kari, "on": today()}
    assert code(service.finish, step(case).pk, **asked) == "step.leaves_trace"


def test_a_step_that_has_been_replaced_can_no_longer_be_decided_on(case, kari) -> None:
    first = step(case)
    call(case, kari)
    service.refresh(case.pk, today())
    assert code(service.confirm, first.pk, by=kari, on=today()) == "step.replaced"


def test_the_second_of_two_is_told_that_the_case_has_changed(case, kari) -> None:
    version = case.version
    service.confirm(step(case).pk, by=kari, on=today(), version=version)
    asked = {"reason": "x", "until": today() + DAY, "by": kari, "on": today(), "version": version}
    assert code(service.postpone, step(case).pk, **asked) == "case.changed"


def test_who_does_not_see_the_case_decides_nothing_on_it(case) -> None:
    other = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    assert code(service.confirm, step(case).pk, by=other, on=today()) == "case.not_visible"


def test_a_case_put_up_for_the_meeting_has_that_step_done(case, kari) -> None:
    service.override(
        step(case).pk, action="to_meeting", reason="Haster", due_on=today(), by=kari, on=today()
    )
    own = step(case)
    mark_for_meeting(case.pk, by=kari, on=today())
    service.refresh(case.pk, today())
    own.refresh_from_db()
    assert own.state == "done"


def test_a_lease_about_to_become_open_ended_is_the_first_thing_9_2(kari) -> None:
    from boligsak.dates import add_months

    lease = LeaseFactory(ends_on=add_months(today() + 10 * DAY, -3))
    found = opened(kari, lease, "expiry")
    service.refresh(found.pk, today())
    assert step(found).step == "before-open-ended"


def test_no_dunning_is_proposed_for_what_a_petition_asks_for() -> None:
    town = GateTown()
    enclosed = ATTACHMENTS[ReferralKind.BAILIFF, Ground.UNPAID]
    row = town.refer()
    file_petition(row.pk, attachments=enclosed, fee_ore=164_200, by=town.landlord, on=town.day)
    for days in range(0, 60, 5):
        service.propose(town.day + days * DAY, [town.case.pk])
        assert step(town.case).action not in DUNNING
    later = town.day + 60 * DAY
    asked = {"reason": "x", "due_on": later, "by": town.welfare, "on": later}
    refused = code(service.override, step(town.case).pk, action="reminder", **asked)
    assert refused == "step.rests_referral"
