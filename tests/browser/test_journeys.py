"""A day at work, from logging in to the same place again."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from arrears.models import Flag, LedgerLine
from arrears.services.imports import import_stored
from boligsak.accounts.models import Office
from tenants.models import Lease
from tests.browser.bank import mistyped, payment_file
from tests.browser.visitor import PASSWORD

WORKER = "Hodan Warsame"


@pytest.fixture
def lease(server: Any) -> Lease:
    leases = Lease.objects.filter(moved_out_on=None, is_protected=False, flags=None)
    return leases.exclude(kid="").order_by("-pk")[0]


@pytest.fixture
def office(server: Any) -> int:
    """Where the caseworker works; she is given nothing of another office."""
    return Office.objects.get(code="heimdal").pk


def give_to(page: Any, name: str) -> None:
    select = page.get_by_label("Gi til").first
    option = select.locator("option", has_text=name).first
    select.select_option(value=option.get_attribute("value"))
    page.get_by_role("button", name="Gi til saksbehandler").click()


def was_given(page: Any, count: int, name: str = WORKER) -> None:
    expect(page.get_by_text(f"{count} flagg er gitt til {name}.")).to_be_visible()


def held_by(name: str) -> int:
    family_name = name.split()[-1]
    return Flag.objects.open().filter(owner__last_name=family_name).count()


def test_a_coordinator_gives_one_flag_away_and_comes_back_to_the_same_place(
    visit: Any, office: int
) -> None:
    visitor = visit("koordinator")
    page = visitor.page
    visitor.go("/dashboard/")
    page.get_by_role("link", name="Hele arbeidslista").click()
    page.get_by_label("Kontor").select_option(str(office))
    page.get_by_label("Nivå, minst").select_option("2")
    page.get_by_role("main").get_by_role("button", name="Vis", exact=True).click()
    page.wait_for_url("**/worklist/?**level=2**")
    lists, before = visitor.path, held_by(WORKER)
    page.locator("tbody tr", has_not_text=WORKER).last.get_by_role("link").first.click()
    page.wait_for_url("**/leases/**")
    where = urlsplit(visitor.path).path
    page.locator("input[name=flag]").first.check()
    give_to(page, WORKER)
    was_given(page, 1)
    assert urlsplit(visitor.path).path == where
    assert held_by(WORKER) == before + 1
    page.get_by_role("navigation", name="Du er her").get_by_role("link").last.click()
    page.wait_for_url("**/worklist/**")
    assert visitor.path.split("#")[0] == lists


def test_a_coordinator_gives_many_flags_away_at_once(visit: Any, office: int) -> None:
    visitor = visit("koordinator")
    page, address = visitor.page, f"/worklist/?office={office}&kind=any-arrears&owner=nobody"
    visitor.go(address)
    count = page.locator("tbody input[name=flag]").count()
    assert count > 1
    page.get_by_role("checkbox", name="Velg alle på denne siden").check()
    expect(page.locator("[data-select-count]")).to_contain_text(f"{count} ")
    before = held_by(WORKER)
    give_to(page, WORKER)
    was_given(page, count)
    assert visitor.path == address
    assert held_by(WORKER) == before + count


def test_who_comes_second_is_told_who_came_first(visit: Any, office: int) -> None:
    first, second = visit("koordinator"), visit("koordinator")
    for visitor in (first, second):
        visitor.go(f"/worklist/?office={office}&kind=any-expiry")
        visitor.page.locator("tbody input[name=flag]").first.check()
    give_to(first.page, "Trond Hegstad")
    was_given(first.page, 1, "Trond Hegstad")
    give_to(second.page, WORKER)
    expect(second.page.get_by_role("alert")).to_contain_text("Marit Aune")
    assert second.faults() == []
    give_to(second.page, WORKER)
    was_given(second.page, 1)


# --- Payments ---------------------------------------------------------------------------------


@contextmanager
def a_worker_that_waits() -> Iterator[threading.Event]:
    """The import runs beside the web server, as with a real worker, once the event is set."""
    go, threads = threading.Event(), []

    def delay(import_id: int, day: str) -> None:
        def work() -> None:
            go.wait(30)
            import_stored(import_id, today=dt.date.fromisoformat(day))

        threads.append(threading.Thread(target=work))
        threads[-1].start()

    with mock.patch("arrears.tasks.import_payments.delay", delay):
        yield go
    go.set()
    for thread in threads:
        thread.join()


def file_for(kid: str, number: str) -> dict[str, Any]:
    file = payment_file(kid, 123_400, number)
    return {"name": f"OCR.{number}.txt", "mimeType": "text/plain", "buffer": file}


def send_in(page: Any, file: dict[str, Any]) -> None:
    page.get_by_label("Innbetalingsfil fra banken").set_input_files(file)
    page.get_by_role("button", name="Importer filen").click()


def was_booked(page: Any) -> None:
    expect(page.get_by_text("bokført på leieforhold")).to_be_visible(timeout=20_000)


def balance(lease: Lease) -> int:
    lines = LedgerLine.objects.filter(lease=lease).values_list("amount_ore", flat=True)
    return sum(lines)


def test_a_file_is_followed_while_it_is_imported(visit: Any, lease: Lease) -> None:
    visitor = visit("utleier")
    before = balance(lease)
    visitor.go("/payments/imports/")
    visitor.page.get_by_role("link", name="Importer en innbetalingsfil").first.click()
    with a_worker_that_waits() as go:
        send_in(visitor.page, file_for(lease.kid, "0099002"))
        expect(visitor.page.locator("progress")).to_be_visible()
        assert visitor.faults() == []
        go.set()
        was_booked(visitor.page)
    assert balance(lease) == before - 123_400


def test_a_payment_with_a_mistyped_kid_finds_its_lease(visit: Any, lease: Lease) -> None:
    visitor = visit("utleier")
    page, before = visitor.page, balance(lease)
    visitor.go("/payments/imports/new/")
    send_in(page, file_for(mistyped(lease.kid), "0099003"))
    page.locator("#unplaced tbody").get_by_role("link").first.click()
    one = page.get_by_role("link", name="Se på dette leieforholdet")
    some = page.get_by_role("main").get_by_role("link", name=lease.number)
    one.or_(some).first.click()
    page.get_by_role("button", name="Plasser betalingen").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/payments/unplaced/")
    assert balance(lease) == before - 123_400


# --- With less --------------------------------------------------------------------------------


def tab_to(page: Any, selector: str, key: str = "Tab", most: int = 80) -> None:
    """Press Tab until the focus is there, as somebody without a mouse must."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            seen = page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"
            )
            assert seen, f"the focus cannot be seen on {selector}"
            return
    raise AssertionError(f"{selector} is not reached by {most} presses of {key}")


