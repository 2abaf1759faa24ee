"""One application on one page: what each party reads of it."""

import datetime
from typing import Any

import pytest
from django.test import Client

from tests.factories import ApplicationFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 6, 1)


def opened(client: Client, user: Any, application: Any) -> str:
    client.force_login(user)
    answer = client.get(f"/applications/{application.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_welfare_side_reads_why_a_home_is_needed(client: Client) -> None:
    row = ApplicationFactory(need="Sover på sofaen hos en venn")
    assert "Sover på sofaen" in opened(client, UserFactory(role="caseworker"), row)


def test_the_housing_unit_reads_wishes_and_no_grounds(client: Client) -> None:
    row = ApplicationFactory(need="Sover på sofaen", health="Astma", wishes="Nær skolen")
    page = opened(client, UserFactory(role="housing_unit"), row)
    assert "Nær skolen" in page
    assert "sofaen" not in page
    assert "Astma" not in page


def test_a_protected_application_is_a_number_for_who_is_not_cleared(client: Client) -> None:
    row = ApplicationFactory(is_protected=True, need="Trues", wishes="Nær skolen")
    page = opened(client, UserFactory(role="coordinator"), row)
    assert row.number in page
    assert str(row.applicant) not in page
    assert row.office.name not in page
    assert "Nær skolen" not in page


def test_another_office_has_no_such_application(client: Client) -> None:
    row = ApplicationFactory()
    client.force_login(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    assert client.get(f"/applications/{row.pk}/").status_code == 404


def test_the_landlord_has_no_such_page(client: Client) -> None:
    row = ApplicationFactory()
    client.force_login(UserFactory(role="landlord"))
    assert client.get(f"/applications/{row.pk}/").status_code == 403
