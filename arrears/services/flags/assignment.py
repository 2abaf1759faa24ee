"""Handing flags to the caseworker who is to work on them."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from arrears.models import Flag, FlagChange
from arrears.models.flags import FlagChangeWhat
from boligsak.accounts.grants import CASEWORKER, COORDINATOR
from boligsak.rule import RuleBroken

WORKERS = (CASEWORKER, COORDINATOR)


@transaction.atomic
def assign(
    flag_ids: Sequence[int],
    owner: Any | None,
    *,
    by: Any,
    on: datetime.date,
    versions: Mapping[int, int] | None = None,
) -> int:
    """Gives these flags to `owner` (None: to nobody). Returns how many changed hands.

    All or none. Raises `RuleBroken("assign.refused", rows=…)`: a list of (flag id, lease number,
    code) where code is "missing", "not_visible" (`by` may not see it), "resolved",
    "changed" (its version is not the one in `versions`), "no_role" (the owner is no caseworker or
    coordinator at the office that day) or "owner_not_cleared" (the owner would not see it).
    """
    flags = list(
        Flag.objects.select_for_update(of=("self",))
        .filter(pk__in=flag_ids)
        .select_related("lease")
        .order_by("pk")
    )
    seen = set(Flag.objects.filter(pk__in=flag_ids).visible_to(by).values_list("pk", flat=True))
    covers = _offices_of_work(owner, on)
    found = {flag.pk for flag in flags}
    refused = [(flag_id, "", "missing") for flag_id in flag_ids if flag_id not in found]
    for flag in flags:
        if flag.pk not in seen:
            refused.append((flag.pk, "", "not_visible"))
        elif code := _refusal(flag, owner, covers, versions):
            refused.append((flag.pk, flag.lease.number, code))
    if refused:
        raise RuleBroken("assign.refused", rows=refused)

    moved = [flag for flag in flags if flag.owner_id != (owner and owner.pk)]
    Flag.objects.filter(pk__in=[flag.pk for flag in moved]).update(
        owner=owner, version=F("version") + 1
    )
    FlagChange.objects.bulk_create(
        FlagChange(flag=flag, what=FlagChangeWhat.ASSIGNED, on=on, owner=owner, by=by)
        for flag in moved
    )
    return len(moved)


def _offices_of_work(owner: Any | None, on: datetime.date) -> frozenset[int | None]:
    """Offices where the user works on flags that day; None among them stands for every office."""
    if owner is None or not owner.is_active:
        return frozenset()
    rows = owner.role_assignments.filter(role__in=WORKERS, valid_from__lte=on).exclude(
        valid_to__lt=on
    )
    return frozenset(rows.values_list("office_id", flat=True))


def _refusal(
    flag: Flag,
    owner: Any | None,
    covers: frozenset[int | None],
    versions: Mapping[int, int] | None,
) -> str | None:
    if versions is not None and versions.get(flag.pk) != flag.version:
        return "changed"
    if flag.resolved_on is not None:
        return "resolved"
    if owner is None:
        return None
    if not covers & {None, flag.lease.office_id}:
        return "no_role"
    access = owner.access
    if flag.lease.is_protected and not (access.is_cleared or access.office_ids is None):
        return "owner_not_cleared"
    return None
