"""The ceilings of the housing allowance (bostøtte), by how many live there: rates with dates, which
the municipality enters when the state sets them."""

from django.utils.translation import gettext_lazy as _

from boligsak.rates import registry

MOST_PEOPLE = 5
"""The last ceiling is for so many or more."""

_LABELS = {
    1: _("Housing allowance, highest rent for one person"),
    2: _("Housing allowance, highest rent for two"),
    3: _("Housing allowance, highest rent for three"),
    4: _("Housing allowance, highest rent for four"),
    5: _("Housing allowance, highest rent for five or more"),
}


def ceiling_kind(people: int) -> str:
    """The kind of rate that holds for a household of so many."""
    return f"housing-allowance-ceiling-{min(max(people, 1), MOST_PEOPLE)}"


def register() -> None:
    for people, label in _LABELS.items():
        registry.register_rate(registry.RateKind(ceiling_kind(people), label, "øre"))
