"""What a lease is charged, when, and never twice."""

import datetime
from collections.abc import Iterator

import pytest

from arrears.models import LeaseAccount
from arrears.services.charges import charge_due
from arrears.services.ledger import charge_month
from arrears.services.portfolio import import_portfolio
from boligsak import dates
from boligsak.dates import add_months
from boligsak.jobs.services import run
from boligsak.rates.models import Policy
from tenants.models import Lease, RentTerm
from tenants.services.leases import NewRent, set_rents
from tests.arrears import portfolio_files as good
from tests.arrears.nights import _one_transaction  # noqa: F401
from tests.arrears.portfolio_files import streams
from tests.factories import LeaseFactory, OfficeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_one_transaction")]

D = datetime.date
ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture
def lease() -> Lease:
    return LeaseFactory(kid="12345674", starts_on=D(2024, 1, 1))


def nights(first: datetime.date, last: datetime.date) -> None:
    for day in _days(first, last):
        run("charges", lambda progress, day=day: charge_due(day), day=day)


def _days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    while first <= last:
        yield first
        first += ONE_DAY


def charged(lease: Lease) -> list[tuple[datetime.date, str, int]]:
    lines = lease.ledger_lines.filter(due_on__isnull=False).order_by("due_on", "kind", "reference")
    return list(lines.values_list("due_on", "reference", "amount_ore"))


def load(charges: str, day: datetime.date) -> Lease:
    OfficeFactory(name="Heimdal", code="heimdal")
    files = streams(charges=charges, payments=None, leases=good.LEASES.replace("450,50", ""))
    report = import_portfolio(files, today=day)
    assert report.refused == ()
    return Lease.objects.get()


# --- After another system ---------------------------------------------------------------------


def test_a_month_the_old_system_charged_under_its_own_number_is_not_charged_again() -> None:
    lease = load(
        "lease;kind;due_on;amount;reference\n2020-1;husleie;2026-11-20;8500;F-77\n", D(2026, 11, 10)
    )
    nights(D(2026, 11, 20), D(2026, 12, 21))
    assert charged(lease) == [
        (D(2026, 11, 20), "load:F-77", 850_000),
        (D(2026, 12, 21), "rent:2026-12", 850_000),
    ]


def test_a_charge_loaded_for_another_month_than_it_falls_due_is_that_months() -> None:
    lease = load(
        "lease;kind;due_on;amount;month;reference\n"
        "2020-1;husleie;2026-10-20;8500;2026-11;F-77\n"
        "2020-1;husleie;2026-11-05;8500;2026-10;F-78\n",
        D(2026, 11, 10),
    )
    nights(D(2026, 11, 20), D(2026, 12, 21))
    assert [reference for _, reference, _ in charged(lease)] == [
        "rent:2026-11",
        "rent:2026-10",
        "rent:2026-12",
    ]
    assert lease.ledger_lines.get(reference="rent:2026-11").note == "F-77"


def test_a_charge_of_utilities_does_not_stand_for_the_rent(lease) -> None:
    RentTerm.objects.create(lease=lease, kind="utilities", valid_from=D(2024, 1, 1), amount_ore=100)
    charge_month(D(2026, 10, 1), D(2026, 10, 20), None)
    assert [line[1] for line in charged(lease)] == ["rent:2026-10", "utilities:2026-10"]


def test_a_register_loaded_after_the_due_day_is_not_charged_for_that_month() -> None:
    nights(D(2026, 11, 18), D(2026, 11, 22))
    lease = load(
        "lease;kind;due_on;amount;reference\n2020-1;inngående;2026-08-20;8500;I1\n", D(2026, 11, 23)
    )
    for day in (23, 24):
        lease.save()
        nights(D(2026, 11, day), D(2026, 11, day))
    nights(D(2026, 11, 25), D(2026, 12, 21))
    assert [line[1] for line in charged(lease)] == ["load:I1", "rent:2026-12"]


# --- Late-comers ------------------------------------------------------------------------------


def test_a_late_comer_found_on_a_saturday_is_to_pay_on_the_monday() -> None:
    nights(D(2026, 10, 20), D(2026, 10, 23))
    late = LeaseFactory(starts_on=D(2026, 10, 15))
    late.save()
    nights(D(2026, 10, 24), D(2026, 10, 25))
    assert [line[0] for line in charged(late)] == [D(2026, 10, 26)]


def test_a_lease_registered_on_the_last_evening_of_a_month_is_charged_for_it() -> None:
    nights(D(2026, 9, 29), D(2026, 9, 30))
    late = LeaseFactory(starts_on=D(2026, 9, 15))
    late.save()
    nights(D(2026, 10, 1), D(2026, 10, 20))
    assert charged(late) == [
        (D(2026, 10, 1), "rent:2026-09", round(900_000 * 16 / 30)),
        (D(2026, 10, 20), "rent:2026-10", 900_000),
    ]


