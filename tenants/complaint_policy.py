"""The kind of policy that says when complaints are a pattern and by when somebody calls."""

import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from boligsak.rates import registry
from boligsak.rates.queries import DatedPolicy, policies_on
from boligsak.rates.words import policy_field, policy_refusal
from boligsak.rule import RuleBroken
from tenants.rules.complaints import ComplaintPolicy, default_values

COMPLAINTS = "complaints"

_FIELDS: dict[str, Promise] = {
    "contact_days": _("Working days before the household must have been spoken with"),
    "pattern_count": _("Complaints that make a pattern"),
    "pattern_months": _("Months in which they must have come"),
    "serious_count": _("Complaints that make a serious pattern"),
}


def field_name(field: str) -> str:
    return policy_field(field, _FIELDS)


def refusal(broken: RuleBroken) -> str:
    return policy_refusal(broken, _FIELDS)


def register() -> None:
    registry.register(
        registry.PolicyKind(
            name=COMPLAINTS,
            label=_("Complaints"),
            read=ComplaintPolicy.from_values,
            example=default_values(),
            field_name=field_name,
            refusal=refusal,
        )
    )


def policy_of(office_id: int, day: datetime.date) -> DatedPolicy:
    """The terms of one office on a day. Raises `RuleBroken("policy.missing")`."""
    found = policies_on(COMPLAINTS, day)
    return found.get(office_id) or found[None]
