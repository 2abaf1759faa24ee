"""The published criteria: new ones, new versions of them, and those that are no longer in force."""

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction

from boligsak.rule import RuleBroken
from tenants.models import Criterion
from tenants.queries.decisions import used_days
from tenants.services.history import signed


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionValues:
    """What a criterion says. `valid_to`: the last day on which decisions answer it."""

    text: str
    section: str
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    position: int = 1
    is_required: bool = True


@transaction.atomic
def add_criterion(decision: str, code: str, values: CriterionValues, *, by: Any) -> Criterion:
    """A criterion for a kind of decision. The same code from a later day is its next version.

    Raises `RuleBroken` "criterion.code_taken" or "criterion.days".
    """
    _check(values)
    try:
        with transaction.atomic(), signed(by):
            return Criterion.objects.create(decision=decision, code=code, **asdict(values))
    except IntegrityError as taken:
        raise RuleBroken("criterion.code_taken") from taken


@transaction.atomic
def change_criterion(criterion_id: int, values: CriterionValues, *, by: Any) -> Criterion:
    """Changes one. What a made decision has answered keeps its text, and is ended instead.

    Raises `RuleBroken` "criterion.in_use", "criterion.ended_before_use" (used_on),
    "criterion.code_taken" or "criterion.days".
    """
    row = Criterion.objects.select_for_update(of=("self",)).get(pk=criterion_id)
    _check(values)
    first, last, _count = used_days(row.pk)
    if first is not None and last is not None:
        is_same = (row.text, row.section, row.is_required, row.valid_from) == (
            values.text,
            values.section,
            values.is_required,
            values.valid_from,
        )
        if not is_same:
            raise RuleBroken("criterion.in_use")
        if values.valid_to is not None and values.valid_to < last:
            raise RuleBroken("criterion.ended_before_use", used_on=last)
    for name, value in asdict(values).items():
        setattr(row, name, value)
    try:
        with transaction.atomic(), signed(by):
            row.save()
    except IntegrityError as taken:
        raise RuleBroken("criterion.code_taken") from taken
    return row


def _check(values: CriterionValues) -> None:
    if values.valid_to is not None and values.valid_to < values.valid_from:
        raise RuleBroken("criterion.days")
