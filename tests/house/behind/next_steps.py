"""What stands behind the addresses about the next step of a case."""

from typing import Any

from arrears.models import NextStep
from arrears.services.next_steps import refresh
from boligsak.dates import today


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    refresh(case.pk, today())
    step = NextStep.objects.get(case=case, ended_on__isnull=True)
    return {
        "arrears:next_steps": {"pk": case.pk},
        "arrears:step_confirm": {"pk": step.pk},
        "arrears:step_postpone": {"pk": step.pk},
        "arrears:step_override": {"pk": step.pk},
        "arrears:step_finish": {"pk": step.pk},
        "admin:step_policy_step": {"code": "first-contact"},
    }
