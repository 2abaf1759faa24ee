"""people.csv into the register: people, the households they live in, and their guardians."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from django.db import transaction

from boligsak.rule import RuleBroken
from tenants.models import Guardianship, Household, HouseholdMember, Person
from tenants.rules import identity
from tenants.rules.portfolio import PERSON_COLUMNS, PersonRow
from tenants.rules.semicolon_file import SemicolonFile
from tenants.services.guardians import NewGuardian, appoint_guardians, guardian_faults
from tenants.services.people import (
    NewMember,
    NewPerson,
    form_households,
    join_households,
    member_faults,
    people_with,
    person_faults,
    register_people,
)
from tenants.services.portfolio.loaded import (
    Loaded,
    broken_rows,
    differing,
    over,
    refuse_faulty,
    unique_rows,
)

PEOPLE = "people.csv"


@transaction.atomic
def load_people(stream: BinaryIO, *, by: Any, today: datetime.date) -> Loaded:
    """people.csv: people, the households they live in and their guardians."""
    file = SemicolonFile(PEOPLE, stream, PERSON_COLUMNS)
    rows: list[tuple[int, PersonRow]] = []
    refused: list[tuple[int, PersonRow]] = []
    for line, row in unique_rows(file, PersonRow._make):
        (rows if _fits(file, line, row) else refused).append((line, row))
    _check_numbers(file, [*refused, *broken_rows(file, PersonRow._make)], today)
    loaded = Loaded()
    there = _people_there([row for _, row in rows])
    new: list[tuple[int, PersonRow]] = []
    for line, row in rows:
        person = there.get(row.person)
        if person is None:
            new.append((line, row))
            continue
        column = differing(_person_pairs(person, row))
        if column:
            file.refuse(line, column, "portfolio.exists_otherwise")
            file.refused_keys.add(row.person)
        else:
            loaded.there += 1
            loaded.ids[row.person] = person.pk
    drafts = [_new_person(row) for _, row in new]
    bad = refuse_faulty(file, new, person_faults(drafts, today))
    new = [pair for place, pair in enumerate(new) if place not in bad]
    people = register_people(
        [draft for place, draft in enumerate(drafts) if place not in bad], today=today
    )
    for (_, row), person in zip(new, people, strict=True):
        loaded.ids[row.person] = person.pk
        loaded.new_ids.append(person.pk)
    _load_households(file, new, loaded.ids, by=by, today=today)
    _load_guardians(file, new, loaded.ids)
    return over(loaded, file)


def _fits(file: SemicolonFile, line: int, row: PersonRow) -> bool:
    """Cells that need one another."""
    missing = ""
    if not row.identity_number and not (row.household and row.born_on):
        missing = "identity_number"
    elif row.household and row.household_from is None:
        missing = "household_from"
    elif row.guardian_name and not row.guardian_mandate:
        missing = "guardian_mandate"
    elif row.guardian_name and row.guardian_from is None:
        missing = "guardian_from"
    if missing == "identity_number":
        file.refuse(line, missing, "portfolio.who_is_it")
    elif missing:
        file.refuse(line, missing, "table.cell_empty")
    if missing:
        file.refused_keys.add(row.person)
    return not missing


def _check_numbers(
    file: SemicolonFile, refused: Iterable[tuple[int, PersonRow]], today: datetime.date
) -> None:
    """What is wrong with the identity numbers of rows that are refused for something else."""
    for line, row in refused:
        if row.identity_number:
            try:
                identity.check(row.identity_number, today)
            except RuleBroken as broken:
                file.refuse(line, "identity_number", broken.code, **broken.facts)


def _new_person(row: PersonRow) -> NewPerson:
    return NewPerson(
        given_name=row.given_name,
        family_name=row.family_name,
        identity_number=row.identity_number,
        born_on=row.born_on,
        died_on=row.died_on,
        protection=row.protection,
        language=row.language,
        needs_interpreter=row.interpreter,
        safety_note=row.safety_note,
        phone=row.phone,
        email=row.email,
        is_reserved=row.is_reserved,
    )


def _people_there(rows: Sequence[PersonRow]) -> dict[str, Person]:
    """Who of these is in the register: by identity number, else by household, name and birth."""
    known = people_with({row.identity_number for row in rows if row.identity_number})
    by_id = Person.objects.in_bulk(known.values())
    found = {
        row.person: by_id[known[row.identity_number]]
        for row in rows
        if row.identity_number in known
    }
    unnumbered = [row for row in rows if not row.identity_number]
    members = HouseholdMember.objects.filter(
        household__number__in={row.household for row in unnumbered},
        person__identity__isnull=True,
    ).select_related("person", "household")
    by_name = {
        (m.household.number, m.person.given_name, m.person.family_name, m.person.born_on): m.person
        for m in members
    }
    for row in unnumbered:
        person = by_name.get((row.household, row.given_name, row.family_name, row.born_on))
        if person is not None:
            found[row.person] = person
    _with_ties([person.pk for person in found.values()], found)
    return found


def _with_ties(ids: Sequence[int], found: Mapping[str, Person]) -> None:
    """Notes each person's households and guardians on it, to be compared with the row's."""
    households: dict[int, set[tuple[Any, ...]]] = {}
    guardians: dict[int, set[tuple[Any, ...]]] = {}
    for person_id, *tie in HouseholdMember.objects.filter(person__in=ids).values_list(
        "person_id", "household__number", "role", "from_on", "to_on"
    ):
        households.setdefault(person_id, set()).add(tuple(tie))
    for person_id, *tie in Guardianship.objects.filter(person__in=ids).values_list(
        "person_id", "guardian_name", "phone", "email", "mandate", "from_on", "to_on"
    ):
        guardians.setdefault(person_id, set()).add(tuple(tie))
    for person in found.values():
        person.loaded_ties = (  # type: ignore[attr-defined]
            households.get(person.pk, set()),
            guardians.get(person.pk, set()),
        )


def _person_pairs(there: Person, row: PersonRow) -> Iterable[tuple[str, Any, Any]]:
    households, guardians = there.loaded_ties  # type: ignore[attr-defined]
    for name in (
        "given_name",
        "family_name",
        "died_on",
        "protection",
        "language",
        "safety_note",
        "phone",
        "email",
        "is_reserved",
    ):
        yield name, getattr(there, name), getattr(row, name)
    yield "born_on", there.born_on, row.born_on or there.born_on
    yield "interpreter", there.needs_interpreter, row.interpreter
    if row.household:
        lives = (row.household, row.household_role, row.household_from, row.household_to)
        yield "household", lives in households, True
    if row.guardian_name:
        guarded = (
            row.guardian_name,
            row.guardian_phone,
            row.guardian_email,
            row.guardian_mandate,
            row.guardian_from,
            row.guardian_to,
        )
        yield "guardian_name", guarded in guardians, True


def _load_households(
    file: SemicolonFile,
    rows: Sequence[tuple[int, PersonRow]],
    people: Mapping[str, int],
    *,
    by: Any,
    today: datetime.date,
) -> None:
    living = [(line, row) for line, row in rows if row.household]
    ids = households_there({row.household for _, row in living})
    missing = dict.fromkeys(row.household for _, row in living if row.household not in ids)
    ids.update((made.number, made.pk) for made in form_households(list(missing)))
    drafts = [
        NewMember(
            household_id=ids[row.household],
            person_id=people[row.person],
            role=row.household_role,
            from_on=row.household_from,
            to_on=row.household_to,
        )
        for _, row in living
        if row.household_from is not None
    ]
    bad = refuse_faulty(file, living, member_faults(drafts))
    good = [draft for place, draft in enumerate(drafts) if place not in bad]
    join_households(good, by=by, on=today)


def _load_guardians(
    file: SemicolonFile, rows: Sequence[tuple[int, PersonRow]], people: Mapping[str, int]
) -> None:
    guarded = [(line, row) for line, row in rows if row.guardian_name]
    drafts = [
        NewGuardian(
            person_id=people[row.person],
            guardian_name=row.guardian_name,
            phone=row.guardian_phone,
            email=row.guardian_email,
            mandate=row.guardian_mandate,
            from_on=row.guardian_from,
            to_on=row.guardian_to,
        )
        for _, row in guarded
        if row.guardian_from is not None
    ]
    bad = refuse_faulty(file, guarded, guardian_faults(drafts))
    appoint_guardians([draft for place, draft in enumerate(drafts) if place not in bad])


def households_there(numbers: Iterable[str]) -> dict[str, int]:
    return dict(Household.objects.filter(number__in=numbers).values_list("number", "pk"))
