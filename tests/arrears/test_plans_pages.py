"""The pages of repayment plans, other payers and the package for Nav."""

import datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from arrears.models import ExpectedPayment, RepaymentPlan
from arrears.queries.plans import coverable
from arrears.services.expected import expect_payment
from arrears.services.ledger import keep_rents
from arrears.services.plan_check import check_plans
from boligsak import dates
from boligsak.money import NO_BREAK_SPACE
from boligsak.rates import forms
from boligsak.rates.models import Policy
from boligsak.rates.queries import policies_on
from tests.arrears.plan_cases import RENT, case_of, pay, plan_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TODAY = dates.today()
SOON = TODAY + datetime.timedelta(days=14)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def case():
    found = case_of()
    keep_rents(TODAY, [found.lease_id])
    return found


@pytest.fixture
def desk(client, case):
    client.force_login(case.owner)
    client.cookies["boligsak_language"] = "en"
    return client


def filled(case, **more):
    return {
        "submission_id": str(uuid4()),
        "version": case.version,
        "charges": [str(one.line_id) for one in coverable(case.lease_id, TODAY)],
        "instalment": "6000",
        "rhythm": "monthly",
        "first_due_on": dates.format_day(SOON),
        "tolerance": "3",
    } | more


def kroner(text: str) -> str:
    return text.replace(" ", NO_BREAK_SPACE)


def test_the_form_starts_with_what_is_registered(desk, case):
    html = desk.get(f"/cases/{case.pk}/plans/new/").content.decode()
    assert 'name="out_rent" value="9000,00"' in html
    assert 'name="adults" value="1"' in html
    assert html.count('name="charges"') == 2


def test_reckoning_shows_the_schedule_and_writes_nothing(desk, case):
    answer = desk.post(f"/cases/{case.pk}/plans/new/", filled(case, reckon="1"))
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "What the plan would be" in html
    assert html.count(kroner("6 000,00 kr")) >= 3
    assert not RepaymentPlan.objects.exists()


def test_an_instalment_that_is_too_much_is_warned_of_and_needs_a_reason(desk, case):
    poor = filled(case, in_benefit="15000", out_rent="9000", adults="1", children="0")
    html = desk.post(f"/cases/{case.pk}/plans/new/", poor | {"reckon": "1"}).content.decode()
    assert kroner("5 400,00 kr") in html
    assert "A plan nobody can keep helps nobody" in html
    answer = desk.post(f"/cases/{case.pk}/plans/new/", poor | {"save": "1"})
    assert answer.status_code == 422
    assert "say why this one is agreed all the same" in answer.content.decode()
    again = poor | {"save": "1", "above_because": "Nav pays half"}
    assert desk.post(f"/cases/{case.pk}/plans/new/", again).status_code == 302
    assert RepaymentPlan.objects.get().above_because == "Nav pays half"


def test_a_plan_is_saved_once_signed_and_seen(desk, case):
    form = filled(case, save="1")
    first = desk.post(f"/cases/{case.pk}/plans/new/", form)
    second = desk.post(f"/cases/{case.pk}/plans/new/", form)
    assert first.url == second.url
    plan = RepaymentPlan.objects.get()
    sign = {
        "submission_id": str(uuid4()),
        "version": plan.version,
        "signed_on": dates.format_day(TODAY),
        "has_signed": "on",
    }
    answer = desk.post(f"/cases/plans/{plan.pk}/sign/", sign)
    assert answer.url == f"/cases/plans/{plan.pk}/"
    html = desk.get(answer.url).content.decode()
    assert "Paid into the plan" in html
    assert "to come" in html
    on_case = desk.get(f"/cases/{case.pk}/").content.decode()
    assert kroner("6 000,00 kr") in on_case
    assert "Next instalment" in on_case
    assert "A repayment plan for" in on_case


def test_the_second_to_save_is_told_and_keeps_what_was_typed(desk, case):
    stale = filled(case, save="1", note="Betaler ved lønn")
    plan_of(case, sign=False, on=TODAY, first_due_on=SOON)
    answer = desk.post(f"/cases/{case.pk}/plans/new/", stale)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "while you had this page open" in html
    assert "Betaler ved lønn" in html


def test_a_broken_plan_says_what_was_missing(desk, case):
    past = TODAY - datetime.timedelta(days=60)
    plan = plan_of(case, on=past, first_due_on=past + datetime.timedelta(days=7))
    check_plans(TODAY)
    html = desk.get(f"/cases/plans/{plan.pk}/").content.decode()
    assert "The plan has been broken since" in html
    assert "not paid in time" in html
    assert "Make a new plan" in html


def test_what_the_ledger_says_before_the_night_is_shown(desk, case):
    past = TODAY - datetime.timedelta(days=60)
    plan = plan_of(case, on=past, first_due_on=past + datetime.timedelta(days=7))
    html = desk.get(f"/cases/plans/{plan.pk}/").content.decode()
    assert "As the ledger stands today the plan is broken. The night records it." in html


