"""What `migrate` refuses in production."""

from importlib import import_module
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections

from boligsak import production as checks
from boligsak.production import (
    DEMO_PASSWORD,
    DEMO_USERS,
    INDEX_BEFORE,
    SKIPS_FROM,
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


def test_this_database_has_the_indexes_its_version_needs() -> None:
    database: Any = connection
    skips = database.pg_version >= SKIPS_FROM * 10_000
    assert [fault.id for fault in new_enough(databases=["default"])] == (
        [] if skips else ["boligsak.W001"]
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [INDEX_BEFORE])
        assert cursor.fetchone() == (skips,)


@pytest.mark.parametrize(
    ("version", "found"),
    [
        (14_19, "boligsak.E003"),
        (15_00, "boligsak.W001"),
        (17_07, "boligsak.W001"),
    ],
)
def test_a_version_is_refused_or_warned_of(monkeypatch, version: int, found: str) -> None:
    monkeypatch.setattr(connections["default"], "pg_version", version * 100)
    assert [fault.id for fault in new_enough(databases=["default"])] == [found]


def test_an_index_left_after_an_upgrade_is_told_of(monkeypatch) -> None:
    monkeypatch.setattr(connections["default"], "pg_version", 18_00_00)
    monkeypatch.setattr(checks, "INDEX_BEFORE", "arrears_line_names")  # one that is there
    assert [fault.id for fault in new_enough(databases=["default"])] == ["boligsak.W002"]


def test_the_check_looks_for_the_index_that_the_migration_makes() -> None:
    migration = import_module("arrears.migrations.0027_before_skip_scan")
    editor = Mock(connection=Mock(pg_version=17_09_99))
    migration.add_where_needed(None, editor)
    (statement,), _named = editor.execute.call_args
    assert f" {INDEX_BEFORE} " in statement
