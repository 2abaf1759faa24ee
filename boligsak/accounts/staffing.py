"""Who works here: entering users, giving them roles for a time, and letting them go.

Nothing is deleted. A user who has left is made inactive, a role that ends gets its last day: what
they did keeps their name.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from boligsak import dates
from boligsak.accounts.grants import ADMINISTRATOR
from boligsak.accounts.models import Office, RoleAssignment, User
from boligsak.rule import RuleBroken


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Somebody who is to sign in. Without a password only the municipality's sign-in opens."""

    username: str
    first_name: str
    last_name: str
    email: str = ""
    password: str = ""


@transaction.atomic
def enter_user(new: NewUser) -> User:
    """Raises `RuleBroken("user.name_taken")` or "user.password" (reasons)."""
    if User.objects.filter(username__iexact=new.username).exists():
        raise RuleBroken("user.name_taken")
    user = User(
        username=new.username,
        first_name=new.first_name,
        last_name=new.last_name,
        email=new.email,
    )
    _set_password(user, new.password)
    user.save()
    return user


@transaction.atomic
def change_user(user_id: int, *, by: User, **changes: Any) -> User:
    """Changes `first_name`, `last_name`, `email` or `is_active`.

    Raises `RuleBroken("user.not_yourself")` for shutting oneself out.
    """
    if unknown := set(changes) - {"first_name", "last_name", "email", "is_active"}:
        raise TypeError(f"a user has no {sorted(unknown)} to change")
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if user.pk == by.pk and changes.get("is_active") is False:
        raise RuleBroken("user.not_yourself")
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    return user


@transaction.atomic
def set_password(user_id: int, password: str) -> User:
    """A new password; every session of the user ends. Raises `RuleBroken("user.password")`."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    _set_password(user, password)
    user.save(update_fields=["password"])
    return user


def _set_password(user: User, password: str) -> None:
    if not password:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise RuleBroken("user.password", reasons=" ".join(weak.messages)) from weak
    user.set_password(password)


@transaction.atomic
def assign_role(
    user_id: int,
    role: str,
    *,
    office_id: int | None,
    valid_from: datetime.date,
    valid_to: datetime.date | None = None,
    is_cleared: bool = False,
) -> RoleAssignment:
    """A role at one office or (None) at all of them, both days inclusive.

    Raises `RuleBroken` "role.days" or "role.already" (the same role there, in some of the days).
    """
    User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if valid_to is not None and valid_to < valid_from:
        raise RuleBroken("role.days")
    same = RoleAssignment.objects.filter(user=user_id, role=role, office=office_id).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)
    )
    if valid_to is not None:
        same = same.filter(valid_from__lte=valid_to)
    if same.exists():
        raise RuleBroken("role.already")
    return RoleAssignment.objects.create(
        user_id=user_id,
        role=role,
        office_id=office_id,
        valid_from=valid_from,
        valid_to=valid_to,
        is_cleared=is_cleared,
    )


@transaction.atomic
def end_role(assignment_id: int, *, valid_to: datetime.date, by: User) -> RoleAssignment:
    """The last day of a role. The day after, it gives nothing.

    Raises `RuleBroken` "role.days" (before its first day), "role.over" (it has ended already) or
    "role.last_administrator" (nobody would be left to give roles).
    """
    row = RoleAssignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)
    if valid_to < row.valid_from:
        raise RuleBroken("role.days")
    if row.valid_to is not None and row.valid_to < dates.today():
        raise RuleBroken("role.over")
    if row.role == ADMINISTRATOR and not _other_administrators(row, valid_to):
        raise RuleBroken("role.last_administrator")
    row.valid_to = valid_to
    row.save(update_fields=["valid_to"])
    return row


def _other_administrators(row: RoleAssignment, day: datetime.date) -> bool:
    after = day + datetime.timedelta(days=1)
    return (
        RoleAssignment.objects.filter(role=ADMINISTRATOR, valid_from__lte=after)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=after))
        .filter(user__is_active=True)
        .exclude(pk=row.pk)
        .exists()
    )


@transaction.atomic
def open_office(name: str, code: str, *, opened_on: datetime.date) -> Office:
    """Raises `RuleBroken("office.code_taken")`."""
    if Office.objects.filter(code=code).exists():
        raise RuleBroken("office.code_taken")
    return Office.objects.create(name=name, code=code, opened_on=opened_on)


@transaction.atomic
def change_office(
    office_id: int,
    *,
    name: str,
    closed_on: datetime.date | None,
    successor_id: int | None,
) -> Office:
    """A new name, or the last day and the office that goes on with the work.

    Raises `RuleBroken` "office.days" or "office.own_successor".
    """
    office = Office.objects.select_for_update(of=("self",)).get(pk=office_id)
    if closed_on is not None and closed_on < office.opened_on:
        raise RuleBroken("office.days")
    if successor_id == office.pk:
        raise RuleBroken("office.own_successor")
    office.name, office.closed_on, office.successor_id = name, closed_on, successor_id
    office.save(update_fields=["name", "closed_on", "successor"])
    return office