def test_the_economy_is_for_the_welfare_side_only(client, desk, case):
    desk.post(
        f"/cases/{case.pk}/plans/new/",
        filled(case, save="1", in_benefit="25000", out_rent="9000", adults="1", children="0"),
    )
    plan = RepaymentPlan.objects.get()
    path = f"/cases/plans/{plan.pk}/"
    assert kroner("25 000,00 kr") in desk.get(path).content.decode()
    case.sharing_basis, case.sharing_source, case.sharing_on = "statute", "§ 44", TODAY
    case.save()
    client.force_login(UserFactory(role="landlord"))
    html = client.get(path).content.decode()
    assert kroner("25 000,00 kr") not in html
    assert kroner("6 000,00 kr") in html
    assert client.get(f"/cases/{case.pk}/nav-package/").status_code == 403


def test_that_nav_pays_is_for_the_welfare_side(client, desk, case):
    expect_payment(
        case.pk,
        payer="nav",
        name="NAV",
        amount_ore=300_000,
        day=25,
        from_on=TODAY,
        by=case.owner,
        on=TODAY,
    )
    paths = (f"/cases/{case.pk}/", f"/leases/{case.lease_id}/")
    assert all("NAV: 3" in desk.get(path).content.decode() for path in paths)
    case.sharing_basis, case.sharing_source, case.sharing_on = "statute", "§ 44", TODAY
    case.save()
    client.force_login(UserFactory(role="landlord"))
    assert not any("NAV: 3" in client.get(path).content.decode() for path in paths)


def test_a_plan_on_an_anonymous_case_is_not_found(client, case):
    plan = plan_of(case, on=TODAY, first_due_on=SOON)
    client.force_login(UserFactory(role="landlord"))
    assert client.get(f"/cases/plans/{plan.pk}/").status_code == 404


def test_ending_a_plan_states_the_consequence_and_needs_a_reason(desk, case):
    plan = plan_of(case, on=TODAY, first_due_on=SOON)
    path = f"/cases/plans/{plan.pk}/end/"
    assert "Dunning no longer rests" in desk.get(path).content.decode()
    form = {"submission_id": str(uuid4()), "version": plan.version, "reason": ""}
    assert desk.post(path, form).status_code == 422
    assert desk.post(path, form | {"reason": "Flytter"}).status_code == 302
    plan.refresh_from_db()
    assert plan.state == "ended"


def test_another_payer_is_entered_and_ended(desk, case):
    path = f"/cases/{case.pk}/payers/new/"
    form = {
        "submission_id": str(uuid4()),
        "version": case.version,
        "payer": "nav",
        "name": "NAV",
        "amount": "9000,01",
        "day": "25",
        "from_on": dates.format_day(TODAY),
    }
    assert desk.post(path, form).status_code == 422
    assert desk.post(path, form | {"amount": "7000"}).status_code == 302
    row = ExpectedPayment.objects.get()
    assert "NAV: 7" in desk.get(f"/cases/{case.pk}/").content.decode()
    stop = {
        "submission_id": str(uuid4()),
        "version": row.version,
        "last_on": dates.format_day(SOON),
    }
    path = f"/cases/{case.pk}/payers/{row.pk}/stop/"
    assert desk.post(path, stop).status_code == 302
    row.refresh_from_db()
    assert row.to_on == SOON


def test_the_package_for_nav_has_arrears_lease_and_budget(desk, case):
    path = f"/cases/{case.pk}/nav-package/"
    assert "Nobody has filled in" in desk.get(path).content.decode()
    desk.post(
        f"/cases/{case.pk}/plans/new/",
        filled(case, save="1", in_benefit="25000", out_rent="9000", adults="2", children="1"),
    )
    html = desk.get(path).content.decode()
    assert kroner("18 000,00 kr") in html
    assert kroner("25 000,00 kr") in html
    assert case.lease.number in html


def test_a_case_that_owes_nothing_has_nothing_for_a_plan_to_cover(desk, case):
    pay(case.lease, 2 * RENT, TODAY, "p1")
    html = desk.get(f"/cases/{case.pk}/plans/new/").content.decode()
    assert "nothing for a plan to cover" in html


def test_the_municipality_enters_what_people_live_on_without_a_deploy(client):
    client.force_login(UserFactory(role="administrator"))
    general = Policy.objects.get(kind="repayment", office=None)
    form = forms.NewPolicyForm(user=None, row=general, initial=forms.initial(general.values))
    values = {name: form[name].value() for name in form.fields}
    values |= {"valid_from": "1.1.2027", "source": "Vedtak", "office": ""}
    values |= {"living_single_ore": "7 800", "margin_permille": "0,2"}
    data = {f"new-{name}": "" if value is None else str(value) for name, value in values.items()}
    sent = client.post(
        f"{reverse('admin:rates_policy_add')}?from={general.pk}", data | {"step": "new"}
    )
    assert sent.status_code == 302
    new = Policy.objects.get(kind="repayment", valid_from=datetime.date(2027, 1, 1))
    assert new.values == general.values | {"living_single_ore": 780_000, "margin_permille": 200}
    policy = policies_on("repayment", datetime.date(2027, 1, 2))[None].values
    assert policy.living_rates.single_ore == 780_000
    assert policy.living_rates.couple_ore is None
