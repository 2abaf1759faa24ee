"""People, their identity numbers and households: entering and changing them."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from boligsak import sealed
from boligsak.rule import RuleBroken
from tenants.models import (
    Household,
    HouseholdMember,
    MemberRole,
    Person,
    PersonIdentity,
    Protection,
)
from tenants.rules import identity
from tenants.rules.email_use import check_use, used_on_after
from tenants.rules.faults import Fault, raise_first
from tenants.services.history import signed
from tenants.services.protection import keep_protection

IDENTITY = "identity"
"""The context identity numbers are sealed and searched under."""

CHANGEABLE = frozenset(
    {
        "given_name",
        "family_name",
        "born_on",
        "died_on",
        "protection",
        "language",
        "needs_interpreter",
        "safety_note",
        "phone",
        "email",
        "email_used_on",
        "post_address",
        "is_reserved",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody to be registered. The day of birth follows from an identity number."""

    given_name: str
    family_name: str
    identity_number: str = ""
    born_on: datetime.date | None = None
    died_on: datetime.date | None = None
    protection: int = 0
    language: str = "nb"
    needs_interpreter: str = ""
    safety_note: str = ""
    phone: str = ""
    email: str = ""
    post_address: str = ""
    is_reserved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """Somebody in a household, both days inclusive."""

    household_id: int
    person_id: int
    role: str = MemberRole.ADULT
    from_on: datetime.date
    to_on: datetime.date | None = None


# --- People -----------------------------------------------------------------------------------


def person_faults(rows: Sequence[NewPerson], today: datetime.date) -> list[Fault]:
    """What keeps these people from being registered, together and beside those there are."""
    faults: list[Fault] = []
    numbers: dict[bytes, int] = {}
    for place, row in enumerate(rows):
        born_on = row.born_on
        if row.identity_number:
            try:
                number = identity.check(row.identity_number, today)
            except RuleBroken as broken:
                faults.append(Fault(place, "identity_number", broken))
            else:
                hashed = sealed.mac(number, IDENTITY)
                if hashed in numbers:
                    taken = RuleBroken("person.identity_taken")
                    faults.append(Fault(place, "identity_number", taken))
                numbers.setdefault(hashed, place)
                if born_on is not None and born_on != identity.birth_day(number):
                    other = RuleBroken("person.born_on_differs")
                    faults.append(Fault(place, "born_on", other))
                born_on = identity.birth_day(number)
        if born_on is not None and born_on > today:
            faults.append(Fault(place, "born_on", RuleBroken("person.not_born")))
        if row.died_on is not None and (
            row.died_on > today or (born_on is not None and row.died_on < born_on)
        ):
            faults.append(Fault(place, "died_on", RuleBroken("person.death_day")))
    there = PersonIdentity.objects.filter(number_mac__in=list(numbers))
    for known in there.values_list("number_mac", flat=True):
        taken = RuleBroken("person.identity_taken")
        faults.append(Fault(numbers[bytes(known)], "identity_number", taken))
    return sorted(faults, key=lambda fault: fault.place)


@transaction.atomic
def register_people(rows: Sequence[NewPerson], *, today: datetime.date) -> list[Person]:
    """Enters people, with their identity numbers sealed.

    Raises the first fault as `RuleBroken`: those of `identity.check`, "person.identity_taken",
    "person.born_on_differs" (from the identity number's), "person.not_born", "person.death_day".
    """
    raise_first(person_faults(rows, today))
    numbers = [identity.compact(row.identity_number) for row in rows]
    people = Person.objects.bulk_create(
        [
            Person(
                given_name=row.given_name,
                family_name=row.family_name,
                born_on=identity.birth_day(number) if number else row.born_on,
                died_on=row.died_on,
                protection=row.protection,
                language=row.language,
                needs_interpreter=row.needs_interpreter,
                safety_note=row.safety_note,
                phone=row.phone,
                email=row.email,
                post_address=row.post_address,
                is_reserved=row.is_reserved,
            )
            for row, number in zip(rows, numbers, strict=True)
        ],
        batch_size=2_000,
    )
    PersonIdentity.objects.bulk_create(
        [
            _sealed(person.pk, number)
            for person, number in zip(people, numbers, strict=True)
            if number
        ],
        batch_size=2_000,
    )
    return people


def protections_open_to(by: Any, person: Person) -> tuple[Protection, ...]:
    """What `by` may make of a person's address protection: who is not cleared may add to it only,
    since taking it away would show them the address. The system itself (None) may do both."""
    by_strictness = (Protection.NONE, Protection.CONFIDENTIAL, Protection.STRICT)
    if by is None or by.access.is_cleared:
        return by_strictness
    return by_strictness[by_strictness.index(Protection(person.protection)) :]


@transaction.atomic
def change_person(
    person_id: int, *, version: int, by: Any, on: datetime.date, **changes: Any
) -> Person:
    """Changes what is known of a person, as it was seen in `version`; `on` is today.

    Another e-mail address has not been used until somebody says so. Raises `RuleBroken`
    "version.changed", "person.not_born", "person.death_day", "person.email_used_ahead" (today), or
    "person.not_cleared" for protection that `by` may not take away.
    """
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"a person has no {sorted(unknown)} to change")
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if person.version != version:
        raise RuleBroken("version.changed", opened=version, now=person.version)
    was_protected = person.is_protected
    if changes.get("protection", person.protection) not in protections_open_to(by, person):
        raise RuleBroken("person.not_cleared")
    was = (person.email, person.email_used_on)
    for field, value in changes.items():
        setattr(person, field, value)
    person.email_used_on = used_on_after(was, (person.email, person.email_used_on), on)
    if person.born_on is not None and person.born_on > on:
        raise RuleBroken("person.not_born")
    if person.died_on is not None and (
        person.died_on > on or (person.born_on is not None and person.died_on < person.born_on)
    ):
        raise RuleBroken("person.death_day")
    person.version += 1
    with signed(by):
        person.save(update_fields=[*{*changes, "email_used_on"}, "version"])
        if person.is_protected != was_protected:
            keep_protection(on, person_ids=[person.pk])
    return person


