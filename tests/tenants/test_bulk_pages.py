"""Many leases at once on the page: looked through, left out, started, followed, put in a file."""

import datetime as dt
import html
import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from boligsak.dates import add_months, today
from boligsak.jobs.models import RunState
from boligsak.rates.models import Rate
from tenants.models import BulkStep, Lease, LeaseContract, Person, RentChange
from tenants.rules.indexation import first_valid_from
from tenants.services import bulk
from tenants.services.bulk_renewal import RENEWALS
from tests.desk.work import signed_in
from tests.factories import LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def ending(left: int = 40, **more: Any) -> Lease:
    ends_on = today() + left * DAY
    return LeaseFactory(starts_on=add_months(ends_on + DAY, -36), ends_on=ends_on, **more)


def unit(**more: Any) -> Any:
    return UserFactory(role="housing_unit", **more)


def page(client: Client, address: str, **query: Any) -> str:
    response = client.get(address, query)
    assert response.status_code == 200, response.status_code
    return html.unescape(response.content.decode()).replace("\xa0", " ")


def take(client: Client, leases: list[Lease], **more: Any) -> str:
    """What the buttons below the list do; the address they lead to."""
    data = {
        "submission_id": uuid4(),
        "take": "ticked",
        "lease": [lease.pk for lease in leases],
        "chosen": "",
    } | more
    answer = client.post(reverse("tenants:bulk_new"), data)
    assert answer.status_code == 302
    return str(answer["Location"])


def start(client: Client, address: str, **more: Any) -> Any:
    """Sends the form as the page shows it."""
    shown = page(client, address)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown))
    return client.post(address, hidden | {"do": "start"} | more)


def test_ticked_leases_are_looked_through_and_then_renewed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    lease, dead, client = ending(), ending(), signed_in(unit())
    Person.objects.filter(lease_parties__lease=dead).update(died_on=today())
    address = take(client, [lease, dead])
    shown = page(client, address)
    assert "1 will be done. 1 cannot" in shown
    assert "A tenant is dead" in shown
    assert not LeaseContract.objects.exists()
    with django_capture_on_commit_callbacks() as callbacks:
        assert start(client, address, minutes="7").status_code == 302
    assert len(callbacks) >= 1
    assert "Renewing contracts" in page(client, address)
    step = BulkStep.objects.get()
    bulk.work(RENEWALS, step.pk, on=today())
    shown = page(client, address)
    assert "2 leases: 1 done, 1 refused" in shown
    assert LeaseContract.objects.get().minutes in (3, 4)


def test_all_in_the_list_are_taken_as_the_filter_has_them() -> None:
    soon, _late, client = ending(10), ending(100), signed_in(unit())
    address = take(client, [], take="all", chosen="within=30")
    assert BulkStep.objects.get().rows.get().lease_id == soon.pk
    assert soon.number in page(client, address)


def test_nothing_ticked_leads_back_to_the_list_with_the_reason() -> None:
    client = signed_in(unit())
    address = take(client, [], chosen="within=90")
    assert address == "/leases/expiring/?within=90"
    assert "Tick at least one lease" in page(client, address)


def test_the_same_ticks_sent_twice_make_one_step() -> None:
    lease, client, key = ending(), signed_in(unit()), uuid4()
    first = take(client, [lease], submission_id=key)
    assert take(client, [lease], submission_id=key) == first
    assert BulkStep.objects.count() == 1


def test_rows_are_left_out_on_the_page_and_another_term_is_shown_before_it_is_chosen() -> None:
    one, other, client = ending(), ending(), signed_in(unit())
    address = take(client, [one, other])
    row = BulkStep.objects.get().rows.get(lease=one)
    answer = client.post(address, {"do": "leave_out", "version": 1, "row": [row.pk]})
    assert answer.status_code == 302
    shown = page(client, address)
    assert "1 will be done. 0 cannot" in shown
    assert "Left out" in shown
    shown = page(client, address, term="open_ended")
    assert 'name="term" value="open_ended"' in shown
    assert "open-ended" in shown


def test_a_list_that_has_changed_since_it_was_looked_at_is_shown_again_and_not_started() -> None:
    lease, client = ending(), signed_in(unit())
    address = take(client, [lease])
    answer = start(client, address, seen="0" * 32)
    assert answer.status_code == 422
    assert "has changed since you looked" in html.unescape(answer.content.decode())
    again = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    )
    assert client.post(address, again | {"do": "start"}).status_code == 302


def test_a_step_can_be_dropped_before_it_is_started() -> None:
    client = signed_in(unit())
    address = take(client, [ending()])
    client.post(address, {"do": "drop", "version": 1})
    assert BulkStep.objects.get().state == "dropped"


