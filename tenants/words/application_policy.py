"""What the terms for applications are called, and why values were refused."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rates.words import policy_field, policy_refusal
from boligsak.rule import RuleBroken

_NAMES: dict[str, Promise] = {
    "preliminary_months": gettext_lazy("Months before a preliminary answer is due"),
    "decision_months": gettext_lazy("Own target: months from received to decided (0: none)"),
    "allocation_months": gettext_lazy("Own target: months from decision to allocation"),
    "appeal_weeks": gettext_lazy("Weeks to appeal, from the notification"),
    "appeal_limit_months": gettext_lazy("Months after which no appeal is heard"),
    "four_eyes": gettext_lazy("A second person approves every decision (1: yes, 0: no)"),
    "body_housing_help": gettext_lazy("Appeal body, decisions on housing help"),
    "body_allocation": gettext_lazy("Appeal body, decisions on a municipal home"),
}

_SENTENCES: dict[str, Promise] = {
    "policy.not_a_name": gettext_lazy(
        "“%(field)s” must be a name of at most %(longest)s characters."
    ),
}


def field_name(field: str) -> str:
    return policy_field(field, _NAMES)


def refusal(broken: RuleBroken) -> str:
    """One sentence for a "policy.…" refusal."""
    return policy_refusal(broken, _NAMES, _SENTENCES)