@transaction.atomic
def note_email_used(
    person_id: int,
    used_on: datetime.date,
    *,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Person:
    """The person used, or confirmed, their e-mail address on a day; an earlier one changes nothing.

    Raises `RuleBroken` "version.changed" (version), "person.no_email" or
    "person.email_used_ahead" (today).
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    if version is not None and person.version != version:
        raise RuleBroken("version.changed", version=person.version)
    if not person.email:
        raise RuleBroken("person.no_email")
    check_use(used_on, on)
    if person.email_used_on is None or person.email_used_on < used_on:
        person.email_used_on = used_on
        person.version += 1
        with signed(by):
            person.save(update_fields=["email_used_on", "version"])
    return person


@transaction.atomic
def set_identity_number(person_id: int, number: str, *, by: Any, today: datetime.date) -> Person:
    """Gives a person an identity number, or another one (a D-number becomes a fødselsnummer).

    The day of birth follows it. Raises what `identity.check` raises, or "person.identity_taken".
    """
    person = Person.objects.select_for_update(of=("self",)).get(pk=person_id)
    checked = identity.check(number, today)
    row = _sealed(person.pk, checked)
    taken = PersonIdentity.objects.filter(number_mac=row.number_mac).exclude(person=person)
    if taken.exists():
        raise RuleBroken("person.identity_taken")
    PersonIdentity.objects.update_or_create(
        person=person,
        defaults={"number_sealed": row.number_sealed, "number_mac": row.number_mac},
    )
    person.born_on = identity.birth_day(checked)
    person.version += 1
    with signed(by):
        person.save(update_fields=["born_on", "version"])
    return person


def _sealed(person_id: int, number: str) -> PersonIdentity:
    return PersonIdentity(
        person_id=person_id,
        number_sealed=sealed.seal(number, IDENTITY),
        number_mac=sealed.mac(number, IDENTITY),
    )


# --- Households -------------------------------------------------------------------------------


@transaction.atomic
def form_households(numbers: Sequence[str]) -> list[Household]:
    """New households, by number. Raises `RuleBroken("household.number_taken")`."""
    taken = set(Household.objects.filter(number__in=numbers).values_list("number", flat=True))
    faults = []
    for place, number in enumerate(numbers):
        if number in taken:
            broken = RuleBroken("household.number_taken", number=number)
            faults.append(Fault(place, "household", broken))
        taken.add(number)
    raise_first(faults)
    return Household.objects.bulk_create(
        [Household(number=number) for number in numbers], batch_size=2_000
    )


def member_faults(rows: Sequence[NewMember]) -> list[Fault]:
    """Memberships whose days run backwards, or of somebody who is in the household already."""
    faults: list[Fault] = []
    there: dict[tuple[int, int], list[tuple[datetime.date, datetime.date | None]]] = {}
    found = HouseholdMember.objects.filter(
        household__in={row.household_id for row in rows},
        person__in={row.person_id for row in rows},
    )
    for household_id, person_id, from_on, to_on in found.values_list(
        "household_id", "person_id", "from_on", "to_on"
    ):
        there.setdefault((household_id, person_id), []).append((from_on, to_on))
    for place, row in enumerate(rows):
        if row.to_on is not None and row.to_on < row.from_on:
            faults.append(Fault(place, "household_to", RuleBroken("household.days")))
            continue
        periods = there.setdefault((row.household_id, row.person_id), [])
        if any(
            (to_on is None or row.from_on <= to_on) and (row.to_on is None or from_on <= row.to_on)
            for from_on, to_on in periods
        ):
            faults.append(Fault(place, "household", RuleBroken("household.member_already")))
        periods.append((row.from_on, row.to_on))
    return faults


@transaction.atomic
def join_households(
    rows: Sequence[NewMember], *, by: Any, on: datetime.date
) -> list[HouseholdMember]:
    """People move into households; their leases become protected where one of them is.

    `on` is today. Raises `RuleBroken` "household.days" or "household.member_already".
    """
    raise_first(member_faults(rows))
    members = HouseholdMember.objects.bulk_create(
        [
            HouseholdMember(
                household_id=row.household_id,
                person_id=row.person_id,
                role=row.role,
                from_on=row.from_on,
                to_on=row.to_on,
            )
            for row in rows
        ],
        batch_size=2_000,
    )
    with signed(by):
        keep_protection(on, household_ids={row.household_id for row in rows})
    return members


@transaction.atomic
def leave_household(
    member_id: int, *, to_on: datetime.date, by: Any, on: datetime.date
) -> HouseholdMember:
    """Somebody's last day in a household. Raises `RuleBroken("household.days")`."""
    member = HouseholdMember.objects.select_for_update(of=("self",)).get(pk=member_id)
    if to_on < member.from_on:
        raise RuleBroken("household.days")
    member.to_on = to_on
    member.save(update_fields=["to_on"])
    with signed(by):
        keep_protection(on, household_ids=[member.household_id])
    return member


def people_with(numbers: Iterable[str]) -> dict[str, int]:
    """Person ids by identity number (eleven digits), of the numbers that are known."""
    hashed = {sealed.mac(number, IDENTITY): number for number in numbers}
    rows = PersonIdentity.objects.filter(number_mac__in=list(hashed))
    return {
        hashed[bytes(mac)]: person_id
        for mac, person_id in rows.values_list("number_mac", "person_id")
    }
