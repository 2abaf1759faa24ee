"""The kind of policy that this app owns."""

from django.utils.translation import gettext_lazy as _

from boligsak.letters.rules import bulk
from boligsak.letters.rules.bulk import LettersPolicy
from boligsak.letters.words.bulk import policy_field, policy_refusal
from boligsak.rates import registry

LETTERS = "letters"


def register() -> None:
    registry.register(
        registry.PolicyKind(
            name=LETTERS,
            label=_("Letters to many"),
            read=LettersPolicy.from_values,
            example=bulk.default_values(),
            field_name=policy_field,
            refusal=policy_refusal,
        )
    )
