"""Who an application is for: the applicant, found or registered here, and those who are to live in
the home."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.models import Application, ApplicationMember, Lease, MemberRole, Person
from tenants.queries.duplicates import Alike, alike
from tenants.rules import identity
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.history import signed
from tenants.services.people import NewPerson, people_with, register_people
from tenants.services.protection import keep_protection

COMES_OF_AGE = 18
"""Vergemålsloven § 8: from 18 one is of age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person as a form names them: by identity number, by number in Boligsak, or anew.

    `is_other`: whoever writes has seen those who are alike, and says that it is none of them.
    """

    identity_number: str = ""
    person_id: int | None = None
    given_name: str = ""
    family_name: str = ""
    born_on: datetime.date | None = None
    phone: str = ""
    email: str = ""
    post_address: str = ""
    language: str = "nb"
    is_other: bool = False


@transaction.atomic
def find_or_register(somebody: Somebody, *, by: Any, on: datetime.date) -> Person:
    """The person somebody means, registered now when nobody here is that person; `on` is today.

    Raises `RuleBroken`: what `identity.check` and `register_people` raise, "member.not_found" (no
    such number that `by` may see), "application.identity_known" (the number is another name's),
    "application.name_missing", "application.person_alike" (people: ids of those with this name and
    birth day), "application.nobody_named" (nothing is filled in), or "application.protected": the
    person has a protected address and `by` is not cleared.
    """
    person = _known(somebody, by, on)
    if person is None:
        person = _registered(somebody, by, on)
    if person.is_protected and not by.access.is_cleared:
        raise RuleBroken("application.protected")
    return person


def _known(somebody: Somebody, by: Any, on: datetime.date) -> Person | None:
    if somebody.identity_number:
        number = identity.check(somebody.identity_number, on)
        found = people_with([number]).get(number)
        if found is None:
            return None
        person = Person.objects.get(pk=found)
        if not _is_named(person, somebody):
            raise RuleBroken("application.identity_known")
        return person
    if somebody.person_id is not None:
        seen = Person.objects.visible_to(by).filter(pk=somebody.person_id).first()
        if seen is None:
            raise RuleBroken("member.not_found")
        return seen
    return None


def _is_named(person: Person, somebody: Somebody) -> bool:
    """Whether a name was typed that is not the person's: then the number is somebody else's."""
    typed = f"{somebody.given_name} {somebody.family_name}".strip()
    if not typed:
        return True
    return " ".join(typed.lower().split()) == " ".join(str(person).lower().split())


def _registered(somebody: Somebody, by: Any, on: datetime.date) -> Person:
    given, family = somebody.given_name.strip(), somebody.family_name.strip()
    if not given or not family:
        is_begun = somebody.identity_number or given or family
        raise RuleBroken("application.name_missing" if is_begun else "application.nobody_named")
    born_on = somebody.born_on
    if somebody.identity_number:
        born_on = identity.birth_day(identity.compact(somebody.identity_number))
    like = alike(given, family, born_on)
    # Somebody with the same name and another identity number is somebody else.
    if somebody.identity_number:
        like = [one for one in like if not one.has_identity]
    if like and not somebody.is_other:
        raise RuleBroken("application.person_alike", people=[one.person_id for one in like])
    (person,) = register_people(
        [
            NewPerson(
                given_name=given,
                family_name=family,
                identity_number=somebody.identity_number,
                born_on=somebody.born_on,
                phone=somebody.phone.strip(),
                email=somebody.email.strip(),
                post_address=somebody.post_address.strip(),
                language=somebody.language,
            )
        ],
        today=on,
    )
    return person


def people_alike(somebody: Somebody) -> list[Alike]:
    """Those who may be the person meant, for the page that asks."""
    born_on = somebody.born_on
    if somebody.identity_number:
        try:
            born_on = identity.birth_day(identity.compact(somebody.identity_number))
        except RuleBroken:
            return []
    return alike(somebody.given_name.strip(), somebody.family_name.strip(), born_on)


# --- Members --------------------------------------------------------------------------------------


@transaction.atomic
def choose_applicant(
    application_id: int, somebody: Somebody, *, by: Any, on: datetime.date, version: int | None
) -> Application:
    """Whose application it is. The one before stays in the household until taken out.

    Raises `RuleBroken` as `at_work` and `find_or_register` do, "application.applicant_dead",
    "application.applicant_minor", or "application.not_tenant" (number) for a swap or an extension.
    """
    row = at_work(application_id, by=by, version=version)
    person = find_or_register(somebody, by=by, on=on)
    check_applicant(person, row.lease, on)
    if row.applicant_id == person.pk:
        return row
    with signed(by):
        row.applicant = person
        row.save(update_fields=["applicant"])
        put_in(row, person, MemberRole.ADULT, is_part_time=False)
        keep_protection(on, application_ids=[row.pk])
    note_act(row, "applicant", by=by, on=on)
    touched(row)
    return row


@transaction.atomic
def add_member(
    application_id: int,
    somebody: Somebody,
    *,
    role: str,
    is_part_time: bool,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> ApplicationMember:
    """Somebody else who is to live there.

    Raises `RuleBroken` as `at_work` and `find_or_register` do, "member.already", "member.dead", or
    what `check_role` raises.
    """
    row = at_work(application_id, by=by, version=version)
    person = find_or_register(somebody, by=by, on=on)
    if person.died_on is not None:
        raise RuleBroken("member.dead")
    if row.members.filter(person=person).exists():
        raise RuleBroken("member.already")
    check_role(person, role, on)
    with signed(by):
        member = ApplicationMember.objects.create(
            application=row, person=person, role=role, is_part_time=is_part_time
        )
        keep_protection(on, application_ids=[row.pk])
    note_act(row, "household", {"added": person.pk}, by=by, on=on)
    touched(row)
    return member


@transaction.atomic
def change_member(
    member_id: int,
    *,
    role: str,
    is_part_time: bool,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> ApplicationMember:
    """Child or adult, all of the time or part of it. Raises as `add_member` does, or
    "member.gone"."""
    member = _member(member_id, by, version)
    check_role(member.person, role, on)
    with signed(by):
        member.role, member.is_part_time = role, is_part_time and role == MemberRole.CHILD
        member.save(update_fields=["role", "is_part_time"])
    note_act(member.application, "household", {"changed": member.person_id}, by=by, on=on)
    touched(member.application)
    return member


@transaction.atomic
def remove_member(member_id: int, *, by: Any, on: datetime.date, version: int | None) -> None:
    """Somebody is not to live there after all; the history keeps that they were.

    Raises `RuleBroken` as `at_work` does, "member.gone" or "member.is_applicant".
    """
    member = _member(member_id, by, version)
    row = member.application
    if member.person_id == row.applicant_id:
        raise RuleBroken("member.is_applicant")
    with signed(by):
        member.delete()
        keep_protection(on, application_ids=[row.pk])
    note_act(row, "household", {"removed": member.person_id}, by=by, on=on)
    touched(row)


@transaction.atomic
def take_in(
    application_id: int,
    person_ids: list[int],
    *,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> int:
    """People registered in the applicant's household are to live there too; how many were new.

    Children and adults by their day of birth. Raises `RuleBroken` as `at_work` does, or
    "member.not_found" for somebody `by` may not see.
    """
    row = at_work(application_id, by=by, version=version)
    people = list(Person.objects.visible_to(by).filter(pk__in=person_ids, died_on__isnull=True))
    if len(people) < len(set(person_ids)):
        raise RuleBroken("member.not_found")
    if not by.access.is_cleared and any(person.is_protected for person in people):
        raise RuleBroken("application.protected")
    with signed(by):
        added = [one.pk for one in people if put_in(row, one, role_of(one, on), False)]
        if added:
            keep_protection(on, application_ids=[row.pk])
    if added:
        note_act(row, "household", {"taken_in": added}, by=by, on=on)
        touched(row)
    return len(added)


def put_in(row: Application, person: Person, role: str, is_part_time: bool) -> bool:
    """A member, unless the person is one; whether it was new."""
    _, is_new = ApplicationMember.objects.get_or_create(
        application=row, person=person, defaults={"role": role, "is_part_time": is_part_time}
    )
    return is_new


def _member(member_id: int, by: Any, version: int | None) -> ApplicationMember:
    found = ApplicationMember.objects.filter(pk=member_id).first()
    if found is None:
        raise RuleBroken("member.gone")
    row = at_work(found.application_id, by=by, version=version)
    rows = ApplicationMember.objects.select_for_update(of=("self",)).select_related("person")
    member = rows.filter(pk=member_id).first()
    if member is None:
        raise RuleBroken("member.gone")
    member.application = row
    return member


# --- Who may be what ------------------------------------------------------------------------------


def age_on(born_on: datetime.date, day: datetime.date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def is_of_age(born_on: datetime.date, day: datetime.date) -> bool:
    return add_months(born_on, 12 * COMES_OF_AGE) <= day


def role_of(person: Person, on: datetime.date) -> str:
    """Child or adult by the day of birth; an adult where it is not known."""
    if person.born_on is not None and not is_of_age(person.born_on, on):
        return MemberRole.CHILD
    return MemberRole.ADULT


def check_role(person: Person, role: str, on: datetime.date) -> None:
    """Raises `RuleBroken` "member.is_adult" or "member.is_minor" (years)."""
    if person.born_on is None:
        return
    years = age_on(person.born_on, on)
    if role == MemberRole.CHILD and is_of_age(person.born_on, on):
        raise RuleBroken("member.is_adult", years=years)
    if role == MemberRole.ADULT and not is_of_age(person.born_on, on):
        raise RuleBroken("member.is_minor", years=years)


def check_applicant(person: Person, lease: Lease | None, on: datetime.date) -> None:
    """Raises `RuleBroken` "application.applicant_dead", "application.applicant_minor" or, where a
    lease is named, "application.not_tenant" (number)."""
    if person.died_on is not None:
        raise RuleBroken("application.applicant_dead")
    if person.born_on is not None and not is_of_age(person.born_on, on):
        raise RuleBroken("application.applicant_minor")
    if lease is None:
        return
    parties = person.lease_parties.filter(lease=lease, role="tenant", from_on__lte=on)
    if not parties.exclude(to_on__lt=on).exists():
        raise RuleBroken("application.not_tenant", number=lease.number)
