"""The catalogue of measures: new kinds, changed kinds, and kinds that are no longer in use."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from arrears.models import MeasureKind
from arrears.queries.measures import used_days
from arrears.rules.measures import check_catalogue
from boligsak.rule import RuleBroken
from tenants.services.history import signed


@dataclass(frozen=True, slots=True, kw_only=True)
class KindValues:
    """What a row of the catalogue says. `valid_to`: the last day it can be proposed."""

    name_nb: str
    name_en: str
    triggers: Sequence[str]
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    help_nb: str = ""
    help_en: str = ""
    source: str = ""
    party: str = "welfare"
    is_required: bool = True
    needs_children: bool = False
    is_social: bool = False
    is_lasting: bool = False
    position: int = 100


@transaction.atomic
def add_kind(code: str, values: KindValues, *, by: Any) -> MeasureKind:
    """A new kind of measure. The code never changes: the checklist and figures know it by it.

    Raises `RuleBroken` "kind.code_taken", or what `check_catalogue` refuses.
    """
    _check(code, values)
    try:
        with transaction.atomic(), signed(by):
            return MeasureKind.objects.create(code=code, **_fields(values))
    except IntegrityError as taken:
        raise RuleBroken("kind.code_taken") from taken


@transaction.atomic
def change_kind(kind_id: int, values: KindValues, *, version: int, by: Any) -> MeasureKind:
    """Changes a kind, as it was seen in `version`. One that cases have used is ended, not deleted,
    and its days still cover their use.

    Raises `RuleBroken` "version.changed", "kind.in_use" (who may read of it would change),
    "kind.begins_after_use" (used_on), "kind.ended_before_use" (used_on), or what
    `check_catalogue` refuses.
    """
    row = MeasureKind.objects.select_for_update(of=("self",)).get(pk=kind_id)
    if row.version != version:
        raise RuleBroken("version.changed", opened=version, now=row.version)
    _check(row.code, values)
    first, last, _cases = used_days(row.pk)
    if first is not None and last is not None:
        if values.is_social != row.is_social:
            raise RuleBroken("kind.in_use")
        if values.valid_from > first:
            raise RuleBroken("kind.begins_after_use", used_on=first)
        if values.valid_to is not None and values.valid_to < last:
            raise RuleBroken("kind.ended_before_use", used_on=last)
    for name, value in _fields(values).items():
        setattr(row, name, value)
    row.version += 1
    with signed(by):
        row.save()
    return row


def _check(code: str, values: KindValues) -> None:
    check_catalogue(
        triggers=values.triggers,
        valid_from=values.valid_from,
        valid_to=values.valid_to,
        party=values.party,
        is_social=values.is_social,
        needs_children=values.needs_children,
        code=code,
    )


def _fields(values: KindValues) -> dict[str, Any]:
    fields = {name: getattr(values, name) for name in KindValues.__slots__}
    return fields | {"triggers": list(values.triggers)}
