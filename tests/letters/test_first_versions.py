"""The letters a house app brings can be taken out again, as a migration that is undone does."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from boligsak.letters.models import Template


@contextlib.contextmanager
def owner_at_work(cluster: Any) -> Iterator[None]:
    """As `migrate` runs: by the role that owns the tables."""
    connection = connections["default"]
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(cluster.owner | {"NAME": usual["NAME"], "OPTIONS": {}})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


def summons() -> list[int]:
    return list(Template.objects.filter(kind="meeting-summons").values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
def test_first_versions_are_taken_out_and_brought_in_again(cluster: Any) -> None:
    assert summons() == [1]
    with owner_at_work(cluster):
        call_command("migrate", "meetings", "0003", verbosity=0)
        assert summons() == []
        call_command("migrate", "meetings", verbosity=0)
        assert summons() == [1]
