"""Lists as files: exactly what is shown, nothing that runs, nothing that is masked."""

import csv
import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from boligsak.accounts.models import LookUp
from boligsak.dates import today
from boligsak.export import Ore, as_file
from tests.desk.work import DAY, flag, owing, running_out, signed_in
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator():
    return UserFactory(role="coordinator")


def content(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def as_rows(response) -> list[list[str]]:
    text = content(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def as_sheet(response) -> list[tuple]:
    return list(load_workbook(io.BytesIO(content(response))).active.iter_rows(values_only=True))


def test_the_file_holds_the_rows_of_the_filter_in_their_order(coordinator) -> None:
    low, high = owing(ore=500_000, level=2), owing(ore=1_500_000, level=2)
    running_out(left=3)
    query = {"kind": "arrears", "sort": "-owed", "export": "csv"}
    heading, *rows = as_rows(signed_in(coordinator).get("/worklist/export/", query))
    assert heading[2] == "Lease number"
    assert [row[2] for row in rows] == [high.lease.number, low.lease.number]
    assert rows[0][7] == "15000,00"


def test_all_the_pages_are_in_the_file(coordinator) -> None:
    for _ in range(60):
        flag(LeaseFactory())
    rows = as_rows(signed_in(coordinator).get("/worklist/export/", {"page": 2, "export": "csv"}))
    assert len(rows) == 61


def test_amounts_and_days_are_numbers_and_days_in_the_sheet(coordinator) -> None:
    owing(ore=1_260_050)
    _heading, row = as_sheet(signed_in(coordinator).get("/worklist/export/", {"export": "xlsx"}))
    assert float(row[7]) == 12600.5
    assert row[9].date() == today()


@pytest.mark.parametrize("name", ["=1+1", "+47", "-1", "@SUM(A1)", "\tx"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_name_becomes_a_formula(name, kind, coordinator) -> None:
    flag(LeaseFactory(tenant__given_name=name, tenant__family_name="x"))
    response = signed_in(coordinator).get("/worklist/export/", {"export": kind})
    cell = (as_rows(response) if kind == "csv" else as_sheet(response))[1][3]
    assert str(cell).startswith("'")


def test_a_negative_amount_stays_a_number() -> None:
    rows = as_rows(as_file("csv", "x", ["a", "b", "c"], [[Ore(-500), dt.date(2026, 1, 5), None]]))
    assert rows[1] == ["-5,00", "05.01.2026", ""]


@pytest.mark.parametrize("address", ["/worklist/export/", "/leases/export/"])
def test_what_is_masked_on_the_page_is_masked_in_the_file(address, coordinator) -> None:
    lease = LeaseFactory(is_protected=True, tenant__family_name="Hemmelig")
    flag(lease)
    text = content(signed_in(coordinator).get(address, {"export": "csv"})).decode()
    assert lease.number in text
    assert "Hemmelig" not in text
    assert lease.dwelling.street not in text
    assert str(lease.office) not in text
    assert not LookUp.objects.exists()


@pytest.mark.parametrize("address", ["/worklist/export/", "/leases/export/"])
def test_everybody_in_the_file_is_written_down(address, coordinator) -> None:
    people = {flag(LeaseFactory()).lease.parties.get().person_id for _ in range(3)}
    content(signed_in(coordinator).get(address, {"export": "csv"}))
    assert set(LookUp.objects.get().person_ids) == people


def test_only_who_may_export_is_given_a_file() -> None:
    worker = signed_in(UserFactory(role="caseworker"))
    flag(LeaseFactory())
    assert worker.get("/worklist/export/").status_code == 403
    assert "/worklist/export/" not in worker.get("/worklist/").content.decode()


def test_the_leases_file_follows_the_filter(coordinator) -> None:
    soon = LeaseFactory(ends_on=today() + DAY)
    LeaseFactory()
    month = f"{soon.ends_on:%Y-%m}"
    rows = as_rows(signed_in(coordinator).get("/leases/export/", {"ends": month, "export": "csv"}))
    assert [row[0] for row in rows[1:]] == [soon.number]
