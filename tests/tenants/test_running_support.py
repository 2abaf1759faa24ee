"""Help in a tenancy: begun with the lease, looked at again, ended; and who reads what it is."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from boligsak.dates import today
from boligsak.rule import RuleBroken
from tenants.models import SupportMeasure
from tenants.services.running_support import end_measure, review_measure, start_measures
from tests.factories import ApplicationFactory, LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = today()
NAME = "Oppfølging av rusmestring"


def prepared(application: Any, **more: Any) -> SupportMeasure:
    given = {"kind": "practical-help", "name": NAME, "party": "welfare", "made_on": DAY}
    return SupportMeasure.objects.create(application=application, by=application.by, **given | more)


def running(lease: Any, **more: Any) -> SupportMeasure:
    given = {"kind": "practical-help", "name": NAME, "party": "welfare", "made_on": DAY}
    return SupportMeasure.objects.create(
        lease=lease, state="running", started_on=DAY, by=UserFactory(), **given | more
    )


def refused(do: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        do()
    return broken.value.code


def test_what_was_prepared_begins_on_the_day_of_the_keys_or_its_own_later_day() -> None:
    by, lease = UserFactory(), LeaseFactory(starts_on=DAY)
    application = ApplicationFactory(state="waiting")
    later = DAY + dt.timedelta(days=14)
    prepared(application)
    prepared(application, name="Senere", starts_on=later)
    prepared(application, name="Droppet", state="dropped")
    begun = start_measures(application, lease, by=by, on=DAY)
    assert [(one.state, one.started_on) for one in begun] == [("running", DAY), ("running", later)]
    assert application.acts.get().what == "measures_started"


def test_help_is_looked_at_again_and_gets_a_later_day() -> None:
    row, by = running(LeaseFactory()), UserFactory(role="caseworker")
    code = refused(
        lambda: review_measure(row.pk, found="Bra.", next_on=DAY, version=1, by=by, on=DAY)
    )
    assert code == "running_support.next_past"
    later = DAY + dt.timedelta(days=90)
    row = review_measure(row.pk, found="Bra.", next_on=later, version=1, by=by, on=DAY)
    assert (row.review_on, row.result) == (later, "Bra.")


@pytest.mark.parametrize(
    ("days", "code"), [(1, "running_support.not_yet"), (-1, "running_support.before_start")]
)
def test_help_ends_between_its_beginning_and_today(days: int, code: str) -> None:
    row, by = running(LeaseFactory()), UserFactory(role="caseworker")
    ended_on = DAY + dt.timedelta(days=days)
    assert code == refused(
        lambda: end_measure(row.pk, ended_on=ended_on, result="x", version=1, by=by, on=DAY)
    )


def test_what_has_ended_stays_ended() -> None:
    row, by = running(LeaseFactory()), UserFactory(role="caseworker")
    row = end_measure(row.pk, ended_on=DAY, result="Klarer seg.", version=1, by=by, on=DAY)
    assert (row.state, row.ended_on) == ("ended", DAY)
    code = refused(
        lambda: end_measure(
            row.pk, ended_on=DAY, result="Igjen.", version=row.version, by=by, on=DAY
        )
    )
    assert code == "running_support.over"


def signed_in(role: str, **more: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role, **more))
    return client


def test_the_landlord_sees_that_help_is_arranged_and_not_what() -> None:
    lease = LeaseFactory()
    running(lease)
    address = reverse("desk:lease", args=[lease.pk])
    landlord = signed_in("landlord").get(address).content.decode()
    assert "Help is arranged" in landlord
    assert NAME not in landlord
    assert NAME in signed_in("caseworker").get(address).content.decode()


def test_help_is_ended_from_the_lease() -> None:
    row, client = running(LeaseFactory()), signed_in("caseworker")
    sent = {
        "submission_id": str(uuid4()),
        "version": 1,
        "ended_on": DAY.isoformat(),
        "result": "Klarer seg.",
    }
    assert client.post(reverse("tenants:support_end", args=[row.pk]), sent).status_code == 302
    row.refresh_from_db()
    assert row.state == "ended"


def test_a_protected_lease_s_help_is_not_there_for_who_is_not_cleared() -> None:
    row = running(LeaseFactory(is_protected=True))
    address = reverse("tenants:support_end", args=[row.pk])
    assert signed_in("caseworker").get(address).status_code == 404
