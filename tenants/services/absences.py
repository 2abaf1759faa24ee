"""Away from home, and dead: what is noted of a person so that nobody knocks in vain or writes to
the dead."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from boligsak.rule import RuleBroken
from tenants.models import Absence, Estate, Person
from tenants.rules.absence import Away, check_away
from tenants.services.history import signed
from tenants.services.people import change_person


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayFromHome:
    """Where somebody is, from one day to another (inclusive, or until further notice), and through
    whom they are reached there."""

    kind: str
    from_on: datetime.date
    to_on: datetime.date | None = None
    contact_name: str = ""
    contact_phone: str = ""
    note: str = ""


@transaction.atomic
def note_absence(person_id: int, away: AwayFromHome, *, by: Any) -> Absence:
    """Somebody is away from home. Raises `RuleBroken` "absence.days", "absence.overlaps" or
    "absence.dead"."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if person.died_on is not None and away.from_on > person.died_on:
        raise RuleBroken("absence.dead", died_on=person.died_on)
    _check(person_id, Away(away.from_on, away.to_on), None)
    with signed(by):
        return Absence.objects.create(
            person=person,
            kind=away.kind,
            from_on=away.from_on,
            to_on=away.to_on,
            contact_name=away.contact_name.strip(),
            contact_phone=away.contact_phone.strip(),
            note=away.note.strip(),
        )


@transaction.atomic
def change_absence(absence_id: int, away: AwayFromHome, *, version: int, by: Any) -> Absence:
    """What is known now of an absence: mostly its last day. Raises `RuleBroken` as
    `note_absence` does, "version.changed" or "absence.withdrawn"."""
    row = _lock(absence_id, version)
    _check(row.person_id, Away(away.from_on, away.to_on), row.pk)
    row.kind, row.from_on, row.to_on = away.kind, away.from_on, away.to_on
    row.contact_name, row.contact_phone = away.contact_name.strip(), away.contact_phone.strip()
    row.note = away.note.strip()
    _save(row, by)
    return row


@transaction.atomic
def withdraw_absence(absence_id: int, reason: str, *, version: int, by: Any) -> Absence:
    """The person was not away after all. Raises `RuleBroken` "absence.no_reason",
    "version.changed" or "absence.withdrawn"."""
    if not reason.strip():
        raise RuleBroken("absence.no_reason")
    row = _lock(absence_id, version)
    row.withdrawn_because = reason.strip()
    _save(row, by)
    return row


@transaction.atomic
def note_death(
    person_id: int,
    died_on: datetime.date,
    estate: dict[str, str],
    *,
    version: int,
    by: Any,
    on: datetime.date,
) -> Person:
    """Somebody has died, and who speaks for the estate (contact_name, phone, email, note).

    Letters and dunning to them stop with that day; the clocks of husleieloven §§ 8-2 and 9-10
    start. `on` is today. Without a name no estate is entered yet. Raises what `change_person`
    raises: "person.death_day", "version.changed".
    """
    person = change_person(person_id, version=version, by=by, on=on, died_on=died_on)
    if estate.get("contact_name", "").strip():
        with signed(by):
            row, is_new = Estate.objects.get_or_create(
                person=person, defaults={**estate, "known_on": on}
            )
            if not is_new:
                for field, value in estate.items():
                    setattr(row, field, value)
                row.save(update_fields=list(estate))
    return person


def _lock(absence_id: int, version: int) -> Absence:
    person_id = Absence.objects.values_list("person_id", flat=True).get(pk=absence_id)
    Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    row = Absence.objects.select_for_update(of=("self",)).get(pk=absence_id)
    if row.version != version:
        raise RuleBroken("version.changed", opened=version, now=row.version)
    if row.withdrawn_because:
        raise RuleBroken("absence.withdrawn")
    return row


def _check(person_id: int, new: Away, own_id: int | None) -> None:
    others = Absence.objects.filter(person_id=person_id, withdrawn_because="")
    if own_id is not None:
        others = others.exclude(pk=own_id)
    check_away(new, (Away(*days) for days in others.values_list("from_on", "to_on")))


def _save(row: Absence, by: Any) -> None:
    row.version += 1
    with signed(by):
        row.save()
