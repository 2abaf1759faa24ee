"""Help that is prepared with an application, and waits for the day of the keys."""

import datetime
from typing import Any

import pytest

from boligsak.rule import RuleBroken
from tenants.models import Application, SupportMeasure
from tenants.services.applications.assessing import assess_support
from tenants.services.applications.registering import withdraw
from tenants.services.support import NewSupport, change_measure, drop_measure, prepare_measure
from tests.factories import OfficeFactory, PersonFactory, UserFactory
from tests.tenants.applied import TODAY, assessed, begun

pytestmark = pytest.mark.django_db

GUIDANCE = NewSupport(kind="okonomisk-radgivning", name="Samtale hver måned", party="welfare")


def refused(code: str) -> Any:
    return pytest.raises(RuleBroken, match=f"^{code}$")


def prepared(row: Application, **more: Any) -> SupportMeasure:
    support = NewSupport(**{"kind": "x", "name": "Hjelp", "party": "welfare"} | more)
    return prepare_measure(row.pk, support, by=row.by, on=TODAY)


def test_it_waits_for_the_keys_with_who_sees_to_it() -> None:
    row = begun()
    measure = prepared(row, responsible_id=row.by.pk)
    assert (measure.state, measure.starts_on, measure.responsible) == ("prepared", None, row.by)
    assert row.acts.filter(what="measure_prepared").exists()


def test_none_is_prepared_where_none_is_needed() -> None:
    row = assessed(needs_help=False)
    with refused("support.not_needed"):
        prepared(row)


def test_it_cannot_be_concluded_that_none_is_needed_while_some_is_prepared() -> None:
    row = assessed(needs_help=True)
    measure = prepared(row)

    def conclude() -> None:
        assess_support(
            row.pk,
            needs_help=False,
            reasons="Nei",
            tenant_says="Nei",
            by=row.by,
            on=TODAY,
            version=None,
        )

    with refused("support.measures_prepared"):
        conclude()
    drop_measure(measure.pk, "Trengs ikke", by=row.by, on=TODAY, version=None)
    conclude()


def test_the_same_help_is_prepared_once() -> None:
    row = begun()
    prepared(row)
    with refused("support.twice"):
        prepared(row)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"name": " "}, "support.no_name"),
        ({"kind": ""}, "support.kind"),
        ({"party": "police"}, "support.party"),
        ({"starts_on": TODAY - datetime.timedelta(days=1)}, "support.starts_before"),
        ({"review_on": TODAY}, "support.review_before"),
        (
            {
                "starts_on": TODAY + datetime.timedelta(days=9),
                "review_on": TODAY + datetime.timedelta(days=9),
            },
            "support.review_before",
        ),
    ],
)
def test_what_is_not_whole_is_refused(more: dict[str, Any], code: str) -> None:
    with refused(code):
        prepared(begun(), **more)


def test_who_is_responsible_works_for_that_party_at_that_office() -> None:
    row = begun()
    landlord = UserFactory(role="landlord")
    stranger = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    for who in (landlord, stranger):
        with refused("support.responsible"):
            prepared(row, responsible_id=who.pk)
    assert prepared(row, party="landlord", responsible_id=landlord.pk)


def test_a_protected_applications_help_is_seen_to_by_the_cleared() -> None:
    by = UserFactory(role="caseworker", role__cleared=True)
    row = begun(by, applicant=PersonFactory(protection=6))
    with refused("support.responsible"):
        prepared(row, responsible_id=UserFactory(role="caseworker").pk)
    assert prepared(row, responsible_id=by.pk)


def test_it_is_changed_on_the_version_it_was_opened_on() -> None:
    row = begun()
    measure = prepared(row)
    change_measure(measure.pk, GUIDANCE, by=row.by, on=TODAY, version=measure.version)
    with refused("support.changed"):
        change_measure(measure.pk, GUIDANCE, by=row.by, on=TODAY, version=measure.version)


def test_dropped_it_says_why_and_waits_no_more() -> None:
    row = begun()
    measure = prepared(row)
    with refused("support.no_reason"):
        drop_measure(measure.pk, " ", by=row.by, on=TODAY, version=None)
    drop_measure(measure.pk, "Vil ikke", by=row.by, on=TODAY, version=None)
    with refused("support.not_prepared"):
        change_measure(measure.pk, GUIDANCE, by=row.by, on=TODAY, version=None)


def test_it_goes_with_an_application_that_is_withdrawn() -> None:
    row = begun()
    measure = prepared(row)
    withdraw(row.pk, "Fant bolig", by=row.by, on=TODAY, version=None)
    measure.refresh_from_db()
    assert (measure.state, measure.result) == ("dropped", "Fant bolig")
