"""Who can be given work, and the offices a reader may choose between."""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from boligsak.accounts.grants import CASEWORKER, COORDINATOR
from boligsak.accounts.models import Office, RoleAssignment

WORKERS: Sequence[str] = (CASEWORKER, COORDINATOR)


class Caseworker(NamedTuple):
    """Somebody flags can be given to, and one line that says who it is."""

    id: int
    name: str
    offices: str


def offices(user: Any) -> list[tuple[int, str]]:
    """(id, name) of the offices this user works for, by name."""
    seen = Office.objects.order_by("name")
    if user.access.office_ids is not None:
        seen = seen.filter(pk__in=user.access.office_ids)
    return list(seen.values_list("id", "name"))


def caseworkers(user: Any, day: datetime.date) -> list[Caseworker]:
    """Who holds a role as caseworker or coordinator on `day` at an office this user works for."""
    held = (
        RoleAssignment.objects.filter(role__in=WORKERS, user__is_active=True, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .order_by("user__first_name", "user__last_name", "user_id", "office__name")
    )
    if user.access.office_ids is not None:
        held = held.filter(Q(office__isnull=True) | Q(office_id__in=user.access.office_ids))
    names: dict[int, str] = {}
    places: dict[int, list[str]] = {}
    for user_id, given, family, username, office in held.values_list(
        "user_id", "user__first_name", "user__last_name", "user__username", "office__name"
    ):
        names[user_id] = f"{given} {family}".strip() or username
        if office and office not in places.setdefault(user_id, []):
            places[user_id].append(office)
    return [
        Caseworker(user_id, name, ", ".join(places.get(user_id, ())))
        for user_id, name in names.items()
    ]
