"""Where the pages about the next step stand: on the case that `case_places` opens."""

from arrears.models import NextStep
from arrears.services.next_steps import refresh
from tests.browser.case_places import a_case
from tests.browser.town import TODAY
from tests.browser.visits import ADMINISTRATOR, COORDINATOR, Visit


def a_next_step() -> list[int]:
    [case_id] = a_case()
    refresh(case_id, TODAY)
    return [NextStep.objects.get(case_id=case_id, ended_on=None).pk]


def a_policy_step() -> list[str]:
    return ["first-contact"]


ON_A_STEP = ("step_confirm", "step_postpone", "step_override", "step_finish")
EDITOR = ("step_policy", "step_policy_add", "step_policy_preview")

VISITS = [
    Visit("arrears:next_steps", COORDINATOR, a_case),
    *(Visit(f"arrears:{name}", COORDINATOR, a_next_step) for name in ON_A_STEP),
    *(Visit(f"admin:{name}", ADMINISTRATOR) for name in EDITOR),
    Visit("admin:step_policy_step", ADMINISTRATOR, a_policy_step),
]
