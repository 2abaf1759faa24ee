"""Coming in and going out."""

from typing import Any

import pytest

from tests.browser.visitor import PASSWORD

START_PAGES = {
    "koordinator": "/dashboard/",
    "saksbehandler": "/my-work/",
    "boligenhet": "/worklist/",
    "utleier": "/payments/imports/",
    "leder": "/figures/",
    "personvern": "/access/look-ups/",
    "admin": "/admin/",
}


def log_in(page: Any, user: str, password: str) -> None:
    page.get_by_label("Brukernavn").fill(user)
    page.get_by_label("Passord").fill(password)
    page.get_by_label("Passord").press("Enter")


@pytest.mark.parametrize(("user", "start"), START_PAGES.items(), ids=START_PAGES)
def test_every_role_comes_to_its_own_start_page(visit: Any, user: str, start: str) -> None:
    visitor = visit()
    visitor.log_in(user)
    assert visitor.path == start


def test_who_is_not_logged_in_comes_to_the_page_that_was_asked_for(visit: Any) -> None:
    visitor = visit()
    visitor.go("/worklist/?level=3")
    log_in(visitor.page, "koordinator", PASSWORD)
    visitor.page.wait_for_url("**/worklist/?level=3")


def test_a_wrong_password_does_not_let_in_and_says_so(visit: Any) -> None:
    visitor = visit()
    visitor.go("/account/login/")
    log_in(visitor.page, "koordinator", "feil")
    visitor.page.wait_for_selector("[data-error-summary]")
    assert "/account/login/" in visitor.page.url
    assert visitor.page.evaluate("document.activeElement.matches('[data-error-summary]')")


def test_who_logs_out_is_out(visit: Any) -> None:
    visitor = visit()
    visitor.log_in("leder")
    visitor.page.get_by_role("button", name="Ingrid Kvam").click()
    visitor.page.get_by_role("button", name="Logg ut").click()
    visitor.page.wait_for_url("**/account/login/**")
    visitor.go("/figures/")
    assert "/account/login/" in visitor.page.url


def test_the_language_is_chosen_and_kept(visit: Any) -> None:
    visitor = visit("leder")
    visitor.go("/figures/")
    visitor.page.get_by_role("button", name="English").click()
    assert visitor.page.locator("html").get_attribute("lang") == "en"
    visitor.go("/figures/")
    assert visitor.page.locator("html").get_attribute("lang") == "en"
