"""Whose e-mail address is known to be in use: they were asked, or gave it themselves."""

import datetime as dt

from boligsak.accounts.models import User
from boligsak.desk.demo.chance import Chance
from tenants.models import Person
from tenants.services.people import note_email_used


def confirm_email(seed: int, person_id: int, by: User, day: dt.date) -> None:
    """Most people are asked, when we talk, whether the address is still theirs (§ 4-18: e-mail
    counts only to an address the tenant has recently used)."""
    has_address = Person.objects.filter(pk=person_id).exclude(email="").exists()
    if has_address and Chance(seed, "has the address", person_id).happens(0.7):
        note_email_used(person_id, day, by=by, on=day)
