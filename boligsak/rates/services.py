"""Marking rates and policies as used: from then on the database refuses to change them."""

from collections.abc import Iterable

from django.db.models.functions import Now

from boligsak.rates.models import Policy, Rate


def cite_policies(ids: Iterable[int]) -> None:
    """Something stored rests on these policies now."""
    Policy.objects.filter(pk__in=list(ids), cited_at__isnull=True).update(cited_at=Now())


def cite_rates(ids: Iterable[int]) -> None:
    """Something stored rests on these rates now."""
    Rate.objects.filter(pk__in=list(ids), cited_at__isnull=True).update(cited_at=Now())
