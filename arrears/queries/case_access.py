"""How much of a case somebody sees, and whether they may act on it."""

from typing import Any, NamedTuple

from arrears.models import Case, NoticeServing
from arrears.rules.cases import is_anonymous_to, parties_of


class Sight(NamedTuple):
    """`is_masked`: number, triggers, level, deadlines and money only; no name, address or text."""

    parties: frozenset[str]
    is_masked: bool


def sight(case: Case, user: Any) -> Sight:
    """What this user sees of a case whose row is visible to them. The lease must be at hand."""
    access = user.access
    parties = parties_of(access.roles)
    is_own = case.party in parties
    return Sight(
        parties,
        is_anonymous_to(
            parties,
            opened_by=case.party,
            basis=case.sharing_basis,
            is_protected=case.lease.is_protected,
            is_cleared=access.is_cleared,
            has_reservation=not is_own and _has_reservation(case),
        ),
    )


def _has_reservation(case: Case) -> bool:
    """A tenant's reservation against warning Nav (husleieloven § 9-11) on this case."""
    servings = NoticeServing.objects.filter(notice__case=case, notice__state="sent")
    return servings.filter(reserved_on__isnull=False).exists()
