"""What `migrate` refuses in production."""

import pytest
from django.contrib.auth import get_user_model

from boligsak import production as checks
from boligsak.production import (
    DEMO_PASSWORD,
    DEMO_USERS,
    new_enough,
    no_demo_users,
    norwegian_letters,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(settings) -> None:
    settings.PRODUCTION = True


def _refused() -> list[str]:
    return [message.id for message in no_demo_users(databases=["default"])]


@pytest.mark.parametrize("name", DEMO_USERS)
def test_a_user_with_the_demos_password_is_refused(production, name: str) -> None:
    get_user_model().objects.create_user(name, password=DEMO_PASSWORD)
    assert _refused() == ["boligsak.E001"]


def test_a_user_of_that_name_with_a_password_of_their_own_is_welcome(production) -> None:
    get_user_model().objects.create_user("admin", password="a password of my own")
    assert _refused() == []


def test_an_inactive_demo_user_is_harmless(production) -> None:
    get_user_model().objects.create_user("admin", password=DEMO_PASSWORD, is_active=False)
    assert _refused() == []


def test_the_demo_keeps_its_users() -> None:
    get_user_model().objects.create_user("admin", password=DEMO_PASSWORD)
    assert _refused() == []


def test_a_database_that_folds_norwegian_letters_is_accepted() -> None:
    assert norwegian_letters(databases=["default"]) == []


def test_this_database_can_skip_through_an_index() -> None:
    assert new_enough(databases=["default"]) == []


def test_a_database_that_is_too_old_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(checks, "OLDEST_POSTGRES", 99)
    (fault,) = new_enough(databases=["default"])
    assert fault.id == "boligsak.E003"
    assert "99 or newer" in fault.msg
