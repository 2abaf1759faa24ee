"""A town that is ready to be referred, for tests that begin where everything is done."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tests.arrears.gate_town import GateTown


@pytest.fixture(scope="module")
def _standing(django_db_setup: None, django_db_blocker: Any, cluster: Any) -> Iterator[GateTown]:
    """Built and committed once: it takes as long as ten tests of it. What a test changes is taken
    back; the database is made anew when the last has run."""
    translation.deactivate()
    with django_db_blocker.unblock():
        town = GateTown(kid="123456808", number="01818010245")
    yield town
    with django_db_blocker.unblock():
        cluster.renew()


@pytest.fixture
def town(_standing: GateTown, db: None) -> GateTown:
    """A finished case with its decision. Its rows are this test's own."""
    return copy.deepcopy(_standing)
