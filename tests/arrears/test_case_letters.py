"""The repayment plan and the package for Nav as letters."""

import datetime as dt
import json
from uuid import uuid4

import pytest
from django.urls import reverse

from arrears.services.plans import sign_plan
from boligsak.letters.models import Dispatch, Document
from boligsak.letters.services.journal import content_of
from tenants.models import Person
from tests.arrears.plan_cases import TODAY, case_of, plan_of
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_january")]


@pytest.fixture
def _january(time_machine):
    time_machine.move_to(dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def case():
    return case_of()


@pytest.fixture
def page(client, case):
    client.force_login(case.owner)
    return client


def test_a_draft_plan_is_a_pdf_to_sign(page, case):
    plan = plan_of(case, sign=False)
    answer = page.get(reverse("arrears:plan_pdf", args=[plan.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert not Document.objects.filter(source="plan").exists()


def test_a_signed_plan_is_kept_in_the_journal(page, case):
    plan = plan_of(case, sign=False)
    sign_plan(plan.pk, signed_on=TODAY, by=case.owner, on=TODAY)
    letter = Document.objects.get(source="plan", source_id=plan.pk)
    assert letter.kind == "repayment-plan"
    assert letter.folder.ref_id == case.pk
    rows = json.loads(letter.facts["fields"]["schedule"])
    assert len(rows) == plan.instalments.count() + 1
    assert "hver måned" in letter.body
    shown = page.get(reverse("arrears:plan_pdf", args=[plan.pk]))
    assert shown.content == content_of(letter)


def test_a_plan_of_somebody_who_is_protected_now_is_opened_by_the_cleared_alone(page, case):
    plan = plan_of(case, sign=False)
    sign_plan(plan.pk, signed_on=TODAY, by=case.owner, on=TODAY)
    letter = Document.objects.get(source="plan", source_id=plan.pk)
    Person.objects.filter(pk__in=letter.parties.values("person_id")).update(protection=6)
    address = reverse("arrears:plan_pdf", args=[plan.pk])
    assert page.get(address).status_code == 404
    page.force_login(UserFactory(role="coordinator", role__cleared=True))
    assert page.get(address).content == content_of(letter)


def test_the_package_for_nav_is_a_pdf(page, case):
    answer = page.get(reverse("arrears:nav_package_pdf", args=[case.pk]))
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(("to", "is_third"), [("tenant", False), ("nav", True)])
def test_the_package_goes_through_the_outbox_for_the_welfare_side_alone(page, case, to, is_third):
    address = reverse("arrears:nav_package_send", args=[case.pk])
    assert page.get(address).status_code == 200
    case.refresh_from_db()
    fields = {"submission_id": str(uuid4()), "version": case.version, "to": to}
    answer = page.post(address, fields)
    assert answer.status_code == 302
    letter = Document.objects.get(kind="nav-package")
    assert letter.is_social
    assert letter.parties.get().is_third is is_third
    assert Dispatch.objects.get(document=letter).channel == "print"
    assert case.lease.dwelling.street not in letter.body


def test_who_sees_no_social_facts_does_not_send_the_package(client, case):
    client.force_login(UserFactory(role="landlord"))
    assert client.get(reverse("arrears:nav_package_send", args=[case.pk])).status_code == 403
