"""The register of criteria: dated, versioned, and kept as decisions answered them."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from boligsak.rule import RuleBroken
from tenants.models import Criterion
from tenants.queries.decisions import criteria_on
from tenants.services.criteria import CriterionValues, add_criterion, change_criterion
from tests.factories import UserFactory
from tests.tenants.deciding import DAY, made, ready

pytestmark = pytest.mark.django_db


def values(**more: object) -> CriterionValues:
    given = {"text": "Bor i kommunen.", "section": "kriteriene", "valid_from": DAY}
    return CriterionValues(**given | more)  # type: ignore[arg-type]


def first() -> Criterion:
    return Criterion.objects.get(decision="allocation", code="no-suitable-home")


def test_a_later_version_takes_over_from_its_day() -> None:
    new = add_criterion(
        "allocation",
        "no-suitable-home",
        values(text="Uten egnet bolig i kommunen."),
        by=UserFactory(),
    )
    before = DAY - datetime.timedelta(days=1)
    assert first_of(DAY) == new.pk
    assert first_of(before) != new.pk


def first_of(day: datetime.date) -> int:
    rows = criteria_on("allocation", day)
    return next(row.pk for row in rows if row.code == "no-suitable-home")


# Two rows have the code from here on, so the register is asked by day.
def test_an_ended_criterion_is_answered_no_more() -> None:
    row = first()
    change_criterion(row.pk, like(row, valid_to=DAY), by=UserFactory())
    after = DAY + datetime.timedelta(days=1)
    assert row.pk in {one.pk for one in criteria_on("allocation", DAY)}
    assert row.pk not in {one.pk for one in criteria_on("allocation", after)}


def like(row: Criterion, **more: object) -> CriterionValues:
    given = {name: getattr(row, name) for name in CriterionValues.__slots__}
    return CriterionValues(**given | more)


def refused(do) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleBroken) as broken:
        do()
    return broken.value.code


def test_what_a_decision_has_answered_keeps_its_text() -> None:
    by = UserFactory()
    made(ready(), by)
    row = first()
    assert refused(lambda: change_criterion(row.pk, like(row, text="Nytt."), by=by)) == (
        "criterion.in_use"
    )
    early = DAY - datetime.timedelta(days=1)
    assert refused(lambda: change_criterion(row.pk, like(row, valid_to=early), by=by)) == (
        "criterion.ended_before_use"
    )
    change_criterion(row.pk, like(row, valid_to=DAY), by=by)


def test_one_version_a_day() -> None:
    by = UserFactory()
    add_criterion("allocation", "lives-here", values(), by=by)
    assert refused(lambda: add_criterion("allocation", "lives-here", values(), by=by)) == (
        "criterion.code_taken"
    )


def test_an_administrator_enters_a_criterion_and_a_caseworker_does_not() -> None:
    administrator, worker = UserFactory(role="administrator"), UserFactory(role="caseworker")
    address = reverse("admin:tenants_criterion_add")
    client = Client(headers={"accept-language": "en"})
    client.force_login(worker)
    assert client.get(address).status_code in (302, 403)
    client.force_login(administrator)
    page = client.get(address).content.decode()
    assert "New criterion" in page
    listed = client.get(reverse("admin:tenants_criterion_changelist")).content.decode()
    assert "Søkeren er uten egnet bolig." in listed
