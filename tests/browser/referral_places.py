"""Where the gate's pages and those of a referral stand: on one case of the town, made once."""

from collections.abc import Callable
from typing import Any

from arrears.models import Case, Referral
from tests.browser.visits import COORDINATOR, MANAGER, Visit
from tests.house.behind import referrals

ON_THE_CASE = ("gate", "gate_answer", "refer", "settlement_new", "settlement_end", "cost_new")
ON_A_REFERRAL = ("referral", "petition", "referral_step", "decision_withdraw")

_made: dict[str, dict[str, Any]] = {}


def of_the_gate(name: str) -> Callable[[], list[Any]]:
    """What stands in for the arguments of an address, in their order."""
    return lambda: list(_addresses()[f"arrears:{name}"].values())


def _addresses() -> dict[str, dict[str, Any]]:
    if not _made:
        free = Case.objects.open().filter(
            party="welfare", lease__is_protected=False, lease__moved_out_on=None
        )
        alone = [case for case in free.order_by("pk") if case.lease.parties.count() == 1]
        taken = set(Referral.objects.values_list("case_id", flat=True))
        case = next(case for case in reversed(alone) if case.pk not in taken)
        _made.update(referrals.addresses(None, case))
    return _made


VISITS = [
    *(Visit(f"arrears:{name}", COORDINATOR, of_the_gate(name)) for name in ON_THE_CASE),
    *(Visit(f"arrears:{name}", COORDINATOR, of_the_gate(name)) for name in ON_A_REFERRAL),
    Visit("arrears:emergency", MANAGER),
]