def test_a_lease_that_begins_after_the_due_day_is_charged_when_it_begins() -> None:
    lease = LeaseFactory(starts_on=D(2026, 11, 26))
    nights(D(2026, 11, 19), D(2026, 11, 25))
    assert charged(lease) == []
    nights(D(2026, 11, 26), D(2026, 12, 21))
    assert charged(lease) == [
        (D(2026, 11, 26), "rent:2026-11", 150_000),
        (D(2026, 12, 21), "rent:2026-12", 900_000),
    ]


def test_a_lease_that_gets_its_first_rent_after_the_due_day_is_charged_then() -> None:
    late = LeaseFactory(starts_on=D(2026, 10, 15), rent_ore=0)
    nights(D(2026, 10, 20), D(2026, 10, 23))
    set_rents([NewRent(lease_id=late.pk, valid_from=D(2026, 10, 15), amount_ore=310_000)], by=None)
    nights(D(2026, 10, 24), D(2026, 10, 25))
    assert charged(late) == [(D(2026, 10, 26), "rent:2026-10", 170_000)]


# --- Policies and rents that change -----------------------------------------------------------


@pytest.mark.parametrize(("old", "new", "due_on"), [(20, 15, 18), (15, 20, 15)])
def test_a_due_day_moved_in_the_middle_of_a_month_loses_no_rent(lease, old, new, due_on) -> None:
    general = Policy.objects.get(kind="arrears", office=None)
    for valid_from, due_day in ((D(2026, 1, 1), old), (D(2026, 9, 18), new)):
        Policy.objects.create(
            kind="arrears",
            office=lease.office,
            valid_from=valid_from,
            values={**general.values, "due_day": due_day},
        )
    nights(D(2026, 9, 1), D(2026, 9, 30))
    assert charged(lease) == [(D(2026, 9, due_on), "rent:2026-09", 900_000)]


@pytest.mark.parametrize(("due_day", "due_on"), [(15, 18), (25, 25)])
def test_a_due_day_moved_back_in_time_loses_no_rent(lease, due_day, due_on) -> None:
    nights(D(2026, 9, 1), D(2026, 9, 17))
    general = Policy.objects.get(kind="arrears", office=None)
    Policy.objects.create(
        kind="arrears",
        office=lease.office,
        valid_from=D(2026, 9, 1),
        values={**general.values, "due_day": due_day},
    )
    nights(D(2026, 9, 18), D(2026, 9, 30))
    assert charged(lease) == [(D(2026, 9, due_on), "rent:2026-09", 900_000)]


def test_a_due_day_no_night_was_run_on_is_made_up_for_by_the_next(lease) -> None:
    nights(D(2026, 10, 18), D(2026, 10, 18))
    nights(D(2026, 10, 22), D(2026, 10, 23))
    assert charged(lease) == [(D(2026, 10, 22), "rent:2026-10", 900_000)]


def test_a_rent_that_rises_in_the_middle_of_a_month_counts_from_its_day(lease) -> None:
    RentTerm.objects.create(lease=lease, valid_from=D(2026, 11, 16), amount_ore=1_000_000)
    charge_month(D(2026, 11, 1), D(2026, 11, 20), None)
    assert [line[2] for line in charged(lease)] == [950_000]
    assert LeaseAccount.objects.get().monthly_rent_ore == 1_000_000


def test_a_month_filled_in_late_leaves_the_rent_of_today(lease) -> None:
    RentTerm.objects.create(lease=lease, valid_from=D(2026, 11, 1), amount_ore=1_000_000)
    nights(D(2026, 11, 20), D(2026, 11, 20))
    nights(D(2026, 10, 20), D(2026, 10, 20))
    assert [line[2] for line in charged(lease)] == [900_000, 1_000_000]
    assert LeaseAccount.objects.get().monthly_rent_ore == 1_000_000


def test_a_tenant_who_stays_after_all_is_charged_for_the_month_that_was_passed_by() -> None:
    """The month before was charged by a night of ours, long before this month's due day."""
    month = add_months(dates.today().replace(day=1), 2)
    lease = LeaseFactory(starts_on=D(2024, 1, 1), moved_out_on=month - ONE_DAY)
    nights(add_months(month, -1), month.replace(day=27))
    assert len(charged(lease)) == 1
    lease.moved_out_on = None
    lease.save()
    nights(month.replace(day=28), month.replace(day=28))
    assert [reference for _, reference, _ in charged(lease)][1:] == [f"rent:{month:%Y-%m}"]
