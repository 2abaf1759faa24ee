"""Two people at one application at the same time, on connections of their own."""

from typing import Any

import pytest

from tenants.models import Application, ApplicationMember
from tenants.rules.applications import Step
from tenants.services.applications.beginning import keep_typed
from tenants.services.applications.people import Somebody, add_member
from tenants.services.applications.registering import register, withdraw
from tests.factories import OfficeFactory, PersonFactory, UserFactory
from tests.tenants.applied import TODAY, assessed, begun, received
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def workers() -> tuple[Any, Any]:
    return UserFactory(role="caseworker"), UserFactory(role="caseworker")


def test_applications_begun_at_once_have_numbers_of_their_own() -> None:
    kari, ola = workers()
    office = OfficeFactory().pk
    people = [PersonFactory() for _ in range(4)]
    done = at_once(
        *(
            lambda by=by, person=person: begun(by, office=office, applicant=person)
            for by, person in zip([kari, ola, kari, ola], people, strict=True)
        )
    )
    assert done == ["done"] * 4
    numbers = sorted(Application.objects.values_list("number", flat=True))
    assert numbers == [f"S2026-{n:05d}" for n in range(1, 5)]


def test_an_application_is_registered_once() -> None:
    kari, ola = workers()
    row = assessed(kari)
    version = row.version
    done = at_once(
        lambda: register(row.pk, received_on=TODAY, by=kari, on=TODAY, version=version),
        lambda: register(row.pk, received_on=TODAY, by=ola, on=TODAY, version=version),
    )
    assert done == ["application.changed", "done"]
    assert row.acts.filter(what="registered").count() == 1


def test_two_pages_kept_half_way_do_not_wipe_each_other_out() -> None:
    kari, ola = workers()
    row = begun(kari)
    done = at_once(
        lambda: keep_typed(
            row.pk, Step.NEED, {"need": ["a"]}, by=kari, on=TODAY, version=row.version
        ),
        lambda: keep_typed(
            row.pk, Step.ECONOMY, {"note": ["b"]}, by=ola, on=TODAY, version=row.version
        ),
    )
    assert done == ["application.changed", "done"]
    row.refresh_from_db()
    assert len(row.typed) == 1


def test_the_same_person_is_added_once() -> None:
    kari, ola = workers()
    row, child = begun(kari), PersonFactory()
    adding = [
        lambda by=by: add_member(
            row.pk,
            Somebody(person_id=child.pk),
            role="adult",
            is_part_time=False,
            by=by,
            on=TODAY,
            version=None,
        )
        for by in (kari, ola)
    ]
    assert at_once(*adding) == ["done", "member.already"]
    assert ApplicationMember.objects.filter(person=child).count() == 1


def test_a_step_after_the_withdrawal_is_refused() -> None:
    kari, ola = workers()
    row = received(kari)
    done = at_once(
        lambda: withdraw(row.pk, "Fant bolig", by=kari, on=TODAY, version=row.version),
        lambda: withdraw(row.pk, "Trukket", by=ola, on=TODAY, version=row.version),
    )
    assert done == ["application.changed", "done"]