def test_a_step_that_has_stopped_can_be_gone_on_with(
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = signed_in(unit())
    address = take(client, [ending()])
    start(client, address)
    step = BulkStep.objects.select_related("run").get()
    bulk.cut_off(step.run)
    assert "Has it stopped?" in page(client, address)
    with django_capture_on_commit_callbacks() as callbacks:
        client.post(address, {"do": "again"})
    step.refresh_from_db()
    assert len(callbacks) == 1
    assert step.run is not None
    assert step.run.state == RunState.WAITING


def test_the_progress_is_a_part_that_ends_in_the_whole_page() -> None:
    client = signed_in(unit())
    address = take(client, [ending()])
    start(client, address)
    step = BulkStep.objects.get()
    part = reverse("tenants:bulk_progress", args=[step.pk])
    assert client.get(part).status_code == 400
    answer = client.get(part, headers={"hx-request": "true"})
    assert "HX-Refresh" not in answer
    bulk.work(RENEWALS, step.pk, on=today())
    assert "HX-Refresh" in client.get(part, headers={"hx-request": "true"})


def test_the_result_is_a_file_with_every_row_and_why() -> None:
    lease, dead, client = ending(), ending(), signed_in(unit())
    Person.objects.filter(lease_parties__lease=dead).update(died_on=today())
    address = take(client, [lease, dead])
    start(client, address)
    bulk.work(RENEWALS, BulkStep.objects.get().pk, on=today())
    response = client.get(f"{address}export/", {"export": "csv"})
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert len(text.strip().splitlines()) == 3
    assert "A tenant is dead" in text


def test_whoever_is_bound_to_an_office_sees_only_its_rows() -> None:
    client = signed_in(unit())
    lease, other = ending(), ending()
    address = take(client, [lease, other])
    shown = page(signed_in(unit(role__offices=[lease.office])), address)
    assert lease.number in shown
    assert other.number not in shown
    nobody = signed_in(unit(role__offices=[OfficeFactory()]))
    assert "You see none of these leases" in page(nobody, address)


def test_the_page_costs_the_same_with_one_row_and_with_many() -> None:
    client = signed_in(unit())

    def cost(leases: list[Lease]) -> int:
        address = take(client, leases)
        page(client, address)
        with CaptureQueriesContext(connection) as queries:
            page(client, address)
        return len(queries)

    assert cost([ending()]) == cost([ending() for _ in range(9)])


# --- Indexation -------------------------------------------------------------------------------


def figures(until: dt.date) -> None:
    for number in range(130):
        month = add_months(dt.date(2017, 1, 1), number)
        if month <= until:
            Rate.objects.create(
                kind="cpi",
                valid_from=month,
                value=Decimal(1200 + 2 * number) / 10,
                unit="index",
                source="Eksempeltall",
            )


def landlord(**more: Any) -> Any:
    return UserFactory(role="landlord", **more)


def test_a_run_of_indexation_is_looked_through_and_started() -> None:
    figures(today())
    lease, client = LeaseFactory(), signed_in(landlord())
    hidden = LeaseFactory(is_protected=True, dwelling__street="Hemmeliggata")
    valid_from = first_valid_from(today())
    home = reverse("tenants:indexation")
    assert "A new run" in page(client, home)
    data = {"submission_id": uuid4(), "valid_from": valid_from.strftime("%d.%m.%Y"), "office": ""}
    address = client.post(home, data)["Location"]
    shown = page(client, address)
    assert "2 will be done" in shown
    assert "9 000,00 kr" in shown
    assert "Hemmeliggata" not in shown
    assert start(client, address).status_code == 302
    from tenants.services.bulk_indexation import INDEXATION

    step = BulkStep.objects.get()
    assert bulk.work(INDEXATION, step.pk, on=today()).counts == {"done": 2, "refused": 0}
    assert set(RentChange.objects.values_list("lease_id", flat=True)) == {lease.pk, hidden.pk}
    assert "2 notices wait in the outbox" in page(client, home)
    assert bulk.work(INDEXATION, step.pk, on=today()).counts == {"done": 2, "refused": 0}
    assert RentChange.objects.count() == 2


def test_a_missing_figure_is_told_and_where_it_is_entered() -> None:
    client = signed_in(UserFactory(role="landlord"))
    assert "An administrator enters it under Rates" in page(client, reverse("tenants:indexation"))


def test_a_run_too_late_for_its_notices_is_refused_at_the_day() -> None:
    client = signed_in(landlord())
    too_soon = add_months(first_valid_from(today()), -1).strftime("%d.%m.%Y")
    data = {"submission_id": uuid4(), "valid_from": too_soon, "office": ""}
    answer = client.post(reverse("tenants:indexation"), data)
    assert answer.status_code == 422
    assert "The notice must be sent by" in html.unescape(answer.content.decode())


def test_a_single_rent_is_changed_with_what_it_rests_on() -> None:
    lease, client = LeaseFactory(), signed_in(landlord())
    address = reverse("tenants:rent", args=[lease.pk])
    assert "9 000,00 kr" in page(client, address)
    first = add_months(today().replace(day=1), 2)
    data = {
        "submission_id": uuid4(),
        "version": lease.version,
        "kind": "agreed",
        "to_ore": "9 500",
        "valid_from": first.strftime("%d.%m.%Y"),
        "reason": "Avtalt etter oppussing",
    }
    assert client.post(address, data | {"valid_from": "2.3.2020"}).status_code == 422
    assert client.post(address, data).status_code == 302
    assert RentChange.objects.get().to_ore == 950_000
