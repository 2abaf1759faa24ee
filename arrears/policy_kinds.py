"""The kinds of policy that this app owns."""

from django.utils.translation import gettext_lazy as _

from arrears.rules import plan_policy
from arrears.rules.plan_policy import PlanPolicy
from arrears.rules.policy import ArrearsPolicy, default_values
from arrears.words.policy import field_name, refusal
from boligsak.rates import registry

ARREARS = "arrears"
REPAYMENT = "repayment"


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
