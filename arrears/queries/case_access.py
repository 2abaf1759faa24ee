"""How much of a case somebody sees, and whether they may act on it."""

from collections.abc import Collection
from typing import Any, NamedTuple

from arrears.models import Case, NoticeServing
from arrears.rules.cases import is_anonymous_to, parties_of


class Sight(NamedTuple):
    """`is_masked`: number, triggers, level, deadlines and money only; no name, address or text."""

    parties: frozenset[str]
    is_masked: bool


def sight(case: Case, user: Any) -> Sight:
    """What this user sees of a case whose row is visible to them. The lease must be at hand."""
    return sights([case], user)[case.pk]


def sights(cases: Collection[Case], user: Any) -> dict[int, Sight]:
    """The same for many, by case id: one query at the most."""
    access = user.access
    parties = parties_of(access.roles)
    reserved = _reserved([case.pk for case in cases if case.party not in parties])
    return {
        case.pk: Sight(
            parties,
            is_anonymous_to(
                parties,
                opened_by=case.party,
                basis=case.sharing_basis,
                is_protected=case.lease.is_protected,
                is_cleared=access.is_cleared,
                has_reservation=case.pk in reserved,
            ),
        )
        for case in cases
    }


def _reserved(case_ids: Collection[int]) -> frozenset[int]:
    """Cases with a tenant's reservation against warning Nav (husleieloven § 9-11)."""
    if not case_ids:
        return frozenset()
    servings = NoticeServing.objects.filter(
        notice__case__in=case_ids, notice__state="sent", reserved_on__isnull=False
    )
    return frozenset(servings.values_list("notice__case", flat=True))
