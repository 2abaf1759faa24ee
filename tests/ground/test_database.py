"""What every other test relies on: our own database, a role that owns nothing, clean tables."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection, connections, transaction

TABLE = Session._meta.db_table
MIGRATED = "SELECT count(*) FROM django_migrations"


def _count(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def _make_session(key: str) -> None:
    Session.objects.create(session_key=key, expire_date=datetime(2030, 1, 1, tzinfo=UTC))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        f"TRUNCATE {TABLE}",
        f"DROP TABLE {TABLE}",
        f"ALTER TABLE {TABLE} DISABLE TRIGGER ALL",
        "CREATE TABLE theirs (id int)",
    ],
)
def test_the_program_owns_nothing_in_the_database(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_program_logs_in_as_another_role_than_the_owner() -> None:
    if settings.DATABASE_ADMIN_URL:
        assert connection.settings_dict["USER"] == settings.DATABASE_APP_ROLE


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_a_real_transaction_leaves_only_what_the_migrations_made(time: int) -> None:
    assert not Session.objects.exists()
    assert _count(MIGRATED) > 0
    _make_session("left behind")


@pytest.mark.django_db
def test_progress_is_seen_inside_a_tests_own_transaction() -> None:
    _make_session("here")
    assert Session.objects.using("progress").filter(pk="here").exists()


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_jobs_transaction_is_open() -> None:
    with transaction.atomic():
        _make_session("hidden")
        assert not Session.objects.using("progress").exists()
        with connections["progress"].cursor() as cursor:
            cursor.execute("SELECT current_database()")
            assert cursor.fetchone() == (connection.settings_dict["NAME"],)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["btree_gist", "pg_trgm", "unaccent"])
def test_the_extensions_are_there(name: str) -> None:
    assert _count(f"SELECT count(*) FROM pg_extension WHERE extname = '{name}'") == 1


@pytest.mark.django_db
def test_norwegian_letters_fold_case() -> None:
    assert _count("SELECT (lower('ÆØÅ') = 'æøå')::int") == 1
