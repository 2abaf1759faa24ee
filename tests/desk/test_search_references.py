"""The reference on a letter, typed into the search."""

from typing import Any

import pytest
from django.urls import reverse

from tests.desk.work import signed_in
from tests.factories import ApplicationFactory, LeaseFactory, OfficeFactory, UserFactory
from tests.tenants.test_complaints import about_the_dwelling

pytestmark = pytest.mark.django_db


def leads_to(user: Any, text: str) -> str:
    answer = signed_in(user).post(reverse("desk:search"), {"q": text})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


@pytest.mark.parametrize(
    "typed", ["S2026-00027", "s2026-00027", "S2026-27", " S2026-00027 ", "S2026-00027-2"]
)
def test_an_application_is_found_by_its_number_and_by_that_of_a_decision(typed: str) -> None:
    row = ApplicationFactory(number="S2026-00027")
    address = reverse("desk:application", args=[row.pk])
    assert leads_to(UserFactory(role="caseworker"), typed) == address


def test_a_complaint_is_found_by_its_number() -> None:
    user = UserFactory(role="landlord")
    row = about_the_dwelling(LeaseFactory(), user)
    year, place = row.number[1:].split("-")
    address = reverse("desk:complaint", args=[row.pk])
    assert leads_to(user, row.number) == leads_to(user, f"k{year}-{int(place)}") == address


def test_a_reference_opens_nothing_that_is_not_the_reader_s() -> None:
    row = ApplicationFactory(number="S2026-00027")
    elsewhere = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    for user in (elsewhere, UserFactory(role="landlord")):
        where = leads_to(user, row.number)
        assert where.startswith(reverse("desk:search"))
        assert str(row.pk) not in where.split("?")[0]
