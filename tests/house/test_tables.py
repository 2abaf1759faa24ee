"""What the models say of the tables is what the migrations made of them."""

import pytest
from django.apps import apps
from django.db import connection

MODELS = [model for model in apps.get_models() if model._meta.managed]

pytestmark = pytest.mark.django_db


def names(query: str) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return set(cursor.fetchall())


def test_every_column_is_there_and_no_other() -> None:
    there = names(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name <> 'django_migrations'"
    )
    said = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
    }
    tables = {table for table, _column in said}
    assert {pair for pair in there if pair[0] in tables} == said


def test_every_constraint_and_index_is_there() -> None:
    there = names("SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'")
    there |= names(
        "SELECT relname, conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid"
    )
    said = {
        (model._meta.db_table, part.name)
        for model in MODELS
        for part in [*model._meta.constraints, *model._meta.indexes]
    }
    assert len(said) > 150
    assert said - there == set()


def test_every_trigger_is_there() -> None:
    there = names(
        "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE NOT tgisinternal"
    )
    said = {
        (model._meta.db_table, trigger.get_pgid(model))
        for model in MODELS
        for trigger in getattr(model._meta, "triggers", [])
    }
    assert len(said) > 100
    assert said - there == set()
