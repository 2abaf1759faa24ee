"""The policy of renewing contracts, and the index figures that rents follow."""

from django.utils.translation import gettext_lazy as _

from boligsak.rates import registry
from tenants.rules import renewal_policy
from tenants.rules.indexation import CPI
from tenants.rules.renewal_policy import RenewalPolicy
from tenants.words.renewals import policy_field, policy_refusal

RENEWALS = "renewals"


def register() -> None:
    registry.register(
        registry.PolicyKind(
            name=RENEWALS,
            label=_("Renewing contracts"),
            read=RenewalPolicy.from_values,
            example=renewal_policy.default_values(),
            field_name=policy_field,
            refusal=policy_refusal,
        )
    )
    registry.register_rate(
        registry.RateKind(CPI, _("Consumer price index, by the first of its month"), "index")
    )
