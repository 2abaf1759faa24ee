"""Entering rates and policies, and marking them as used: from then on nothing can change them."""

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from boligsak.rates import registry
from boligsak.rates.models import Policy, Rate
from boligsak.rule import RuleBroken


def cite_policies(ids: Iterable[int]) -> int:
    """Something stored rests on these policies now. Returns of how many nothing did before: until
    then one could be corrected, so what was read of it has to be read again."""
    new = Policy.objects.filter(pk__in=list(ids), cited_at__isnull=True)
    return new.update(cited_at=Now())


def cite_rates(ids: Iterable[int]) -> None:
    """Something stored rests on these rates now."""
    Rate.objects.filter(pk__in=list(ids), cited_at__isnull=True).update(cited_at=Now())


@transaction.atomic
def enter_policy(
    kind: str,
    *,
    office_id: int | None,
    valid_from: datetime.date,
    values: Mapping[str, Any],
    source: str = "",
) -> Policy:
    """A version of a policy from a day on, for one office or (None) for every other.

    Raises `RuleBroken("policy.day_taken")`, or what the kind's reader raises for the values.
    """
    registry.kind(kind).read(dict(values))
    _free_day(kind, office_id, valid_from)
    return Policy.objects.create(
        kind=kind, office_id=office_id, valid_from=valid_from, values=dict(values), source=source
    )


@transaction.atomic
def change_policy(
    policy_id: int, *, valid_from: datetime.date, values: Mapping[str, Any], source: str
) -> Policy:
    """Corrects a version nothing has rested on yet.

    Raises `RuleBroken("policy.in_use")` when something has, "policy.day_taken", or what the
    kind's reader raises.
    """
    policy = Policy.objects.select_for_update(of=("self",)).get(pk=policy_id)
    if policy.cited_at is not None:
        raise RuleBroken("policy.in_use")
    registry.kind(policy.kind).read(dict(values))
    if valid_from != policy.valid_from:
        _free_day(policy.kind, policy.office_id, valid_from)
    policy.valid_from, policy.values, policy.source = valid_from, dict(values), source
    policy.entered_at = Now()  # type: ignore[assignment]  # the night looks for what is new
    policy.save(update_fields=["valid_from", "values", "source", "entered_at"])
    policy.refresh_from_db()
    return policy


def _free_day(kind: str, office_id: int | None, valid_from: datetime.date) -> None:
    if Policy.objects.filter(kind=kind, office=office_id, valid_from=valid_from).exists():
        raise RuleBroken("policy.day_taken", valid_from=valid_from)


@transaction.atomic
def enter_rate(
    kind: str,
    *,
    valid_from: datetime.date,
    valid_to: datetime.date | None,
    value: Decimal,
    unit: str,
    source: str,
) -> Rate:
    """A rate from a day on. Raises `RuleBroken` "rate.day_taken" or "rate.ends_before_start"."""
    _rate_days(valid_from, valid_to)
    if Rate.objects.filter(kind=kind, valid_from=valid_from).exists():
        raise RuleBroken("rate.day_taken", valid_from=valid_from)
    return Rate.objects.create(
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
        value=value,
        unit=unit,
        source=source,
    )


@transaction.atomic
def change_rate(
    rate_id: int,
    *,
    valid_from: datetime.date,
    valid_to: datetime.date | None,
    value: Decimal,
    source: str,
) -> Rate:
    """Corrects a rate nothing has rested on yet.

    Raises `RuleBroken("rate.in_use")` when something has, "rate.day_taken" or
    "rate.ends_before_start".
    """
    rate = Rate.objects.select_for_update(of=("self",)).get(pk=rate_id)
    if rate.cited_at is not None:
        raise RuleBroken("rate.in_use")
    _rate_days(valid_from, valid_to)
    others = Rate.objects.filter(kind=rate.kind).exclude(pk=rate.pk)
    if others.filter(valid_from=valid_from).exists():
        raise RuleBroken("rate.day_taken", valid_from=valid_from)
    rate.valid_from, rate.valid_to = valid_from, valid_to
    rate.value, rate.source = value, source
    rate.save(update_fields=["valid_from", "valid_to", "value", "source"])
    return rate


def _rate_days(valid_from: datetime.date, valid_to: datetime.date | None) -> None:
    if valid_to is not None and valid_to < valid_from:
        raise RuleBroken("rate.ends_before_start")
