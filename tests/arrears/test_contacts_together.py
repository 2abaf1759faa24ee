"""Two people who act on the same contact at once: one of them does it, the other is told."""

from collections.abc import Callable
from typing import Any

import pytest

from arrears.models import ContactAttempt
from arrears.services.contacts import NewContact, note_contact, withdraw_contact
from arrears.services.visits import plan_visit, report_visit
from tests.arrears.contact_town import DAY, a_case, caseworker, noted
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_visit_is_reported_by_one_of_two() -> None:
    case, users = a_case(), [caseworker(), caseworker()]
    visit = plan_visit(case.pk, DAY, who_goes="Kari og Per", by=users[0], on=DAY)

    def report(user: Any, result: str) -> Callable[[], Any]:
        told = NewContact(channel="home_visit", on=DAY, result=result)
        return lambda: report_visit(visit.pk, told, version=1, by=user, on=DAY)

    answers = at_once(report(users[0], "talked"), report(users[1], "not_reached"))
    assert answers == ["contact.changed", "done"]
    visit.refresh_from_db()
    assert (visit.state, visit.version) == ("done", 2)


def test_a_contact_is_withdrawn_by_one_of_two() -> None:
    row, users = noted(a_case()), [caseworker(), caseworker()]

    def withdraw(user: Any) -> Callable[[], Any]:
        return lambda: withdraw_contact(row.pk, "Feil sak", version=1, by=user, on=DAY)

    assert at_once(*(withdraw(user) for user in users)) == ["contact.changed", "done"]


def test_two_notes_at_once_are_two_notes() -> None:
    case, users = a_case(), [caseworker(), caseworker()]

    def note(user: Any) -> Callable[[], Any]:
        told = NewContact(channel="phone", on=DAY, result="talked")
        return lambda: note_contact(case.pk, told, by=user, on=DAY)

    assert at_once(*(note(user) for user in users)) == ["done", "done"]
    case.refresh_from_db()
    assert (ContactAttempt.objects.count(), case.version) == (2, 3)


def test_two_new_promises_do_not_both_replace_the_same_one() -> None:
    case, users = a_case(), [caseworker(), caseworker()]
    old = noted(case, result="promised", promised_ore=100, promised_on=DAY)

    def promise(user: Any) -> Callable[[], Any]:
        told = NewContact(
            channel="phone",
            on=DAY,
            result="promised",
            promised_ore=200,
            promised_on=DAY,
            replaces=old.pk,
        )
        return lambda: note_contact(case.pk, told, by=user, on=DAY)

    assert at_once(*(promise(user) for user in users)) == ["done", "promise.not_running"]
