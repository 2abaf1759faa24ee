"""The policies of allocation: the order of the waiting list, and what suits whom."""

from django.utils.translation import gettext_lazy as _

from boligsak.rates import registry
from tenants.rules import matching, ranking
from tenants.rules.matching import MatchPolicy
from tenants.rules.ranking import RankPolicy
from tenants.words.ranking import field_name, policy_refusal

RANKING = "ranking"
MATCHING = "allocation"


def register() -> None:
    registry.register(
        registry.PolicyKind(
            name=RANKING,
            label=_("Order of the waiting list"),
            read=RankPolicy.from_values,
            example=ranking.default_values(),
            field_name=field_name,
            refusal=policy_refusal,
        )
    )
    registry.register(
        registry.PolicyKind(
            name=MATCHING,
            label=_("Which homes suit, and offers"),
            read=MatchPolicy.from_values,
            example=matching.default_values(),
            field_name=field_name,
            refusal=policy_refusal,
        )
    )
