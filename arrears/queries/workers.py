"""Who can have a case or a task at an office, and the offices a case can go to."""

import datetime
from typing import Any

from django.db.models import Q

from boligsak.accounts.grants import CASEWORKER, COORDINATOR
from boligsak.accounts.models import Office, RoleAssignment, User


def workers_at(office_id: int | None, day: datetime.date) -> list[tuple[str, str]]:
    """(id, name) of the caseworkers and coordinators of an office that day (None: of any), by
    name."""
    held = RoleAssignment.objects.filter(
        role__in=(CASEWORKER, COORDINATOR), valid_from__lte=day, user__is_active=True
    ).exclude(valid_to__lt=day)
    if office_id is not None:
        held = held.filter(Q(office_id=office_id) | Q(office__isnull=True))
    users = User.objects.filter(pk__in=held.values("user_id"))
    return [(str(user.pk), str(user)) for user in users.order_by("first_name", "last_name", "pk")]


def worker(pk: Any) -> User | None:
    """The user of an id that one of these lists offered; None for an empty one."""
    return User.objects.filter(pk=pk, is_active=True).first() if pk else None


def offices_open(day: datetime.date) -> list[tuple[int, str]]:
    """(id, name) of the offices that are open that day, by name."""
    found = Office.objects.filter(opened_on__lte=day).exclude(closed_on__lt=day)
    return list(found.order_by("name").values_list("pk", "name"))
