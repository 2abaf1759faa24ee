"""What pages say of a rent: what it is, also before the first night, and why."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from arrears.models import LeaseAccount
from arrears.queries.ledger import monthly_rent
from boligsak.dates import today
from boligsak.desk.queries.lease import of_case
from boligsak.show import kr
from tenants.models import Lease, LeaseContract, RentTerm
from tests.desk.work import body, signed_in
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


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


# --- Before a night has kept it -------------------------------------------------------------------


def term(lease: Lease, valid_from: dt.date, kroner: int, kind: str = "rent") -> None:
    RentTerm.objects.create(lease=lease, valid_from=valid_from, amount_ore=kroner * 100, kind=kind)


def shown(lease: Lease) -> int:
    page = signed_in(UserFactory()).get(reverse("desk:lease", args=[lease.pk]))
    return int(page.context["rent_ore"])


def test_a_lease_made_today_has_its_rent_on_its_page() -> None:
    lease = LeaseFactory(starts_on=today())
    assert not LeaseAccount.objects.filter(lease=lease).exists()
    assert shown(lease) == 900_000


def test_a_lease_that_begins_later_has_its_first_rent_on_its_page() -> None:
    assert shown(LeaseFactory(starts_on=today() + 40 * DAY)) == 900_000


def test_what_the_account_keeps_goes_before_what_is_agreed_from_today() -> None:
    lease = LeaseFactory()
    LeaseAccount.objects.create(lease=lease, monthly_rent_ore=870_000)
    assert shown(lease) == 870_000


def test_an_account_that_was_never_priced_does_not_hide_the_rent() -> None:
    lease = LeaseFactory()
    LeaseAccount.objects.create(lease=lease)
    assert shown(lease) == 900_000


def test_the_list_and_its_file_have_the_rent_of_a_lease_made_today() -> None:
    LeaseFactory(starts_on=today())
    client = signed_in(UserFactory())
    assert kr(900_000) in body(client, reverse("desk:leases"))
    answer = client.get(reverse("desk:leases_export"), {"export": "csv"})
    assert "9000,00" in b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize(
    ("starts", "terms", "ore"),
    [
        (-400, [], 0),
        (-400, [(-400, 8000, "rent")], 800_000),
        (-400, [(-400, 8000, "rent"), (-30, 8200, "rent")], 820_000),
        (-400, [(-400, 8000, "rent"), (0, 8200, "rent")], 820_000),
        (-400, [(-400, 8000, "rent"), (1, 8200, "rent")], 800_000),
        (-400, [(-400, 8000, "rent"), (-400, 350, "utilities")], 835_000),
        (-400, [(-400, 8000, "rent"), (-400, 350, "utilities"), (-9, 0, "utilities")], 800_000),
        (20, [(20, 8000, "rent"), (20, 350, "utilities"), (60, 9000, "rent")], 835_000),
    ],
)
def test_the_rent_in_force_is_the_newest_of_each_kind(
    starts: int, terms: list[tuple[int, int, str]], ore: int
) -> None:
    lease = LeaseFactory(starts_on=today() + starts * DAY, rent_ore=0)
    for after, kroner, kind in terms:
        term(lease, today() + after * DAY, kroner, kind)
    assert monthly_rent(lease, today()) == ore
    assert of_case(lease.pk, today()).monthly_rent_ore == ore


def test_a_lease_that_is_opened_directly_leads_to_the_leases() -> None:
    page = signed_in(UserFactory()).get(reverse("desk:lease", args=[LeaseFactory().pk]))
    (step,) = page.context["breadcrumb"]
    assert step["url"] == reverse("desk:leases")