def test_a_flag_is_given_away_with_the_keyboard_alone(visit: Any, office: int) -> None:
    visitor = visit()
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go(f"/worklist/?office={office}&kind=any-expiry")
    tab_to(page, "[name=login]")
    keys.type("koordinator")
    tab_to(page, "[name=password]")
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == "/worklist/")
    keys.press("Tab")
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "#assign select")
    keys.type(WORKER[:5])
    tab_to(page, "tbody input[name=flag]")
    keys.press("Space")
    before = held_by(WORKER)
    # The other button opens cases of what is ticked.
    tab_to(page, "#assign button[type=submit]:not([formaction])", key="Shift+Tab")
    keys.press("Enter")
    was_given(page, 1)
    assert held_by(WORKER) in (before, before + 1)
    keys.press("/")
    assert page.evaluate("document.activeElement.matches('[data-search-field]')")


def test_everything_works_without_a_script(visit: Any, lease: Lease, office: int) -> None:
    visitor = visit("koordinator", java_script_enabled=False)
    page = visitor.page
    visitor.go("/worklist/?owner=nobody")
    page.get_by_label("Kontor").select_option(str(office))
    page.get_by_role("main").get_by_role("button", name="Vis", exact=True).click()
    page.wait_for_url(f"**office={office}**")
    before, address = held_by("Trond Hegstad"), visitor.path
    page.locator("tbody input[name=flag]").first.check()
    give_to(page, "Trond Hegstad")
    was_given(page, 1, "Trond Hegstad")
    assert visitor.path == address
    assert held_by("Trond Hegstad") == before + 1
    visitor.go("/search/")
    page.locator("#search-q").fill(lease.number)
    page.locator("#search-q").press("Enter")
    page.wait_for_url(f"**/leases/{lease.pk}/**")


def test_a_file_is_imported_without_a_script(visit: Any, lease: Lease) -> None:
    visitor = visit("utleier", java_script_enabled=False)
    page, before = visitor.page, balance(lease)
    visitor.go("/payments/imports/new/")
    with a_worker_that_waits() as go:
        send_in(page, file_for(lease.kid, "0099004"))
        expect(page.locator("progress")).to_be_visible()
        go.set()
    page.get_by_role("link", name="Se hvor langt det har kommet").click()
    was_booked(page)
    assert balance(lease) == before - 123_400
