"""A case with one tenant or two, and somebody who works on it, for the tests of contact."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from arrears.models import Case, ContactAttempt
from arrears.services.contacts import NewContact, note_contact
from arrears.services.visits import plan_visit
from boligsak.accounts.models import User
from boligsak.dates import today
from tenants.models import LeaseParty, Person
from tests.factories import CaseFactory, LeaseFactory, PersonFactory, UserFactory

DAY = dt.date(2026, 3, 2)  # a Monday


def day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number)


def caseworker(**fields: Any) -> User:
    user: User = UserFactory(role="caseworker", **fields)
    return user


def a_case(*people: Person, opened_on: dt.date = DAY, **fields: Any) -> Case:
    """An open case on a lease whose tenants these are; one living tenant when none is named."""
    tenants = people or (PersonFactory(),)
    lease = LeaseFactory(tenant=tenants[0])
    for number, person in enumerate(tenants[1:], 2):
        LeaseParty.objects.create(
            lease=lease, person=person, position=number, from_on=lease.starts_on
        )
    case: Case = CaseFactory(lease=lease, opened_on=opened_on, **fields)
    return case


def noted(case: Case, channel: str = "phone", result: str = "talked", **fields: Any) -> Any:
    """A contact noted on its own day."""
    by = fields.pop("by", None) or caseworker()
    on = fields.pop("on", DAY)
    told = NewContact(channel=channel, on=on, result=result, **fields)
    row: ContactAttempt = note_contact(case.pk, told, by=by, on=on)
    return row


# --- The pages ----------------------------------------------------------------------------------

ONE_DAY = dt.timedelta(days=1)


def signed_in(role: str = "caseworker", **user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role, **user))
    return client


def at(name: str, pk: int) -> str:
    return reverse(f"arrears:{name}", args=[pk])


def get(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def send(client: Client, address: str, **fields: Any) -> Any:
    return client.post(address, {"submission_id": str(uuid4()), "version": "1"} | fields)


def case_page(case: Any, part: str = "contacts") -> str:
    return f"{reverse('desk:case', args=[case.pk])}#{part}"


def visit(case: Any, on: dt.date | None = None, **fields: Any) -> ContactAttempt:
    fields = {"who_goes": "Kari Nordmann"} | fields
    return plan_visit(case.pk, on or today(), by=caseworker(), on=today(), **fields)


def talk(case: Any, **fields: Any) -> ContactAttempt:
    told = NewContact(**({"channel": "phone", "on": today(), "result": "talked"} | fields))
    return note_contact(case.pk, told, by=caseworker(), on=today())
