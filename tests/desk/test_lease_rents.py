"""What the page of a lease says of its rent: why it is what it is, also before the first night."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from tenants.models import Lease, LeaseContract
from tests.desk.work import body, signed_in
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db


def contract(lease: Lease, **fields: Any) -> LeaseContract:
    asked: dict[str, Any] = {
        "kind": "first",
        "state": "signed",
        "starts_on": lease.starts_on,
        "terms": {"rent_ore": 900_000},
        "on": lease.starts_on,
        "by": UserFactory(),
    }
    return LeaseContract.objects.create(lease=lease, **asked | fields)


def page(lease: Lease) -> str:
    return body(signed_in(UserFactory()), reverse("desk:lease", args=[lease.pk]))


def test_a_rent_that_was_agreed_is_not_said_to_come_from_the_register() -> None:
    lease = LeaseFactory()
    contract(lease)
    shown = page(lease)
    assert "agreed in the contract" in shown
    assert "set in the register" not in shown


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "dropped"},
        {"terms": {"rent_ore": 800_000}},
        {"terms": {}},
        {"starts_on": dt.date(2040, 1, 1)},
    ],
    ids=["dropped", "another rent", "no rent", "another day"],
)
def test_a_rent_no_contract_names_is_set_in_the_register(fields: dict[str, Any]) -> None:
    lease = LeaseFactory()
    contract(lease, **fields)
    assert "set in the register" in page(lease)
