"""The kinds of policy that this app owns."""

from django.utils.translation import gettext_lazy as _

from boligsak.rates import registry
from tenants.rules import application_policy
from tenants.rules.application_policy import ApplicationPolicy
from tenants.words.application_policy import field_name, refusal

APPLICATIONS = "applications"


def register() -> None:
    registry.register(
        registry.PolicyKind(
            name=APPLICATIONS,
            label=_("Applications and decisions"),
            read=ApplicationPolicy.from_values,
            example=application_policy.default_values(),
            field_name=field_name,
            refusal=refusal,
        )
    )
