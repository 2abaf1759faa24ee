"""Templates of letters: one that is in use, and a draft."""

from typing import Any

from boligsak.dates import today
from boligsak.letters.models import Template
from boligsak.letters.queries.templates import in_force
from boligsak.letters.services.templates import new_version
from tests.factories import UserFactory

_KIND = "offer"


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day = today()
    in_use = in_force(_KIND, "nb", None, day)
    draft = Template.objects.filter(kind=_KIND, state="draft").first() or new_version(
        _KIND, "nb", None, by=UserFactory(role="administrator"), on=day
    )
    on_the_draft = ("template_edit", "template_approve", "template_drop")
    on_the_one_in_use = ("template", "template_preview", "template_retire")
    return {
        **{f"letters:{name}": {"pk": draft.pk} for name in on_the_draft},
        **{f"letters:{name}": {"pk": in_use.pk} for name in on_the_one_in_use},
    }
