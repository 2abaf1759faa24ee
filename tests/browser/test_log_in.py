"""Coming in."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model


@pytest.fixture
def user(transactional_db: None) -> Any:
    return get_user_model().objects.create_user("kari", password="lang og hemmelig")


def test_the_log_in_page_opens_without_a_complaint(
    page: Any, live_server: Any, complaints: list[str]
) -> None:
    response = page.goto(f"{live_server.url}/")
    assert response.status == 200
    assert page.url.startswith(f"{live_server.url}/account/login/")
    assert complaints == []


def test_the_right_password_lets_in(page: Any, live_server: Any, user: Any) -> None:
    page.goto(f"{live_server.url}/account/login/")
    page.locator("input[name=login]").fill(user.username)
    page.locator("input[name=password]").fill("lang og hemmelig")
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/account/login/" not in url)


def test_a_wrong_password_does_not(page: Any, live_server: Any, user: Any) -> None:
    page.goto(f"{live_server.url}/account/login/")
    page.locator("input[name=login]").fill(user.username)
    page.locator("input[name=password]").fill("feil")
    page.locator("input[name=password]").press("Enter")
    page.wait_for_load_state("load")
    assert "/account/login/" in page.url
    assert page.locator("[aria-invalid=true], [role=alert], .errorlist").count() > 0
