"""The kinds of policy that this app owns."""

from django.utils.translation import gettext_lazy as _

from arrears.queries.targets import TARGETS
from arrears.rules import default_steps, plan_policy, targets
from arrears.rules.plan_policy import PlanPolicy
from arrears.rules.policy import ArrearsPolicy, default_values
from arrears.rules.step_policy import StepPolicy
from arrears.rules.targets import Targets
from arrears.words import step_policy
from arrears.words.policy import field_name, refusal
from boligsak.rates import registry

ARREARS = "arrears"
REPAYMENT = "repayment"
NEXT_STEPS = "next-steps"


def register() -> None:
    registry.register(
        registry.PolicyKind(
            name=ARREARS,
            label=_("Arrears and contract flags"),
            read=ArrearsPolicy.from_values,
            example=default_values(),
            field_name=field_name,
            refusal=refusal,
        )
    )
    registry.register(
        registry.PolicyKind(
            name=REPAYMENT,
            label=_("Repayment plans"),
            read=PlanPolicy.from_values,
            example=plan_policy.default_values(),
            field_name=field_name,
            refusal=refusal,
        )
    )
    registry.register(
        registry.PolicyKind(
            name=NEXT_STEPS,
            label=_("Next steps"),
            read=StepPolicy.from_values,
            example=default_steps.default_values(),
            field_name=step_policy.field_name,
            refusal=step_policy.refusal,
            editor="admin:step_policy",
            shown=step_policy.shown,
        )
    )
    registry.register(
        registry.PolicyKind(
            name=TARGETS,
            label=_("Targets for petitions and evictions"),
            read=Targets.from_values,
            example=targets.default_values(),
            field_name=field_name,
            refusal=refusal,
        )
    )
