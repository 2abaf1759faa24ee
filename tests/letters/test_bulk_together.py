"""Two at the same letters to many, on connections of their own."""

import pytest

from boligsak.letters.models import BulkLetter
from boligsak.letters.services.bulk import approve, ask_for, choose_office, drop, prepare
from boligsak.rates.services import enter_policy
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory
from tests.letters.posting import ON
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting() -> BulkLetter:
    """Three letters above a cap of two, asked for."""
    office, by = OfficeFactory(), UserFactory()
    for _ in range(3):
        LeaseFactory(dwelling=DwellingFactory(office=office))
    enter_policy("letters", office_id=office.pk, valid_from=ON, values={"bulk_cap": 2})
    wanted = {"offices": [office.pk], "about": "Vannet", "text": "Vannet blir stengt."}
    given = {"channel": "print", "dated_on": ON, "by": by, "on": ON}
    row = prepare("information", "Vann", wanted, **given)
    return ask_for(row.pk, version=1, by=by, on=ON)


def test_two_who_approve_start_the_letters_once(waiting):
    kari, ola = UserFactory(), UserFactory()
    found = at_once(
        lambda: approve(waiting.pk, version=waiting.version, by=kari, on=ON),
        lambda: approve(waiting.pk, version=waiting.version, by=ola, on=ON),
    )
    assert found == ["done", "many.changed"]


def test_letters_are_approved_or_dropped_and_never_both(waiting):
    kari, ola = UserFactory(), UserFactory()
    found = at_once(
        lambda: approve(waiting.pk, version=waiting.version, by=kari, on=ON),
        lambda: drop(waiting.pk, "Feil", version=waiting.version, by=ola, on=ON),
    )
    assert found == ["done", "many.changed"]
    waiting.refresh_from_db()
    assert (waiting.state == "dropped") == (waiting.approved_by is None)


def test_what_was_looked_through_is_what_is_asked_for():
    office, by = OfficeFactory(), UserFactory()
    LeaseFactory(dwelling=DwellingFactory(office=office))
    wanted = {"offices": [office.pk], "about": "Vannet", "text": "Vannet blir stengt."}
    given = {"channel": "print", "dated_on": ON, "by": by, "on": ON}
    row = prepare("information", "Vann", wanted, **given)
    found = at_once(
        lambda: ask_for(row.pk, version=1, by=by, on=ON),
        lambda: choose_office(row.pk, office.pk, False, version=1),
    )
    assert found == ["done", "many.changed"]
